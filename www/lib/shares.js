/**
 * Shares of regions that belong together: one for each granularity finer than the coarsest, at most 1 in all; what is
 * left is coarse.
 */

/** Shares are made smaller by hundredths. */
const PARTS = 100;

/**
 * The shares when one of them has a new value: where that leaves too little for the others, they give way in proportion
 * to what they have.
 *
 * @param {readonly number[]} shares
 * @param {number} at which one
 * @param {number} value 0 to 1
 * @returns {number[]}
 */
export function withShare(shares, at, value) {
  const rest = 1 - value;
  const others = shares.reduce((sum, share, one) => (one === at ? sum : sum + share), 0);
  const fits = others <= rest + 1e-9;
  return shares.map((share, one) => {
    if (one === at) return value;
    return fits ? share : floor((share * rest) / others);
  });
}

/** What the coarsest granularity has, and then the others. @param {readonly number[]} shares @returns {number[]} 1 together */
export function wholeOf(shares) {
  const finer = shares.reduce((sum, share) => sum + share, 0);
  return [Math.max(0, 1 - finer), ...shares];
}

/** Down, so that the sum stays within 1. @param {number} share */
const floor = (share) => Math.floor(share * PARTS + 1e-6) / PARTS;
