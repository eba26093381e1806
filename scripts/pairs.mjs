// Which things exist in which styles, as two bits each, for the page's table of both.
//
//   node scripts/pairs.mjs DATA/index.json [OUT]     OUT: www/data/pairs.json
//
// DATA is the folder that `varigrain data` wrote and the shipped model was trained with.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { encodePairs } from "../www/lib/pairs.js";

const [index, out = fileURLToPath(new URL("../www/data/pairs.json", import.meta.url))] = process.argv.slice(2);
if (!index) {
  console.error("usage: node scripts/pairs.mjs DATA/index.json [OUT]");
  process.exit(2);
}
const { classes, items } = JSON.parse(readFileSync(index, "utf8"));
const ids = (/** @type {{ id: string }[]} */ list) => list.map(({ id }) => id);
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, `${JSON.stringify(encodePairs(ids(classes.styles), ids(classes.concepts), items))}\n`);
const pairs = classes.styles.length * classes.concepts.length;
console.log(`${items.length} of ${pairs} drawings exist, ${items.filter((/** @type {any} */ { split }) => split === "train").length} were trained with`);
