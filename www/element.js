// <shelfmark-archive>: lifecycle, attributes, the wasm module, and nothing else. What is shown is
// decided in Rust (src/web). This text follows the glue that wasm-bindgen makes, in one module;
// `__wbg_init` and `mount` come from there.

const CSS = "%SHELFMARK_CSS%";
const VERSION = "%SHELFMARK_VERSION%";
const ENGLISH = "%SHELFMARK_ENGLISH%";
/** Most bytes of a manifest. */
const MANIFEST = 64 << 20;
const LOCALES = ["en", "zh-Hans", "zh-Hant", "ja", "ko", "fa", "fr", "es", "de", "ru"];

/** Marks HTML as meant for the inert parser; made once, used by `parseInert` alone. */
const policy = globalThis.trustedTypes?.createPolicy("shelfmark", { createHTML: (html) => html });

/** Reads a property as the platform defines it, whatever names the node's own children bear. */
const getter = (owner, name) => {
  const { get } = Object.getOwnPropertyDescriptor(owner.prototype, name);
  return (node) => get.call(node);
};
const bodyOf = getter(Document, "body");

/** Parses HTML in a document of its own, where nothing loads and nothing runs. */
const parseInert = (html) =>
  bodyOf(new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html"));

/** Reads parsed nodes. A form's controls, or an image's name, shadow the properties of forms and
    documents (`<input name="nextSibling">`), so none is read by its plain name. */
const nodes = {
  kind: getter(Node, "nodeType"),
  value: getter(Node, "nodeValue"),
  first: getter(Node, "firstChild"),
  next: getter(Node, "nextSibling"),
  name: getter(Element, "localName"),
  space: getter(Element, "namespaceURI"),
  attribute: (element, name) => Element.prototype.getAttribute.call(element, name),
};

/** An address for a picture. A drawing's has no origin: opened on its own, it is nobody's page. */
const addressOf = (bytes, type) =>
  type === "image/svg+xml"
    ? `data:${type},${encodeURIComponent(new TextDecoder().decode(bytes))}`
    : URL.createObjectURL(new Blob([bytes], { type }));

let sheet;
const styles = () => {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
};

let loading;
/** Loads the module once for all elements of the page. */
const load = () =>
  (loading ??= (async () => {
    if (typeof WebAssembly !== "object") throw new Error("no-wasm");
    await __wbg_init({ module_or_path: await own("shelfmark_bg.wasm") });
  })().catch((error) => {
    loading = undefined;
    throw error;
  }));

/** The interface language that fits best. */
const locale = (wanted) => {
  for (const tag of wanted) {
    const lower = tag.toLowerCase();
    if (lower.startsWith("zh")) return /hant|tw|hk|mo/.test(lower) ? "zh-Hant" : "zh-Hans";
    const found = LOCALES.find((name) => lower.split("-")[0] === name.toLowerCase());
    if (found) return found;
  }
  return "en";
};

/** Texts of a language over the English ones, which are built in. */
const strings = async (name) => {
  const texts = Object.assign(Object.create(null), JSON.parse(ENGLISH));
  if (name === "en") return { language: name, texts };
  try {
    const found = JSON.parse(new TextDecoder().decode(await own(`locales/${name}.json`)));
    return { language: name, texts: Object.assign(texts, found) };
  } catch {
    return { language: "en", texts };
  }
};

/** Whether this is a site's own page, on a host: it says so by its web manifest. */
const installable = () =>
  !brought &&
  globalThis.isSecureContext &&
  "serviceWorker" in navigator &&
  document.querySelector("link[rel=manifest]") !== null &&
  new URL(".", import.meta.url).href === new URL(".", document.baseURI).href;

export class ShelfmarkArchive extends HTMLElement {
  static observedAttributes = ["theme", "images"];
  #app;
  #started = false;
  #returns = 0;
  #timer;
  #offline;
  #observer;
  #root;
  #resolve;
  #reject;
  #settled = new Promise((resolve, reject) => {
    this.#resolve = resolve;
    this.#reject = reject;
  });

  constructor() {
    super();
    this.#settled.catch(() => {});
    this.#root = this.attachShadow({ mode: "open" });
    this.#root.adoptedStyleSheets = [styles()];
    this.#root.append(document.createElement("slot"));
  }

  /** Settles when the first view is shown, or could not be. */
  get ready() {
    return this.#settled;
  }

  connectedCallback() {
    if (this.getAttribute("loading") === "eager" || !("IntersectionObserver" in globalThis)) {
      this.#start();
      return;
    }
    this.#observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && this.#start(),
      { rootMargin: "400px" },
    );
    this.#observer.observe(this);
  }

  attributeChangedCallback(name) {
    if (name === "images") this.#app?.refresh();
  }

  /** What the page needs to be installed and saved comes when everything else is here. */
  async #install(options) {
    if (this.#offline) return;
    try {
      const { Offline } = await import(new URL("offline.js", import.meta.url));
      if (!this.isConnected || this.#offline) return;
      this.#offline = new Offline({ host: this, root: this.#root, ...options });
      await this.#offline.start();
    } catch (error) {
      // The page works without.
      console.info(`shelfmark: not kept for offline: ${error.message}`);
    }
  }

  /** Tries again later, more and more rarely, what failed for want of the network. */
  #stranded() {
    clearTimeout(this.#timer);
    const wait = RETURNS[Math.min(this.#returns++, RETURNS.length - 1)];
    this.#timer = setTimeout(() => this.#app?.recover(), wait);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#offline?.stop();
    this.#offline = undefined;
    this.#observer?.disconnect();
    this.#app?.free();
    this.#app = undefined;
    this.#started = false;
    this.#root.replaceChildren(document.createElement("slot"));
  }

  async #start() {
    if (this.#started) return;
    this.#started = true;
    this.#observer?.disconnect();
    const src = new URL(this.getAttribute("src") ?? "bundle/archive.json", document.baseURI).href;
    const manifest = get(src, MANIFEST, true);
    // Whoever waits for it hears of its failure; until then nobody does.
    manifest.catch(() => {});
    const wanted = locale(this.lang ? [this.lang] : navigator.languages ?? ["en"]);
    try {
      const [{ language, texts }] = await Promise.all([strings(wanted), load()]);
      if (!this.isConnected) return;
      this.#app = mount(this, this.#root, {
        src,
        language,
        texts,
        manifest,
        get,
        inflate,
        stranded: () => this.#stranded(),
        hash: this.getAttribute("routing") === "hash",
        shortcuts: this.hasAttribute("shortcuts"),
        parse: parseInert,
        nodes,
        images: () => this.getAttribute("images") ?? undefined,
        blob: addressOf,
        forget: (address) => URL.revokeObjectURL(address),
        ready: () => {
          this.#returns = 0;
          if (installable()) this.#install({ src, texts, language });
          this.#resolve();
          this.#tell("shelfmark-ready");
        },
        failed: (code, message) => {
          this.#reject(Object.assign(new Error(message), { code }));
          this.#tell("shelfmark-error", { code, message });
        },
      });
    } catch (error) {
      this.#started = false;
      this.#refuse(error);
    }
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }

  /** The module could not be started: says so above what the page offers without it. */
  #refuse(error) {
    const blocked = error.message === "no-wasm" || error instanceof WebAssembly.CompileError;
    const note = document.createElement("p");
    note.className = "refused";
    note.setAttribute("role", "alert");
    note.textContent = blocked
      ? "This browser does not allow WebAssembly here, which this archive needs to show its posts."
      : "The viewer could not be loaded. Check the connection and try again.";
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = "Try again";
    again.addEventListener("click", () => {
      this.#root.replaceChildren(document.createElement("slot"));
      this.#start();
    });
    note.append(" ", again);
    this.#root.replaceChildren(note, document.createElement("slot"));
    this.#reject(error);
    this.#tell("shelfmark-error", { code: "network", message: note.textContent });
  }
}

const registered = customElements.get("shelfmark-archive");
if (!registered) {
  ShelfmarkArchive.version = VERSION;
  customElements.define("shelfmark-archive", ShelfmarkArchive);
} else if (registered.version !== VERSION) {
  console.warn(`shelfmark ${VERSION}: version ${registered.version} is already in this page`);
}
