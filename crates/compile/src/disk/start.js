// Starts the viewer when the page was opened from disk: browsers refuse modules and requests there, so
// every file is a script that hands it over. On a host it does nothing.
(() => {
  "use strict";
  if (location.protocol !== "file:") return;
  const base = new URL(".", document.baseURI).href;
  const sound = (address) => address.startsWith(`${base}bundle/disk/`) && !address.includes("/..");
  const policy = globalThis.trustedTypes?.createPolicy("shelfmark-disk", {
    createScriptURL: (address) => (sound(address) ? address : ""),
  });

  /** Runs a script of the site. */
  const run = (name) =>
    new Promise((resolve, reject) => {
      const address = `${base}bundle/disk/${name}.js`;
      const script = document.createElement("script");
      script.src = policy ? policy.createScriptURL(address) : address;
      script.onload = () => resolve(script.remove());
      script.onerror = () => reject(new Error(`${name}.js can't be read`), script.remove());
      document.head.append(script);
    });

  const arrived = new Map();
  globalThis.shelfmarkFile = (name, text, gzipped) => arrived.set(name, [text, gzipped]);

  const decode = (text) =>
    Uint8Array.fromBase64 ? Uint8Array.fromBase64(text) : Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

  const read = async (name) => {
    await run(name);
    const [text, gzipped] = arrived.get(name) ?? [];
    arrived.delete(name);
    if (text === undefined) throw new Error(`${name}.js holds something else`);
    const bytes = decode(text);
    if (!gzipped) return bytes;
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  };

  const pending = new Map();
  globalThis.shelfmarkFiles = (address) => {
    const name = address.slice(base.length);
    if (!pending.has(name)) {
      const forget = () => pending.delete(name);
      const reading = read(name);
      pending.set(name, reading);
      reading.then(forget, forget);
    }
    return pending.get(name);
  };

  const start = () => run("viewer").catch(() => {});
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
