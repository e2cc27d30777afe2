// Lists what this browser keeps of the course, and forgets it on request; with the attribute "forget" at once.
const PAGES = "blast-radius-pages-"; // as in service-worker.js
const ANSWERS = "answer:"; // as in answer-queue.js
const NUMBERS = "numbers"; // as in kept-numbers.js

class KeptHere extends HTMLElement {
  connectedCallback() {
    if (this.hasAttribute("forget")) this.forget();
    else this.list();
  }

  async forget() {
    try {
      // What waits goes first and at once, so that it is never sent for whoever comes next.
      for (const name of this.entries()) localStorage.removeItem(name);
    } catch { /* storage is refused: there is nothing in it */ }
    for (const name of await this.shelves()) await caches.delete(name);
  }

  entries() {
    return Object.keys(localStorage).filter((name) => name.startsWith(ANSWERS) || name === NUMBERS);
  }

  async shelves() {
    return (await globalThis.caches?.keys() ?? []).filter((name) => name.startsWith(PAGES));
  }

  async list() {
    const pages = [];
    for (const name of await this.shelves()) {
      const shelf = await caches.open(name);
      for (const request of await shelf.keys()) pages.push(this.line(request.url, await shelf.match(request)));
    }
    const lines = (await Promise.all(pages)).filter(Boolean).sort((one, other) => one.place.localeCompare(other.place));
    const list = document.createElement("ul");
    list.append(...lines);
    this.replaceChildren(lines.length ? list : this.paragraph("No page is kept here yet."), ...this.own());
    if (lines.length || this.children.length > 1) this.append(this.button());
  }

  async line(url, answer) {
    if (!answer.headers.get("Content-Type")?.startsWith("text/html")) return null;
    const title = new DOMParser().parseFromString(await answer.text(), "text/html").title.replace(/ – [^–]*$/, "");
    const line = document.createElement("li");
    line.place = `${url.includes("/quiz/") ? "questions" : "pages"} ${title}`;
    line.append(Object.assign(document.createElement("a"), { href: url, textContent: title }));
    return line;
  }

  own() {
    try {
      const waiting = this.entries().filter((name) => name !== NUMBERS).length;
      const answers = `${waiting} ${waiting === 1 ? "answer waits" : "answers wait"} here to be sent.`;
      return [waiting && answers, localStorage.getItem(NUMBERS) && "Numbers of your own are kept here."].filter(Boolean).map(this.paragraph);
    } catch {
      return [];
    }
  }

  paragraph(words) {
    return Object.assign(document.createElement("p"), { textContent: words });
  }

  button() {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Forget all of this" });
    button.addEventListener("click", async () => {
      await this.forget();
      this.replaceChildren(this.paragraph("Forgotten: no page, no answer and no number is kept here any more."));
    });
    const actions = Object.assign(document.createElement("p"), { className: "actions" });
    actions.append(button);
    return actions;
  }
}

customElements.define("kept-here", KeptHere);
