/**
 * Understands what someone types into one box: a thing, a group of things, a manner, or a thing in a manner
 * ("cat", "food", "twemoji", "blob ghost"). Words that name a class of another axis are taken for it if the rest still
 * means something; all readings are offered, the nearest first.
 */
import { MOST_WORDS, aliasesOf, meantBy } from "./aliases.js";
import { rolesOf, withParents } from "./axes.js";
import { distance, nearest, tolerance } from "./nearest.js";
import { bare, buildIndex, fold, rank } from "./search.js";

/** @typedef {import("./description.js").Axis} Axis */
/** @typedef {import("./description.js").Class} Class */
/**
 * A reading.
 *
 * @typedef {object} Idea
 * @property {"anything" | "manner" | "group" | "thing"} kind
 * @property {Readonly<Record<string, string | null>>} prompt what it asks for: of what a picture is of, everything (null:
 *   any); of its manner only what was said
 * @property {string} title
 * @property {string} detail in smaller print: the manner, or how many there are
 * @property {string} glyph
 */
/** @typedef {{ one: Class, name: string, words: string[] }} Named */
/** @typedef {Named & { glyph: string, count: number }} Group */
/** @typedef {{ axis: Axis, named: Named[] }} Manner */
/** @typedef {{ axis: Axis, one: Class }} Taken a class of another axis that words were taken for */
/**
 * @typedef {object} PromptIndex
 * @property {readonly Axis[]} axes
 * @property {Axis | null} main what a picture is of
 * @property {Axis | null} group what that falls into
 * @property {import("./search.js").Entry[]} things
 * @property {Group[]} groups
 * @property {Manner[]} manners
 */

/** So many are offered where nothing is called what was typed. */
const MOST_NEAR = 5;

/** So few letters begin too many words. */
const SHORTEST_PREFIX = 3;
const MOST_GROUPS = 8;

/** @type {Idea} */
export const ANYTHING = Object.freeze({ kind: "anything", prompt: Object.freeze({}), title: "Anything", detail: "", glyph: "∗" });

/** @param {readonly Axis[]} axes @param {import("./class-words.js").ClassWords} [words] other words for their classes @returns {PromptIndex} */
export function buildPromptIndex(axes, words = {}) {
  const { main, groups, others } = rolesOf(axes);
  const group = groups[0] ?? null;
  return {
    ...{ axes, main, group },
    things: main ? buildIndex(main, group ?? undefined, words[main.id]) : [],
    groups: (group?.classes ?? []).map((one) => {
      const own = main?.classes.filter(({ parent }) => parent === one.id) ?? [];
      const words = fold(`${one.name} ${one.id}`).split(" ");
      return { one, name: fold(one.name), words, glyph: one.glyph ?? own[0]?.glyph ?? "", count: own.length };
    }),
    manners: others.map((axis) => ({ axis, named: axis.classes.map(namedBy) })),
  };
}

/** @param {Class} one @returns {Named} */
function namedBy(one) {
  const words = fold(`${one.name} ${one.id} ${aliasesOf(one).join(" ")}`).split(" ");
  // A version number names nothing.
  return { one, name: fold(one.name), words: [...new Set(words)].filter((word) => word.length >= SHORTEST_PREFIX) };
}

/**
 * The idea that a prompt stands for, as the box shows it.
 *
 * @param {PromptIndex} index
 * @param {Readonly<Record<string, string | null | undefined>>} prompt
 * @returns {Idea}
 */
export function ideaOf(index, prompt) {
  const { main, group } = index;
  const thing = main && index.things.find(({ one }) => one.id === prompt[main.id]);
  if (thing) return thingIdea(index, thing.one, []);
  const found = group && index.groups.find(({ one }) => one.id === prompt[group.id]);
  return found ? groupIdea(index, found, []) : ANYTHING;
}

/**
 * @param {PromptIndex} index
 * @param {string} query
 * @param {{ limit?: number }} [options]
 * @returns {{ ideas: Idea[], total: number, unknown: string[] }} the best few, and how many there are in all; `unknown`:
 *   words that nothing is called: the ideas leave them out, or are only spelt alike
 */
