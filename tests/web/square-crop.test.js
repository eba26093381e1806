/** The square of a picture: it never leaves the picture, whatever is done to it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CENTRE, centralSquare, inWords, isWhole, leastSide, moved, resized } from "../../www/lib/square-crop.js";

const WIDE = { width: 640, height: 480 };

/** @param {import("../../www/lib/square-crop.js").Square} square @param {import("../../www/lib/square-crop.js").Bounds} bounds */
function assertInside({ x, y, side }, { width, height }) {
  const slack = 1e-6;
  assert.ok(x >= -slack && y >= -slack && x + side <= width + slack && y + side <= height + slack, `${x}, ${y}, ${side} in ${width} × ${height}`);
}

describe("the square of a picture", () => {
  it("is at first the largest there is, in the middle", () => {
    assert.deepEqual(centralSquare(WIDE), { x: 80, y: 0, side: 480 });
    assert.deepEqual(centralSquare({ width: 300, height: 900 }), { x: 0, y: 300, side: 300 });
    assert.ok(isWhole(centralSquare({ width: 256, height: 256 }), { width: 256, height: 256 }));
    assert.ok(!isWhole(centralSquare(WIDE), WIDE));
  });

  it("is moved up to the edges", () => {
    const square = centralSquare(WIDE);
    assert.deepEqual(moved(square, 30, 30, WIDE), { x: 110, y: 0, side: 480 });
    assert.deepEqual(moved(square, -1000, 0, WIDE), { x: 0, y: 0, side: 480 });
    assert.deepEqual(moved(square, 1000, 0, WIDE), { x: 160, y: 0, side: 480 });
  });

  it("keeps the corner that it is held by", () => {
    const square = { x: 100, y: 100, side: 200 };
    assert.deepEqual(resized(square, 150, [0, 0], WIDE), { x: 100, y: 100, side: 150 });
    assert.deepEqual(resized(square, 150, [1, 1], WIDE), { x: 150, y: 150, side: 150 });
    assert.deepEqual(resized(square, 1000, [1, 1], WIDE), { x: 0, y: 0, side: 300 });
    assert.deepEqual(resized(square, 1000, [0, 0], WIDE), { x: 100, y: 100, side: 380 });
  });

  it("gives way at the edges when it is held by its middle", () => {
    assert.deepEqual(resized({ x: 0, y: 0, side: 200 }, 300, CENTRE, WIDE), { x: 0, y: 0, side: 300 });
    assert.deepEqual(resized({ x: 100, y: 100, side: 200 }, 1000, CENTRE, WIDE), { x: 0, y: 0, side: 480 });
    assert.equal(resized(centralSquare(WIDE), 0, CENTRE, WIDE).side, leastSide(WIDE));
  });

  it("stays inside whatever is done", () => {
    for (let n = 0; n < 4000; n++) {
      const bounds = { width: 10 + ((n * 37) % 900), height: 10 + ((n * 53) % 700) };
      let square = centralSquare(bounds);
      for (let step = 0; step < 6; step++) {
        const by = ((n * 7 + step * 131) % 900) - 450;
        const anchor = /** @type {const} */ ([[0, 0], [1, 0], [0, 1], [1, 1], [0.5, 0.5]])[(n + step) % 5];
        square = step % 2 ? moved(square, by, -by / 2, bounds) : resized(square, square.side + by, anchor, bounds);
        assertInside(square, bounds);
        assert.ok(square.side > 0);
      }
    }
  });

  it("is told in words", () => {
    assert.equal(inWords({ x: 80.4, y: 0, side: 479.6 }, WIDE), "480 by 480 of 640 by 480 pixels, 80 from the left, 0 from the top");
  });
});
