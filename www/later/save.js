// Saving an archive for offline: which files there are, which are here, and bringing the others. Every
// file is checked against its SHA-256 before it is kept, so what was kept need not be brought again.

/** Milliseconds without a byte after which a request is given up. */
const STALLED = 30000;
/** Pauses before a request that failed is made again. */
const PAUSES = [1000, 4000, 15000];
/** Requests at once. */
const AT_ONCE = 4;

/** Kinds of files that the manifest names, by its field. */
const KINDS = {
  lists: "list",
  slugs: "slugs",
  facets: "facets",
  days: "days",
  bodies: "bodies",
  texts: "text",
  forms: "forms",
  traits: "traits",
  segments: "traits",
  index: "terms",
};

const isFile = (value) => Array.isArray(value) && value.length === 3 && /^[0-9a-f]{64}$/.test(value[0]);
/** Everything in a value that names a file: `[sha256, bytes, size]`. */
const within = (value) =>
  isFile(value) ? [value] : value instanceof Object ? Object.values(value).flatMap(within) : [];
const named = (kind, [hash, bytes]) => ({ name: `${kind}-${hash.slice(0, 16)}.bin`, hash, bytes });
/** Names of the files that a table numbers begin so. */
const numbered = (kind, hash) => `${kind}-${hash.slice(0, 16)}-`;
/** The files in which the shards that a table names stand, each alone or so many one after the other as
    `packed` says. */
const filesOf = (kind, { hash }, shards, packed) => {
  const each = packed || 1;
  const start = numbered(kind, hash) + (packed ? `${packed}-` : "");
  return Array.from({ length: Math.ceil(shards.length / each) }, (_, place) => {
    const own = shards.slice(place * each, (place + 1) * each);
    const bytes = own.reduce((sum, [, length]) => sum + length, 0);
    return { name: `${start}${place}.bin`, bytes, shards: own, first: place * each };
  });
};
/** The shards of a file, each with its bytes. */
const partsOf = (bytes, { hash, bytes: length, shards = [[hash, length]] }) => {
  let end = 0;
  return shards.map(([hash, length]) => ({ hash, bytes: bytes.slice(end, (end += length)) }));
};

const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
const failure = (code, file) => Object.assign(new Error(file), { code, file });

const unpacked = async (bytes) => {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
};

export class Saving {
  #folder;
  #cache;
  #signal;
  #progress;
  #once;
  part = 0;
  whole = 0;
  brought = 0;
  files = 0;

  /** `src` is the manifest's address, `cache` the name of the cache of files, `once` what makes a request
      (`files.js`). */
  constructor(src, cache, signal, progress, once) {
    this.#once = once;
    this.src = src;
    this.#folder = new URL(".", src).href;
    this.#cache = cache;
    this.#signal = signal;
    this.#progress = progress;
  }

