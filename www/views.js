// What the element's attributes say, as views, as addresses of views, and as properties.

/** Names in an attribute: with commas between them, or as a JSON array when a name has one. */
const names = (text) => {
  if (text?.trim().startsWith("[")) {
    try {
      return JSON.parse(text).map(String);
    } catch {
      return [];
    }
  }
  return (text ?? "").split(",").map((name) => name.trim()).filter(Boolean);
};
const named = (list) =>
  list.some((name) => name.includes(",") || name.trim() !== name) ? JSON.stringify(list) : list.join(", ");

/** Attributes that say what is shown, and their names in the address of a view. */
const LISTS = { tags: "tag", categories: "category", authors: "author" };
const WORDS = { query: "q", "from-date": "from", "to-date": "to", sort: "sort" };

/** What an address such as `#/?q=a&tag=b` shows. */
const viewOf = (route) => {
  const [path, parameters = ""] = route.slice(2).split("?");
  const told = new URLSearchParams(parameters);
  const view = {};
  for (const [name, key] of Object.entries(WORDS)) view[name] = told.get(key) ?? "";
  for (const [name, key] of Object.entries(LISTS)) view[name] = told.getAll(key);
  view.post = path.startsWith("post/") ? decodeURIComponent(path.slice(5)) : "";
  view.page = Number(told.get("page") ?? 1);
  return view;
};

/** Attributes that become properties of the same name, in camel case. */
const TEXTS = ["src", "post", "query", "from-date", "to-date", "sort", "theme", "images", "routing",
  "route-prefix", "controls", "loading", "integrity", "public-key"];
const FLAGS = ["shortcuts", "compact", "memory"];
const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

/** The address of a view. */
const addressOfView = (view) => {
  if (view.post) return `#/post/${encodeURIComponent(view.post)}`;
  const told = new URLSearchParams();
  for (const [name, key] of Object.entries(WORDS)) {
    if (view[name] && view[name] !== "relevance") told.append(key, view[name]);
  }
  for (const [name, key] of Object.entries(LISTS)) {
    for (const value of view[name] ?? []) told.append(key, value);
  }
  const parameters = told.toString();
  return parameters ? `#/?${parameters}` : "#/";
};

/** Defines a property for each attribute. */
const reflectAttributes = (prototype) => {
  const define = (name, get, set) =>
    Object.defineProperty(prototype, camel(name), { configurable: true, enumerable: true, get, set });
  const assign = (element, name, text) => {
    if (text) element.setAttribute(name, text);
    else element.removeAttribute(name);
  };
  for (const name of TEXTS) {
    define(
      name,
      function () {
        return this.getAttribute(name) ?? "";
      },
      function (value) {
        assign(this, name, value == null ? "" : String(value));
      },
    );
  }
  for (const name of FLAGS) {
    define(
      name,
      function () {
        return this.hasAttribute(name);
      },
      function (value) {
        this.toggleAttribute(name, Boolean(value));
      },
    );
  }
  for (const name of Object.keys(LISTS)) {
    define(
      name,
      function () {
        return names(this.getAttribute(name));
      },
      function (value) {
        assign(this, name, typeof value === "string" ? value : named([...(value ?? [])].map(String)));
      },
    );
  }
};
