// A part of a picture that can be chosen sets the controls of a form, and keeps the focus when the picture is redrawn.
let chosen = null;

class SimPick extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.choose(event));
    if (chosen?.key === this.dataset.key) this.links()[chosen.place]?.focus({ preventScroll: true });
    chosen = null;
  }

  links() {
    return [...this.querySelectorAll("a[data-sets]")];
  }

  choose(event) {
    const link = event.target.closest("a[data-sets]");
    const form = document.getElementById(this.getAttribute("for"));
    if (!link || !form || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const sets = [...new URLSearchParams(link.dataset.sets)].map(([name, text]) => [form.elements.namedItem(name), text]);
    if (sets.some(([control]) => !control)) return; // the link itself leads there
    event.preventDefault();
    chosen = { key: this.dataset.key, place: this.links().indexOf(link) };
    for (const [control, text] of sets) {
      control.value = text;
      control.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}

customElements.define("sim-pick", SimPick);
