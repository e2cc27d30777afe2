// What this page sent as an answer in words, to be held against the model answer. All phones are sent the same part, and
// nobody's words are in it; a page that was loaded anew has them from the server.
const sent = new Map();

document.addEventListener("submit", (event) => {
  const words = event.target.querySelector("textarea[name=answer]");
  const question = event.target.querySelector("input[name=question]");
  if (words && question) sent.set(question.value, words.value.trim());
}, true);

class OwnWords extends HTMLElement {
  connectedCallback() {
    const words = sent.get(this.dataset.question);
    if (!words || this.textContent.trim()) return;
    this.textContent = words;
    this.parentElement.hidden = false;
  }
}

customElements.define("own-words", OwnWords);
