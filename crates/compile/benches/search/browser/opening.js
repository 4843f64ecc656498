// Opens a post that was open before, as its body is in memory then: how long until it stands in the page
// and is laid out, and until the frame after.
async (slug) => {
  const host = document.querySelector("shelfmark-archive");
  const root = host.shadowRoot;
  const main = root.querySelector("main");
  const change = (act, selector) => {
    const before = main.firstChild;
    return new Promise((done) => {
      const observer = new MutationObserver(() => {
        if (main.firstChild === before || !main.querySelector(selector)) return;
        observer.disconnect();
        done(main.getBoundingClientRect().height);
      });
      observer.observe(main, { childList: true });
      act();
    });
  };
  const frame = () => new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
  const leave = async () => {
    await change(() => history.back(), ".posts");
    await frame();
    await new Promise((next) => setTimeout(next, 60));
  };
  await change(() => host.open(slug), "article");
  await leave();
  bench.blocked = 0;
  const start = performance.now();
  await change(() => host.open(slug), "article");
  const shown = performance.now() - start;
  await frame();
  const drawn = performance.now() - start;
  await new Promise((next) => setTimeout(next, 60));
  const blocked = bench.blocked;
  await leave();
  return { shown, drawn, blocked };
}
