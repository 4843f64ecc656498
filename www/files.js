// Bytes of the archive's files, for module and element alike: from the network with limits of time and
// size and some patience, or from what the page brought along.

/** Milliseconds without a byte after which a request is given up. */
const STALLED = 20000;
/** Pauses before a request that failed is made again. */
const PAUSES = [400, 1600];
/** Pauses before a view that failed for want of the network is tried again; the last one repeats. */
const RETURNS = [4000, 8000, 15000, 30000, 60000];

/** Most bytes of a file of which only a part is wanted. */
const PACK = 1 << 25;

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

/** Pieces as one. A blob would do it by way of another process. */
const joined = (chunks, size) => {
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
};

/** Reads a stream to its end; gives nothing when it holds more than `most` bytes. */
const collect = async (stream, most, alive) => {
  const reader = stream.getReader();
  const chunks = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return joined(chunks, size);
    alive?.();
    size += value.length;
    if (size > most) {
      reader.cancel().catch(() => {});
      return undefined;
    }
    chunks.push(value);
  }
};

/** What was gzip'd to `bytes`, if it is no more than `most` bytes. */
const inflate = (bytes, most) => {
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  // A copy, for these are the module's own and may have moved when their turn comes. Whoever reads hears of
  // what is wrong with them.
  writer.write(bytes.slice()).catch(() => {});
  writer.close().catch(() => {});
  return collect(readable, most);
};

/** Parts of files that were asked for, as far as the service worker is not told of them by their requests:
    `[address, most, offset]`. */
const parted = [];

/** Of some bytes, those of one shard; all where there is no offset. */
const part = (bytes, most, offset) => (offset >= 0 ? bytes?.subarray(offset, offset + most) : bytes);

/** One request, given up when nothing comes for a time, or when `signal` says so; nothing when there are
    more than `most` bytes. With an `offset`, of the `most` bytes from there on, or for `whole` of the file
    that they are in. */
const once = async (address, most, { cache = "default", signal, stalled = STALLED, offset = -1, whole } = {}) => {
  const abort = new AbortController();
  const stop = () => abort.abort();
  let timer;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(stop, stalled);
  };
  alive();
  signal?.addEventListener("abort", stop);
  try {
    const headers = offset >= 0 && !whole ? { range: `bytes=${offset}-${offset + most - 1}` } : {};
    const response = await fetch(address, { referrerPolicy: "no-referrer", signal: abort.signal, cache, headers });
    if (!response.ok) {
      // What is not there, or not for this reader, is not there in a second either.
      const lasting = response.status < 500 && response.status !== 429 && response.status !== 408;
      throw Object.assign(new Error(`${address}: ${response.status}`), { lasting });
    }
    const body = response.body ?? new Blob([]).stream();
    // Who knows no ranges sends the whole file.
    if (offset >= 0 && response.status !== 206) return part(await collect(body, PACK, alive), most, offset);
    return await collect(body, most, alive);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
};

/** What `shelfmark pack` and `build --file-urls` gave the page: files by address, without requests. */
const brought = globalThis.shelfmarkFiles;

/** Whether parts of files can be had. Some hosts send other bytes, or none: GitHub Pages counts those of a
    file that it compressed (https://github.com/bdon/ghpages-firefox-range-bug); hosts of other origins may not
    allow the question. */
let ranges = true;

/** Bytes of the file at an address; nothing when there are more than `most`, an error when it can't
    be had. `fresh` asks the host, whatever caches hold; `offset` is as above. A part that can't be had, or
    turned out to be another, is taken from the whole file. */
const get = async (address, most, fresh, offset) => {
  if (brought) return part(await brought(address), most, offset);
  if (offset >= 0 && !globalThis.navigator?.serviceWorker?.controller) parted.push([address, most, offset]);
  let whole = fresh || !ranges;
  let refused = false;
  for (const wait of [...PAUSES, undefined]) {
    try {
      const bytes = await once(address, most, { cache: fresh ? "no-cache" : "default", offset, whole });
      ranges &&= !refused;
      return bytes;
    } catch (error) {
      const other = offset >= 0 && !whole && (error.lasting || wait === PAUSES.at(-1));
      if (other) whole = refused = true;
      if (other && error.lasting) continue;
      if (error.lasting || wait === undefined || globalThis.navigator?.onLine === false) throw error;
      await pause(wait * (0.5 + Math.random()));
    }
  }
};
