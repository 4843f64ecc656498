// The HTML parser for workers and Node (crates/parser), with the same accessors that element.js has
// for the nodes of browsers. This text follows the glue that wasm-bindgen makes, in one module.

/** Starts the parser; `read` gives the bytes of a file. */
export const start = async (read) => {
  const module = new URL("./shelfmark_parser_bg.wasm", import.meta.url).href;
  await __wbg_init({ module_or_path: await read(module) });
  return { parse: (html) => tree(JSON.parse(parse(html))), nodes };
};

/** Links nodes that come in document order, each with its depth. */
const tree = (told) => {
  const open = [];
  for (const [depth, kind, text, space, attributes] of told) {
    const node = { kind, text, space, attributes };
    const parent = open[depth - 1];
    if (parent) {
      if (parent.last) parent.last.next = node;
      else parent.first = node;
      parent.last = node;
    }
    open[depth] = node;
  }
  const text = () => told.map(([, kind, text]) => (kind === 3 ? text : "")).join("");
  return Object.defineProperty(open[0], "textContent", { get: text });
};

const nodes = {
  kind: (node) => node.kind,
  value: (node) => node.text,
  first: (node) => node.first,
  next: (node) => node.next,
  name: (node) => node.text,
  space: (node) => node.space,
  attribute: (node, name) => node.attributes.find((pair) => pair[0] === name)?.[1],
};
