// Runs queries through the library, wherever it is; the page, the worker and Node import this.
import { openArchive } from "/site/shelfmark.js";

export const run = async (src, queries) => {
  const archive = await openArchive(src);
  const found = [];
  for (const query of queries) {
    const { total, exact, ids, hits } = await archive.search({ query, limit: 10, ids: true, exact: true });
    found.push([total, exact, [...ids], hits.map((hit) => hit.slug)]);
  }
  archive.close();
  return found;
};
