// Runs before anything of the page: notes when something that fits stands in it, and what blocked it.
(() => {
  const bench = (window.bench = { shown: 0, blocked: 0 });
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) bench.blocked = Math.max(bench.blocked, task.duration);
  }).observe({ type: "longtask", buffered: true });
  const look = () => {
    const host = document.querySelector("shelfmark-archive")?.shadowRoot ?? document;
    if (host.querySelector(SELECTOR)) bench.shown = performance.now();
    else requestAnimationFrame(look);
  };
  look();
})();
