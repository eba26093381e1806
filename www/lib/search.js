/**
 * Finds concepts by what someone types: every word must match, the nearest match comes first.
 */

/** @typedef {import("../varigrain.js").Concept} Concept */
/** @typedef {{ concept: Concept, name: string, words: string[], more: string }} Entry */

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
 * @param {Concept[]} concepts
 * @param {(categoryId: string) => string} categoryName
 * @returns {Entry[]}
 */
export function buildIndex(concepts, categoryName) {
  return concepts.map((concept) => {
    const name = fold(concept.name);
    const more = fold(`${concept.id} ${categoryName(concept.category)}`);
    return { concept, name, words: name.split(" "), more };
  });
}

/**
 * @param {Entry[]} index
 * @param {string} query
 * @param {object} [options]
 * @param {string | null} [options.category] only concepts of this category
 * @param {number} [options.limit]
 * @returns {{ concepts: Concept[], total: number }} the best few, and how many matched in all
 */
export function search(index, query, { category = null, limit = 60 } = {}) {
  const wanted = fold(query).split(" ").filter(Boolean);
  const glyph = bare(query.trim());
  const pool = category === null ? index : index.filter(({ concept }) => concept.category === category);
  if (!wanted.length && !glyph) {
    return { concepts: pool.slice(0, limit).map(({ concept }) => concept), total: pool.length };
  }
  const found = rank(pool, wanted, glyph);
  return { concepts: found.slice(0, limit).map(({ entry }) => entry.concept), total: found.length };
}

/**
 * All that match, the nearest first.
 *
 * @param {Entry[]} index
 * @param {string[]} wanted folded words
 * @param {string} [glyph] the emoji itself, where there are no words
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
  // Someone may paste the emoji itself. It folds to nothing, so it is compared as it is.
  if (!wanted.length) return bare(entry.concept.emoji) === glyph ? 0 : Infinity;
  const phrase = wanted.join(" ");
  if (entry.name === phrase) return 0;
  const start = entry.name.startsWith(phrase) ? 0 : 10;
  return wanted.reduce((sum, word) => sum + wordScore(entry, word), start);
}

/**
 * @param {Entry} entry
 * @param {string} word
 */
function wordScore({ name, words, more }, word) {
  if (words.includes(word)) return 1;
  if (words.some((candidate) => candidate.startsWith(word))) return 3;
  if (name.includes(word)) return 6;
  return more.includes(word) ? 20 : Infinity;
}

/**
 * Without the selector that asks for the coloured form: some keyboards add it, some do not.
 *
 * @param {string} emoji
 */
export function bare(emoji) {
  return emoji.replaceAll("\uFE0F", "");
}
