// Bytes of the archive's files, for module and element alike: from the network with limits of time and
// size and some patience, or from what the page brought along.

/** Milliseconds without a byte after which a request is given up. */
const STALLED = 20000;
/** Pauses before a request that failed is made again. */
const PAUSES = [400, 1600];
/** Pauses before a view that failed for want of the network is tried again; the last one repeats. */
const RETURNS = [4000, 8000, 15000, 30000, 60000];

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

/** One request, given up when nothing comes for a time, or when `signal` says so; nothing when there are
    more than `most` bytes. */
const once = async (address, most, { cache = "default", signal, stalled = STALLED } = {}) => {
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
    const response = await fetch(address, { referrerPolicy: "no-referrer", signal: abort.signal, cache });
    if (!response.ok) {
      // What is not there, or not for this reader, is not there in a second either.
      const lasting = response.status < 500 && response.status !== 429 && response.status !== 408;
      throw Object.assign(new Error(`${address}: ${response.status}`), { lasting });
    }
    return await collect(response.body ?? new Blob([]).stream(), most, alive);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
};

/** What `shelfmark pack` and `build --file-urls` gave the page: files by address, without requests. */
const brought = globalThis.shelfmarkFiles;

/** Bytes of the file at an address; nothing when there are more than `most`, an error when it can't
    be had. `fresh` asks the host, whatever caches hold. */
const get = async (address, most, fresh) => {
  if (brought) return brought(address, most);
  for (const wait of [...PAUSES, undefined]) {
    try {
      return await once(address, most, fresh ? { cache: "no-cache" } : {});
    } catch (error) {
      if (error.lasting || wait === undefined || globalThis.navigator?.onLine === false) throw error;
      await pause(wait * (0.5 + Math.random()));
    }
  }
};
