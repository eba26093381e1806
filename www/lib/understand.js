/**
 * Reads what someone types of a picture that has many parts: "smiling woman red hair glasses" names classes of several
 * axes at once. What a word may mean for several axes is settled by the words beside it; what is not known is said.
 */
import { MOST_WORDS, aliasesOf, meantBy } from "./aliases.js";
import { distance, farness, nearest, tolerance } from "./nearest.js";
import { isNone, nounOf } from "./phrase.js";
import { fold } from "./search.js";

/** @typedef {import("./description.js").Axis} Axis */
/** @typedef {import("./description.js").Class} Class */
/** @typedef {{ axis: Axis, one: Class }} Meaning */
/**
 * `words`: as they were typed, folded; `guess`: not quite so; `other`: no class is called that, but it stands for one.
 *
 * @typedef {Meaning & { words: string, guess: boolean, other: boolean }} Taken
 */
/** @typedef {{ understood: Taken[], unknown: string[] }} Reading */
/**
 * @typedef {object} Lexicon
 * @property {readonly Axis[]} axes
 * @property {Map<string, Meaning[]>} phrases what classes are called, folded
 * @property {Set<string>} vocabulary the words of all these
 * @property {Map<string, Set<Axis>>} nouns words that name axes
 * @property {Set<Axis>} said those whose classes are said of something, as "red" of hair
 */

/** They say nothing of a picture. */
const EMPTY = new Set("a an and are as at by face for has have haired having her his in is it its looking of on or please skinned the their they to wearing wears who with".split(" "));
/** Longer names than this are not looked for. */
const LONGEST = 5;

/** @param {readonly Axis[]} axes @returns {Lexicon} */
export function buildLexicon(axes) {
  /** @type {Lexicon} */
  const lexicon = { axes, phrases: new Map(), vocabulary: new Set(), nouns: new Map(), said: new Set(axes.filter((axis) => nounOf(axis, axes))) };
  for (const axis of axes) {
    for (const word of fold(`${axis.name} ${axis.id} ${nounOf(axis, axes)}`).split(" ")) {
      const own = lexicon.nouns.get(word) ?? new Set();
      lexicon.nouns.set(word, own.add(axis));
    }
    const name = fold(axis.name);
    for (const one of axis.classes) {
      const negated = [`no ${name}`, `without ${name}`, `without a ${name}`, `not ${name}`];
      const none = fold(one.name) === "none" ? negated : [one.name, ...negated.filter(() => isNone(one))];
      const names = isNone(one) ? none : [one.name, one.id];
      for (const called of new Set([...names, ...aliasesOf(one)].map(fold))) {
        const list = lexicon.phrases.get(called) ?? [];
        lexicon.phrases.set(called, [...list, { axis, one }]);
        for (const word of called.split(" ")) lexicon.vocabulary.add(word);
      }
    }
  }
  return lexicon;
}

/**
 * @param {Lexicon} lexicon
 * @param {string} text
 * @returns {Reading}
 */
export function understand(lexicon, text) {
  /** @type {Reading} */
  const reading = { understood: [], unknown: [] };
  // A comma ends what belongs together.
  for (const part of text.split(/[,;.!?\n]+/)) readPart(lexicon, fold(part).split(" ").filter(Boolean), reading);
  return reading;
}

/** @param {Lexicon} lexicon @param {string[]} words @param {Reading} reading */
function readPart(lexicon, words, reading) {
  const settled = (/** @type {Axis} */ axis) => reading.understood.some((one) => one.axis === axis);
  for (let at = 0; at < words.length; ) {
    const { length, meanings, guess, other } = longest(lexicon, words, at);
    const [best] = meanings
      .map((one, n) => ({ one, n, score: fit(lexicon, one.axis, words, at, length) - (settled(one.axis) ? 4 : 0) }))
      .filter(({ score }) => score > -2)
      .sort((a, b) => b.score - a.score || a.n - b.n);
    const said = words.slice(at, at + length).join(" ");
    if (best) reading.understood.push({ ...best.one, words: said, guess, other });
    else if (meanings.length || !(lexicon.nouns.has(said) || EMPTY.has(said))) reading.unknown.push(said);
    at += length;
  }
}

