// The library: archives for programs, in pages, in workers and in Node. What a request means is
// decided in Rust (src/web/library.rs).

/** What failures say to people, after the name of the file. */
const MESSAGES = {
  network: "could not be fetched",
  integrity: "is damaged: it is not what the archive's manifest promises",
  format: "cannot be read",
  version: "was made by a newer version of Shelfmark",
  "not-found": "there is no such post in this archive",
  query: "this cannot be searched for",
  aborted: "the request was given up",
};

export class ShelfmarkError extends Error {
  constructor(code, { file, detail, ...rest } = {}) {
    super([file, MESSAGES[code]].filter(Boolean).join(" ") + (detail ? `: ${detail}` : ""));
    Object.assign(this, { name: "ShelfmarkError", code, file, ...rest });
  }
}

/** Failures of the module come as `[code, file, detail]`. */
const told = (error) =>
  Array.isArray(error) ? new ShelfmarkError(error[0], { file: error[1], detail: error[2] }) : error;

/** Whether a damaged file is one by which facets are counted: the rest of the archive does without. */
const isOfCounts = ({ code, file }) => code === "integrity" && /^(facets|days)-/.test(file);

const inNode = Boolean(globalThis.process?.versions?.node) && !globalThis.document;
/** A module of Node; its name is put together here so that bundlers for browsers do not look for it. */
const node = (name) => import(/* @vite-ignore */ /* webpackIgnore: true */ ["node", name].join(":"));

/** Bytes of a file, likewise from disk in Node. */
const read = async (address, most, fresh, offset) => {
  if (!inNode || !address.startsWith("file:")) return get(address, most, fresh, offset);
  const { readFile } = await node("fs/promises");
  const bytes = await readFile(new URL(address)).catch((error) => {
    throw Object.assign(error, { lasting: error.code === "ENOENT" });
  });
  const wanted = part(new Uint8Array(bytes), most, offset);
  return wanted.length > most ? undefined : wanted;
};

const absolute = async (address) => {
  const text = String(address);
  if (!inNode) return new URL(text, globalThis.document?.baseURI ?? globalThis.location?.href).href;
  if (/^(https?|file|data):/.test(text)) return text;
  return (await node("url")).pathToFileURL(text).href;
};

let reading;
/** The parser of posts: the page's own, or the one that comes along. */
const parsing = () =>
  typeof DOMParser === "function"
    ? { parse: parseInert, nodes: inert() }
    : (reading ??= import("./parser/shelfmark_parser.js")
        .then(({ start }) => start((address) => read(address, MODULE)))
        .catch((error) => {
          reading = undefined;
          throw new ShelfmarkError("network", { file: "parser/shelfmark_parser.js", cause: error });
        }));

/** Whoever waits for it hears of its failure; until then nobody does. */
const quiet = (bytes) => {
  bytes.catch(() => {});
  return bytes;
};

/** What the module is given for an archive, with a first view or without. */
const access = async (src, first) => {
  const manifest = quiet(read(src, MANIFEST, true));
  if (first && !brought) lookAhead(src, manifest, first);
  const parser = await parsing();
  return { src, manifest, get: (...file) => quiet(expected(...file)), inflate, ...parser };
};

/** What is asked of a search, once it is known to be something that can be asked. */
const checked = (options) => {
  const wrong = (detail) => {
    throw new ShelfmarkError("query", { detail });
  };
  if (options && typeof options !== "object") wrong("options are an object");
  const { sort = "newest", from, to } = options ?? {};
  if (!["relevance", "newest", "oldest"].includes(sort)) wrong(`no such sort: ${sort}`);
  for (const day of [from, to]) {
    const at = new Date(`${day}T00:00Z`);
    if (day && (isNaN(at) || at.toISOString().slice(0, 10) !== day)) wrong(`no such day: ${day}`);
  }
  return options ?? {};
};

