// A module worker: new Worker("worker.js", { type: "module" }).
import { openArchive } from "/archive/shelfmark.js";

const archive = openArchive("/archive/bundle/archive.json");

onmessage = async ({ data: query }) => {
  const { total, hits } = await (await archive).search({ query, limit: 10 });
  postMessage({ total, titles: hits.map((hit) => hit.title) });
};
