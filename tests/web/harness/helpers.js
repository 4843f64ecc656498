// Stands before every script of the tests. The viewer lives in the element's shadow root, which is
// not there before its module has run; a page without the element is looked at as it is.
const host = document.querySelector("shelfmark-archive");
const root = host ? host.shadowRoot : document;
const all = (selector) => (root ? [...root.querySelectorAll(selector)] : []);
const one = (selector) => root?.querySelector(selector) ?? null;
const text = (node) => (node ? node.textContent.replace(/\s+/g, " ").trim() : null);

/** Waits, looking often, until something is so; gives up after ten seconds. */
const until = async (isSo) => {
  for (const start = performance.now(); !isSo(); ) {
    if (performance.now() - start > 10000) return false;
    await new Promise((next) => setTimeout(next, 2));
  }
  return true;
};

/** Goes to another view and waits until it is there; tells whether it came. */
const visit = async (hash) => {
  const before = one("main").firstChild;
  location.hash = hash;
  return until(() => one("main").firstChild !== before && !one(".notice-loading"));
};
