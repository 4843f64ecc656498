// What stands around the views and needs nothing of the archive: the dialogs, the reader's choices and
// what this device keeps of them, keys, the matches of a post, and the ways out. The module calls it as
// `reader`; it calls the module back through `viewer`.

const KEPT = "shelfmark";
/** Searches that are remembered. */
const RECENT = 8;
/** Headings that make a table of contents worth its room. */
const HEADINGS = 4;
/** Shift pressed so often alone, each time within so many milliseconds of the last, leaves at once. */
const LEAVE = { times: 3, within: 900 };

/** What is kept on this device: choices by name, and searches. Nothing where nothing may be kept. */
const recall = () => {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
};
const keep = (what) => {
  try {
    if (what) localStorage.setItem(KEPT, JSON.stringify(what));
    else localStorage.removeItem(KEPT);
  } catch {
    // Storage is closed to this page: choices last as long as the page does.
  }
};

/** Gives the page the reader's theme: it shows at its edges, and before anything else does. */
const themed = (theme) => {
  document.documentElement.dataset.theme = theme ?? "";
};

/** Takes away what is kept here under names that begin so. */
const forgetKeys = (beginning) => {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(beginning)) localStorage.removeItem(key);
  } catch {
    // Storage is closed to this page: nothing is in it.
  }
};

/** Where the site stands that this page is of. */
const here = () => new URL("./", document.baseURI).href;

/** Takes away what was saved of a site for offline, and the worker that serves it. */
const forgetSaved = async (scope = here()) => {
  const ours = `${KEPT} ${scope} `;
  const workers = (await navigator.serviceWorker?.getRegistrations?.().catch(() => [])) ?? [];
  for (const worker of workers) if (worker.scope === scope) await worker.unregister();
  const names = (await globalThis.caches?.keys().catch(() => [])) ?? [];
  for (const name of names) if (name.startsWith(ours)) await caches.delete(name);
  forgetKeys(ours);
};

/** Takes away all that is kept here of a site: choices, saved files, what signed archives it saw. */
const forgetAll = async (scope = here()) => {
  keep();
  forgetKeys(REMEMBERED + scope);
  await forgetSaved(scope);
};

/** Gives the page a name that tells nothing, and no icon. */
const disguise = (title) => {
  document.title = title;
  for (const icon of document.querySelectorAll("link[rel~=icon]")) icon.href = "data:,";
};

/** Leaves at once: nothing is left to see, and no request is made. */
const leave = () => {
  document.body.replaceChildren();
  document.documentElement.style.background = "#fff";
  disguise("");
  location.replace("about:blank");
};

/** Whether keys are typed into it. */
const takesText = (element) =>
  element?.matches?.("textarea, select, [contenteditable], input:not([type=checkbox])");

class Reader {
  #root;
  #app;
  #texts;
  #options;
  #ends = new AbortController();
  #choices = recall();
  #ranges = [];
  #here = -1;
  #shifts = { count: 0, last: 0 };
  #said;

  /** `options`: the element (`host`), texts, language, whether the page is ours (`page`), whether single keys act
      (`shortcuts`), and `speak(language)`. */
  constructor(root, options) {
    this.#root = root;
    this.#options = options;
    this.#texts = options.texts;
    if (options.host.hasAttribute("memory")) this.#choices = {};
    if (options.page && history.state?.quiet) this.#choices.traces = "1";
  }

