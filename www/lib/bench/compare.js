/**
 * Whether two engines computed the same. Speed is compared only if they did.
 */

/** Largest difference allowed, as a share of the largest value. */
export const TOLERANCE = 2e-3;

/**
 * @typedef {object} Comparison
 * @property {number} largest absolute difference
 * @property {number} relative the same as a share of the largest value
 * @property {number} [sameChoice] share of rows whose largest value is at the same place
 * @property {boolean} agrees
 */

/**
 * @param {ArrayLike<number>} ours
 * @param {ArrayLike<number>} theirs
 * @param {object} [options]
 * @param {number} [options.row] length of a row of which the largest value counts
 * @param {ArrayLike<number>} [options.padding] rows that are not 0 here are left out
 * @returns {Comparison}
 */
export function compare(ours, theirs, { row, padding } = {}) {
  if (ours.length !== theirs.length || !ours.length) {
    return { largest: Infinity, relative: Infinity, agrees: false };
  }
  const length = row ?? ours.length;
  let [largest, scale, same, rows] = [0, 0, 0, 0];
  for (let start = 0; start < ours.length; start += length) {
    if (padding?.[start / length]) continue;
    let [here, there] = [start, start];
    for (let i = start; i < start + length; i++) {
      const difference = Math.abs(ours[i] - theirs[i]);
      // The comparison is this way round so that NaN counts as a difference.
      if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
      scale = Math.max(scale, Math.abs(ours[i]));
      if (ours[i] > ours[here]) here = i;
      if (theirs[i] > theirs[there]) there = i;
    }
    rows++;
    if (here === there) same++;
  }
  // An engine that answers nothing but zeros agrees with another such one, and both are broken.
  const relative = scale > 0 ? largest / scale : Infinity;
  return { largest, relative, ...(row ? { sameChoice: same / rows } : {}), agrees: relative <= TOLERANCE };
}
