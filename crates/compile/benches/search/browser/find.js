// The library on the page's own archive; what the page draws of an answer is not measured.
async (query) => {
  bench.archive ??= import("./shelfmark.js").then(({ openArchive }) =>
    openArchive("bundle/archive.json"),
  );
  await (await bench.archive).search({ query, limit: 20 });
}
