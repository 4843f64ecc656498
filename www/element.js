// <shelfmark-archive>: lifecycle, attributes, the wasm module, and nothing else. What is shown is
// decided in Rust (src/web). This text follows the glue that wasm-bindgen makes, in one module;
// `__wbg_init` and `mount` come from there.

const CSS = "%SHELFMARK_CSS%";
const VERSION = "%SHELFMARK_VERSION%";
const ENGLISH = "%SHELFMARK_ENGLISH%";
/** Most bytes of a manifest. */
const MANIFEST = 32 << 20;
const LOCALES = ["en", "zh-Hans", "zh-Hant", "ja", "ko", "fa", "fr", "es", "de", "ru"];

/** Most bytes of a module. */
const MODULE = 1 << 23;

let policy;
/** Marks HTML as meant for the inert parser; the policy is made once, used by `parseInert` alone. */
const trusted = (html) => {
  if (!globalThis.trustedTypes) return html;
  policy ??= globalThis.trustedTypes.createPolicy("shelfmark", { createHTML: (text) => text });
  return policy.createHTML(html);
};

/** Reads a property as the platform defines it, whatever names the node's own children bear. */
const getter = (owner, name) => {
  const { get } = Object.getOwnPropertyDescriptor(owner.prototype, name);
  return (node) => get.call(node);
};
/** Parses HTML in a document of its own, where nothing loads and nothing runs. */
const parseInert = (html) =>
  inert().body(new DOMParser().parseFromString(trusted(html), "text/html"));

let accessors;
/** Reads parsed nodes. A form's controls, or an image's name, shadow the properties of forms and
    documents (`<input name="nextSibling">`), so none is read by its plain name. Made when needed, as
    workers and Node have no nodes. */
