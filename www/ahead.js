// What the first view needs beside the manifest, asked for as soon as the manifest tells its name: on a slow
// line the module is still on its way then. It is a guess. What is right is decided in Rust, which asks for
// what it needs by the same addresses; a wrong guess costs its bytes and nothing else.

/** Pages of bodies that the module wants before it knows which; see `PAGES_AHEAD` of `crates/bundle`. */
const PAGES_AHEAD = 4;
/** Posts of a list's first page, and of a list shard. */
const [FIRST_PAGE, LIST_SPAN] = [20, 256];

/** Bytes that are on their way, by address. */
const ahead = new Map();

/** Files that a view is likely to need, `[kind, reference]`. */
const likely = (manifest, { post, query, page, tags, categories, authors, ...days }) => {
  const of = (kind, files) => files.map((file) => [kind, file]);
  if (post) return [];
  if (query && manifest.traits) {
    const pages = manifest.bodies.length > PAGES_AHEAD ? [] : manifest.bodies;
    return [...of("traits", [manifest.traits]), ...of("bodies", pages)];
  }
  const filters = [...tags, ...categories, ...authors, days["from-date"], days["to-date"]];
  if (query || page > 1 || filters.some(Boolean)) return [];
  return of("list", manifest.lists.slice(manifest.posts % LIST_SPAN < FIRST_PAGE ? -2 : -1));
};

/** Begins to read what the view that `first` gives is likely to need, once the manifest is here. */
const lookAhead = async (src, manifest, first) => {
  try {
    const told = JSON.parse(new TextDecoder().decode(await manifest));
    for (const [kind, [hash, size]] of likely(told, first())) {
      if (!/^[0-9a-f]{64}$/.test(hash) || !(size <= MODULE)) continue;
      const address = new URL(`${kind}-${hash.slice(0, 16)}.bin`, src).href;
      ahead.set(address, get(address, size).catch(() => {}));
    }
  } catch {
    // Whoever reads the manifest next says what is wrong with it.
  }
};

/** Bytes of a file, perhaps of one that is on its way. */
const expected = async (address, most, fresh, offset) => {
  const early = ahead.get(address);
  ahead.delete(address);
  const bytes = fresh ? undefined : await early;
  return bytes && bytes.length <= most ? bytes : read(address, most, fresh, offset);
};
