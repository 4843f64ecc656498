// Service worker: the page and its viewer as one version, files of the bundle by their names, which
// change with their content. What `version.js` says changes with every build, which is how browsers
// learn of a new version; it takes over when the reader says so, or when no page of the old one is open.

importScripts("bundle/version.js");

/** Path of each file of this version, and its SHA-256. */
const { files: FILES, version: VERSION } = self.shelfmark;
const SCOPE = new URL("./", self.location).href;
const PREFIX = `shelfmark ${SCOPE} `;
const CURRENT = PREFIX + VERSION;
/** Files of the bundle, of whatever version. */
const SHARDS = `${PREFIX}files`;
const SHARD = /^bundle\/[a-z]+-[0-9a-f]{16}(-\d+)*\.bin$/;

const hashOf = async (bytes) =>
  Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");

/** Brings a file of this version, unless an earlier attempt did. Hosts may add to pages, so only other
    files must be the very ones that were built together. */
const bring = async (cache, path, hash) => {
  const address = SCOPE + path;
  if (await cache.match(address)) return;
  const response = await fetch(address, { cache: "no-cache", credentials: "same-origin" });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  const bytes = await response.arrayBuffer();
  if (!path.endsWith(".html") && (await hashOf(bytes)) !== hash) throw new Error(`${path} is of another version`);
  const type = response.headers.get("content-type") ?? "";
  await cache.put(address, new Response(bytes, { headers: { "content-type": type } }));
};

addEventListener("install", (event) => {
  const install = async () => {
    const cache = await caches.open(CURRENT);
    await Promise.all(Object.entries(FILES).map(([path, hash]) => bring(cache, path, hash)));
  };
  event.waitUntil(install());
});

addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith(PREFIX) && name !== CURRENT && name !== SHARDS) await caches.delete(name);
    }
    await clients.claim();
  };
  event.waitUntil(tidy());
});

addEventListener("message", (event) => {
  if (event.data === "take over") skipWaiting();
});

/** A file of this version; whatever goes wrong, the host is asked. */
const own = async (path, request) => {
  try {
    const cache = await caches.open(CURRENT);
    const held = await cache.match(SCOPE + path);
    if (held) return held;
  } catch {
    // No storage is no reason to break the page.
  }
  return fetch(request);
};

/** A part of a file, as a host would send it. */
const partial = (body) => new Response(body, { status: 206 });

/** What is kept of a file, or of the part of it that is asked for. */
const kept = async (cache, { url }, range) => {
  const whole = await cache.match(url);
  if (!range) return whole;
  const [start, end] = range.match(/\d+/g).map(Number);
  if (whole) return partial((await whole.blob()).slice(start, end + 1));
  const part = await cache.match(`${url}?${range}`);
  return part && partial(part.body);
};

const shard = async (request) => {
  // A part is kept under an address of its own, as caches take only whole answers.
  const range = request.headers.get("range");
  let cache;
  try {
    cache = await caches.open(SHARDS);
    const held = request.cache === "no-cache" ? undefined : await kept(cache, request, range);
    if (held) return held;
  } catch {
    // As above.
  }
  const response = await fetch(request);
  const page = response.headers.get("content-type")?.startsWith("text/html");
  const part = range && response.status === 206;
  if (cache && (part || response.status === 200) && !page) {
    const copy = response.clone();
    // There may be no room; then nothing is kept.
    cache.put(request.url + (part ? `?${range}` : ""), part ? new Response(copy.body) : copy).catch(() => {});
  }
  return response;
};

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(SCOPE)) return;
  // What is saved for offline is kept by the page itself.
  if (request.cache === "no-store") return;
  const path = request.url.slice(SCOPE.length).split(/[?#]/)[0] || "index.html";
  if (Object.hasOwn(FILES, path)) event.respondWith(own(path, request));
  else if (SHARD.test(path)) event.respondWith(shard(request));
});
