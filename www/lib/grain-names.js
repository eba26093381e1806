/** What granularities are called, for legends, figures and controls. */

const NAMES = Object.freeze([[], ["coarse"], ["coarse", "fine"], ["coarse", "middle", "fine"], ["coarse", "middle", "fine", "finest"]]);

/**
 * @param {number} granularities how many there are
 * @returns {readonly string[]} the coarsest first
 */
export function grainNames(granularities) {
  return NAMES[granularities] ?? Array.from({ length: granularities }, (_, grain) => `grain ${grain + 1}`);
}

/**
 * How many regions are of which granularity.
 *
 * @param {ArrayLike<number>} grains of the regions
 * @param {number} granularities
 * @returns {{ name: string, count: number }[]} the coarsest first
 */
export function countGrains(grains, granularities) {
  const all = Array.from(grains);
  return grainNames(granularities).map((name, grain) => ({ name, count: all.filter((one) => one === grain).length }));
}
