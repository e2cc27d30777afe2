// A part of a picture that can be chosen sets the controls of a form, and keeps the focus when the picture is redrawn:
// on whatever is then nearest to where the part was, for its place among the links may have changed.
let chosen = null;

function middle(link) {
  const box = link.getBBox();
  return [box.x + box.width / 2, box.y + box.height / 2];
}

class SimPick extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.choose(event));
    if (chosen?.key === this.dataset.key) this.nearest(chosen.at)?.focus({ preventScroll: true });
    chosen = null;
  }

  nearest([x, y]) {
    const away = (link) => Math.hypot(middle(link)[0] - x, middle(link)[1] - y);
    return this.links().reduce((best, link) => (best && away(best) <= away(link) ? best : link), null);
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
    chosen = { key: this.dataset.key, at: middle(link) };
    for (const [control, text] of sets) {
      control.value = text;
      control.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}

customElements.define("sim-pick", SimPick);
