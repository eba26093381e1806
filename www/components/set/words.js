/** What the states of a pair are called. */

/** @type {Readonly<Record<import("./pairs.js").State, { name: string, about: string }>>} */
export const STATE_WORDS = Object.freeze({
  trained: { name: "Trained with", about: "the model has seen such a picture" },
  new: { name: "New", about: "the model has never seen such a picture" },
});
