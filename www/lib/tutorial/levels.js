/**
 * Density as a share: how many of a picture's own regions are plainer than each. The engine takes its
 * levels from the training set instead; within one picture the order is the same.
 */

/** @param {readonly number[]} values @returns {number[]} 0 to 1 */
export function shares(values) {
  const most = Math.max(1, values.length - 1);
  return values.map((value) => values.filter((other) => other < value).length / most);
}

/** Figures for people: two digits, or as many as asked for. @param {number} value @param {number} [digits] */
export const figure = (value, digits = 2) => value.toFixed(digits);
