// Keeps numbers that were found right in this browser, brings them back, and forgets them on request.
class KeptNumbers extends HTMLElement {
  connectedCallback() {
    this.text = this.querySelector("textarea");
    try {
      this.begin();
    } catch {
      this.say("This browser keeps nothing; download the file instead.");
    }
  }

  begin() {
    const kept = localStorage.getItem("numbers");
    if ("valid" in this.dataset) {
      localStorage.setItem("numbers", this.text.value);
      this.say("Kept in this browser. Experiments offer to run with them.");
    } else if (kept && !this.text.hasAttribute("aria-invalid")) {
      this.text.value = kept;
    }
    if (localStorage.getItem("numbers")) this.offer();
  }

  offer() {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Forget these numbers" });
    button.addEventListener("click", () => {
      localStorage.removeItem("numbers");
      this.text.value = this.text.defaultValue;
      button.remove();
      this.say("Forgotten: nothing of them is left in this browser.");
    });
    this.querySelector(".actions").append(button);
  }

  say(words) {
    this.said ??= Object.assign(document.createElement("p"), { className: "numbers__said" });
    this.said.setAttribute("role", "status");
    this.prepend(this.said);
    this.said.textContent = words;
  }
}

customElements.define("kept-numbers", KeptNumbers);
