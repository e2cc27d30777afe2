// How much of a countdown is left. The server's clock decides: this one is set by it, and refuses nobody.
// It is said aloud twice, at the start and ten seconds before the end, and shown in between.
const SOON_S = 10;
const TICK_MS = 250;

// By how much the server's clock is ahead of this page's. A part that was long on its way tells too little, never too much.
let ahead = -Infinity;
const taken = new Set();
const spoken = new Set();
const voice = Object.assign(document.createElement("p"), { className: "visually-hidden" });
voice.setAttribute("role", "status");
document.body.append(voice);

function say(key, words) {
  if (!spoken.has(key)) voice.textContent = words;
  spoken.add(key);
}

class TimeLeft extends HTMLElement {
  connectedCallback() {
    ahead = Math.max(ahead, Number(this.dataset.now) - performance.now() / 1000);
    if ("taken" in this.dataset) taken.add(this.dataset.number);
    this.timer = setInterval(() => this.show(), TICK_MS);
    this.show();
    const more = this.form && !this.isTaken ? " You can take more time, once." : "";
    if (this.left > SOON_S) say(this.dataset.number, `A countdown of ${this.dataset.seconds} seconds runs.${more}`);
  }

  disconnectedCallback() { clearInterval(this.timer); }

  get form() { return this.parentElement?.querySelector("form.clock__more"); }

  // What all phones are sent does not know who took more time; this page does.
  get isTaken() { return taken.has(this.dataset.number); }

  get ends() { return Number(this.dataset.ends) + (this.isTaken ? Number(this.dataset.more) : 0); }

  get left() { return this.ends - ahead - performance.now() / 1000; }

  show() {
    const left = Math.max(0, Math.ceil(this.left));
    const words = left ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : "Time is up";
    if (this.firstElementChild.textContent !== words) this.firstElementChild.textContent = words;
    this.toggleAttribute("data-soon", left <= SOON_S);
    if (left && left <= SOON_S) say(`${this.dataset.number} ${this.isTaken} soon`, `${SOON_S} seconds left.`);
    if (this.form) this.form.hidden = this.isTaken || left + Number(this.dataset.more) <= 0;
  }
}

customElements.define("time-left", TimeLeft);
