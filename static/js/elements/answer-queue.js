// Keeps an answer on this device while there is no network, and sends it later: once, however often it is tried.
//
// A form with data-answer (the id of a question) and data-version gets a key with each new answer, and the server keeps
// one answer per key. With data-connected it cannot wait. Nothing is marked here: no page holds a right answer.
const SHELF = "answer:"; // one entry for each question, so that two open pages never write over one another
const WAITING_MAX = 100;
const BATCH = 20;

const nameOf = ({ question, seed }) => `${SHELF}${question}:${seed ?? ""}`;

function waiting() {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(SHELF));
    return names.map((name) => JSON.parse(localStorage.getItem(name))).sort((one, other) => one.at - other.at);
  } catch {
    return []; // storage is refused: nothing waits
  }
}

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function made(tag, properties, ...inside) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...inside);
  return element;
}

class AnswerQueue extends HTMLElement {
  connectedCallback() {
    this.tries = new WeakMap(); // by form: what was answered last, with its key
    this.notes = new WeakMap();
    this.setAttribute("role", "status");
    document.addEventListener("submit", (event) => this.remember(event), true);
    document.addEventListener("htmx:error", (event) => this.failed(event));
    document.addEventListener("htmx:after:request", () => this.reach()); // the server is there: what waits can go as well
    addEventListener("online", () => this.reach());
    addEventListener("storage", (event) => this.elsewhere(event));
    for (const one of waiting()) for (const form of this.forms(one)) this.note(form, this.waits(one));
    this.show();
    this.send();
  }

  // Runs before anything is sent: the same answer tried again keeps its key, another answer gets another.
  remember({ target: form, submitter }) {
    if (!form.dataset.answer) return;
    const fields = {};
    for (const [name, text] of new FormData(form)) if (name !== "key") (fields[name] ??= []).push(text);
    if (submitter?.name) fields[submitter.name] = [submitter.value];
    const said = JSON.stringify(fields);
    if (this.tries.get(form)?.said !== said) this.tries.set(form, { said, fields, key: newKey(), at: Date.now() });
    const input = form.elements.key ?? made("input", { type: "hidden", name: "key" });
    input.value = this.tries.get(form).key;
    form.append(input);
  }

  failed({ target, detail }) {
    if (!detail.ctx || detail.ctx.text !== undefined) return; // an answer came: whatever failed, it is not the network
    const form = target.closest?.("form[data-answer]");
    if (form) this.note(form, this.keep(form));
    this.show(form ? [] : ["There is no network, and that needs the server."]);
  }

  keep(form) {
    const { fields, key, at } = this.tries.get(form);
    const { answer: question, version, connected } = form.dataset;
    const one = { key, question, version: Number(version), seed: fields.seed ? Number(fields.seed[0]) : null, fields, at };
    if (connected !== undefined) return "Not sent: there is no network. What you filled in stays here; try again later.";
    try {
      const known = localStorage.getItem(nameOf(one)) !== null;
      if (!known && waiting().length >= WAITING_MAX) return `Not kept: ${WAITING_MAX} answers wait already.`;
      localStorage.setItem(nameOf(one), JSON.stringify(one));
    } catch {
      return "Not sent, and this browser keeps nothing. What you filled in stays here; try again later.";
    }
    return this.waits(one);
  }

  waits({ at }) {
    return `Kept on this device at ${new Date(at).toTimeString().slice(0, 5)}; it will be sent when there is a network.`;
  }

  reach() {
    if (this.copy() && !this.reached) {
      this.reached = true;
      this.show();
    }
    this.send();
  }

  async send() {
    // On a page that forgets, the answers belong to nobody any more.
    if (!waiting().length || document.querySelector("kept-here[forget]")) return;
    const alone = navigator.locks?.request.bind(navigator.locks, "answers") ?? ((work) => work());
    await alone(() => this.sendAlone());
  }

  async sendAlone() {
    const results = [];
    let problem = "";
    try {
      for (let round = 0; round * BATCH < WAITING_MAX && waiting().length; round += 1) {
        results.push(...(await this.post(waiting().slice(0, BATCH))));
      }
    } catch (error) {
      if (error.status) problem = `The server could not take them now (${error.status}); the next page tries again.`;
    }
    this.show([...this.told(results), problem].filter(Boolean));
  }

  async post(batch) {
    const body = JSON.stringify({ answers: batch });
    const answer = await fetch(this.dataset.action, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    if (!answer.ok) throw Object.assign(new Error("not taken"), { status: answer.status });
    const results = (await answer.json()).answers.map((result, place) => ({ ...batch[place], ...result }));
    for (const one of results) {
      if (waiting().some(({ key }) => key === one.key)) localStorage.removeItem(nameOf(one)); // and not one given meanwhile
      for (const form of this.forms(one)) this.note(form, `${one.kept ? "Sent." : "Not taken."} ${one.message} `, this.reasons(form, one));
    }
    return results;
  }

  // Another page of this browser sent what waited, or forgot it.
  elsewhere({ key, oldValue, newValue }) {
    if (key?.startsWith(SHELF) && newValue === null) {
      for (const form of this.forms(JSON.parse(oldValue))) this.note(form, "It no longer waits here.");
    }
    this.show();
  }

  told(results) {
    const refused = results.filter((one) => !one.kept);
    const sent = results.length - refused.length;
    return [
      sent && made("p", {}, `${sent} ${sent === 1 ? "answer was" : "answers were"} sent. `, made("a", { href: "/progress/" }, "Your progress")),
      ...refused.map((one) => made("p", {}, "One answer was not taken. ", made("a", { href: one.link }, one.message))),
    ];
  }

  reasons(form, { question, link, kept }) {
    const address = new URL(link, location.href);
    if (form.elements.back) address.searchParams.set("back", form.elements.back.value);
    const anchor = made("a", { href: link }, kept ? "See the reasons" : "See the question");
    anchor.setAttribute("hx-get", address.pathname + address.search);
    anchor.setAttribute("hx-target", `#question-${question}`);
    anchor.setAttribute("hx-swap", "outerHTML");
    return anchor;
  }

  forms({ question }) {
    return document.querySelectorAll(`form[data-answer="${question}"]`);
  }

  note(form, ...words) {
    const note = this.notes.get(form) ?? made("p", { className: "question__note" });
    this.notes.set(form, note);
    note.replaceChildren(...words);
    form.append(note);
    window.htmx?.process(note);
  }

  show(news = []) {
    const count = waiting().length;
    const lines = [
      this.copy(),
      count && `${count} ${count === 1 ? "answer waits" : "answers wait"} on this device for a network.`,
      ...news,
    ].filter(Boolean).map((line) => (line.nodeName ? line : made("p", {}, line)));
    const close = made("button", { type: "button" }, "Close");
    close.addEventListener("click", () => {
      this.replaceChildren();
      document.querySelector("main")?.focus({ preventScroll: true });
    });
    this.replaceChildren(...(lines.length ? [made("div", {}, ...lines), close] : []));
  }

  // What a page that came from this device says of itself: the worker marks it with its day.
  copy() {
    const { kept } = document.documentElement.dataset;
    if (kept === undefined) return null;
    if (this.reached) return made("p", {}, "There is a network again. ", made("a", { href: location.href.split("#")[0] }, "Open this page anew"));
    const day = new Date(kept).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
    return made("p", {}, `No network: this is the copy of ${day}, without your earlier answers.`);
  }
}

customElements.define("answer-queue", AnswerQueue);
