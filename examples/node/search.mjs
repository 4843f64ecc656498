// node search.mjs site/bundle/archive.json 武汉
import { openArchive } from "shelfmark";

const [src, query] = process.argv.slice(2);
const archive = await openArchive(src);
const { total, hits } = await archive.search({ query, exact: true });
console.log(`${total} posts`);
for (const { date, title, path } of hits) console.log(date, title, path);
archive.close();
