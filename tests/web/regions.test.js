/** Choosing regions of a picture, without a browser. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Grid } from "../../www/lib/grid.js";
import { codesIn, keptCells, moved, placeOf, regionAt, regionsAlong } from "../../www/lib/regions.js";

const GRID = new Grid({ regions: 8, cells: 16, granularities: 2 });

describe("choosing regions", () => {
  it("finds the region at a place, and the nearest one outside", () => {
    assert.deepEqual([regionAt(GRID, 0, 0), regionAt(GRID, 0.99, 0), regionAt(GRID, 0.5, 0.5), regionAt(GRID, 1, 1), regionAt(GRID, -3, 2)], [0, 7, 36, 63, 56]);
  });

  it("leaves out nothing that a fast stroke goes over", () => {
    assert.deepEqual(regionsAlong(GRID, { x: 0.05, y: 0.05 }, { x: 0.95, y: 0.05 }), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.deepEqual(regionsAlong(GRID, { x: 0.05, y: 0.05 }, { x: 0.05, y: 0.05 }), [0]);
    const across = regionsAlong(GRID, { x: 0.01, y: 0.01 }, { x: 0.99, y: 0.99 });
    for (let at = 0; at < 8; at++) assert.ok(across.includes(9 * at));
  });

  it("moves by keys and stays on the picture", () => {
    assert.deepEqual([moved(GRID, 0, "ArrowLeft"), moved(GRID, 0, "ArrowUp"), moved(GRID, 63, "ArrowRight"), moved(GRID, 63, "ArrowDown")], [0, 0, 63, 63]);
    assert.deepEqual([moved(GRID, 27, "ArrowRight"), moved(GRID, 27, "ArrowDown"), moved(GRID, 27, "x")], [28, 35, 27]);
    assert.equal(placeOf(GRID, 28), "row 4, column 5");
  });

  it("knows which cells stay, and how many codes go", () => {
    const chosen = new Uint8Array(64);
    chosen[9] = chosen[63] = 1;
    const kept = keptCells(GRID, chosen);
    const open = [...kept].flatMap((one, cell) => (one ? [] : [cell]));
    assert.deepEqual(open, [34, 35, 50, 51, 238, 239, 254, 255]);
    const grains = new Uint8Array(64);
    grains[9] = 1;
    assert.equal(codesIn(GRID, chosen, grains), 5);
  });

  it("does so on other grids", () => {
    const grid = new Grid({ regions: 4, cells: 16, granularities: 3 });
    assert.deepEqual([regionAt(grid, 0.99, 0.3), moved(grid, 15, "ArrowRight"), moved(grid, 5, "ArrowDown"), placeOf(grid, 6)], [7, 15, 9, "row 2, column 3"]);
    assert.deepEqual(regionsAlong(grid, { x: 0.1, y: 0.1 }, { x: 0.9, y: 0.1 }), [0, 1, 2, 3]);
    const chosen = Uint8Array.from({ length: 16 }, (_, region) => Number(region === 5));
    assert.equal(keptCells(grid, chosen).filter((kept) => !kept).length, 16);
    assert.deepEqual([0, 1, 2].map((grain) => codesIn(grid, chosen, Array(16).fill(grain))), [1, 4, 16]);
  });
});
