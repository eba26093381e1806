/**
 * A fixed grid at about the same number of codes: all regions of one granularity, or, where no granularity has that
 * number, as many as it takes of the next finer one.
 */

/**
 * @param {import("./grid.js").Grid} grid
 * @param {number} codes how many are to be spent
 * @returns {number[]} how many regions have each granularity finer than the coarsest: with them there are as many
 *   codes, or the next possible number above
 */
export function evenCounts(grid, codes) {
  const { regionCount, granularities } = grid;
  const counts = Array.from({ length: granularities }, () => 0);
  const finest = granularities - 1;
  let grain = 0;
  while (grain < finest && codes > regionCount * grid.codesOf(grain + 1)) grain++;
  if (grain === finest) counts[finest] = regionCount;
  else {
    const finer = Math.ceil((codes - regionCount * grid.codesOf(grain)) / (grid.codesOf(grain + 1) - grid.codesOf(grain)));
    counts[grain + 1] = Math.max(0, finer);
    counts[grain] = regionCount - counts[grain + 1];
  }
  return counts.slice(1);
}