  /** Saves the archive, or the posts that `wanted` says: `{ from, to, tags }`, all optional. */
  async save(wanted = {}) {
    this.#cache = await caches.open(this.#cache);
    const manifest = await (await fetch(this.src)).json();
    const tables = Object.entries(KINDS).flatMap(([field, kind]) =>
      within(manifest[field] ?? []).map((file) => ({ kind, ...named(kind, file) })),
    );
    const pages = tables.filter(({ kind }) => kind === "bodies");
    const terms = tables.filter(({ kind }) => kind === "terms");
    this.#expect(tables);
    const read = (files) => this.#all(files, async (file) => unpacked(await this.#have(file)));
    const bodies = await read(pages);
    const { packed } = manifest;
    const index = (await read(terms)).flatMap(({ shards }, place) =>
      packed ? filesOf("index", terms[place], shards, packed) : shards.map((file) => named("index", file)),
    );
    const known = new Set(tables.map(({ name }) => name));
    const lists = bodies.flatMap((page) => page.lists.map((file) => named("list", file)));
    this.#expect(index);
    this.#expect(lists.filter(({ name }) => !known.has(name)));

    const chosen = this.#choice(await read(lists), wanted);
    const groups = bodies.flatMap((page) => {
      let next = page.first;
      return page.groups.map(([file, counts]) => {
        const places = counts.map((count) => chosen(next, (next += count)));
        return { ...named("group", file), places };
      });
    });
    const needed = groups.filter(({ places }) => places.includes(true));
    this.#expect(needed);
    const texts = (await this.#all(needed, async (group) => {
      const { bodies } = await unpacked(await this.#have(group));
      const files = filesOf("body", group, bodies, packed);
      const wanted = ({ first, shards }) => group.places.slice(first, first + shards.length);
      return files.map((file) => ({ ...file, wanted: wanted(file) })).filter((file) => file.wanted.includes(true));
    })).flat();
    this.#expect(texts);
    const rest = tables.filter(({ kind }) => !["bodies", "terms", "list"].includes(kind));
    await this.#all([...rest, ...index], (file) => this.#have(file));
    const pictures = new Map();
    await this.#all(texts, async (file) => {
      const parts = partsOf(await this.#have(file), file);
      for (const { bytes } of parts.filter((_, place) => file.wanted[place])) {
        const { posts } = await unpacked(bytes);
        for (const [, image] of posts.flatMap((post) => post.pictures ?? [])) {
          const picture = named("image", image);
          if (pictures.has(picture.name)) continue;
          pictures.set(picture.name, picture);
          this.#expect([picture]);
        }
      }
    });
    await this.#all([...pictures.values()], (file) => this.#have(file));
  }

  /** Tells of a range of ids whether any post in it is wanted. */
  #choice(lists, { from, to, tags }) {
    if (!from && !to && !tags?.length) return () => true;
    const ids = new Set();
    for (const { first, posts } of lists) {
      posts.forEach((post, place) => {
        const day = post.date?.slice(0, 10) ?? "";
        const fits = (!from || day >= from) && (!to || (day && day <= to));
        if (fits && (!tags?.length || tags.some((tag) => post.tags?.includes(tag)))) ids.add(first + place);
      });
    }
    return (start, end) => {
      for (let id = start; id < end; id++) if (ids.has(id)) return true;
      return false;
    };
  }

  #expect(files) {
    for (const { bytes } of files) this.whole += bytes;
    this.#progress?.(this);
  }

  /** Does something with each of the files, some at a time, and gives the results in order. */
  async #all(files, work) {
    const results = [];
    let next = 0;
    const worker = async () => {
      while (next < files.length) {
        this.#signal?.throwIfAborted();
        const at = next++;
        results[at] = await work(files[at]);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return results;
  }

  /** The bytes of a file, which is in the cache afterwards. */
  async #have(file) {
    const address = this.#folder + file.name;
    const held = await this.#cache.match(address);
    let bytes = held && (await held.arrayBuffer());
    if (!bytes || !(await this.#fits(bytes, file))) {
      bytes = await this.#bring(address, file);
      try {
        await this.#cache.put(address, new Response(bytes));
      } catch (error) {
        throw error.name === "QuotaExceededError" ? failure("quota", file.name) : error;
      }
      this.brought += file.bytes;
    }
    this.part += file.bytes;
    this.files += 1;
    this.#progress?.(this);
    return bytes;
  }

  async #fits(bytes, file) {
    if (bytes.byteLength !== file.bytes) return false;
    for (const part of partsOf(bytes, file)) {
      if (hex(await crypto.subtle.digest("SHA-256", part.bytes)) !== part.hash) return false;
    }
    return true;
  }

  async #bring(address, file) {
    let reason = "network";
    for (const wait of [...PAUSES, undefined]) {
      try {
        const how = { cache: "no-store", signal: this.#signal, stalled: STALLED };
        const bytes = await this.#once(address, file.bytes, how);
        if (bytes && (await this.#fits(bytes, file))) return bytes;
        reason = "integrity";
      } catch {
        this.#signal?.throwIfAborted();
        reason = "network";
      }
      if (wait !== undefined) await pause(wait);
      this.#signal?.throwIfAborted();
    }
    throw failure(reason, file.name);
  }
}

/** Removes files from the cache that no version needs any more: those that neither the manifest nor its
    tables name. Bodies and packs are named after their table; of a pack there may be parts. */
export const tidy = async (src, cacheName) => {
  const cache = await caches.open(cacheName);
  const folder = new URL(".", src).href;
  const manifest = await (await fetch(src)).json();
  const names = new Set();
  for (const [field, kind] of Object.entries(KINDS)) {
    for (const file of within(manifest[field] ?? [])) {
      const { name } = named(kind, file);
      names.add(name);
      if (kind !== "bodies" && kind !== "terms") continue;
      const table = await unpacked(await (await fetch(folder + name)).arrayBuffer());
      for (const list of table.lists ?? []) names.add(named("list", list).name);
      if (manifest.packed) names.add(numbered("index", file[0]));
      for (const index of table.shards ?? []) names.add(named("index", index).name);
      for (const [group] of table.groups ?? []) {
        names.add(named("group", group).name);
        names.add(numbered("body", group[0]));
      }
    }
  }
  for (const request of await cache.keys()) {
    const [name] = request.url.slice(folder.length).split("?");
    const start = name.match(/^(body|index)-[0-9a-f]{16}-/)?.[0];
    if (!names.has(name) && !names.has(start) && !/^(image|signature)-/.test(name)) await cache.delete(request);
  }
};
