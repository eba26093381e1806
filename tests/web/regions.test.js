/** Choosing regions of a picture, without a browser. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { codesIn, keptCells, moved, placeOf, regionAt, regionsAlong } from "../../www/lib/regions.js";

describe("choosing regions", () => {
  it("finds the region at a place, and the nearest one outside", () => {
    assert.deepEqual([regionAt(0, 0), regionAt(0.99, 0), regionAt(0.5, 0.5), regionAt(1, 1), regionAt(-3, 2)], [0, 7, 36, 63, 56]);
  });

  it("leaves out nothing that a fast stroke goes over", () => {
    assert.deepEqual(regionsAlong({ x: 0.05, y: 0.05 }, { x: 0.95, y: 0.05 }), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.deepEqual(regionsAlong({ x: 0.05, y: 0.05 }, { x: 0.05, y: 0.05 }), [0]);
    const across = regionsAlong({ x: 0.01, y: 0.01 }, { x: 0.99, y: 0.99 });
    for (let at = 0; at < 8; at++) assert.ok(across.includes(9 * at));
  });

  it("moves by keys and stays on the picture", () => {
    assert.deepEqual([moved(0, "ArrowLeft"), moved(0, "ArrowUp"), moved(63, "ArrowRight"), moved(63, "ArrowDown")], [0, 0, 63, 63]);
    assert.deepEqual([moved(27, "ArrowRight"), moved(27, "ArrowDown"), moved(27, "x")], [28, 35, 27]);
    assert.equal(placeOf(28), "row 4, column 5");
  });

  it("knows which cells stay, and how many codes go", () => {
    const chosen = new Uint8Array(64);
    chosen[9] = chosen[63] = 1;
    const kept = keptCells(chosen);
    const open = [...kept].flatMap((one, cell) => (one ? [] : [cell]));
    assert.deepEqual(open, [34, 35, 50, 51, 238, 239, 254, 255]);
    const grains = new Uint8Array(64);
    grains[9] = 1;
    assert.equal(codesIn(chosen, grains), 5);
  });
});
