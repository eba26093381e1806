/** How the size and the quality of an ordinary codec are found, with an encoder of which one knows everything. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pixelErrors, psnrOf } from "../../www/lib/fidelity.js";
import { bestFit, finestQuality, sizesOf } from "../../www/lib/ordinary-codec.js";

/** @param {(quality: number) => number} bytesAt */
function encoder(bytesAt) {
  /** @type {number[]} */
  const asked = [];
  const encode = async (/** @type {number} */ quality) => {
    asked.push(quality);
    return { bytes: bytesAt(quality), file: `q${quality}` };
  };
  return { asked, encode };
}

describe("the quality that fits", () => {
  it("is the highest one, for every budget", async () => {
    const bytesAt = (/** @type {number} */ quality) => 100 + 3 * quality;
    for (let budget = 90; budget <= 420; budget++) {
      const { encode, asked } = encoder(bytesAt);
      const { found, least } = await finestQuality(encode, budget);
      const expected = Math.min(100, Math.floor((budget - 100) / 3));
      if (expected < 0) {
        assert.equal(found, null);
        assert.equal(least, 100);
      } else {
        assert.deepEqual(found, { quality: expected, bytes: bytesAt(expected), file: `q${expected}` });
      }
      assert.ok(asked.length < 16, `${asked.length} files`);
    }
  });

  it("fits strictly: as many bytes as there are will do, one more will not", async () => {
    const { encode } = encoder((quality) => (quality < 40 ? 621 : 622));
    assert.deepEqual((await finestQuality(encode, 621)).found?.bytes, 621);
    assert.equal((await finestQuality(encoder(() => 622).encode, 621)).found, null);
  });

  it("is found past a file that is too large by chance", async () => {
    const { encode } = encoder((quality) => (quality === 50 ? 300 : 100 + quality));
    assert.equal((await finestQuality(encode, 152)).found?.quality, 52);
  });

  it("is the best if that is smaller than those below, as without loss it may be", async () => {
    const { encode, asked } = encoder((quality) => (quality === 100 ? 80 : 200 + quality));
    assert.equal((await finestQuality(encode, 90)).found?.quality, 100);
    assert.deepEqual(asked, [0, 100]);
    // Of a file that is many times too large no better one is made.
    const large = encoder((quality) => 500 + quality);
    assert.deepEqual([await finestQuality(large.encode, 90), large.asked], [{ found: null, least: 500 }, [0]]);
  });
});

describe("the size that fits", () => {
  /** Bytes grow with the pixels and the quality. @param {number} size @param {number} quality */
  const bytes = (size, quality) => Math.round(30 + (size * size * (1 + quality)) / 100);
  const sizes = sizesOf(64);
  const encode = async (/** @type {number} */ size, /** @type {number} */ quality) => ({ bytes: bytes(size, quality), file: { size, quality } });
  /** @typedef {{ size: number, quality: number }} File */

  it("is the whole where that comes nearest", async () => {
    const { fit } = await bestFit({ sizes, encode, judge: async (/** @type {File} */ { size }) => size }, 1000);
    assert.equal(fit?.size, 64);
    assert.ok(fit.bytes <= 1000 && bytes(64, fit.quality + 1) > 1000);
  });

  it("is smaller where not even the lowest quality of the whole fits", async () => {
    const { fit } = await bestFit({ sizes, encode, judge: async (/** @type {File} */ { size }) => size }, 60);
    assert.ok(bytes(64, 0) > 60);
    assert.equal(fit?.size, 52);
    assert.ok(bytes(56, 0) > 60 && bytes(52, 0) <= 60);
  });

  it("is smaller too where a better quality of fewer pixels comes nearer", async () => {
    const judge = async (/** @type {File} */ { size, quality }) => -Math.abs(size - 40) + quality / 1000;
    const { fit } = await bestFit({ sizes, encode, judge }, 1000);
    assert.equal(fit?.size, 40);
    assert.ok(fit.bytes <= 1000);
  });

  it("never takes more than there is, and says how little it would have taken", async () => {
    for (let budget = 1; budget < 400; budget += 7) {
      const { fit, least } = await bestFit({ sizes, encode, judge: async (/** @type {File} */ { quality }) => quality }, budget);
      if (fit) assert.ok(fit.bytes <= budget);
      else assert.ok(budget < bytes(4, 0) && least === bytes(4, 0));
    }
  });

  it("goes from the whole down, each only once", () => {
    assert.deepEqual([sizesOf(256)[0], sizesOf(256).at(-1), sizesOf(256).length], [256, 16, 16]);
    assert.deepEqual(sizesOf(4), [4, 3, 2, 1]);
  });
});

describe("how far pictures are apart", () => {
  it("is what the engine tells", () => {
    const black = new Uint8ClampedArray(16);
    const other = new Uint8ClampedArray(16);
    other.set([30, 30, 30, 255], 4);
    assert.deepEqual([...pixelErrors(black, other)], [0, 30, 0, 0]);
    assert.ok(Math.abs(psnrOf(pixelErrors(black, other)) - 10 * Math.log10((255 ** 2 * 4) / 900)) < 1e-6);
    assert.equal(psnrOf(pixelErrors(black, black)), 100);
  });
});
