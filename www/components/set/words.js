/** What the states of a pair are called. */

/** @type {Readonly<Record<import("../../lib/pairs.js").State, { name: string, about: string }>>} */
export const STATE_WORDS = Object.freeze({
  trained: { name: "Drawn, and trained with", about: "the set has it, and the model has seen it" },
  "held-out": { name: "Drawn, held out", about: "the set has it, but the model has never seen it" },
  gap: { name: "Does not exist", about: "nobody has drawn it in this style" },
});