/** Waits for work, but not longer than anybody wants it. */
const unless = (signals, work) =>
  new Promise((resolve, reject) => {
    const all = signals.filter(Boolean);
    if (!all.every((signal) => signal.addEventListener)) {
      return reject(new ShelfmarkError("query", { detail: "signal is an AbortSignal" }));
    }
    const abort = () => reject(new ShelfmarkError("aborted"));
    if (all.some((signal) => signal.aborted)) return abort();
    for (const signal of all) signal.addEventListener("abort", abort, { once: true });
    const done = () => {
      for (const signal of all) signal.removeEventListener("abort", abort);
    };
    work({ get aborted() { return all.some((signal) => signal.aborted); } })
      .then(resolve, (error) => reject(told(error)))
      .finally(done);
  });

/** Keeps the files of an archive where the service worker of its site finds them. */
const kept = async (src, { signal, onProgress, ...wanted } = {}) => {
  const isOwn = new URL(src).origin === globalThis.location?.origin;
  if (!globalThis.caches || !globalThis.isSecureContext || brought || !isOwn) {
    throw new ShelfmarkError("network", { detail: "nothing can be saved from here" });
  }
  const { Saving } = await import(/* @vite-ignore */ new URL("later/save.js", import.meta.url));
  const tell = ({ part, whole }) => onProgress?.({ done: part, total: whole });
  const saving = new Saving(src, `shelfmark ${new URL("..", src).href} files`, signal, tell, once);
  try {
    await saving.save(wanted);
  } catch (error) {
    if (signal?.aborted) throw new ShelfmarkError("aborted");
    const code = error.code === "integrity" ? "integrity" : "network";
    const detail = error.code === "quota" ? "there is no room left on this device" : undefined;
    throw new ShelfmarkError(code, { file: error.file, detail, cause: error });
  }
  return { files: saving.files, bytes: saving.part };
};

class Archive {
  #library;
  #src;
  #closed = new AbortController();

  constructor(library, info, src) {
    this.#library = library;
    this.#src = src;
    /** What is known of the archive. */
    this.info = info;
  }

