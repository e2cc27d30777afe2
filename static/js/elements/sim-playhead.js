// Play, pause and step through the moments of a run; nothing moves until asked.
const SPEEDS = [1, 2, 4, 0.5];
const STEP_MS = 900;

class SimPlayhead extends HTMLElement {
  connectedCallback() {
    const data = this.querySelector("script[type='application/json']");
    this.frames = data ? JSON.parse(data.textContent) : [];
    if (this.frames.length < 2 || this.querySelector("button")) return;
    this.index = 0;
    this.speed = 0;
    this.root = this.closest("details");
    this.append(
      this.button("Step back", () => this.go(this.index - 1)),
      (this.playing = this.button("Play", () => (this.timer ? this.pause() : this.play()))),
      this.button("Step forward", () => this.go(this.index + 1)),
      (this.rate = this.button("Speed ×1", () => this.faster())),
      (this.slider = this.range()),
      (this.said = document.createElement("output")),
    );
    this.said.className = "playhead__said";
    this.hidingWatch = () => document.hidden && this.pause();
    document.addEventListener("visibilitychange", this.hidingWatch);
    this.seen = new IntersectionObserver(([entry]) => entry.isIntersecting || this.pause());
    this.seen.observe(this.root);
    this.said.textContent = this.words();
  }

  disconnectedCallback() {
    this.pause();
    this.seen?.disconnect();
    document.removeEventListener("visibilitychange", this.hidingWatch);
  }

  button(words, act) {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", textContent: words });
    made.addEventListener("click", () => {
      if (words.startsWith("Step")) this.pause();
      act();
    });
    return made;
  }

  range() {
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: 0, max: this.frames.length - 1, step: 1, value: 0 });
    slider.setAttribute("aria-label", "Moment of the run");
    slider.addEventListener("input", () => {
      this.pause();
      this.go(Number(slider.value));
    });
    return slider;
  }

  faster() {
    this.speed = (this.speed + 1) % SPEEDS.length;
    this.rate.textContent = `Speed ×${SPEEDS[this.speed]}`;
    if (this.timer) this.play();
  }

  play() {
    this.pause();
    if (this.index >= this.frames.length - 1) this.go(0);
    this.playing.textContent = "Pause";
    this.timer = setInterval(() => {
      this.go(this.index + 1);
      if (this.index >= this.frames.length - 1) this.pause();
    }, STEP_MS / SPEEDS[this.speed]);
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    if (this.playing) this.playing.textContent = "Play";
  }

  words() {
    const { at_s, text } = this.frames[this.index];
    return `${this.index + 1} of ${this.frames.length}${at_s < 0 ? "" : `, at ${at_s} s`}: ${text}`;
  }

  go(index) {
    this.index = Math.min(this.frames.length - 1, Math.max(0, index));
    this.slider.value = this.index;
    this.said.textContent = this.words();
    this.slider.setAttribute("aria-valuetext", this.words());
    const frame = this.frames[this.index];
    for (const place of this.root.querySelectorAll("[data-place]")) this.place(place, frame);
    for (const link of this.root.querySelectorAll("[data-link]")) this.link(link, frame);
    for (const svg of this.root.querySelectorAll("svg[data-t0]")) this.line(svg, frame.at_s);
    for (const figure of this.root.querySelectorAll("sim-figure")) {
      if (figure.querySelector("svg[data-t0]")) figure.playhead(frame.at_s);
    }
  }

  place(place, frame) {
    const id = place.dataset.place;
    if (!(id in frame.states)) return; // another picture's
    place.setAttribute("class", place.getAttribute("class").replace(/state-\w+/, `state-${frame.states[id]}`));
    for (const mark of place.querySelectorAll("[visibility]")) mark.removeAttribute("visibility");
    const note = place.querySelector(".place-note");
    if (note) note.textContent = frame.notes[id];
  }

  link(link, frame) {
    const id = link.dataset.link;
    link.setAttribute("class", link.getAttribute("class").replace(/flow-\w+/, frame.directions[id]));
    link.querySelector(".flow")?.setAttribute("stroke-width", frame.widths[id]);
    for (const arrow of link.querySelectorAll("[visibility]")) arrow.removeAttribute("visibility");
  }

  line(svg, at) {
    const { x0, x1, t0, t1 } = svg.dataset;
    const x = Number(x0) + ((at - t0) / (t1 - t0)) * (x1 - x0);
    let line = svg.querySelector(".playhead-line");
    if (!line) {
      line = document.createElementNS("http://www.w3.org/2000/svg", "line");
      line.setAttribute("class", "playhead-line");
      svg.append(line);
    }
    for (const [name, value] of Object.entries({ x1: x, x2: x, y1: 0, y2: svg.viewBox.baseVal.height - 50 })) {
      line.setAttribute(name, value);
    }
  }
}

customElements.define("sim-playhead", SimPlayhead);
