// A button that copies the address of the part it stands beside, and says so.
class CopyLink extends HTMLElement {
  connectedCallback() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-link";
    button.textContent = "#";
    button.title = "Copy the link to this part";
    button.setAttribute("aria-label", button.title);
    const said = document.createElement("span");
    said.className = "visually-hidden";
    said.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      const address = new URL(this.getAttribute("href"), location.href);
      history.replaceState(null, "", address);
      try {
        await navigator.clipboard.writeText(address.href);
        button.textContent = said.textContent = "copied";
      } catch {
        button.textContent = said.textContent = "in the address bar";
      }
      setTimeout(() => { button.textContent = "#"; said.textContent = ""; }, 2000);
    });
    this.replaceChildren(button, said);
  }
}

customElements.define("copy-link", CopyLink);
