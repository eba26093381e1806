/** How large a player shows its pictures. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fitSide } from "../../www/lib/view/fit-side.js";

/** Pixels of a picture inside its lines. @param {Parameters<typeof fitSide>[0]} look */
const inner = (look) => {
  const { side } = fitSide(look);
  return side === null ? null : side - 2;
};

describe("the size of pictures", () => {
  it("is a whole multiple of their own where there is room", () => {
    const wide = { width: 1600, side: true };
    for (const [room, image, wanted] of [[300, 256, 256], [600, 256, 512], [900, 256, 768], [300, 128, 256], [400, 128, 384], [600, 128, 512]]) {
      assert.equal(inner({ ...wide, room, image }), wanted, `${image} in ${room}`);
    }
    assert.deepEqual(fitSide({ width: 480, room: 480, image: 128, side: true }), { side: 386, beside: false });
  });

  it("counts the pixels of the screen", () => {
    assert.equal(inner({ width: 366, room: 366, image: 128, ratio: 3, side: true }), (128 * 8) / 3);
    assert.equal(inner({ width: 366, room: 366, image: 256, ratio: 2, side: true }), null);
  });

  it("is twice as large rather than once, if little is in the way", () => {
    assert.equal(inner({ width: 863, room: 464, image: 256, side: true }), 512);
    assert.equal(inner({ width: 863, room: 440, image: 256, side: true }), 256);
    // Never wider than there is room to the side.
    assert.equal(inner({ width: 500, room: 500, image: 256 }), null);
  });

  it("is all there is where a whole multiple would waste much, unless map and figures use it", () => {
    assert.deepEqual(fitSide({ width: 366, room: 366, image: 128, side: true }), { side: null, beside: false });
    assert.deepEqual(fitSide({ width: 480, room: 480, image: 256, side: true }), { side: 258, beside: true });
    assert.deepEqual(fitSide({ width: 480, room: 480, image: 256, side: false }), { side: null, beside: false });
    assert.deepEqual(fitSide({ width: 100, room: 100, image: 128, side: true }), { side: null, beside: false });
  });

  it("leaves room for several, and for lines between them", () => {
    assert.deepEqual(fitSide({ width: 1000, room: 600, image: 128, columns: 2, side: true }), { side: 2 * 258 + 6, beside: true });
    assert.deepEqual(fitSide({ width: 1000, room: 420, image: 128, columns: 3, side: true }), { side: 3 * 130 + 12, beside: true });
  });
});
