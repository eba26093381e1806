/**
 * Finds classes by what someone types: every word must match, the nearest match comes first.
 */

import { aliasesOf } from "./aliases.js";

/** @typedef {import("./description.js").Axis} Axis */
/** @typedef {import("./description.js").Class} Class */
/** @typedef {{ one: Class, name: string, words: string[], more: string, other: string[] }} Entry `other`: what else it is called */

/** So few letters begin too many words. */
const SHORTEST_PREFIX = 3;

/**
 * Lower case without accents or punctuation, so that "Piñata" is found by "pinata".
 *
 * @param {string} text
 */
export function fold(text) {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/**
 * Folding 1,400 names takes longer than ranking them, so it is done once.
 *
 * @param {Axis} axis
 * @param {Axis} [group] the axis that it divides further: its names find classes, too
 * @param {Readonly<Record<string, string>>} [others] other words for classes, by their id (lib/class-words.js)
 * @returns {Entry[]}
 */
export function buildIndex(axis, group, others = {}) {
  const names = new Map(group?.classes.map(({ id, name }) => [id, name]));
  return axis.classes.map((one) => {
    const name = fold(one.name);
    const more = fold(`${one.id} ${names.get(one.parent ?? "") ?? ""} ${aliasesOf(one).join(" ")}`);
    const other = Object.hasOwn(others, one.id) ? others[one.id].split(" ") : [];
    return { one, name, words: name.split(" "), more, other };
  });
}

/**
 * @param {Entry[]} index
 * @param {string} query
 * @param {object} [options]
 * @param {string | null} [options.parent] only classes of this group
 * @param {number} [options.limit]
 * @returns {{ classes: Class[], total: number }} the best few, and how many matched in all
 */
export function search(index, query, { parent = null, limit = 60 } = {}) {
  const wanted = fold(query).split(" ").filter(Boolean);
  const glyph = bare(query.trim());
  const pool = parent === null ? index : index.filter(({ one }) => one.parent === parent);
  if (!wanted.length && !glyph) {
    return { classes: pool.slice(0, limit).map(({ one }) => one), total: pool.length };
  }
  const found = rank(pool, wanted, glyph);
  return { classes: found.slice(0, limit).map(({ entry }) => entry.one), total: found.length };
}

/**
 * All that match, the nearest first.
 *
 * @param {Entry[]} index
 * @param {string[]} wanted folded words
 * @param {string} [glyph] the sign itself, where there are no words
 * @returns {{ entry: Entry, score: number }[]} lower is nearer
 */
export function rank(index, wanted, glyph = "") {
  return index
    .map((entry, at) => ({ entry, at, score: score(entry, wanted, glyph) }))
    .filter(({ score }) => score < Infinity)
    .sort((a, b) => a.score - b.score || a.entry.name.length - b.entry.name.length || a.at - b.at);
}

/**
 * Lower is better; Infinity does not match.
 *
 * @param {Entry} entry
 * @param {string[]} wanted
 * @param {string} glyph
 */
function score(entry, wanted, glyph) {
  // Someone may paste the sign itself. An emoji folds to nothing, so it is compared as it is.
  if (!wanted.length) return entry.one.glyph && bare(entry.one.glyph) === glyph ? 0 : Infinity;
  const phrase = wanted.join(" ");
  if (entry.name === phrase) return 0;
  const start = entry.name.startsWith(phrase) ? 0 : 10;
  return wanted.reduce((sum, word) => sum + wordScore(entry, word), start);
}

/**
 * @param {Entry} entry
 * @param {string} word
 */
function wordScore({ name, words, more, other }, word) {
  if (words.includes(word)) return 1;
  if (words.some((candidate) => candidate.startsWith(word))) return 3;
  if (name.includes(word)) return 6;
  if (other.includes(word)) return 16;
  if (more.includes(word)) return 20;
  return word.length >= SHORTEST_PREFIX && other.some((candidate) => candidate.startsWith(word)) ? 24 : Infinity;
}

/**
 * Without the selector that asks for the coloured form: some keyboards add it, some do not.
 *
 * @param {string} glyph
 */
export function bare(glyph) {
  return glyph.replaceAll("\uFE0F", "");
}
