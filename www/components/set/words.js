/** Whether a model was trained with a pair, and what that is called. */

/** @typedef {"trained" | "new"} State */

/** @type {Readonly<Record<State, { name: string, about: string }>>} */
export const STATE_WORDS = Object.freeze({
  trained: { name: "Trained with", about: "the model has seen such a picture" },
  new: { name: "New", about: "the model has never seen such a picture" },
});

/**
 * @param {import("../../lib/trained.js").TrainedPairs} pairs
 * @param {import("./table.js").Pair} pair
 * @returns {State}
 */
export const stateOf = (pairs, { row, column }) => (pairs.has(row, column) ? "trained" : "new");
