// Finds words in the whole course: opens with the link inside it or with "/", loads the index once, then needs no network.
const HITS_MAX = 20;
const WORDS_AROUND = 90;
const KEY_CHOICE = "search-with-slash";

class CourseSearch extends HTMLElement {
  connectedCallback() {
    this.link = this.querySelector("a");
    this.link?.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.open();
    });
    this.listen = (event) => this.pressed(event);
    document.addEventListener("keydown", this.listen);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.listen);
  }

  pressed(event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !this.keyWanted()) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    this.open();
  }

  keyWanted() {
    try { return localStorage.getItem(KEY_CHOICE) !== "off"; } catch { return true; }
  }

  keepKeyWanted(wanted) {
    try { localStorage.setItem(KEY_CHOICE, wanted ? "on" : "off"); } catch { /* private mode: holds for this page */ }
  }

  open() {
    this.panel ??= this.build();
    if (!this.panel.open) this.panel.showModal();
    this.input.focus();
    this.input.select();
    this.load();
  }

  build() {
    const panel = document.createElement("dialog");
    panel.className = "search";
    panel.setAttribute("aria-label", "Search the course");
    this.input = Object.assign(document.createElement("input"), { type: "search", maxLength: 80, autocomplete: "off" });
    this.input.setAttribute("aria-label", "Words to look for");
    this.input.addEventListener("input", () => this.show());
    // A search box keeps the first Escape to clear itself; here Escape always closes.
    this.input.addEventListener("keydown", (event) => { if (event.key === "Escape") panel.close(); });
    const close = Object.assign(document.createElement("button"), { type: "button", textContent: "Close" });
    close.addEventListener("click", () => panel.close());
    const bar = Object.assign(document.createElement("div"), { className: "search__bar" });
    bar.append(this.input, close);
    this.status = document.createElement("p");
    this.status.setAttribute("role", "status");
    this.hits = Object.assign(document.createElement("ol"), { className: "hits" });
    this.hits.addEventListener("click", (event) => { if (event.target.closest("a")) panel.close(); });
    const choice = Object.assign(document.createElement("input"), { type: "checkbox", checked: this.keyWanted() });
    choice.addEventListener("change", () => this.keepKeyWanted(choice.checked));
    const label = Object.assign(document.createElement("label"), { className: "search__key" });
    label.append(choice, "Open search with the / key");
    panel.append(bar, this.status, this.hits, label);
    panel.addEventListener("click", (event) => { if (event.target === panel) panel.close(); });
    this.append(panel);
    return panel;
  }

  async load() {
    if (this.entries) return;
    try {
      const answer = await fetch(this.dataset.index);
      if (!answer.ok) throw new Error(String(answer.status));
      this.entries = await answer.json();
      this.show();
    } catch {
      this.status.textContent = "The index could not be loaded. Open the search again to try once more.";
    }
  }

  show() {
    if (!this.entries) return;
    const words = this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = words.length ? this.entries.filter((one) => {
      const text = `${one.section} ${one.text}`.toLowerCase();
      return words.every((word) => text.includes(word));
    }) : [];
    const named = (one) => words.some((word) => one.section.toLowerCase().includes(word));
    found.sort((one, other) => named(other) - named(one));
    this.status.textContent = words.length ? `${found.length} ${found.length === 1 ? "place" : "places"} found.` : "";
    this.hits.replaceChildren(...found.slice(0, HITS_MAX).map((one) => this.hit(one, words)));
  }

  hit(one, words) {
    const link = Object.assign(document.createElement("a"), { href: one.address, textContent: `${one.lesson}: ${one.section}` });
    const at = Math.max(0, one.text.toLowerCase().indexOf(words[0]) - WORDS_AROUND / 2);
    const text = document.createElement("p");
    text.textContent = `${at ? "…" : ""}${one.text.slice(at, at + 2 * WORDS_AROUND)}`;
    const item = document.createElement("li");
    item.append(link, text);
    return item;
  }
}

customElements.define("course-search", CourseSearch);
