// A drawn figure becomes a Plotly chart when the reader comes to it: focus, touch, or near the screen after a first move.
let library = null;
let moved = "moved" in document.documentElement.dataset;
const live = new Map();
const waiting = new Set();

function load(script, style) {
  library ??= new Promise((resolve, reject) => {
    const sheet = document.createElement("link");
    Object.assign(sheet, { rel: "stylesheet", id: "plotly.js-style-global", className: "no-inline-styles", href: style });
    const code = document.createElement("script");
    Object.assign(code, { src: script, onload: () => resolve(window.Plotly), onerror: reject });
    sheet.onload = sheet.onerror = () => document.head.append(code);
    document.head.append(sheet);
  });
  return library;
}

for (const kind of ["scroll", "pointerdown", "pointermove", "keydown"]) {
  addEventListener(kind, () => {
    if (moved) return;
    moved = true;
    for (const figure of waiting) figure.watch();
  }, { passive: true });
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function byRole(role) {
  return colour(`role-${role}`) || colour("ink");
}

class SimFigure extends HTMLElement {
  connectedCallback() {
    const data = this.querySelector(":scope > script[type='application/json']");
    this.spec = data ? JSON.parse(data.textContent) : null;
    if (!this.spec && !this.dataset.source) return;
    this.key = this.dataset.key;
    this.box = this.querySelector(".figure__box");
    this.box.tabIndex = 0;
    this.box.setAttribute("role", "group");
    this.box.setAttribute("aria-label", this.dataset.title);
    this.start = () => this.upgrade();
    this.box.addEventListener("focusin", this.start);
    this.box.addEventListener("pointerdown", this.start);
    this.restyle = () => this.plot && this.redraw();
    addEventListener("themechange", this.restyle);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", this.restyle);
    this.themes = new MutationObserver(this.restyle);
    this.themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    if (live.has(this.key)) this.upgrade();
    else if (moved) this.watch();
    else waiting.add(this);
  }

  disconnectedCallback() {
    waiting.delete(this);
    this.themes?.disconnect();
    this.seen?.disconnect();
    removeEventListener("themechange", this.restyle);
    matchMedia("(prefers-color-scheme: dark)").removeEventListener("change", this.restyle);
  }

  watch() {
    this.seen = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) this.upgrade();
    }, { rootMargin: "200px" });
    this.seen.observe(this);
  }

  async upgrade() {
    if (this.upgrading) return;
    this.upgrading = true;
    this.seen?.disconnect();
    try {
      this.spec ??= (await (await fetch(this.dataset.source)).json())[Number(this.dataset.index)];
      this.library = await load(this.dataset.script, this.dataset.style);
    } catch {
      return; // the drawing stays
    }
    if (!this.isConnected) return;
    this.drawing = this.box.querySelector("svg.figure-svg");
    this.plot = live.get(this.key) ?? document.createElement("div");
    live.set(this.key, this.plot);
    this.plot.className = "figure__plot";
    this.plot.setAttribute("aria-hidden", "true");
    this.box.append(this.plot);
    await this.redraw();
    this.drawing.classList.add("figure-svg--behind");
    this.tools();
  }

  tools() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "figure__explore";
    const say = () => {
      button.textContent = this.exploring ? "Stop exploring" : "Explore";
      button.setAttribute("aria-pressed", String(Boolean(this.exploring)));
    };
    button.addEventListener("click", () => {
      this.exploring = !this.exploring;
      say();
      this.redraw();
    });
    say();
    this.box.after(button);
  }

  playhead(at) {
    this.at = at;
    if (this.plot) this.redraw();
  }

  redraw() {
    const { data, layout } = structuredClone(this.spec);
    const ink = colour("ink");
    for (const trace of data) {
      const painted = byRole(trace.meta?.role ?? "ink");
      if (trace.line) trace.line.color = painted;
      trace.marker = { ...trace.marker, color: painted };
      if (trace.type === "bar") {
        // Words stand on the bar in ink: a tint keeps them readable in both themes.
        trace.textfont = { color: ink };
        Object.assign(trace.marker, { opacity: 0.4, line: { color: painted, width: 2 } });
      }
      if (trace.marker.pattern) Object.assign(trace.marker.pattern, { fgcolor: ink, bgcolor: "rgba(0,0,0,0)" });
    }
    for (const shape of layout.shapes ?? []) {
      if (shape.type === "rect") shape.fillcolor = byRole(shape.name);
      else shape.line = { ...shape.line, color: byRole(shape.name) };
    }
    if (this.at !== undefined) {
      const line = { color: colour("focus"), width: 2 };
      layout.shapes = [...(layout.shapes ?? []), { type: "line", x0: this.at, x1: this.at, yref: "paper", y0: 0, y1: 1, line }];
    }
    for (const [name, axis] of Object.entries(layout)) {
      if (!/^[xy]axis/.test(name)) continue;
      Object.assign(axis, { gridcolor: colour("line"), linecolor: colour("line-strong") });
      if (this.exploring && axis.visible !== false) axis.fixedrange = false;
    }
    Object.assign(layout, {
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { color: ink, family: getComputedStyle(this).fontFamily, size: 14 },
      dragmode: this.exploring ? "zoom" : false,
      uirevision: "kept",
    });
    const config = { displayModeBar: false, scrollZoom: false, responsive: true, doubleClick: "reset" };
    return this.library.react(this.plot, data, layout, config);
  }
}

customElements.define("sim-figure", SimFigure);
