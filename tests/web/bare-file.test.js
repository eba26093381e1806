/** Picture files without their colour profiles. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bare } from "../../www/lib/bare-file.js";

const text = (/** @type {string} */ letters) => [...letters].map((letter) => letter.charCodeAt(0));
const word = (/** @type {number} */ n) => [n & 255, (n >> 8) & 255, (n >> 16) & 255, n >> 24];

/** @param {string} name @param {number[]} bytes */
const part = (name, bytes) => [...text(name), ...word(bytes.length), ...bytes, ...(bytes.length % 2 ? [0] : [])];
/** @param {number[][]} parts */
function webp(...parts) {
  const body = [...text("WEBP"), ...parts.flat()];
  return Uint8Array.from([...text("RIFF"), ...word(body.length), ...body]);
}
/** @param {number} marker @param {number[]} bytes */
const segment = (marker, bytes) => [0xff, marker, 0, bytes.length + 2, ...bytes];

describe("a bare file", () => {
  it("is of a WebP its picture alone", () => {
    const picture = part("VP8 ", [1, 2, 3, 4, 5]);
    const full = webp(part("VP8X", Array.from({ length: 10 }, () => 0)), part("ICCP", [9, 9, 9]), picture);
    assert.deepEqual(bare(full), webp(picture));
    assert.deepEqual(bare(webp(picture)), webp(picture));
    assert.equal(bare(full).length, 12 + 8 + 6);
  });

  it("keeps all of a WebP that has an alpha channel", () => {
    const full = webp(part("VP8X", [1]), part("ALPH", [1, 2]), part("VP8 ", [3]));
    assert.deepEqual(bare(full), full);
  });

  it("is of a JPEG everything but application data and comments", () => {
    const [tables, scan] = [segment(0xdb, [7, 7]), [0xff, 0xda, 0, 2, 1, 0xff, 0xe2, 5, 0xff, 0xd9]];
    const full = [0xff, 0xd8, ...segment(0xe0, [1, 2]), ...segment(0xe2, text("ICC_PROFILE")), ...tables, ...segment(0xfe, [3]), ...scan];
    assert.deepEqual([...bare(Uint8Array.from(full))], [0xff, 0xd8, ...tables, ...scan]);
  });

  it("is anything else as it was, and survives what is cut off", () => {
    assert.deepEqual([...bare(Uint8Array.of(1, 2, 3))], [1, 2, 3]);
    const whole = webp(part("ICCP", [1, 2]), part("VP8 ", [3, 4]));
    for (let length = 0; length < whole.length; length++) assert.ok(bare(whole.subarray(0, length)).length <= length);
  });
});
