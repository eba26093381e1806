#!/usr/bin/env node
/**
 * Other words for the classes of the emoji model, from the annotations of the Unicode CLDR (English), written to
 * www/words/emoji-128.json: for each class those that its name and its group do not say already.
 *
 *     npm pack cldr-annotations-full@48.2.0 && tar xzf cldr-annotations-full-48.2.0.tgz
 *     node scripts/words.mjs package/annotations/en/annotations.json
 *
 * The data are under the Unicode licence, which lies beside the file (www/words/LICENSE).
 */
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bare, fold } from "../www/lib/search.js";

const MODEL = "emoji-128";
const www = fileURLToPath(new URL("../www/", import.meta.url));
/** Shorter ones begin too many others, and these say nothing. */
const SHORTEST = 3;
const EMPTY = new Set("and are for from has its not off one our out the this too was who why with you your emoji face person".split(" "));
/** A word that more classes have narrows nothing down. */
const MOST_CLASSES = 60;

/** @typedef {{ id: string, name: string, glyph?: string, parent?: string }} Class */

/**
 * @param {readonly Class[]} classes
 * @param {ReadonlyMap<string, string>} groups names of the classes above, by id
 * @param {Readonly<Record<string, { default?: readonly string[] }>>} annotations of CLDR, by sign
 * @returns {Record<string, string>} words by class id, folded, with a space between them
 */
export function wordsFor(classes, groups, annotations) {
  const bySign = new Map(Object.entries(annotations).map(([sign, { default: said = [] }]) => [bare(sign), said]));
  /** @type {[string, string[]][]} */
  const found = classes.map(({ id, name, glyph = "", parent = "" }) => {
    const own = new Set(fold(`${name} ${id} ${groups.get(parent) ?? ""}`).split(" "));
    const said = new Set((bySign.get(bare(glyph)) ?? []).flatMap((text) => fold(text).split(" ")));
    return [id, [...said].filter((word) => word.length >= SHORTEST && !/^\d+$/.test(word) && !EMPTY.has(word) && !own.has(word))];
  });
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const [, words] of found) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const kept = found.map(([id, words]) => /** @type {const} */ ([id, words.filter((word) => (counts.get(word) ?? 0) <= MOST_CLASSES)]));
  return Object.fromEntries(kept.filter(([, words]) => words.length).map(([id, words]) => [id, words.join(" ")]));
}

/** @param {string[]} args */
function main([path]) {
  if (!path) {
    console.error("usage: words.mjs ANNOTATIONS.json");
    return 2;
  }
  const { axes } = JSON.parse(readFileSync(`${www}models/${MODEL}/manifest.json`, "utf8")).classes;
  const axis = axes.find((/** @type {{ id: string }} */ { id }) => id === "concept");
  const above = axes.find((/** @type {{ id: string }} */ { id }) => id === axis.parent);
  const groups = new Map(above.classes.map((/** @type {Class} */ { id, name }) => [id, name]));
  const words = wordsFor(axis.classes, groups, JSON.parse(readFileSync(path, "utf8")).annotations.annotations);
  const text = `${JSON.stringify({ [axis.id]: words })}\n`;
  mkdirSync(`${www}words`, { recursive: true });
  writeFileSync(`${www}words/${MODEL}.json`, text);
  console.log(`${Object.keys(words).length} of ${axis.classes.length} classes, ${(text.length / 1000).toFixed(1)} kB`);
  return 0;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv.slice(2));