export function suggest(index, query, { limit = 60 } = {}) {
  const words = fold(query).split(" ").filter(Boolean);
  const glyph = bare(query.trim());
  if (!words.length && !glyph) {
    const { groups, things } = index;
    const all = groups.length ? groups.map((entry) => groupIdea(index, entry, [])) : things.map(({ one }) => thingIdea(index, one, []));
    return { ideas: [anything(index), ...all].slice(0, limit), total: all.length + 1, unknown: [] };
  }
  const meant = otherWords(words).flatMap((other) => readings(index, other, "", index.manners, []));
  const found = [...readings(index, words, glyph, index.manners, []), ...meant];
  if (found.length || !words.length) return best(found, limit, []);
  const spelt = words.map((word) => correct(index, word));
  if (spelt.some((word, at) => word !== words[at])) {
    const right = readings(index, spelt, "", index.manners, []);
    if (right.length) return best(right, limit, words.filter((word, at) => word !== spelt[at]));
  }
  // What is left when words that nothing is called are left out.
  const known = words.filter((word) => readings(index, [word], "", index.manners, []).length);
  const unknown = words.filter((word) => !known.includes(word));
  if (unknown.length && known.length) {
    const rest = readings(index, known, "", index.manners, []);
    if (rest.length) return best(rest, limit, unknown);
  }
  return best(near(index, words, known), limit, unknown.length ? unknown : words);
}

/** @param {{ idea: Idea, score: number }[]} found @param {number} limit @param {string[]} unknown */
function best(found, limit, unknown) {
  const sorted = found.map((one, at) => ({ ...one, at })).sort((a, b) => a.score - b.score || a.at - b.at);
  // In other words the same may be meant twice.
  const said = new Set();
  const once = sorted.filter(({ idea }) => {
    const key = JSON.stringify([idea.kind, idea.prompt]);
    return !said.has(key) && said.add(key);
  });
  return { ideas: once.slice(0, limit).map(({ idea }) => idea), total: once.length, unknown };
}

/** The same in other words, one or a few of them exchanged. @param {string[]} words @returns {string[][]} */
function otherWords(words) {
  /** @type {string[][]} */
  const all = [];
  for (let length = Math.min(MOST_WORDS, words.length); length > 0; length--) {
    for (let at = 0; at + length <= words.length; at++) {
      const names = meantBy(words.slice(at, at + length).join(" "));
      for (const name of names) all.push([...words.slice(0, at), ...name.split(" "), ...words.slice(at + length)]);
    }
  }
  return all;
}

/** A word as it is spelt where something is called that, if it may be a typing mistake. @param {PromptIndex} index @param {string} word */
function correct({ things, groups, manners }, word) {
  const vocabulary = new Set([...things, ...groups, ...manners.flatMap(({ named }) => named)].flatMap(({ words }) => words));
  if (!tolerance(word) || [...vocabulary].some((one) => one.startsWith(word))) return word;
  const near = [...vocabulary].filter((one) => Math.abs(one.length - word.length) <= 2 && distance(word, one) <= tolerance(word));
  return near.sort((a, b) => distance(word, a) - distance(word, b))[0] ?? word;
}

/**
 * What is spelt most like words that nothing is called, or has most of those that something is called: there is always
 * something.
 *
 * @param {PromptIndex} index
 * @param {string[]} words
 * @param {string[]} known those of them that something is called, though nothing all of them
 */
function near(index, words, known) {
  /** @type {{ idea: Idea, words: string[] }[]} */
  const all = [
    ...index.things.map(({ one, words }) => ({ idea: thingIdea(index, one, []), words })),
    ...index.groups.map((group) => ({ idea: groupIdea(index, group, []), words: group.words })),
    ...index.manners.flatMap(({ axis, named }) => named.map(({ one, words }) => ({ idea: mannerIdea(index, [{ axis, one }]), words }))),
  ];
  const wanted = known.length ? known : words;
  const having = (/** @type {string[]} */ own) => wanted.filter((word) => names(own, word)).length;
  const found = nearest(wanted, all, ({ words }) => words, all.length);
  const scored = found.map(({ one, far }) => ({ idea: one.idea, score: 40 + far - having(one.words) }));
  return scored.sort((a, b) => a.score - b.score).slice(0, MOST_NEAR);
}