const inert = () =>
  (accessors ??= {
    body: getter(Document, "body"),
    kind: getter(Node, "nodeType"),
    value: getter(Node, "nodeValue"),
    first: getter(Node, "firstChild"),
    next: getter(Node, "nextSibling"),
    name: getter(Element, "localName"),
    space: getter(Element, "namespaceURI"),
    attribute: (element, name) => Element.prototype.getAttribute.call(element, name),
  });

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
/** Loads the module once for all who need it. */
const load = () =>
  (loading ??= (async () => {
    const address = new URL("./shelfmark_bg.wasm", import.meta.url).href;
    const bytes = await read(address, MODULE).catch((error) => {
      throw new ShelfmarkError("network", { file: "shelfmark_bg.wasm", cause: error });
    });
    try {
      await __wbg_init({ module_or_path: bytes });
    } catch (error) {
      throw Object.assign(new ShelfmarkError("format", { file: "shelfmark_bg.wasm" }), {
        blocked: true,
        message: BLOCKED,
        cause: error,
      });
    }
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

/** Has the browser load what it knows of a language: a slow machine takes a tenth of a second for it, which
    costs nothing while the module is on its way. */
const learn = (language) => {
  new Intl.NumberFormat(language).format(1);
  new Intl.DateTimeFormat(language, { timeZone: "UTC", month: "long", day: "numeric" }).format(0);
};

/** Sets texts apart that stand below another: screen readers and programs get both as one. */
const apart = (texts) => {
  for (const key in texts) if (/help$|^query|file$|^retry/.test(key)) texts[key] = ` ${texts[key]}`;
  return texts;
};

/** Texts of a language over the English ones, which are built in. */
const strings = async (name) => {
  const texts = Object.assign(Object.create(null), JSON.parse(ENGLISH));
  if (name === "en") return { language: name, texts: apart(texts) };
  try {
    const address = new URL(`./locales/${name}.json`, import.meta.url).href;
    const found = JSON.parse(new TextDecoder().decode(await read(address, MODULE)));
    return { language: name, texts: apart(Object.assign(texts, found)) };
  } catch {
    return { language: "en", texts: apart(texts) };
  }
};

/** Whether this is a site's own page, on a host: it says so by its web manifest. */
const installable = () =>
  !brought &&
  globalThis.isSecureContext &&
  "serviceWorker" in navigator &&
  document.querySelector("link[rel=manifest]") !== null &&
  new URL(".", import.meta.url).href === new URL(".", document.baseURI).href;

/** What is missing when the module may not be compiled. */
const BLOCKED =
  "WebAssembly is not allowed in this page: its Content-Security-Policy needs 'wasm-unsafe-eval' in script-src";

/** Attributes that start the viewer anew. */
const ANEW = new Set(["src", "lang", "routing", "route-prefix", "shortcuts", "integrity", "public-key"]);

export class ShelfmarkArchive extends (globalThis.HTMLElement ?? class {}) {
  static observedAttributes = ["lang", ...TEXTS, ...FLAGS, ...Object.keys(LISTS)];
  #app;
  #reader;
  /** The language that was chosen while this page was open. */
  #spoken;
  #archive;
  #state = null;
  /** Whether the first view is here: "" until it is, "ready" before its state is known, then "shown". */
  #stage = "";
  #failed = false;
  #started = false;
  #turning = false;
  #returns = 0;
  #timer;
  #offline;
  #observer;
  #verdict;
  #src;
  #root;
  #internals;
  #resolve;
  #reject;
  #settled;

  constructor() {
    super();
    this.#promise();
    this.#root = this.attachShadow({ mode: "open" });
    this.#root.adoptedStyleSheets = [styles()];
    this.#root.append(document.createElement("slot"));
    this.#root.addEventListener("click", (event) => this.#ask(event), { capture: true });
    this.#internals = this.attachInternals?.();
  }

  /** Settles when the first view is shown, or could not be. */
  get ready() {
    return this.#settled;
  }

  /** The archive, for programs; `null` before it is ready. */
  get archive() {
    if (!this.#archive && this.#app && this.#stage) {
      const library = this.#app.library();
      const info = (told) => signedInfo(told, this.#verdict);
      const archive = new Archive(library, info(library.info()), this.#src);
      this.#archive = archive;
      // Names of authors come when somebody may want them.
      library.open().then((told) => (archive.info = info(told)), () => {});
    }
    return this.#archive ?? null;
  }

  /** What is shown: `{ view, slug, query, tags, categories, authors, from, to, sort, page, total }`. */
  get state() {
    return this.#state;
  }

  /** Shows a post. */
  open(slug) {
    return this.#show({ ...this.#wanted(), post: String(slug) });
  }

  /** Shows what a search finds. */
  search(text = "", { tags = [], categories = [], authors = [], from = "", to = "", sort = "" } = {}) {
    return this.#show({ query: text, tags, categories, authors, "from-date": from, "to-date": to, sort });
  }

  /** Shows all posts. */
  clear() {
    return this.#show({});
  }

  /** Saves the archive on this device; see `saveOffline` of archives. */
  async saveOffline(options) {
    return kept(await this.#manifest(), options);
  }

  /** Asks the host for the manifest again and looks who signed it: `{ current, signedBy, fingerprint, time,
      warning }`. An archive that must not be used rejects as it would not have been shown. */
  async verify() {
    await this.#settled;
    const { library, verdict } = await opened(this.#src, this.#wants());
    library.free();
    const { state, hash, key, time, warning } = verdict;
    const signed = state === "signed" && { signedBy: key, fingerprint: verdict.fingerprint, time };
    return { current: hash === this.#verdict.hash, warning, ...signed };
  }

  /** Takes away all that is kept on this device for this archive, and starts anew. */
  async forget() {
    await forgetAll(new URL("..", await this.#manifest()).href);
    await this.#again(undefined);
  }

  /** Puts the cursor into the search field. */
  focusSearch() {
    this.#root.querySelector("#q")?.focus();
  }

  connectedCallback() {
    if (this.#started) return;
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

  attributeChangedCallback(name, before, now) {
    if (before === now) return;
    if (name === "loading" && now === "eager" && this.isConnected) this.#start();
    if (!this.#started) return;
    if (ANEW.has(name)) {
      this.#stop();
      this.connectedCallback();
    } else if (name === "theme") {
      this.#reader?.refresh();
    } else if (name === "images") {
      this.#app?.refresh();
    } else if (!this.#turning && (name === "post" || name in WORDS || name in LISTS)) {
      // Several attributes that are set together are one view.
      this.#turning = true;
      queueMicrotask(() => {
        this.#turning = false;
        if (this.#app && this.#address() !== this.#address(this.#view)) this.#app.show(this.#address());
      });
    }
  }

  /** Starts anew, in another language. */
  async #again(language) {
    this.#spoken = language;
    // The module is in the middle of telling so.
    await undefined;
    this.#stop();
    this.connectedCallback();
  }

  disconnectedCallback() {
    // An element that is only moved keeps what it shows.
    queueMicrotask(() => this.isConnected || this.#stop());
  }

  #view = {};

  #promise() {
    this.#settled = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#settled.catch(() => {});
  }

  /** What the attributes say. */
  #wanted() {
    const view = { post: this.getAttribute("post") ?? "" };
    for (const name of Object.keys(WORDS)) view[name] = this.getAttribute(name) ?? "";
    for (const name of Object.keys(LISTS)) view[name] = names(this.getAttribute(name));
    return view;
  }

  /** The view that comes first. */
  #first() {
    if (this.getAttribute("routing") !== "hash") return viewOf(this.#address());
    const prefix = `#${this.getAttribute("route-prefix") ?? ""}`;
    return viewOf(location.hash.startsWith(prefix) ? `#${location.hash.slice(prefix.length)}` : "#/");
  }

  /** The address of a view, of the one that the attributes want when none is given. */
  #address(view = this.#wanted()) {
    return addressOfView(view);
  }

  /** Shows a view by way of the attributes, which keeps them in step. */
  async #show(view) {
    for (const name of ["post", ...Object.keys(WORDS)]) this.#reflect(name, view[name] ?? "");
    for (const name of Object.keys(LISTS)) this.#reflect(name, named(view[name] ?? []));
    await this.#settled;
    if (this.#address() === this.#address(this.#view)) return;
    await new Promise((resolve) => this.addEventListener("shelfmark-statechange", resolve, { once: true }));
  }

  #reflect(name, value) {
    if ((this.getAttribute(name) ?? "") === value) return;
    if (value) this.setAttribute(name, value);
    else this.removeAttribute(name);
  }

  /** Takes in what the viewer shows now. */
  #shown(route, total) {
    // A failure is shown as a view, too.
    if (!this.#failed) this.#stands();
    this.#failed = false;
    const view = viewOf(route);
    this.#view = view;
    this.#turning = true;
    if (!view.post) {
      for (const name of Object.keys(WORDS)) this.#reflect(name, view[name]);
      for (const name of Object.keys(LISTS)) this.#reflect(name, named(view[name]));
    }
    this.#reflect("post", view.post);
    this.#turning = false;
    this.#state = Object.freeze({
      view: view.post ? "post" : "list",
      slug: view.post || null,
      query: view.query,
      tags: view.tags,
      categories: view.categories,
      authors: view.authors,
      from: view["from-date"] || null,
      to: view["to-date"] || null,
      sort: view.sort || "relevance",
      page: view.page,
      total: view.post ? null : total,
    });
    if (this.#stage === "ready") {
      this.#stage = "shown";
      this.#resolve();
      this.#tell("shelfmark-ready");
    }
    this.#tell("shelfmark-statechange", this.#state);
    if (view.query) this.#tell("shelfmark-search", { query: view.query, total });
  }

  /** Asks the page before anything goes to another site. */
  #ask(event) {
    const path = event.composedPath();
    const found = (selector) => path.find((node) => node.matches?.(selector));
    const picture = found("[data-image], [data-act=images]");
    const link = found("a[target=_blank]");
    const agreed = picture
      ? this.#tell("shelfmark-image-request", {
          all: !picture.matches("[data-image]"),
          host: picture.querySelector(".image-host")?.textContent ?? null,
        })
      : !link || this.#tell("shelfmark-open-external", { href: link.href });
    if (!agreed) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }

  /** Shows how it stands, to styles as well. */
  #mark(...states) {
    const kept = this.#internals?.states;
    for (const state of ["loading", "ready", "error", "offline", "verified"]) {
      try {
        if (states.includes(state)) kept?.add(state);
        else kept?.delete(state);
      } catch {
        // Older browsers take names with dashes only.
      }
    }
  }

  #stands() {
    this.#mark("ready", this.#verdict?.state === "signed" && "verified");
  }

  /** What the page needs to be installed and saved comes when everything else is here. */
  async #install(options) {
    if (this.#offline) return;
    try {
      const { Offline } = await import(new URL("later/offline.js", import.meta.url));
      if (!this.isConnected || this.#offline) return;
      this.#offline = new Offline({ host: this, root: this.#root, once, clear: forgetSaved, parted, ...options });
      await this.#offline.start();
    } catch (error) {
      // The page works without.
      console.info(`shelfmark: not kept for offline: ${error.message}`);
    }
  }

  /** Tries again later, more and more rarely, what failed for want of the network. */
  #stranded() {
    clearTimeout(this.#timer);
    this.#mark("error", "offline");
    const wait = RETURNS[Math.min(this.#returns++, RETURNS.length - 1)];
    this.#timer = setTimeout(() => this.#app?.recover(), wait);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#offline?.stop();
    this.#offline = undefined;
    this.#observer?.disconnect();
    this.#archive?.close();
    this.#reader?.close();
    this.#app?.free();
    this.#archive = this.#app = undefined;
    this.#state = null;
    this.#stage = "";
    this.#failed = false;
    this.#view = {};
    if (this.#started) this.#promise();
    this.#started = false;
    this.#mark();
    this.#root.replaceChildren(document.createElement("slot"));
  }

  async #start() {
    if (this.#started) return;
    this.#started = true;
    this.#observer?.disconnect();
    this.#mark("loading");
    if (this.getAttribute("routing") === "hash") themed(recall().theme);
    const settled = this.#settled;
    // The viewer may have been stopped, or started anew, in the meantime.
    const current = () => this.#started && this.#settled === settled;
    const chosen = this.#spoken ?? (this.lang || recall().lang);
    const wanted = locale(chosen ? [chosen] : navigator.languages ?? ["en"]);
    try {
      const src = await this.#manifest();
      const [options, { language, texts }] = await Promise.all([
        access(src, () => {
          setTimeout(learn, 0, wanted);
          return this.#first();
        }),
        strings(wanted),
        load(),
      ]);
      if (!current()) return;
      this.#src = src;
      const reader = (this.#reader = new Reader(this.#root, {
        texts,
        language,
        page: this.getAttribute("routing") === "hash",
        shortcuts: this.hasAttribute("shortcuts"),
        host: this,
        speak: (language) => this.#again(language),
      }));
      this.#app = mount(this, this.#root, {
        ...options,
        language,
        texts,
        reader,
        stranded: () => this.#stranded(),
        hash: this.getAttribute("routing") === "hash",
        prefix: this.getAttribute("route-prefix") ?? "",
        route: this.#address(),
        images: () => this.getAttribute("images") ?? undefined,
        judge: (hash, key, time) => this.#judge({ src, hash, key, time }, { language, texts }),
        blob: addressOf,
        forget: (address) => URL.revokeObjectURL(address),
        navigate: (route) => this.#tell("shelfmark-navigate", viewOf(route)),
        shown: (route, total) => current() && this.#shown(route, total),
        ready: () => {
          reader.ready();
          ahead.clear();
          this.#returns = 0;
          if (installable()) this.#install({ src, texts, language });
          this.#stands();
          this.#furnish();
          this.#stage = "ready";
        },
        failed: (code, message) => {
          this.#failed = true;
          this.#mark("error", code === "network" && "offline");
          // What the page offers without the archive.
          if (!this.#stage && !this.#root.querySelector("slot:not([name])")) {
            this.#root.append(document.createElement("slot"));
          }
          this.#reject(Object.assign(new ShelfmarkError(code), { message }));
          this.#tell("shelfmark-error", { code, message });
        },
      });
      reader.viewer = this.#app;
    } catch (error) {
      if (current()) this.#refuse(error);
    }
  }

  /** Address of the manifest: of the archive beside the page when no other is named. */
  #manifest() {
    return absolute(this.getAttribute("src") ?? "bundle/archive.json");
  }

  /** What the page asks of the archive's signer. */
  #wants() {
    return { publicKey: this.getAttribute("public-key"), integrity: this.getAttribute("integrity") };
  }

  /** Looks at the manifest's signature; gives whether the manifest must not be used. */
  async #judge(signed, words) {
    const verdict = await judge(signed, this.#wants());
    this.#verdict = verdict;
    if (!verdict.refused) showVerdict(this.#root, words, verdict, !this.hasAttribute("memory"));
    return !!verdict.refused;
  }

  /** Makes room for what the page puts above and below the posts. */
  #furnish() {
    this.#root.querySelector("slot:not([name])")?.remove();
    for (const name of ["header", "footer"]) {
      const slot = document.createElement("slot");
      slot.name = name;
      if (name === "header") this.#root.querySelector(".layout")?.before(slot);
      else this.#root.querySelector(".layout")?.after(slot);
    }
  }

  /** Tells the page; whether it has nothing against it. */
  #tell(name, detail) {
    return this.dispatchEvent(
      new CustomEvent(name, { bubbles: true, composed: true, cancelable: CANCELABLE.has(name), detail }),
    );
  }

  /** The module could not be started: says so above what the page offers without it. */
  #refuse(error) {
    const note = document.createElement("p");
    note.className = "refused";
    note.setAttribute("part", "error");
    note.setAttribute("role", "alert");
    note.textContent =
      typeof WebAssembly !== "object"
        ? "This browser does not allow WebAssembly here, which this archive needs to show its posts."
        : error.blocked
          ? `This archive needs WebAssembly to show its posts. ${BLOCKED}.`
          : `The viewer could not be loaded. Check the connection and try again. (${error.message})`;
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = "Try again";
    again.addEventListener("click", () => {
      this.#stop();
      this.#start();
    });
    note.append(" ", again);
    this.#root.replaceChildren(note, document.createElement("slot"));
    this.#mark("error");
    this.#reject(error);
    this.#tell("shelfmark-error", { code: error.code ?? "network", message: note.textContent });
  }
}

const CANCELABLE = new Set([
  "shelfmark-navigate",
  "shelfmark-open-external",
  "shelfmark-image-request",
]);

reflectAttributes(ShelfmarkArchive.prototype);
ShelfmarkArchive.version = VERSION;
const registered = globalThis.customElements?.get("shelfmark-archive");
if (globalThis.customElements && !registered) {
  customElements.define("shelfmark-archive", ShelfmarkArchive);
} else if (registered && registered.version !== VERSION) {
  console.warn(`shelfmark ${VERSION}: version ${registered.version} is already in this page`);
}