  /** Fits the frame that the module built with what stands in it. */
  dress(app) {
    this.#app = app;
    const texts = this.#texts;
    const actions = outline(ACTIONS_OUTLINE, texts);
    if (!this.#options.page) actions.querySelector(".leave").remove();
    else actions.querySelector(".leave").title = texts["leave.help"];
    app.querySelector(".bar-inside").append(actions);
    app.append(outline(SETTINGS_OUTLINE, texts), outline(HELP_OUTLINE, texts));
    const signal = this.#ends.signal;
    const on = (target, kind, act) => target.addEventListener(kind, act, { signal });
    on(app, "click", (event) => this.#click(event));
    on(app, "input", (event) => this.#choose(event));
    on(app, "change", (event) => this.#choose(event));
    on(window, "scroll", () => this.#progress());
    // A guest in somebody's page hears only keys that are pressed inside.
    const heard = this.#options.page ? window : this.#root;
    if (this.#options.shortcuts) on(heard, "keydown", (event) => this.#key(event));
    this.#apply();
    if (this.#choices.traces) disguise(texts["traces.title"]);
  }

  close() {
    this.#ends.abort();
    this.stopReading();
  }

  /** The first view is here, where the reader had been. WebKit goes to the top once more by itself, some
      frames later, when the page is loaded again. */
  ready() {
    const y = this.#options.page && history.state?.y;
    if (y) setTimeout(() => scrollY || scrollTo(0, y), 60);
  }

  /** Whether the page keeps its neutral name and adds nothing to the history. */
  get quiet() {
    return Boolean(this.#choices.traces);
  }

  /** Remembers a search, if the reader allows it. */
  remember(query) {
    if (!this.#choices.recent || this.quiet) return;
    // A search that was typed on from another stands for it.
    const others = (this.#choices.queries ?? []).filter((other) => !query.startsWith(other));
    this.#choices.queries = [query, ...others].slice(0, RECENT);
    this.#apply();
  }

  /** A post is shown: its contents, and the matches that led to it. */
  read(ranges) {
    const body = this.#one(".body");
    const headings = body ? [...body.querySelectorAll("h2, h3, h4")] : [];
    if (headings.length >= HEADINGS) {
      const [contents, summary, list] = ["details", "summary", "ol"].map((name) =>
        document.createElement(name),
      );
      contents.className = "toc";
      summary.textContent = this.#texts.toc;
      headings.forEach((heading, place) => {
        // With the prefix that all names in a post have, so that none is the page's.
        heading.id ||= `post-toc-${place}`;
        const [item, link] = [document.createElement("li"), document.createElement("a")];
        link.href = location.hash || "#";
        link.dir = "auto";
        link.dataset.anchor = heading.id;
        link.textContent = heading.textContent.trim();
        item.append(link);
        list.append(item);
      });
      contents.append(summary, list);
      body.before(contents);
    }
    this.#one(".post-head")?.after(outline(TOOLS_OUTLINE, this.#texts));
    this.#ranges = ranges;
    this.#here = -1;
    if (ranges.length) this.#one(".post-view").append(outline(MATCHES_OUTLINE, this.#texts));
    this.#mark();
    this.#progress();
  }

  /** Something else than a post is shown. */
  stopReading() {
    this.#ranges = [];
    this.#mark();
    this.#progress();
  }

  /** Puts what is in `fresh` in the place of what is in `panel`; the focus stays on the same control. */
  swap(panel, fresh) {
    const focused = this.#root.activeElement;
    const like = panel.contains(focused) && Object.entries(focused.dataset);
    const kinds = ({ children }) => new Map([...children].map((one) => [one.dataset.kind, one]));
    const old = kinds(panel);
    for (const [kind, section] of kinds(fresh)) {
      const before = old.get(kind);
      old.delete(kind);
      if (before?.contains(focused) && focused.matches(".find")) {
        // A field that is typed in stays, else an input method would lose its place.
        const rest = (one) => [...one.children].slice(2);
        for (const one of rest(before)) one.remove();
        before.append(...rest(section));
      } else if (!before) panel.append(section);
      // What did not change stays, else a key that is held down would be lost.
      else if (!before.isEqualNode(section)) before.replaceWith(section);
    }
    for (const section of old.values()) section.remove();
    if (!like || focused.isConnected) return;
    const same = (other) => like.every(([name, value]) => other.dataset[name] === value);
    [...panel.querySelectorAll(focused.localName)].find(same)?.focus({ preventScroll: true });
  }

  /** Draws the months of a list. */
  timeline(room, all, found, from, to) {
    timeline(room, this.#texts, this.#options.language, all, found, from, to, (first, last) =>
      this.viewer.days(first, last),
    );
  }

  /** Saves a post as a file. */
  save(name, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  #one(selector) {
    return this.#root.querySelector(selector);
  }

  /** Goes to a post, any of them. */
  async #random() {
    const { archive } = this.#options.host;
    const offset = Math.floor(Math.random() * archive.info.posts);
    const { hits } = await archive.search({ offset, limit: 1, facets: false });
    scrollTo(0, 0);
    this.viewer.show(`#/post/${encodeURIComponent(hits[0].slug)}`);
  }

  #say(text) {
    const toast = this.#one(".toast") ?? document.createElement("p");
    toast.className = "toast";
    toast.setAttribute("role", "status");
    toast.popover = "manual";
    this.#app.append(toast);
    toast.showPopover?.();
    toast.textContent = text;
    clearTimeout(this.#said);
    this.#said = setTimeout(() => toast.remove(), 3000);
  }

  /** Brings the frame and the dialog in step with the choices, and keeps them if it may. */
  #apply() {
    const choices = this.#choices;
    for (const control of this.#root.querySelectorAll("[data-set]")) {
      const value = choices[control.dataset.set] ?? (control.name === "theme" ? this.#theme() : "");
      this.#app.setAttribute(`data-${control.dataset.set}`, value);
      if (control.type === "range") this.#app.style.setProperty(`--${control.id}`, value);
      if (control.type === "checkbox") control.checked = Boolean(value);
      else if (control.type === "radio") control.checked = control.value === value;
      else control.value = value || control.getAttribute("value") || "";
    }
    if (this.#options.page) themed(choices.theme ?? this.#theme());
    const recent = this.#one(".recent");
    recent.replaceChildren(
      ...(this.quiet ? [] : (choices.queries ?? [])).map((query) => {
        const link = document.createElement("a");
        link.href = `#/?q=${encodeURIComponent(query)}`;
        link.dir = "auto";
        link.dataset.go = "";
        link.textContent = query;
        return link;
      }),
    );
    if (this.#options.host.hasAttribute("memory")) return;
    const any = Object.values(choices).some((value) => value.length);
    keep(any && !this.quiet ? choices : undefined);
  }

  /** The theme that the element's attribute wants. */
  #theme() {
    const theme = this.#options.host.getAttribute("theme") ?? "";
    return theme === "auto" ? "" : theme;
  }

  /** An attribute changed that the look depends on. */
  refresh() {
    this.#apply();
  }

  #choose({ target }) {
    const name = target.dataset?.set;
    if (!name) return;
    const value = target.type === "checkbox" ? (target.checked ? "1" : "") : target.value;
    if ((this.#choices[name] ?? "") === value) return;
    this.#choices[name] = value;
    if (name === "recent" && !value) delete this.#choices.queries;
    this.#apply();
    if (name === "traces") this.#hide();
    if (name === "lang") this.#options.speak(value);
  }

  #hide() {
    if (!this.#options.page) return;
    history.replaceState({ ...history.state, quiet: this.quiet }, "");
    if (this.quiet) disguise(this.#texts["traces.title"]);
  }

  async #click(event) {
    const { target } = event;
    if (target.localName === "dialog") target.close();
    const action = target.closest("[data-act]")?.dataset.act;
    const dialog = action && this.#one(`dialog#${action}`);
    if (dialog) dialog.showModal();
    else if (action === "close") target.closest("dialog").close();
    else if (action === "leave") leave();
    else if (action === "print") print();
    else if (action === "random") await this.#random();
    else if (action === "day") {
      // Of a leap year, so that every day is one.
      const two = (number) => String(number).padStart(2, "0");
      const today = new Date();
      this.viewer.show(`#/?day=2024-${two(today.getMonth() + 1)}-${two(today.getDate())}`);
    }
    else if (action === "share") await this.#share();
    else if (action === "cite") this.#copy(this.#citation());
    else if (action === "next-match") this.#go(1);
    else if (action === "previous-match") this.#go(-1);
    else if (action === "no-matches") this.stopReading();
    else if (action === "forget") {
      this.#choices = {};
      this.#apply();
      this.#hide();
      await forgetAll();
      this.#one(".forgotten").textContent = this.#texts.forgotten;
    }
  }

  /** Copies a text, in the way that pages opened from disk have as well. */
  #copy(text) {
    const focused = this.#root.activeElement;
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    focused?.focus({ preventScroll: true });
    this.#say(this.#texts.copied);
  }

  async #share() {
    const title = this.#one("h1")?.textContent;
    const how = { title, url: location.href };
    if (navigator.share && matchMedia("(pointer: coarse)").matches) {
      await navigator.share(how).catch(() => {});
    } else this.#copy(how.url);
  }

  /** Words to cite the post by: who, what, when, where it stood and where it stands. */
  #citation() {
    const texts = (selector) =>
      [...this.#root.querySelectorAll(`.post-head ${selector}`)].map((one) => one.textContent.trim());
    const parts = [texts(".author").join(", "), `“${texts("h1")[0]}”`, texts("time")[0]];
    parts.push(this.#one(".source-link")?.href, this.quiet ? "" : location.href);
    return `${parts.filter(Boolean).join(". ")}.`;
  }

  /** Marks the matches, and shows which one is looked at. */
  #mark() {
    const [ranges, here] = [this.#ranges, this.#ranges[this.#here]];
    const marks = globalThis.CSS?.highlights;
    if (marks) {
      marks.set(KEPT, new Highlight(...ranges));
      const one = new Highlight(...(here ? [here] : []));
      one.priority = 1;
      marks.set(`${KEPT}-here`, one);
    }
    const bar = this.#one(".matches");
    if (!ranges.length) return bar?.remove();
    const figure = (number) => number.toLocaleString(this.#options.language);
    bar.querySelector(".matches-place").textContent =
      `${figure(this.#here + 1)} / ${figure(ranges.length)}`;
  }

  /** Goes to the next or the previous match, round the ends. */
  #go(by) {
    const count = this.#ranges.length;
    if (!count) return;
    this.#here = this.#here < 0 && by < 0 ? count - 1 : (this.#here + by + count) % count;
    this.#mark();
    const { top, height } = this.#ranges[this.#here].getBoundingClientRect();
    scrollBy({ top: top - (innerHeight - height) / 3, behavior: "instant" });
    const text = this.#texts.match.replace("{n}", this.#here + 1).replace("{total}", count);
    this.#one(".status").textContent = text;
  }

  /** How far the post is read. */
  #progress() {
    const reading = this.#one(".post-view") && this.#options.page;
    // A height is not asked for in vain: the page would be laid out for it, in the middle of a change.
    const rest = reading ? document.documentElement.scrollHeight - innerHeight : 0;
    const part = rest > 0 ? Math.min(1, scrollY / rest) : 0;
    this.#one(".meter").style.transform = `scaleX(${part})`;
  }

  /** The next or the previous post of a list. */
  #step(by) {
    const links = [...this.#root.querySelectorAll(".post-link")];
    const here = links.indexOf(this.#root.activeElement);
    if (here + by < 0) return this.#search();
    (links[here < 0 && by < 0 ? links.length - 1 : here + by])?.focus();
  }

  #search() {
    this.#one("dialog[open]")?.close();
    this.#one("#q").focus();
    this.#one("#q").select();
  }

  #key(event) {
    const { key } = event;
    if (event.isComposing) return;
    // Any other key begins anew, so that typing capitals never leaves.
    const shifts = this.#shifts;
    const again = event.timeStamp - shifts.last < LEAVE.within;
    shifts.count = key !== "Shift" || event.repeat ? 0 : again ? shifts.count + 1 : 1;
    shifts.last = event.timeStamp;
    if (shifts.count === LEAVE.times && this.#options.page) return leave();

    const inside = event.composedPath()[0];
    const reading = this.#one(".post-view");
    if ((event.ctrlKey || event.metaKey) && key === "k") {
      event.preventDefault();
      return this.#search();
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (inside === this.#one("#q") && key === "ArrowDown") {
      event.preventDefault();
      return this.#step(1);
    }
    if (takesText(inside) || this.#one("dialog[open]")) return;
    const click = (selector) => this.#one(selector)?.click();
    const onPost = inside.matches?.(".post-link");
    const acts = {
      "/": () => this.#search(),
      "?": () => click("[data-act=help]"),
      s: () => click("[data-act=settings]"),
      r: () => this.#random(),
      j: () => (reading ? click(".older") : this.#step(1)),
      k: () => (reading ? click(".newer") : this.#step(-1)),
      ArrowDown: onPost && (() => this.#step(1)),
      ArrowUp: onPost && (() => this.#step(-1)),
      n: reading && (() => this.#go(1)),
      p: reading && (() => this.#go(-1)),
      v: reading && (() => click(".source-link")),
      t: () => {
        if (!reading) this.#one(".aside-fold").open = true;
        this.#one(reading ? ".post-head .tag" : ".tags input")?.focus();
      },
      Escape: reading && (() => (this.#ranges.length ? this.stopReading() : click(".back"))),
    };
    const act = Object.hasOwn(acts, key) && acts[key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}