  async search(wanted) {
    const start = performance.now();
    const { signal, ...options } = checked(wanted);
    const search = (options) =>
      unless([signal, this.#closed.signal], async (either) =>
        this.#library.search(JSON.stringify(options), either),
      );
    const found = await search(options).catch(async (error) => {
      if (!isOfCounts(error)) throw error;
      // What is found does not depend on them, unless a filter does.
      return Object.assign(await search({ ...options, facets: false }), { failure: error });
    });
    found.took_ms = performance.now() - start;
    return found;
  }

  async post(slug) {
    return unless([this.#closed.signal], async () => this.#library.post(String(slug)));
  }

  async saveOffline(options) {
    return kept(this.#src, options);
  }

  close() {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    this.#library.free();
  }
}

/** Opens an archive: `{ library, info, verdict, address }`; what was begun is freed when it fails. */
const opened = async (src, options) => {
  const { signal, integrity, publicKey, onProgress } = options ?? {};
  let library;
  try {
    return await unless([signal], async () => {
      const address = await absolute(src);
      onProgress?.({ done: 0, total: 3 });
      const [options] = await Promise.all([access(address), load()]);
      onProgress?.({ done: 1, total: 3 });
      let verdict;
      options.judge = async (hash, key, time) => {
        verdict = await judge({ src: address, hash, key, time }, { publicKey, integrity });
        return !!verdict.refused;
      };
      library = new Library(options);
      await options.manifest.catch(() => {});
      onProgress?.({ done: 2, total: 3 });
      const about = library.open().catch((error) => {
        if (!isOfCounts(told(error))) throw error;
        return library.info();
      });
      const info = signedInfo(await about, verdict);
      if (signal?.aborted) throw new ShelfmarkError("aborted");
      onProgress?.({ done: 3, total: 3 });
      return { library, info, verdict, address };
    });
  } catch (error) {
    library?.free();
    throw error;
  }
};

/** Opens an archive by the address of its manifest; in Node also by a path. */
export const openArchive = async (src, options) => {
  const { library, info, address } = await opened(src, options);
  return new Archive(library, info, address);
};

/** Puts lists of counts together, the most frequent first. */
const counted = (lists, byName) => {
  const sums = new Map();
  for (const { name, count } of lists.flat()) sums.set(name, (sums.get(name) ?? 0) + count);
  const all = [...sums].map(([name, count]) => ({ name, count }));
  return all.sort((a, b) => (byName ? (a.name < b.name ? -1 : 1) : b.count - a.count));
};

const merged = (parts) => ({
  tags: counted(parts.map((part) => part.tags)),
  categories: counted(parts.map((part) => part.categories)),
  authors: counted(parts.map((part) => part.authors)),
});

/** Several archives as one. An archive that fails is told of, and does not stop the others. */
class Archives {
  constructor(members, failures) {
    /** The archives that could be opened. */
    this.members = members;
    /** Those that could not. */
    this.failures = failures;
    const infos = members.map(({ archive }) => archive.info);
    const days = (name) => infos.map((info) => info[name]).filter(Boolean).sort();
    this.info = {
      title: infos.map((info) => info.title).join(" · "),
      description: "",
      posts: infos.reduce((sum, info) => sum + info.posts, 0),
      ...merged(infos),
      from: days("from")[0] ?? null,
      to: days("to").at(-1) ?? null,
      languages: [...new Set(infos.flatMap((info) => info.languages))],
    };
  }

  async search(wanted) {
    const start = performance.now();
    const options = checked(wanted);
    const { offset = 0, limit = 20, signal, query, sort } = options;
    const asked = { ...options, offset: 0, limit: offset + limit, ids: false };
    const answers = await Promise.allSettled(this.members.map((one) => one.archive.search(asked)));
    const failures = [...this.failures];
    const found = [];
    answers.forEach(({ value, reason }, index) => {
      const { label, src } = this.members[index];
      if (value) found.push({ ...value, label: { title: label, src } });
      else failures.push({ src, error: reason });
    });
    if (signal?.aborted) throw new ShelfmarkError("aborted");
    // What is wrong with the question is wrong for all.
    if (!found.length) throw failures.at(-1).error;
    const ranked = query?.trim() && (sort ?? "relevance") === "relevance";
    const direction = sort === "oldest" ? -1 : 1;
    // Whether `b` comes before `a`; each archive's own order stays.
    const later = (a, b) => {
      if (ranked && a.score !== b.score) return b.score > a.score;
      return direction * ((b.date ?? "") > (a.date ?? "") ? 1 : (b.date ?? "") < (a.date ?? "") ? -1 : 0) > 0;
    };
    const hits = [];
    while (hits.length < offset + limit) {
      let best;
      for (const part of found) {
        if (part.hits.length && (!best || later(best.hits[0], part.hits[0]))) best = part;
      }
      if (!best) break;
      hits.push({ ...best.hits.shift(), archive: best.label });
    }
    const facets = found.map((part) => part.facets);
    return {
      total: found.reduce((sum, part) => sum + part.total, 0),
      exact: found.every((part) => part.exact) && !failures.length,
      hits: hits.slice(offset),
      facets: { ...merged(facets), months: counted(facets.map((part) => part.months), true) },
      failures,
      took_ms: performance.now() - start,
    };
  }

  /** A post by its slug, of the archive `src` or of the first that has it. */
  async post(slug, { src } = {}) {
    let missing = new ShelfmarkError("not-found");
    for (const one of this.members) {
      if (src !== undefined && src !== one.src) continue;
      try {
        return { ...(await one.archive.post(slug)), archive: { title: one.label, src: one.src } };
      } catch (error) {
        if (error.code !== "not-found") missing = error;
      }
    }
    throw missing;
  }

  close() {
    for (const { archive } of this.members) archive.close();
  }
}

/** Opens several archives for one search over all: addresses, or `{ src, label, ...options }`. */
export const openArchives = async (sources, { signal } = {}) => {
  const wanted = [sources ?? []].flat().map((one) => (one?.src === undefined ? { src: one } : one));
  const opened = await Promise.allSettled(wanted.map((one) => openArchive(one.src, { signal, ...one })));
  const members = [];
  const failures = [];
  opened.forEach(({ value, reason }, index) => {
    const { src, label } = wanted[index];
    if (value) members.push({ src: String(src), label: label ?? value.info.title, archive: value });
    else failures.push({ src: String(src), error: reason });
  });
  if (!members.length) throw failures[0]?.error ?? new ShelfmarkError("query", { detail: "no archive is named" });
  return new Archives(members, failures);
};
