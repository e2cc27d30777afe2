// Keeps one part of a page as the server has it: by a stream, or by asking every few seconds where there is none.
// Sends the part's forms without leaving the page; what cannot be sent now is kept here and sent later.
const ASK_EVERY_MS = 3000;
const ANSWER_MS_MAX = 8000;
const SEND_AGAIN_MS = 2000;
const STREAM_FAILURES_MAX = 3;
const STREAM_AGAIN_MS = 30000; // and up to half as long again, so that a room does not come back in one moment
const SILENCE_MS_MAX = 40000; // the server says something every fifteen seconds
const WATCH_EVERY_MS = 1500;
const WATCH_MS_MAX = 2500;

class LivePart extends HTMLElement {
  connectedCallback() {
    this.dataset.script = "";
    this.failures = 0;
    this.waiting = new Map();
    this.said = Object.assign(document.createElement("p"), { className: "visually-hidden" });
    this.said.setAttribute("role", "status");
    this.lost = Object.assign(document.createElement("p"), { className: "live__lost", hidden: true });
    this.lost.setAttribute("role", "status");
    this.prepend(this.said, this.lost);
    this.addEventListener("submit", (event) => this.submit(event));
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.ask(); });
    addEventListener("online", () => { this.ask(); this.sendWaiting(); });
    addEventListener("offline", () => this.unreached());
    setInterval(() => this.listenAgainAfterSilence(), ASK_EVERY_MS);
    if ("watch" in this.dataset) setInterval(() => this.watch(), WATCH_EVERY_MS);
    this.listen();
    this.restore();
  }

  get part() { return this.querySelector("#part"); }

  get number() { return Number(this.part?.dataset.number ?? 0); }

  listen() {
    const source = new EventSource(`${this.dataset.stream}?seen=${this.number}`);
    this.source = source;
    source.addEventListener("open", () => { this.failures = 0; this.heard(); });
    source.addEventListener("part", (event) => { this.heard(); this.take(event.data); });
    source.addEventListener("counts", (event) => { this.heard(); this.count(event.data); });
    source.addEventListener("beat", () => this.heard());
    source.addEventListener("error", () => {
      this.failures += 1;
      this.startAsking();
      if (this.failures >= STREAM_FAILURES_MAX) this.listenLater();
      else if (source.readyState === EventSource.CLOSED) setTimeout(() => this.listen(), ASK_EVERY_MS);
    });
  }

  // Where there is no stream, or none for now, asking goes on until there is one.
  listenLater() {
    this.source.close();
    setTimeout(() => this.listen(), STREAM_AGAIN_MS * (1 + Math.random() / 2));
  }

  // A line that leads nowhere any more raises no error: only its silence tells.
  listenAgainAfterSilence() {
    if (this.source.readyState !== EventSource.OPEN || Date.now() - this.heardAt < SILENCE_MS_MAX) return;
    this.source.close();
    this.startAsking();
    this.listen();
  }

  heard() {
    this.heardAt = Date.now();
    this.reached();
    this.stopAsking();
  }

  // Whoever leads has to know at once, not with the next beat.
  async watch() {
    if (this.watching) return;
    this.watching = true;
    try {
      await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(WATCH_MS_MAX) });
    } catch {
      this.unreached();
    } finally {
      this.watching = false;
    }
  }

  startAsking() {
    if (this.timer) return;
    this.ask();
    this.timer = setInterval(() => this.ask(), ASK_EVERY_MS);
  }

  stopAsking() {
    clearInterval(this.timer);
    this.timer = null;
  }

  async ask() {
    if (this.asking) return;
    this.asking = true;
    try {
      const answer = await fetch(this.dataset.part, { headers: { "X-Part": "yes" }, signal: AbortSignal.timeout(ANSWER_MS_MAX) });
      if (answer.ok) {
        this.reached();
        this.take(await answer.text());
      } else if (answer.status === 404) {
        location.reload();
      } else {
        this.unreached();
      }
    } catch {
      this.unreached();
    } finally {
      this.asking = false;
    }
  }

  reached() {
    this.lost.hidden = true;
    if (this.waiting.size) this.sendWaiting();
  }

  unreached() {
    if (!this.lost.hidden) return;
    this.lost.textContent = this.dataset.lost;
    this.lost.hidden = false;
    this.startAsking();
  }

  // An older part never replaces a newer one; one of the same step only brings fresh counts and lists.
  take(text) {
    const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("part");
    if (!fresh) return;
    const number = Number(fresh.dataset.number);
    if (number < this.number) return;
    if (number === this.number) this.freshen(fresh);
    else this.swap(fresh, true);
  }

  freshen(fresh) {
    for (const old of this.part.querySelectorAll("[data-fresh]")) {
      const made = fresh.querySelector(`[data-fresh="${old.dataset.fresh}"]`);
      if (made && made.innerHTML !== old.innerHTML && !old.contains(document.activeElement)) old.replaceWith(made);
    }
    for (const old of this.part.querySelectorAll("[data-count]")) {
      const made = fresh.querySelector(`[data-count="${old.dataset.count}"]`);
      if (made) old.textContent = made.textContent;
    }
  }

  // What a reader has filled in or opened stays; everything else is the server's.
  swap(fresh, keep, focus = false) {
    const old = this.part;
    const active = document.activeElement; // moving it takes the focus from it
    const inside = old.contains(active);
    for (const one of old.querySelectorAll("[data-keep-open]")) {
      const made = fresh.querySelector(`[data-keep-open="${one.dataset.keepOpen}"]`);
      if (made) made.open = one.open;
    }
    if (keep) {
      for (const one of old.querySelectorAll("[data-keep]")) {
        const made = fresh.querySelector(`[data-keep="${CSS.escape(one.dataset.keep)}"]`);
        if (!made || Boolean(made.querySelector("form")) !== Boolean(one.querySelector("form"))) continue;
        const count = made.querySelector("input[name=number]");
        const oldCount = one.querySelector("input[name=number]");
        if (count && oldCount) oldCount.value = count.value;
        made.replaceWith(one);
      }
    }
    old.replaceWith(fresh);
    if (inside && fresh.contains(active)) active.focus({ preventScroll: true });
    else if (focus || inside) fresh.querySelector("h1[tabindex]")?.focus({ preventScroll: true });
    this.said.textContent = fresh.querySelector("h1")?.textContent.trim() ?? "";
  }

  count(text) {
    try {
      const counts = JSON.parse(text);
      for (const one of this.part.querySelectorAll("[data-count]")) {
        if (one.dataset.count in counts) one.textContent = counts[one.dataset.count];
      }
    } catch { /* the next message comes in a moment */ }
    if (!this.dataset.refresh || this.later) return;
    this.later = setTimeout(() => { this.later = null; this.ask(); }, 1000 * Number(this.dataset.refresh));
  }

  submit(event) {
    const form = event.target.closest("form[data-live]");
    if (!form) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    const place = form.closest("[data-keep]")?.dataset.keep ?? form.action;
    const same = this.waiting.get(place);
    if (same && String(same.body) === String(body)) return; // the second of two taps
    this.send(place, { action: form.action, body });
  }

  async send(place, sent) {
    this.waiting.set(place, sent);
    this.keep();
    sent.flying = true;
    this.status(place, "Sending …");
    let answer;
    try {
      answer = await fetch(sent.action, { method: "POST", body: sent.body, headers: { "X-Part": "yes" }, signal: AbortSignal.timeout(ANSWER_MS_MAX) });
      if (answer.status >= 500) throw new Error("the server could not store it");
    } catch {
      sent.flying = false;
      if (this.waiting.get(place) !== sent) return;
      this.status(place, "Not sent yet: the network is away. It will be sent.");
      this.unreached();
      this.again ??= setTimeout(() => { this.again = null; this.sendWaiting(); }, SEND_AGAIN_MS);
      return;
    }
    const text = await answer.text();
    if (this.waiting.get(place) !== sent) return; // a newer choice is on its way
    this.waiting.delete(place);
    this.keep();
    this.lost.hidden = true;
    this.answered(place, text);
  }

  // What waits outlives a reload. It is for this tab alone, and gone with it.
  keep() {
    const waiting = [...this.waiting].map(([place, sent]) => [place, sent.action, String(sent.body)]);
    try { sessionStorage.setItem(this.dataset.stream, JSON.stringify(waiting)); } catch { /* storage is refused */ }
  }

  restore() {
    let waiting = [];
    try { waiting = JSON.parse(sessionStorage.getItem(this.dataset.stream)) ?? []; } catch { /* nothing is kept */ }
    for (const [place, action, body] of waiting) this.send(place, { action, body: new URLSearchParams(body) });
  }

  sendWaiting() {
    for (const [place, sent] of [...this.waiting]) if (!sent.flying) this.send(place, sent);
  }

  // The answer to one's own form: the part as it is now, with the focus where it was.
  answered(place, text) {
    const made = new DOMParser().parseFromString(text, "text/html");
    const fresh = made.getElementById("part");
    if (!fresh) { this.answeredAlone(place, made.getElementById("own")); return; }
    if (Number(fresh.dataset.number) < this.number) { this.ask(); return; }
    this.swapOwn(fresh, place);
  }

  // The answer to a vote is the ballot alone, so that a room can vote at once; it fits the step that it was made for.
  answeredAlone(place, own) {
    const old = this.part.querySelector(`[data-keep="${CSS.escape(place)}"]`);
    if (!own || !old || Number(own.dataset.number) !== this.number) { own ? this.ask() : location.reload(); return; }
    old.replaceWith(own.firstElementChild);
    this.part.querySelector("[role=alert]")?.remove();
    this.finish(place);
  }

  swapOwn(fresh, place) {
    for (const one of this.part.querySelectorAll("[data-keep]")) {
      if (one.dataset.keep === place) continue; // every other form keeps what is filled in
      const made = fresh.querySelector(`[data-keep="${CSS.escape(one.dataset.keep)}"]`);
      if (made && Boolean(made.querySelector("form")) === Boolean(one.querySelector("form"))) {
        const count = made.querySelector("input[name=number]");
        if (count) one.querySelector("input[name=number]").value = count.value;
        made.replaceWith(one);
      }
    }
    this.swap(fresh, false, true);
    this.finish(place);
  }

  // The focus stays with whoever sent a form, and what came of it is said once.
  finish(place) {
    const own = this.part.querySelector(`[data-keep="${CSS.escape(place)}"]`);
    const problem = this.part.querySelector("[role=alert]");
    if (problem) { problem.tabIndex = -1; problem.focus(); } else own?.querySelector(".ballot__send")?.focus({ preventScroll: true });
    const status = own?.querySelector("[role=status]")?.textContent.trim();
    if (status && !problem) this.said.textContent = status;
  }

  status(place, text) {
    const own = this.part.querySelector(`[data-keep="${CSS.escape(place)}"] [role=status]`);
    if (own) own.textContent = text;
  }
}

customElements.define("live-part", LivePart);
