// A button that goes through system, light and dark, and remembers the choice on this device.
const NEXT = { system: "light", light: "dark", dark: "system" };
const SIGN = { system: "◐", light: "○", dark: "●" };

class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "theme-button";
    this.button.addEventListener("click", () => this.choose(NEXT[this.current()]));
    this.replaceChildren(this.button);
    this.show();
  }

  current() {
    return document.documentElement.dataset.theme || "system";
  }

  choose(theme) {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    try {
      if (theme === "system") localStorage.removeItem("theme");
      else localStorage.setItem("theme", theme);
    } catch { /* storage is refused: the choice lasts as long as the page */ }
    this.show();
    document.dispatchEvent(new CustomEvent("theme-changed"));
  }

  show() {
    const theme = this.current();
    this.button.textContent = SIGN[theme];
    this.button.setAttribute("aria-label", `Theme: ${theme}. Change to ${NEXT[theme]}`);
    this.button.title = `Theme: ${theme}`;
  }
}

customElements.define("theme-switch", ThemeSwitch);
