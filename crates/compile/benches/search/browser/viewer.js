// Searches at once, as the Enter key does: the pause that the field waits for is not measured.
async (query) => {
  const root = document.querySelector("shelfmark-archive").shadowRoot;
  const main = root.querySelector("main");
  const field = root.querySelector("#q");
  if (field.value === query) return;
  const before = main.firstChild;
  const isShown = () => main.firstChild !== before && !root.querySelector(".notice-loading");
  const shown = new Promise((done) => {
    const observer = new MutationObserver(() => {
      if (!isShown()) return;
      observer.disconnect();
      done();
    });
    observer.observe(main, { childList: true, subtree: true });
  });
  field.value = query;
  field.form.dispatchEvent(
    new Event("submit", { bubbles: true, cancelable: true, composed: true }),
  );
  await shown;
}
