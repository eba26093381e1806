/**
 * A prompt of many axes in words that one would say: "Toon Head, red long hair, smiling, glasses". Nothing is known of
 * any model: what an axis is about follows from its id and name, and from what its classes are called.
 */
import { axisOf, classOf } from "./description.js";

/** @typedef {import("./description.js").Axis} Axis */
/** @typedef {import("./description.js").Class} Class */
/** @typedef {Readonly<Record<string, string | null | undefined>>} Prompt axis → class, ids */

/** What something has, in the ids of axes: "hair-colour" is about hair. */
const MEASURES = new Set(["colour", "color", "length", "tone", "size", "shape", "kind", "type", "cut"]);
/** Adjectives that say themselves of what: nobody says "bald hair". */
const WHOLE = new Set(["bald"]);
/** A model of at least so many axes, none dividing another, makes pictures of parts and not of one thing. */
const PARTS = 4;

/** Whether pictures are told by their parts, as none of the axes is what they are of. @param {readonly Axis[]} axes */
export const byParts = (axes) => axes.length >= PARTS && !axes.some(({ parent }) => parent);

/** Whether a class stands for there being nothing. @param {Class} one */
export const isNone = ({ id, name }) => id === "none" || name.toLowerCase() === "none";

/**
 * What the classes of an axis are said of; empty if they need no such word, as "smiling".
 *
 * @param {Axis} axis
 * @param {readonly Axis[]} axes
 */
export function nounOf(axis, axes) {
  const words = axis.id.split("-");
  if (words.length > 1 && MEASURES.has(words[words.length - 1])) return words.slice(0, -1).join(" ");
  const told = (/** @type {Class} */ one) => one.name.toLowerCase();
  const names = new Set(axis.classes.filter((one) => !isNone(one)).map(told));
  // "green" alone would be anything's.
  const shared = axes.some((other) => other !== axis && other.classes.some((one) => !isNone(one) && names.has(told(one))));
  return shared ? axis.name.toLowerCase() : "";
}

/**
 * @param {Prompt} prompt
 * @param {readonly Axis[]} axes
 * @returns {{ axes: Axis[], text: string }[]} what is said in one go, in the order of the axes
 */
export function partsOf(prompt, axes) {
  /** @type {Map<string, { axes: Axis[], names: string[] }>} */
  const nouns = new Map();
  /** @type {{ axes: Axis[], text: string, noun?: string }[]} */
  const parts = [];
  for (const axis of axes) {
    const one = classOf(axisOf({ axes }, axis.id), prompt[axis.id]);
    if (!one) continue;
    const noun = nounOf(axis, axes);
    if (isNone(one)) {
      const text = one.name.toLowerCase() === "none" ? `no ${axis.name.toLowerCase()}` : `${noun} ${one.name}`.trim();
      parts.push({ axes: [axis], text });
    } else if (!noun || WHOLE.has(one.name)) parts.push({ axes: [axis], text: one.name });
    else {
      const said = nouns.get(noun) ?? { axes: [], names: [] };
      if (!said.names.length) parts.push({ axes: said.axes, text: "", noun });
      said.axes.push(axis);
      said.names.push(one.name);
      nouns.set(noun, said);
    }
  }
  return parts.map(({ axes, text, noun }) => ({ axes, text: noun === undefined ? text : `${nouns.get(noun)?.names.join(" ")} ${noun}` }));
}

/** @param {Prompt} prompt @param {readonly Axis[]} axes @returns {string} empty if nothing is asked for */
export const phraseOf = (prompt, axes) => partsOf(prompt, axes).map(({ text }) => text).join(", ");