/**
 * Everything that words may mean: as they are, and with some of them taken for a class of another axis.
 *
 * @param {PromptIndex} index
 * @param {string[]} words
 * @param {string} glyph
 * @param {readonly Manner[]} manners those that no word was taken for yet
 * @param {readonly Taken[]} taken
 * @returns {{ idea: Idea, score: number }[]}
 */
function readings(index, words, glyph, manners, taken) {
  const found = read(index, words, glyph, taken);
  if (!words.length) return found;
  for (const [at, { axis, named }] of manners.entries()) {
    for (const { one, name, words: own } of named) {
      const rest = words.filter((word) => !names(own, word));
      const count = words.length - rest.length;
      if (!count) continue;
      const all = [...taken, { axis, one }];
      if (rest.length) found.push(...readings(index, rest, "", manners.slice(at + 1), all));
      else found.push({ idea: mannerIdea(index, all), score: name === words.join(" ") ? 0.5 : 4 - count });
    }
  }
  return found;
}

/**
 * Things and groups of things that words stand for.
 *
 * @param {PromptIndex} index
 * @param {string[]} words
 * @param {string} glyph
 * @param {readonly Taken[]} taken
 */
function read(index, words, glyph, taken) {
  const groups = index.groups
    .map((entry) => ({ idea: groupIdea(index, entry, taken), score: groupScore(entry, words) }))
    .filter(({ score }) => score < Infinity)
    .sort((a, b) => a.score - b.score)
    .slice(0, MOST_GROUPS);
  const things = rank(index.things, words, glyph).map(({ entry, score }) => ({ idea: thingIdea(index, entry.one, taken), score }));
  return [...groups, ...things];
}

/** @param {Group} group @param {string[]} words lower is nearer; Infinity does not match */
function groupScore({ name, words: own }, words) {
  if (!words.length) return Infinity;
  if (name === words.join(" ")) return 0.5;
  return words.reduce((sum, word) => {
    if (own.includes(word)) return sum + 2;
    return sum + (word.length >= SHORTEST_PREFIX && own.some((one) => one.startsWith(word)) ? 5 : Infinity);
  }, 2);
}

/** @param {string[]} own @param {string} word whether it stands for a class */
function names(own, word) {
  return own.some((one) => one === word || (word.length >= SHORTEST_PREFIX && one.startsWith(word)));
}

/**
 * A prompt that says everything of what a picture is of.
 *
 * @param {PromptIndex} index
 * @param {Record<string, string>} chosen
 * @param {readonly Taken[]} taken
 */
function promptOf({ axes, main, group }, chosen, taken) {
  const open = Object.fromEntries([group, main].flatMap((axis) => (axis ? [[axis.id, null]] : [])));
  const said = Object.fromEntries(taken.map(({ axis, one }) => [axis.id, one.id]));
  return withParents({ ...open, ...chosen, ...said }, axes);
}

/** @param {readonly Taken[]} taken */
const told = (taken) => taken.map(({ one }) => one.name).join(", ");

/** @param {PromptIndex} index @returns {Idea} */
const anything = (index) => ({ ...ANYTHING, prompt: promptOf(index, {}, []) });

/** @param {PromptIndex} index @param {Class} one @param {readonly Taken[]} taken @returns {Idea} */
function thingIdea(index, one, taken) {
  const { id } = /** @type {Axis} */ (index.main);
  return { kind: "thing", prompt: promptOf(index, { [id]: one.id }, taken), title: one.name, detail: told(taken), glyph: one.glyph ?? "" };
}

/** @param {PromptIndex} index @param {Group} group @param {readonly Taken[]} taken @returns {Idea} */
function groupIdea(index, { one, glyph, count }, taken) {
  const { id } = /** @type {Axis} */ (index.group);
  const detail = `any of ${count}${taken.length ? `, ${told(taken)}` : ""}`;
  return { kind: "group", prompt: promptOf(index, { [id]: one.id }, taken), title: one.name, detail, glyph };
}

/** @param {PromptIndex} index @param {readonly Taken[]} taken @returns {Idea} */
function mannerIdea(index, taken) {
  return { ...anything(index), kind: "manner", prompt: promptOf(index, {}, taken), detail: told(taken) };
}
