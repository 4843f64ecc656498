// Gives the viewer the files that stand in the page, each decoded when it is asked for.
(() => {
  "use strict";
  const base = new URL(".", document.baseURI).href;
  const blocks = new Map();
  for (const block of document.querySelectorAll("script[data-file]")) blocks.set(block.dataset.file, block);

  const decode = (text) =>
    Uint8Array.fromBase64 ? Uint8Array.fromBase64(text) : Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

  const inflate = async (format, parts) => {
    const stream = new Blob(parts).stream().pipeThrough(new DecompressionStream(format));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  };

  /** Bytes as blocks of a deflate stream that are not compressed. */
  const stored = (bytes) => {
    const out = [];
    for (let at = 0; at < bytes.length; at += 65535) {
      const block = bytes.subarray(at, at + 65535);
      const size = block.length;
      out.push(new Uint8Array([0, size & 255, size >> 8, ~size & 255, (~size >> 8) & 255]), block);
    }
    return out;
  };

  /** A file of bodies: each record was compressed after the article of its post, which stands before
      the block in the page, newest first. */
  const records = async (block) => {
    const [first, ...sizes] = block.dataset.parts.split(" ").map(Number);
    const articles = new TextEncoder().encode(block.previousElementSibling.textContent);
    const packed = decode(block.textContent);
    const stream = [];
    let [article, part] = [0, 0];
    for (let at = 0; at < sizes.length; at += 3) {
      stream.push(...stored(articles.subarray(article, (article += sizes[at]))));
      stream.push(packed.subarray(part, (part += sizes[at + 2])));
    }
    stream.push(packed.subarray(part));
    const all = await inflate("deflate-raw", stream);
    const posts = [];
    let here = 0;
    for (let at = 0; at < sizes.length; at += 3) {
      here += sizes[at];
      posts.unshift(all.subarray(here, (here += sizes[at + 1])), ",");
    }
    posts.pop();
    const json = new Blob([`{"first":${first},"posts":[`, ...posts, "]}"]);
    return new Uint8Array(await json.arrayBuffer());
  };

  globalThis.shelfmarkFiles = async (address) => {
    const block = blocks.get(address.slice(base.length));
    if (!block) throw new Error(`${address} is not in this page`);
    if (block.dataset.parts) return records(block);
    const bytes = decode(block.textContent);
    return "gzip" in block.dataset ? inflate("gzip", [bytes]) : bytes;
  };
})();
