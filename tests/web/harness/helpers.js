// Stands before every script of the tests. The viewer lives in the element's shadow root.
const host = document.querySelector("shelfmark-archive");
const root = host?.shadowRoot ?? document;
const all = (selector) => [...root.querySelectorAll(selector)];
const one = (selector) => root.querySelector(selector);
const text = (node) => (node ? node.textContent.replace(/\s+/g, " ").trim() : null);
