/**
 * Understands what someone types into one box: a thing, a group of things, a style, or a thing in a style
 * ("cat", "food", "twemoji", "blob ghost"). Words that name a style are taken for it if the rest still
 * means something; all readings are offered, the nearest first.
 */
import { bare, buildIndex, fold, rank } from "./search.js";

/** @typedef {import("../varigrain.js").Classes} Classes */
/** @typedef {import("../varigrain.js").NamedClass} NamedClass */
/**
 * A reading. What is null is left open; `style` undefined means that nothing was said of it.
 *
 * @typedef {object} Idea
 * @property {"anything" | "style" | "category" | "concept"} kind
 * @property {string | null} concept
 * @property {string | null} category
 * @property {string} [style]
 * @property {string} title
 * @property {string} detail in smaller print: the style, or how many there are
 * @property {string} emoji
 */
/** @typedef {{ style: NamedClass, words: string[] }} StyleEntry */
/** @typedef {{ category: NamedClass, name: string, words: string[], emoji: string, count: number }} CategoryEntry */
/** @typedef {{ concepts: import("./search.js").Entry[], categories: CategoryEntry[], styles: StyleEntry[] }} PromptIndex */

/** What people call the sets besides their names. */
/** @type {Readonly<Record<string, string>>} */
const ALIASES = Object.freeze({
  noto: "google",
  "noto-v1": "blob android",
  fxemoji: "firefox mozilla",
  fluent: "microsoft 3d glossy",
  "fluent-flat": "microsoft",
  twemoji: "twitter",
  emojione: "joypixels",
});

/** So few letters begin too many words. */
const SHORTEST_PREFIX = 3;
const MOST_CATEGORIES = 8;

/** @type {Idea} */
export const ANYTHING = Object.freeze({ kind: "anything", concept: null, category: null, title: "Anything", detail: "", emoji: "∗" });

/** @param {Classes} classes @returns {PromptIndex} */
export function buildPromptIndex({ styles, categories, concepts }) {
  const names = new Map(categories.map(({ id, name }) => [id, name]));
  return {
    concepts: buildIndex(concepts, (id) => names.get(id) ?? ""),
    categories: categories.map((category) => {
      const own = concepts.filter((concept) => concept.category === category.id);
      const words = fold(`${category.name} ${category.id}`).split(" ");
      return { category, name: fold(category.name), words, emoji: own[0]?.emoji ?? "", count: own.length };
    }),
    styles: styles.map((style) => {
      const words = fold(`${style.name} ${style.id} ${ALIASES[style.id] ?? ""}`).split(" ");
      // A version number names nothing.
      return { style, words: [...new Set(words)].filter((word) => word.length >= SHORTEST_PREFIX) };
    }),
  };
}

/**
 * @param {PromptIndex} index
 * @param {string} query
 * @param {{ limit?: number }} [options]
 * @returns {{ ideas: Idea[], total: number }} the best few, and how many there are in all
 */
export function suggest(index, query, { limit = 60 } = {}) {
  const words = fold(query).split(" ").filter(Boolean);
  const glyph = bare(query.trim());
  if (!words.length && !glyph) {
    const all = index.categories.map((entry) => categoryIdea(entry));
    return { ideas: [ANYTHING, ...all].slice(0, limit), total: all.length + 1 };
  }
  /** @type {{ idea: Idea, score: number }[]} */
  const found = [...read(index, words, glyph)];
  if (words.length) {
    for (const { style, words: own } of index.styles) {
      const rest = words.filter((word) => !names(own, word));
      const taken = words.length - rest.length;
      if (!taken) continue;
      if (!rest.length) {
        const exact = fold(style.name) === words.join(" ");
        found.push({ idea: styleIdea(style), score: exact ? 0.5 : 4 - taken });
      } else found.push(...read(index, rest, "", style));
    }
  }
  const sorted = found.map((one, at) => ({ ...one, at })).sort((a, b) => a.score - b.score || a.at - b.at);
  return { ideas: sorted.slice(0, limit).map(({ idea }) => idea), total: sorted.length };
}

/**
 * Things and groups of things that words stand for.
 *
 * @param {PromptIndex} index
 * @param {string[]} words
 * @param {string} glyph
 * @param {NamedClass} [style]
 */
function read({ concepts, categories }, words, glyph, style) {
  const groups = categories
    .map((entry) => ({ idea: categoryIdea(entry, style), score: categoryScore(entry, words) }))
    .filter(({ score }) => score < Infinity)
    .sort((a, b) => a.score - b.score)
    .slice(0, MOST_CATEGORIES);
  const things = rank(concepts, words, glyph).map(({ entry: { concept }, score }) => {
    const { id, name, emoji, category } = concept;
    /** @type {Idea} */
    const idea = { kind: "concept", concept: id, category, title: name, detail: style?.name ?? "", emoji, ...named(style) };
    return { idea, score };
  });
  return [...groups, ...things];
}

/** @param {CategoryEntry} entry @param {string[]} words lower is nearer; Infinity does not match */
function categoryScore({ name, words: own }, words) {
  if (!words.length) return Infinity;
  if (name === words.join(" ")) return 0.5;
  return words.reduce((sum, word) => {
    if (own.includes(word)) return sum + 2;
    return sum + (word.length >= SHORTEST_PREFIX && own.some((one) => one.startsWith(word)) ? 5 : Infinity);
  }, 2);
}

/** @param {string[]} own @param {string} word whether it stands for a style */
function names(own, word) {
  return own.some((one) => one === word || (word.length >= SHORTEST_PREFIX && one.startsWith(word)));
}

/** @param {CategoryEntry} entry @param {NamedClass} [style] @returns {Idea} */
function categoryIdea({ category, emoji, count }, style) {
  const detail = `any of ${count}${style ? `, ${style.name}` : ""}`;
  return { kind: "category", concept: null, category: category.id, title: category.name, detail, emoji, ...named(style) };
}

/** @param {NamedClass} style @returns {Idea} */
function styleIdea(style) {
  return { kind: "style", concept: null, category: null, title: "Anything", detail: style.name, emoji: "∗", style: style.id };
}

/** @param {NamedClass} [style] */
const named = (style) => (style ? { style: style.id } : {});
