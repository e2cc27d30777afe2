// A number box gets a slider beside it: arrows one step, Page keys ten, Home and End the limits.
class SimControl extends HTMLElement {
  connectedCallback() {
    const box = this.querySelector("input[type=number]");
    const low = Number(box.min);
    const high = Number(box.max);
    if (!box || !(high > low) || this.querySelector("input[type=range]")) return;
    const log = this.dataset.scale === "log" && low > 0;
    const place = (value) => (log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low));
    const value = (at) => (log ? low * (high / low) ** at : low + (high - low) * at);
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: 0, max: 1000, step: 1 });
    slider.setAttribute("aria-label", `${this.querySelector("label").textContent.trim()}${log ? ", logarithmic" : ""}`);
    const follow = () => {
      slider.value = Math.round(1000 * place(Number(box.value) || low));
      slider.setAttribute("aria-valuetext", box.value);
    };
    slider.addEventListener("input", () => {
      const step = Number(box.dataset.step) || 0;
      const raw = value(Number(slider.value) / 1000);
      const rounded = step && !log ? Math.round(raw / step) * step : Number(raw.toPrecision(2));
      box.value = String(Math.min(high, Math.max(low, Number(rounded.toPrecision(6)))));
      slider.setAttribute("aria-valuetext", box.value);
    });
    box.addEventListener("input", follow);
    follow();
    box.after(slider);
  }
}

customElements.define("sim-control", SimControl);
