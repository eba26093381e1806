/**
 * Sums up repeated measurements. Medians and quartiles, because times have a long tail on one side.
 */

/** @typedef {{ n: number, median: number, q1: number, q3: number, iqr: number, min: number, max: number }} Summary */

/**
 * @param {number[]} sorted ascending, not empty
 * @param {number} share 0 to 1
 */
export function quantile(sorted, share) {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at % 1);
}

/**
 * @param {number[]} samples at least one
 * @returns {Summary}
 */
export function summarise(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  const [q1, median, q3] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share));
  return { n: sorted.length, median, q1, q3, iqr: q3 - q1, min: sorted[0], max: sorted[sorted.length - 1] };
}

/** @param {number[]} samples at least one */
export function mean(samples) {
  return samples.reduce((sum, value) => sum + value, 0) / samples.length;
}

/**
 * Whether what was recorded stays within a small share of what it was at the start.
 *
 * @param {number[]} values
 * @param {number} [slack]
 * @returns {{ first: number, highest: number, growth: number, flat: boolean } | null} null: nothing recorded
 */
export function flatness(values, slack = 0.01) {
  if (!values.length) return null;
  const [first, highest] = [values[0], Math.max(...values)];
  return { first, highest, growth: highest - first, flat: highest <= first * (1 + slack) };
}
