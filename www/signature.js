// Who signed the archive, and whether it is the one that this device has seen before. The module hashes
// the manifest and hands over what it says; everything else about signatures is here.

/** Most bytes of a file with a signature. */
const SIGNATURE = 16 << 10;
const REMEMBERED = "shelfmark signed ";

const fromBase64 = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** What people compare of a key: its first 16 bytes. */
const fingerprint = (key) => {
  try {
    return toHex(fromBase64(key).subarray(0, 16)).replace(/(....)(?!$)/g, "$1 ");
  } catch {
    return key;
  }
};

/** Whether the manifest's SHA-256 is one of those that `integrity` allows (as for scripts, or hex). */
const allowed = (integrity, hash) =>
  integrity.split(/\s+/).some((digest) => {
    try {
      return digest === hash || toHex(fromBase64(digest.replace(/^sha256-/, ""))) === hash;
    } catch {
      return false;
    }
  });

/** Whether this is the key's signature of a message. */
const verifies = async (key, message, signature) => {
  try {
    const { subtle } = crypto;
    const imported = await subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await subtle.verify("Ed25519", imported, signature, message);
  } catch {
    // No WebCrypto on this page, or one that doesn't know the curve.
    const { verify } = await import(new URL("later/ed25519.js", import.meta.url).href);
    return verify(key, message, signature);
  }
};

/** What this device remembers of an address; `set` replaces it, with nothing if undefined. */
const remembered = (src, set) => {
  try {
    if (!set) {
      const kept = JSON.parse(localStorage.getItem(REMEMBERED + src));
      return typeof kept?.key === "string" ? kept : undefined;
    }
    if (set.key) localStorage.setItem(REMEMBERED + src, JSON.stringify(set));
    else localStorage.removeItem(REMEMBERED + src);
  } catch {
    // Storage is forbidden here, or full.
  }
  return undefined;
};

/** Whether the file with the signature holds one by the key: `false` when it does not or is not
    there, an error when it can't be told. */
const holds = async (src, hash, key) => {
  const file = new URL(`signature-${hash.slice(0, 16)}.bin`, src).href;
  for (const fresh of [false, true]) {
    let bytes;
    try {
      bytes = await read(file, SIGNATURE, fresh);
    } catch (error) {
      // A file that is not there is no signature; one that does not come may be.
      if (!error.lasting && !brought) throw error;
    }
    if (!bytes) continue;
    const message = new TextEncoder().encode(`shelfmark archive, format 1\n${hash}\n`);
    let parts;
    try {
      const { signature } = JSON.parse(new TextDecoder().decode(bytes));
      parts = [fromBase64(key), message, fromBase64(signature)];
    } catch {
      continue;
    }
    if (await verifies(...parts)) return true;
  }
  return false;
};

/**
 * What to think of a manifest. `signed` is `{ src, hash, key, time }`: its address and SHA-256, and the
 * key and time that it names, if any. `wanted` is what the page asks for: `{ publicKey, integrity }`.
 *
 * `refused` is true when it must not be used; else `state` is `unsigned`, `signed` (unchanged since it was
 * signed by `key` at `time`) or `unchecked`, `fresh` is true when nothing was remembered of the address,
 * and `warning` is `missing`, `changed` or `older` when `before` (`{ key, time, hash }`) was seen there.
 */
const judge = async (signed, { publicKey, integrity } = {}) => {
  const { src, hash, key, time } = signed;
  const before = remembered(src);
  const verdict = { ...signed, state: "unsigned", before, fingerprint: key && fingerprint(key) };
  const refused = { ...verdict, refused: true };
  if (integrity?.trim() && !allowed(integrity.trim(), hash)) return refused;
  if (publicKey?.trim() && publicKey.trim() !== key) return refused;
  if (!key) return before ? { ...verdict, warning: "missing" } : verdict;
  try {
    if (!(await holds(src, hash, key))) return refused;
  } catch {
    return publicKey?.trim() ? refused : { ...verdict, state: "unchecked" };
  }
  verdict.state = "signed";
  if (!before) return { ...verdict, fresh: true };
  if (before.key !== key) return { ...verdict, warning: "changed" };
  const older = time < before.time || (time === before.time && hash !== before.hash);
  return older ? { ...verdict, warning: "older" } : verdict;
};

/** What an archive tells of itself, with the key that signed it. */
const signedInfo = (info, verdict) => (verdict?.state === "signed" ? { ...info, signedBy: verdict.key } : info);

/** From now on this is what the address should hold. */
const accept = ({ src, hash, key, time }) => remembered(src, { key, time, hash });

/** Says in the page who signed, above the footer, and what is wrong, above the posts. */
const showVerdict = (root, { language, texts }, verdict, store) => {
  root.querySelectorAll(".signed, .warning").forEach((old) => old.remove());
  const day = (time) => {
    const date = new Date(time * 1000);
    return isNaN(date) ? String(time) : date.toLocaleDateString(language, { dateStyle: "medium" });
  };
  const { key, before } = verdict;
  const values = { key: verdict.fingerprint, date: key && day(verdict.time) };
  if (before) values.before = verdict.warning === "older" ? day(before.time) : fingerprint(before.key);
  const make = (name, part, text) => {
    const node = document.createElement(name);
    node.className = part;
    node.textContent = text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
    return node;
  };
  if (verdict.state === "signed") {
    const line = make("p", "signed", texts.signed);
    line.setAttribute("part", "signed");
    if (verdict.fresh) line.append(" ", texts["signed.first"]);
    root.querySelector(".footer")?.before(line);
  }
  const kind = verdict.state === "unchecked" ? "unchecked" : verdict.warning;
  if (!kind) {
    if (verdict.state === "signed" && store) accept(verdict);
    return;
  }
  const box = make("p", "warning", texts[`signed.${kind}`]);
  box.setAttribute("role", "alert");
  box.setAttribute("part", "warning");
  if (verdict.warning) {
    const button = make("button", "button", texts["signed.accept"]);
    button.type = "button";
    button.addEventListener("click", () => {
      if (store) accept(verdict);
      box.remove();
    });
    box.append(" ", button);
  }
  root.querySelector(".layout")?.before(box);
};

