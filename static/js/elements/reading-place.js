// Tells the server which section a known learner is reading, so that they can go on there.
class ReadingPlace extends HTMLElement {
  connectedCallback() {
    this.watcher = new IntersectionObserver((seen) => {
      const visible = seen.find((one) => one.isIntersecting);
      if (visible) this.keep(visible.target.id);
    });
    document.querySelectorAll("main h2[id]").forEach((heading) => this.watcher.observe(heading));
  }

  disconnectedCallback() {
    this.watcher.disconnect();
  }

  keep(anchor) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      fetch(this.dataset.action, { method: "POST", body: new URLSearchParams({ lesson: this.dataset.lesson, anchor }) })
        .catch(() => { /* no network: the next section tells it again */ });
    }, 1500);
  }
}

customElements.define("reading-place", ReadingPlace);
