// The page on this device: its service worker, "a new version is ready", and the dialog in which readers
// save the archive for offline. Loaded by the site's own page once its first view is shown; whatever
// fails here, the page goes on as it is.

import { Saving, tidy } from "./save.js";

const make = (name, properties, ...children) => {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
};

const KEPT = "saving";

/** Names the worker as a script that may be run; a page may make such a policy only once. */
const policy = globalThis.trustedTypes?.createPolicy("shelfmark-offline", {
  createScriptURL: (address) => (address === new URL("./sw.js", document.baseURI).href ? address : ""),
});

export class Offline {
  #root;
  #texts;
  #language;
  #host;
  #src;
  #scope = new URL("./", document.baseURI).href;
  #prefix = `shelfmark ${this.#scope} `;
  #files = `${this.#prefix}files`;
  #abort;
  #dialog;
  #parts = {};
  #once;
  #clear;
  #parted;

  /** `host` is the element, `root` its shadow root; texts are those of the interface; `once` makes a request,
      `clear` takes away what was saved, `parted` are the parts of files that were asked for. */
  constructor({ host, root, src, texts, language, once, clear, parted }) {
    this.#parted = parted;
    this.#once = once;
    this.#clear = clear;
    this.#host = host;
    this.#root = root;
    this.#src = src;
    this.#texts = texts;
    this.#language = language;
  }

