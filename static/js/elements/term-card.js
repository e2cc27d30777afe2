// Shows the definition of a glossary term on hover, focus or tap; Escape or a tap elsewhere closes it.
class TermCard extends HTMLElement {
  connectedCallback() {
    this.className = "term-card";
    this.id = "term-card";
    this.setAttribute("role", "tooltip");
    this.hidden = true;
    document.addEventListener("pointerover", (event) => this.follow(event));
    document.addEventListener("focusin", (event) => this.follow(event));
    document.addEventListener("click", (event) => {
      const term = event.target.closest?.(".term");
      if (term && this.touched) event.preventDefault();
      this.follow(event);
    });
    document.addEventListener("pointerdown", (event) => { this.touched = event.pointerType === "touch"; });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(); });
  }

  follow(event) {
    const term = event.target.closest?.(".term");
    if (term) this.open(term);
    else if (event.type === "pointerover" && this.term === document.activeElement) return; // a still mouse while the page scrolls
    else if (!event.target.closest?.(".term-card")) this.close();
  }

  open(term) {
    if (this.term === term) return;
    this.close();
    this.term = term;
    term.setAttribute("aria-describedby", this.id);
    const words = document.createElement("p");
    words.textContent = term.dataset.definition;
    const link = document.createElement("a");
    link.href = term.getAttribute("href");
    link.textContent = "In the glossary";
    this.replaceChildren(words, link);
    term.after(this);
    this.hidden = false;
  }

  close() {
    this.term?.removeAttribute("aria-describedby");
    this.term = null;
    this.hidden = true;
  }
}

customElements.define("term-card", TermCard);
document.body.append(document.createElement("term-card"));
