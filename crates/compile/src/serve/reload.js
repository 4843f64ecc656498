// Reloads the page when `shelfmark serve` has published another version of the site than the one
// this page was made from, which stands in this script's own address.
const address = new URL(import.meta.url);
const mine = address.search.slice(1);
new EventSource(new URL("reload", address)).onmessage = ({ data }) => {
  if (data !== mine) location.reload();
};
