// Fills the field with a phrase that came behind # in the address, and takes it out of the address again.
customElements.define(
  "resume-phrase",
  class extends HTMLElement {
    connectedCallback() {
      const words = location.hash.slice(1);
      if (!/^[a-z]+(-[a-z]+)+$/.test(words)) return;
      this.querySelector("textarea").value = words.replaceAll("-", " ");
      history.replaceState(null, "", location.pathname);
    }
  },
);
