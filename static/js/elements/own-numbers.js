// Offers to run an experiment with the numbers that the reader keeps in this browser.
class OwnNumbers extends HTMLElement {
  connectedCallback() {
    let kept = null;
    try {
      kept = localStorage.getItem("numbers");
    } catch {
      return; // a browser that keeps nothing has nothing to offer
    }
    if (!kept) return;
    this.querySelector("textarea").value = kept;
    this.hidden = false;
  }
}

customElements.define("own-numbers", OwnNumbers);
