/**
 * Regions, cells and pixels of a fake model. Written apart from the page's own Grid, which the tests hold against it.
 */

/** @typedef {ReturnType<typeof layout>} Layout */

/** @param {{ regions: number, cells: number, granularities: number }} grid @param {number} image pixels along a side */
export function layout({ regions, cells, granularities }, image) {
  const span = cells / regions;
  const pixels = image / cells;
  const count = (/** @type {number} */ length) => Array.from({ length }, (_, at) => at);
  const regionOf = (/** @type {number} */ cell) => Math.floor(cell / cells / span) * regions + Math.floor((cell % cells) / span);
  const all = count(cells * cells);
  const cellsOf = count(regions * regions).map((region) => all.filter((cell) => regionOf(cell) === region));
  /** First cell of the code that a cell belongs to. @param {number} cell @param {number} grain */
  const leader = (cell, grain) => {
    const side = span >> grain;
    const [row, column] = [Math.floor(cell / cells), cell % cells];
    return (row - (row % side)) * cells + column - (column % side);
  };
  /** The codes of a region, each as its cells, row by row. @param {number} region @param {number} grain */
  const codesOf = (region, grain) => {
    const leaders = [...new Set(cellsOf[region].map((cell) => leader(cell, grain)))];
    return leaders.map((first) => cellsOf[region].filter((cell) => leader(cell, grain) === first));
  };
  /** How many codes grains take. @param {ArrayLike<number>} grains */
  const tokens = (grains) => Array.from(grains).reduce((sum, grain) => sum + 4 ** grain, 0);
  /** The cell of a pixel. @param {number} at */
  const cellAt = (at) => Math.floor(at / image / pixels) * cells + Math.floor((at % image) / pixels);
  /** @type {number[][]} */
  const byCell = all.map(() => []);
  for (let at = 0; at < image * image; at++) byCell[cellAt(at)].push(at);
  /** @param {readonly number[]} some cells */
  const pixelsOf = (some) => some.flatMap((cell) => byCell[cell]);
  /**
   * Granularities for regions that are the finer the denser they are.
   *
   * @param {readonly number[]} ranked regions, the densest first
   * @param {readonly number[]} counts how many have each granularity finer than the coarsest, coarse to fine
   */
  const spread = (ranked, counts) => {
    const grains = new Uint8Array(regions * regions);
    let at = 0;
    for (let grain = granularities - 1; grain > 0; grain--) {
      for (const region of ranked.slice(at, (at += counts[grain - 1]))) grains[region] = grain;
    }
    return grains;
  };
  return { regions, cells, granularities, span, pixels, image, all, cellsOf, regionOf, leader, codesOf, tokens, cellAt, pixelsOf, spread };
}

/** @param {readonly number[]} shares @param {number} regions how many there are */
export function countsOf(shares, regions) {
  let left = regions;
  // Rounding must not ask for more regions than there are.
  return [...shares].reverse().map((share) => {
    const own = Math.min(left, Math.round(regions * share));
    left -= own;
    return own;
  }).reverse();
}
