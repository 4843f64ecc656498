// Runs before anything of the page: notes when something that fits stands in it, what blocked it and
// how far things moved.
(() => {
  const bench = (window.bench = { shown: 0, blocked: 0, shift: 0 });
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) bench.blocked = Math.max(bench.blocked, task.duration);
  }).observe({ type: "longtask", buffered: true });
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) bench.shift += shift.value;
  }).observe({ type: "layout-shift", buffered: true });
  const look = () => {
    const host = document.querySelector("shelfmark-archive")?.shadowRoot ?? document;
    if (host.querySelector(SELECTOR)) bench.shown = performance.now();
    else requestAnimationFrame(look);
  };
  look();
})();