/** What the most words from here on are called. @param {Lexicon} lexicon @param {string[]} words @param {number} at */
function longest({ phrases, nouns, vocabulary, axes }, words, at) {
  for (let length = Math.min(Math.max(LONGEST, MOST_WORDS), words.length - at); length > 0; length--) {
    const said = words.slice(at, at + length).join(" ");
    const called = phrases.get(said);
    const meanings = called ?? meant(phrases, nouns, said);
    if (meanings.length) return { length, meanings, guess: false, other: !called };
  }
  const word = words[at];
  /** @type {Meaning[]} */
  const near = [];
  if (!nouns.has(word) && !EMPTY.has(word) && !vocabulary.has(word) && axes.length) {
    // What is still being typed, and typing mistakes.
    const alike = (/** @type {string} */ called) => (word.length >= 3 && called.startsWith(word)) || (tolerance(word) > 0 && distance(word, called) <= tolerance(word));
    const found = [...phrases.keys()].filter(alike).sort((a, b) => farness(word, a) - farness(word, b) || a.length - b.length);
    if (found.length) near.push(...(phrases.get(found[0]) ?? []));
  }
  return { length: 1, meanings: near, guess: true, other: true };
}

/**
 * The classes that other words stand for: what they mean may name the axis as well, as in "red hair".
 *
 * @param {Lexicon["phrases"]} phrases
 * @param {Lexicon["nouns"]} nouns
 * @param {string} said
 * @returns {Meaning[]}
 */
function meant(phrases, nouns, said) {
  for (const name of meantBy(said)) {
    const whole = phrases.get(name);
    if (whole) return whole;
    const words = name.split(" ");
    const own = nouns.get(words[words.length - 1]);
    const found = (phrases.get(words.slice(0, -1).join(" ")) ?? []).filter(({ axis }) => own?.has(axis));
    if (found.length) return found;
  }
  return [];
}

/** How well an axis goes with the words around: the noun after counts more than the one before. @param {Lexicon} lexicon @param {Axis} axis @param {string[]} words @param {number} at @param {number} length */
function fit({ nouns, vocabulary, phrases, said }, axis, words, at, length) {
  for (let after = at + length; after < words.length; after++) {
    const own = nouns.get(words[after]);
    // "glasses" is both: a thing of its own, and the name of what it is of.
    // And some classes say themselves of what they are: "smiling red hair".
    if (own) return own.has(axis) ? 3 : phrases.has(words[after]) || !said.has(axis) ? 0 : -3;
    if (!vocabulary.has(words[after])) break;
  }
  return nouns.get(words[at - 1] ?? "")?.has(axis) ? 1 : 0;
}

/**
 * Classes that are spelt a little like a word that was not understood.
 *
 * @param {Lexicon} lexicon
 * @param {string} word
 * @param {number} [limit]
 * @returns {Meaning[]}
 */
export function nearTo({ phrases }, word, limit = 3) {
  const all = [...phrases].flatMap(([called, meanings]) => meanings.map((one) => ({ ...one, called })));
  const found = nearest([word], all, ({ called }) => called.split(" "), 4 * limit).filter(({ far }) => far <= 0.4);
  /** @type {Map<Class, Meaning>} */
  const once = new Map(found.map(({ one: { axis, one } }) => [one, { axis, one }]));
  return [...once.values()].slice(0, limit);
}

/** @param {Reading} reading @returns {Record<string, string>} class id by axis id */
export const promptOf = ({ understood }) => Object.fromEntries(understood.map(({ axis, one }) => [axis.id, one.id]));
