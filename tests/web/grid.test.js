/** Grids of one to four granularities. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Grid } from "../../www/lib/grid.js";

const DUAL = new Grid({ regions: 8, cells: 16, granularities: 2, names: ["coarse", "fine"] });
const GRIDS = [
  new Grid({ regions: 8, cells: 8, granularities: 1 }),
  DUAL,
  new Grid({ regions: 4, cells: 16, granularities: 3 }),
  new Grid({ regions: 3, cells: 24, granularities: 4 }),
];

describe("the grid", () => {
  it("has sides that halve from one granularity to the next", () => {
    const sides = GRIDS.map((grid) => Array.from({ length: grid.granularities }, (_, grain) => grid.side(grain)));
    assert.deepEqual(sides, [[1], [2, 1], [4, 2, 1], [8, 4, 2, 1]]);
    const codes = GRIDS.map((grid) => Array.from({ length: grid.granularities }, (_, grain) => grid.codesOf(grain)));
    assert.deepEqual(codes, [[1], [1, 4], [1, 4, 16], [1, 4, 16, 64]]);
    assert.deepEqual(GRIDS.map(({ regionCount, cellCount, finest }) => [regionCount, cellCount, finest]), [[64, 64, 0], [64, 256, 1], [16, 256, 2], [9, 576, 3]]);
  });

  it("knows the cells of each region, and the region of each cell", () => {
    assert.deepEqual(DUAL.cellsOf(9), [34, 35, 50, 51]);
    assert.deepEqual(GRIDS[2].cellsOf(1), [4, 5, 6, 7, 20, 21, 22, 23, 36, 37, 38, 39, 52, 53, 54, 55]);
    for (const grid of GRIDS) {
      const seen = new Set();
      for (let region = 0; region < grid.regionCount; region++) {
        assert.equal(grid.cellsOf(region)[0], grid.cornerOf(region));
        for (const cell of grid.cellsOf(region)) {
          assert.equal(grid.regionOf(cell), region);
          assert.equal(grid.regionAt(Math.floor(cell / grid.cells), cell % grid.cells), region);
          seen.add(cell);
        }
      }
      assert.equal(seen.size, grid.cellCount);
    }
  });

  it("visits every code once, and they cover every cell once", () => {
    for (const grid of GRIDS) {
      const grains = Array.from({ length: grid.regionCount }, (_, region) => region % grid.granularities);
      const covered = new Array(grid.cellCount).fill(0);
      let codes = 0;
      grid.eachCode(grains, (row, column, span, region, grain) => {
        codes++;
        assert.equal(grain, grains[region]);
        assert.equal(span, grid.side(grain));
        for (const cell of grid.cellsUnder({ row, column, span })) {
          covered[cell]++;
          const at = grid.codeAt(grains, Math.floor(cell / grid.cells), cell % grid.cells);
          assert.deepEqual(at, { row, column, span, region, grain });
        }
      });
      assert.equal(codes, grid.tokens(grains));
      assert.deepEqual([...new Set(covered)], [1]);
    }
  });

  it("visits in the order of the dual layout: by region, then row by row", () => {
    const grains = new Uint8Array(64);
    grains[1] = 1;
    /** @type {number[][]} */
    const seen = [];
    DUAL.eachCode(grains, (...code) => seen.push(code));
    assert.deepEqual(seen.slice(0, 6), [[0, 0, 2, 0, 0], [0, 2, 1, 1, 1], [0, 3, 1, 1, 1], [1, 2, 1, 1, 1], [1, 3, 1, 1, 1], [0, 4, 2, 2, 0]]);
    assert.equal(DUAL.tokens(grains), 67);
  });

  it("refuses sizes that do not fit each other", () => {
    for (const [regions, cells, granularities] of [[8, 16, 1], [8, 16, 3], [0, 0, 1], [8, 24, 2], [2.5, 5, 2], [NaN, 16, 2], [8, 16, 0], [256, 512, 2], [-8, -16, 2]]) {
      assert.throws(() => new Grid({ regions, cells, granularities }), RangeError);
    }
    assert.throws(() => new Grid(/** @type {any} */ ({ regions: "8", cells: 16, granularities: 2 })), RangeError);
  });

  it("has a name for each granularity, whatever it was told", () => {
    assert.deepEqual(DUAL.names, ["coarse", "fine"]);
    const numbered = [[""], ["level 1", "level 2"], ["level 1", "level 2", "level 3"]];
    for (const [at, names] of numbered.entries()) {
      const granularities = at + 1;
      const sizes = { regions: 4, cells: 4 * 2 ** at, granularities };
      for (const told of [undefined, "coarse", ["a", "b", "c", "d"], [1, 2, 3].slice(0, granularities)]) {
        assert.deepEqual(new Grid(/** @type {any} */ ({ ...sizes, names: told })).names, names);
      }
    }
  });

  it("can be told from another, and written down", () => {
    assert.deepEqual(DUAL.sizes, { regions: 8, cells: 16, granularities: 2, names: ["coarse", "fine"] });
    assert.ok(new Grid(DUAL.sizes).equals(DUAL));
    assert.ok(DUAL.equals({ regions: 8, cells: 16, granularities: 2 }));
    assert.ok(!DUAL.equals(GRIDS[2]) && !DUAL.equals(null));
  });
});
