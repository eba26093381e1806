/** A fixed grid at the same number of codes. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { evenCounts } from "../../www/lib/even-counts.js";
import { stepsTo } from "../../www/lib/scaled.js";
import { Grid } from "../../www/lib/grid.js";

/** @param {Grid} grid @param {readonly number[]} finer */
function codesOf(grid, finer) {
  const coarse = grid.regionCount - finer.reduce((sum, count) => sum + count, 0);
  return [coarse, ...finer].reduce((sum, count, grain) => sum + count * grid.codesOf(grain), 0);
}

describe("a fixed grid", () => {
  it("has the same codes with two granularities", () => {
    const grid = new Grid({ regions: 8, cells: 16, granularities: 2 });
    for (let fine = 0; fine <= 64; fine++) assert.deepEqual(evenCounts(grid, 64 + 3 * fine), [fine]);
  });

  it("is of one granularity, or of two that follow each other", () => {
    for (const granularities of [1, 2, 3, 4]) {
      const grid = new Grid({ regions: 8, cells: 8 * 2 ** (granularities - 1), granularities });
      for (let codes = 64; codes <= grid.cellCount; codes++) {
        const finer = evenCounts(grid, codes);
        assert.equal(finer.length, granularities - 1);
        const all = [grid.regionCount - finer.reduce((sum, count) => sum + count, 0), ...finer];
        const used = all.flatMap((count, grain) => (count ? [grain] : []));
        assert.ok(all.every((count) => count >= 0) && used.length <= 2 && (used.at(-1) ?? 0) - used[0] <= 1, `${codes}: ${all}`);
        // Never fewer than the others have, and not more than one region makes.
        const spent = codesOf(grid, finer);
        assert.ok(spent >= codes && spent - codes < 4 ** granularities, `${codes}: ${spent}`);
      }
    }
    const paper = new Grid({ regions: 8, cells: 32, granularities: 3 });
    assert.deepEqual([evenCounts(paper, 256), evenCounts(paper, 406), evenCounts(paper, 1024)], [[64, 0], [51, 13], [0, 64]]);
  });
});

describe("a picture that is made smaller", () => {
  it("is halved until it is less than twice as large", () => {
    const size = (/** @type {number} */ side) => ({ width: side, height: side });
    assert.deepEqual(stepsTo(size(480), size(256)), []);
    assert.deepEqual(stepsTo(size(1100), size(256)), [[1024, 1024], [512, 512]]);
    assert.deepEqual(stepsTo(size(9000), size(256)), [[2048, 2048], [1024, 1024], [512, 512]]);
    assert.deepEqual(stepsTo({ width: 600, height: 300 }, { width: 256, height: 128 }), [[512, 256]]);
  });
});
