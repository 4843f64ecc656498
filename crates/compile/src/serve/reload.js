// Follows what `shelfmark serve` publishes: reloads the page when there is another version of the site
// than the one this page was made from, which stands in this script's own address (browser and viewer
// keep the place), and shows what went wrong with a build.
const address = new URL(import.meta.url);
const mine = address.search.slice(1);
const events = new EventSource(new URL("reload", address));
events.onmessage = ({ data }) => {
  if (data !== mine) location.reload();
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
