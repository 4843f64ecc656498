// Looks through everything the viewer shows for what no post may bring: gives a list of findings.
// `policy` is the allow-list of crates/markdown/src/policy.rs; what the viewer's own builder adds
// to a body stands here. Judged by what is there, with prototype accessors, as names of a post may
// shadow properties.
const [policy] = arguments_;
const XHTML = "http://www.w3.org/1999/xhtml";
const NEVER = new Set(
  (
    "script style iframe frame frameset object embed applet base link meta template slot form " +
    "textarea select option svg math video audio source track portal marquee noscript dialog"
  ).split(" "),
);
const OWN = {
  button: ["class", "type", "data-image", "part", "style"],
  img: ["alt", "src", "referrerpolicy", "decoding", "width", "height"],
  span: ["class", "dir", "role"],
  a: ["class", "href", "rel", "target", "data-anchor", "data-go"],
  div: ["class", "tabindex", "role", "part", "lang", "dir"],
  br: [],
  hr: [],
  wbr: [],
};
const CLASSES = new Set([
  ...policy.classes,
  ..."body wide embed embed-title embed-host task".split(" "),
  ..."image-ask image-load image-alt image-host image-missing".split(" "),
]);
const LEADING = new Set(
  "href src action formaction xlink:href data poster srcdoc srcset".split(" "),
);
const PICTURE = /^data:image\/(png|gif|jpe?g|webp|avif);base64,/;
const METER = /^transform: scaleX\([\d.]+\);$/;
const SIZE = /^(aspect-ratio: [\d. /]+; )?width: \d+px;$/;
const findings = [];
const attributesOf = (element) =>
  Element.prototype.getAttributeNames
    .call(element)
    .map((name) => [name, Element.prototype.getAttribute.call(element, name)]);
const protocol = (value) => {
  try {
    return new URL(value, document.baseURI).protocol;
  } catch {
    // Leads nowhere; still, it shall look like what is allowed.
    return /^[a-z][a-z0-9+.-]*:/i.exec(value)?.[0].toLowerCase() ?? "";
  }
};

const checkAnywhere = (element, inBody) => {
  const name = element.localName;
  const tell = (what) => findings.push(`${what} in ${element.outerHTML.slice(0, 200)}`);
  if (element.namespaceURI !== XHTML) tell("foreign element");
  // The viewer's own, which never stand in a body.
  const own =
    !inBody &&
    element.matches(
      "form.search, select.sort, select.sort > option, dialog#settings, dialog#help, #settings select, " +
        "#settings option, slot[name=header], slot[name=footer]",
    );
  const meter = !inBody && element.matches("div.meter");
  if (NEVER.has(name) && !own) tell(`<${name}>`);
  if (element.shadowRoot) tell("shadow root");
  for (const [attribute, value] of attributesOf(element)) {
    if (/^on/i.test(attribute)) tell(attribute);
    if (LEADING.has(attribute)) {
      const other = name === "img" ? "data:" : "mailto:";
      const harmless = ["http:", "https:", other].includes(protocol(value));
      const script = protocol(value) === "data:" && !PICTURE.test(value);
      if (!harmless || script) tell(`${attribute}=${value}`);
    }
    const style = meter ? METER : SIZE;
    if (attribute === "style" && !style.test(value)) tell(`style=${value}`);
    if (attribute === "id" && inBody && !value.startsWith("post-")) tell(`id=${value}`);
    if (attribute === "target" && !/noopener/.test(element.rel)) tell("target without noopener");
  }
};

const checkBody = (element) => {
  const name = element.localName;
  const tell = (what) => findings.push(`${what} in ${element.outerHTML.slice(0, 200)}`);
  const allowed = policy.elements[name];
  if (!allowed && !(name in OWN)) return tell(`<${name}>`);
  for (const [attribute, value] of attributesOf(element)) {
    const known =
      policy.attributes.includes(attribute) ||
      allowed?.includes(attribute) ||
      OWN[name]?.includes(attribute) ||
      attribute === "class" ||
      attribute === "data-align";
    if (!known) tell(attribute);
    if (attribute === "class" && !value.split(/\s+/).every((part) => CLASSES.has(part)))
      tell(`class=${value}`);
    if (attribute === "tabindex" && value !== "0" && value !== "-1") tell(`tabindex=${value}`);
  }
  const { position } = getComputedStyle(element);
  if (position === "fixed" || position === "sticky") tell(`position: ${position}`);
};

for (const element of all("*")) {
  const inBody = !!element.closest(".body");
  checkAnywhere(element, inBody);
  if (inBody) checkBody(element);
}
const frames = document.querySelectorAll("iframe, frame, object, embed").length;
if (frames) findings.push(`${frames} frames in the page`);
if (document.body.children.length !== 1) findings.push("the page has more than the viewer");
if (document.head.querySelector("base, meta[http-equiv=refresh]"))
  findings.push("the page's head was changed");
return findings;
