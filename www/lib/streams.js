/**
 * What a step of the second generator says of each region. It writes a stream for each granularity: first the coarsest
 * codes, region after region, leaving out those that will be finer; then the codes of these. While a stream is being
 * written, regions behind its end are not decided, and the step says so.
 */

/** @typedef {import("./view/step.js").Step} Step */
/** @typedef {Pick<Step, "grid" | "grains" | "undecided">} Look what of a step counts */

/**
 * How many regions have each granularity, the coarsest first, and how many are still open.
 *
 * @param {Look} step
 * @returns {{ grains: number[], open: number }}
 */
export function count({ grid, grains, undecided }) {
  const sums = new Array(grid.granularities).fill(0);
  let open = 0;
  for (let region = 0; region < grid.regionCount; region++) {
    if (undecided[region]) open++;
    else sums[grains[region]]++;
  }
  return { grains: sums, open };
}
