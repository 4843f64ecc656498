// Runs before anything of each page that is loaded: notes when the page is told of a new version, and when the
// post shows how often it was saved.
(() => {
  let told = 0;
  const { EventSource } = window;
  window.EventSource = class extends EventSource {
    constructor(...args) {
      super(...args);
      this.addEventListener("message", () => (told = now()));
    }
  };
  const look = () => {
    const root = document.querySelector("shelfmark-archive")?.shadowRoot;
    const [, times] = root?.querySelector("article")?.textContent.match(/saved (\d+) times/) ?? [];
    if (times && window.saved?.times !== Number(times)) window.saved = { times: Number(times), told, shown: now() };
    requestAnimationFrame(look);
  };
  const now = () => performance.timeOrigin + performance.now();
  look();
})();
