// Stands before every script of the tests. The viewer lives in the element's shadow root, which is
// not there before its module has run; a page without the element is looked at as it is.
const host = document.querySelector("shelfmark-archive");
const root = host ? host.shadowRoot : document;
const all = (selector) => (root ? [...root.querySelectorAll(selector)] : []);
const one = (selector) => root?.querySelector(selector) ?? null;
const text = (node) => (node ? node.textContent.replace(/\s+/g, " ").trim() : null);
