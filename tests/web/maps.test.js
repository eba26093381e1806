/** What the panels compute of pictures and codes, without a browser. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Shelf, piecesOf } from "../../www/lib/shelf.js";
import { errorPixels, loudest, shares, verdict, verdictOfCodec } from "../../www/lib/view/maps.js";

/** @param {string} title @param {any} [from] @returns {any} */
const piece = (title, from = "drawn") => ({ title, from, request: {} });

describe("the maps of an encoded picture", () => {
  it("makes shares of densities, whatever their unit, and of nonsense nothing", () => {
    assert.deepEqual(shares([2, 4, 3]), [0, 1, 0.5]);
    assert.deepEqual(shares([-4, -2]), [0, 1]);
    assert.deepEqual(shares([5, 5]), [0, 0]);
    assert.deepEqual(shares([NaN, 1, 0]), [0, 1, 0]);
  });

  it("draws errors to one scale, without letting a few pixels set it", () => {
    assert.equal(loudest([[1, 20], [30, 2]]), 30);
    assert.equal(loudest([[250]]), 64);
    assert.equal(loudest([[0, 0]]), 1);
    const pixels = errorPixels([0, 15, 30, 90, NaN], 30);
    assert.equal(pixels.length, 20);
    const sums = [0, 1, 2, 3].map((at) => pixels[4 * at] + pixels[4 * at + 1] + pixels[4 * at + 2]);
    assert.ok(sums[0] < sums[1] && sums[1] < sums[2]);
    assert.equal(sums[2], sums[3]);
    assert.deepEqual([...pixels.slice(16)], [...pixels.slice(0, 4)]);
    assert.equal(pixels[3], 255);
  });

  it("says which of two is nearer, and when neither is", () => {
    assert.match(verdict(31.26, 28), /3\.3 dB nearer/);
    assert.match(verdict(28, 28.5), /evenly does better, by 0\.5 dB/);
    assert.match(verdict(30, 30.01), /no difference/);
  });

  it("says how an ordinary codec does, and that nothing of it fits", () => {
    assert.equal(verdictOfCodec(24, 22.5, "WebP", 621, 90), "WebP in 621 bytes is 1.5 dB further off.");
    assert.equal(verdictOfCodec(24, 25, "WebP", 621, 90), "WebP in 621 bytes comes 1.0 dB nearer.");
    assert.equal(verdictOfCodec(24, 24.01, "JPEG", 621, 90), "JPEG in 621 bytes comes as near.");
    assert.equal(verdictOfCodec(24, null, "JPEG", 276, 302), "No JPEG fits in 276 bytes: the smallest that this browser writes takes 302.");
  });
});

describe("the shelf", () => {
  it("keeps the newest first, and of the encoded ones the last", () => {
    const shelf = new Shelf();
    let changes = 0;
    shelf.addEventListener("change", () => changes++);
    for (const [title, from] of [["a", "drawn"], ["b", "encoded"], ["c", "encoded"], ["d", "drawn"]]) shelf.add(piece(title, from));
    assert.deepEqual(shelf.pieces.map(({ title }) => title), ["d", "c", "a"]);
    assert.equal(shelf.newest()?.title, "d");
    assert.equal(shelf.newest("encoded")?.title, "c");
    assert.equal(shelf.newest("repainted"), null);
    assert.equal(changes, 4);
    for (let n = 0; n < 20; n++) shelf.add(piece(String(n)));
    assert.equal(shelf.pieces.length, 8);
  });

  it("takes what is finished of a drawing, with its own seed", () => {
    const prompt = { style: "noto", category: "sky-weather", concept: "sun" };
    const last = /** @type {any} */ ({ done: true, image: 1, grid: 4, grains: 2, cells: 3, prompt });
    /** @type {any} */
    const tracks = [{ mode: "nar", seed: 5, steps: [{}, last] }, { mode: "ar", seed: 6, steps: [{ done: false }] }];
    const pieces = piecesOf(tracks, { concept: "sun", seed: 4, mode: "both", steps: 6 });
    assert.equal(pieces.length, 1);
    assert.deepEqual([pieces[0].request.seed, pieces[0].request.mode, pieces[0].from], [5, undefined, "drawn"]);
    // A part of it is drawn again with this request: of the same thing, whatever the new seed would draw for "any".
    assert.deepEqual(pieces[0].request, { prompt, mode: undefined, seed: 5, steps: 6 });
    assert.equal(pieces[0].grid, 4);
    assert.equal(pieces[0].title, "sun in noto");
  });
});
