/** Whether a model was trained with a pair, and what that is called. */

/** @typedef {"trained" | "held" | "new"} State */

/** @type {Readonly<Record<State, { name: string, about: string }>>} */
export const STATE_WORDS = Object.freeze({
  trained: { name: "Trained with", about: "the model has seen such a picture" },
  held: { name: "Held out", about: "there is a real drawing of it, which the model has never seen" },
  new: { name: "New", about: "the model has never seen such a picture" },
});

/**
 * @param {import("../../lib/trained.js").TrainedPairs} pairs
 * @param {import("./table.js").Pair} pair
 * @param {boolean} exists whether there is a real drawing of it; where that is not known: false
 * @returns {State}
 */
export const stateOf = (pairs, { row, column }, exists) => (pairs.has(row, column) ? "trained" : exists ? "held" : "new");
