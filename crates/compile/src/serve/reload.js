// Follows what `shelfmark serve` publishes: shows the archive anew when there is another version of the
// site than the one this page was made from, which stands in this script's own address, and shows what went
// wrong with a build.
const address = new URL(import.meta.url);
let shown = address.search.slice(1);

/** Puts another element in the place of the archive's, with the module that is here: loading the page again
    takes more than twice as long. The address says what it shows. */
const refresh = async () => {
  const before = document.querySelector("shelfmark-archive");
  if (!before?.ready) {
    location.reload();
    return;
  }
  const archive = before.cloneNode(true);
  const { scrollX, scrollY } = globalThis;
  // The page stays as high as it is while nothing is in it.
  archive.style.minHeight = `${before.offsetHeight}px`;
  before.replaceWith(archive);
  await archive.ready.catch(() => {});
  archive.style.minHeight = "";
  scrollTo(scrollX, scrollY);
};

const events = new EventSource(new URL("reload", address));
events.onmessage = ({ data }) => {
  if (data === shown) return;
  shown = data;
  refresh();
};
let box;
events.addEventListener("problems", ({ data }) => {
  box?.remove();
  const problems = JSON.parse(data);
  if (!problems.length) return;
  box = document.createElement("pre");
  box.setAttribute("role", "alert");
  box.textContent = problems.join("\n\n");
  Object.assign(box.style, {
    position: "fixed", inset: "auto 0 0 0", margin: 0, maxHeight: "50%", overflow: "auto", zIndex: 9,
    padding: "1em", font: "14px/1.5 monospace", whiteSpace: "pre-wrap", background: "#7f1d1d", color: "#fff",
  });
  box.onclick = () => box.remove();
  document.body.append(box);
});