  /** Puts the button in its place, and goes on with what was under way before the page was closed. */
  async start() {
    const button = make("button", { type: "button", className: "button", textContent: this.#text("save") });
    button.dataset.save = "open";
    button.addEventListener("click", () => this.open());
    this.#root.querySelector(".footer")?.append(button);
    if (this.#state.state === "saving") this.save();
    if (this.#state.state === "done") this.#look();
    await this.#register();
  }

  /** Ends what is under way; it goes on with the next visit. */
  stop() {
    this.#abort?.abort("left");
  }

  #text(key, values = {}) {
    return Object.entries(values).reduce(
      (text, [name, value]) => text.replaceAll(`{${name}}`, value),
      this.#texts[key] ?? key,
    );
  }

  #megabytes(bytes) {
    const digits = { maximumFractionDigits: bytes < 1e7 ? 1 : 0 };
    return new Intl.NumberFormat(this.#language, digits).format(bytes / 1e6);
  }

  // What is remembered of saving: { state: "saving" | "paused" | "done", wanted, files, bytes }.
  get #state() {
    try {
      return JSON.parse(localStorage.getItem(this.#prefix + KEPT)) ?? {};
    } catch {
      return {};
    }
  }
  set #state(state) {
    try {
      if (state) localStorage.setItem(this.#prefix + KEPT, JSON.stringify(state));
      else localStorage.removeItem(this.#prefix + KEPT);
    } catch {
      // Then it does not survive a reload.
    }
  }

  // --- versions ---

  async #register() {
    const worker = navigator.serviceWorker;
    const address = `${this.#scope}sw.js`;
    const first = !worker.controller;
    const registration = await worker.register(policy ? policy.createScriptURL(address) : address, {
      scope: this.#scope,
      updateViaCache: "none",
    });
    worker.addEventListener("controllerchange", () => {
      // The worker of a first visit gets what this page was shown before it came.
      if (first && !this.#root.querySelector(".update")) this.#hand();
      else this.#offer(() => location.reload());
    });
    const ready = () => {
      // Without a controller there is no older version that would be replaced.
      if (!registration.waiting || !worker.controller) return;
      this.#offer(() => {
        worker.addEventListener("controllerchange", () => location.reload(), { once: true });
        registration.waiting?.postMessage("take over");
      });
    };
    ready();
    registration.addEventListener("updatefound", () =>
      registration.installing?.addEventListener("statechange", ready),
    );
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") registration.update().catch(() => {});
    });
    if (worker.controller) await this.#sweep();
  }

  /** Asks again for the files that this page has, and for the parts of packs, so that the worker keeps
      them. */
  #hand() {
    const packs = new Set(this.#parted.map(([name]) => name));
    for (const { name } of performance.getEntriesByType("resource")) {
      if (!name.startsWith(`${this.#scope}bundle/`) || !name.endsWith(".bin") || packs.has(name)) continue;
      fetch(name).catch(() => {});
    }
    for (const [name, most, offset] of this.#parted) this.#once(name, most, { offset }).catch(() => {});
  }

  /** With a new version, removes what only older ones needed. */
  async #sweep() {
    const manifest = await (await fetch(this.#src)).arrayBuffer();
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", manifest)).slice(0, 8).join(" ");
    const key = `${this.#prefix}version`;
    const before = localStorage.getItem(key);
    localStorage.setItem(key, hash);
    if (before && before !== hash) {
      await tidy(this.#src, this.#files);
      // What was saved stays whole: the new version's files are brought too.
      if (this.#state.state === "done") this.save();
    }
  }

  #offer(accept) {
    this.#root.querySelector(".update")?.remove();
    const go = make("button", { type: "button", className: "button", textContent: this.#text("update.show") });
    go.addEventListener("click", accept);
    const later = make("button", { type: "button", className: "button", textContent: this.#text("save.close") });
    const bar = make("div", { className: "update" }, make("p", { textContent: this.#text("update") }), go, later);
    bar.setAttribute("role", "status");
    later.addEventListener("click", () => bar.remove());
    this.#root.querySelector(".app")?.append(bar);
    this.#host.dispatchEvent(new CustomEvent("shelfmark-update-available", { bubbles: true, composed: true }));
  }

  // --- saving ---

  /** Whether something that was saved is gone. */
  async #look() {
    const cache = await caches.open(this.#files);
    const there = (await cache.keys()).filter(({ url }) => !url.includes("?")).length;
    const { files = 0 } = this.#state;
    if (there < files) {
      this.#state = { ...this.#state, state: "paused" };
      this.#note = this.#text("save.evicted", { n: files - there });
      this.open();
    }
  }

  /** Saves, from where it was left. */
  async save(wanted = this.#state.wanted) {
    if (this.#abort) return;
    const abort = (this.#abort = new AbortController());
    this.#state = { ...this.#state, state: "saving", wanted };
    this.#note = "";
    const begun = Date.now();
    let drawn = 0;
    const saving = new Saving(this.#src, this.#files, abort.signal, (at) => {
      if (Date.now() - drawn < 100) return;
      drawn = Date.now();
      this.#show(at, begun);
    }, this.#once);
    this.#show(saving, begun);
    try {
      await saving.save(wanted);
      this.#state = { state: "done", wanted, files: saving.files, bytes: saving.part };
    } catch (error) {
      if (abort.signal.reason !== "left") this.#state = { ...this.#state, state: "paused" };
      if (!abort.signal.aborted) {
        const key = error.code === "quota" ? "save.quota" : "save.failed";
        this.#note = this.#text(key, { file: error.file ?? String(error.message) });
        // The network came back: go on by itself.
        if (error.code !== "quota") addEventListener("online", () => this.save(), { once: true });
      }
    }
    this.#abort = undefined;
    this.#draw();
  }

  /** Takes everything that was kept on this device away. */
  async remove() {
    this.#abort?.abort();
    await this.#clear();
    this.#note = this.#text("save.removed");
    this.#draw();
  }

  // --- the dialog ---

  set #note(text) {
    this.#parts.text = text;
    if (this.#parts.note) this.#parts.note.textContent = text;
  }

  open() {
    this.#dialog ??= this.#build();
    this.#draw();
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  #build() {
    const parts = this.#parts;
    const button = (key, action) => {
      const node = make("button", { type: "button", className: "button", textContent: this.#text(key) });
      node.dataset.save = key.slice(5);
      node.addEventListener("click", action);
      return node;
    };
    const field = (key, type) => {
      const input = make("input", { type, name: key });
      return [make("label", {}, this.#text(key), input), input];
    };
    const [from, to, tags] = [field("save.from", "date"), field("save.to", "date"), field("save.tags", "text")];
    parts.choice = make("fieldset", {}, make("legend", { textContent: this.#text("save.what") }), from[0], to[0], tags[0]);
    parts.bar = make("progress", { className: "progress" });
    parts.bar.setAttribute("aria-label", this.#text("save"));
    parts.line = make("p", { className: "save-line" });
    parts.note = make("p", { className: "save-note", textContent: parts.text ?? "" });
    parts.note.setAttribute("role", "status");
    parts.room = make("p", { className: "save-room" });
    parts.start = button("save.start", () => {
      const wanted = {
        from: from[1].value,
        to: to[1].value,
        tags: tags[1].value.split(/[,，、]/).map((tag) => tag.trim()).filter(Boolean),
      };
      this.#persist();
      this.save(wanted);
    });
    parts.pause = button("save.pause", () => this.#abort?.abort());
    parts.resume = button("save.resume", () => this.save());
    parts.remove = button("save.remove", () => this.remove());
    const title = make("h2", { id: "save-title", textContent: this.#text("save") });
    const dialog = make(
      "dialog",
      { className: "save" },
      title,
      make("p", { textContent: this.#text("save.about") }),
      parts.choice,
      parts.bar,
      parts.line,
      parts.note,
      parts.room,
      make("div", {}, parts.start, parts.pause, parts.resume, parts.remove, button("save.close", () => dialog.close())),
    );
    dialog.setAttribute("aria-labelledby", title.id);
    this.#root.querySelector(".app").append(dialog);
    return dialog;
  }

  /** Asks the browser to keep it; some ask the reader, some never answer. */
  async #persist() {
    try {
      const granted = await Promise.race([
        navigator.storage?.persist?.(),
        new Promise((give) => setTimeout(give, 3000)),
      ]);
      this.#parts.kept = granted;
    } catch {
      this.#parts.kept = false;
    }
    this.#draw();
  }

  #show({ part, whole, brought }, begun) {
    const parts = this.#parts;
    if (!parts.bar) return;
    parts.bar.max = Math.max(whole, 1);
    parts.bar.value = part;
    const rate = brought / Math.max(Date.now() - begun, 1);
    const minutes = rate > 0 ? Math.ceil((whole - part) / rate / 60000) : undefined;
    parts.line.textContent = this.#text("save.progress", {
      part: this.#megabytes(part),
      whole: this.#megabytes(whole),
    });
    if (minutes) parts.line.textContent += ` · ${this.#text("save.left", { n: minutes })}`;
  }

  async #draw() {
    const parts = this.#parts;
    if (!this.#dialog) return;
    const { state, bytes = 0 } = this.#state;
    const saving = this.#abort !== undefined;
    parts.choice.hidden = saving || state === "paused";
    parts.start.hidden = saving || state === "paused";
    parts.pause.hidden = !saving;
    parts.resume.hidden = saving || state !== "paused";
    parts.remove.hidden = saving || !state;
    parts.bar.hidden = !saving;
    parts.note.textContent = parts.text ?? "";
    if (!saving) {
      parts.line.textContent = state === "done" ? this.#text("save.done", { size: this.#megabytes(bytes) }) : "";
    }
    const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.().catch(() => {})) ?? {};
    const room = this.#text("save.room", { used: this.#megabytes(usage), quota: this.#megabytes(quota) });
    const kept = this.#parts.kept ?? (await navigator.storage?.persisted?.().catch(() => false));
    parts.room.textContent = quota ? `${room} ${this.#text(kept ? "save.kept" : "save.loose")}` : "";
  }
}
