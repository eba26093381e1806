import assert from "node:assert/strict";
import test from "node:test";
import { ssim } from "./ssim.mjs";

/** @param {number} size @param {(at: number) => number} value */
const grey = (size, value) => Uint8Array.from({ length: 4 * size * size }, (_, at) => (at % 4 === 3 ? 255 : value(at >> 2)));
const noise = (/** @type {number} */ salt) => grey(20, (at) => ((at + salt) * 7919 * (at + 3 * salt + 1)) % 256);

test("it is 1 for equal pictures, and less for noisier ones", () => {
  const [a, other] = [noise(1), noise(2)];
  const mix = (/** @type {number} */ share) => a.map((value, at) => value + share * (other[at] - value));
  assert.ok(Math.abs(ssim(a, a) - 1) < 1e-12);
  const [near, far, farther] = [0.2, 0.5, 1].map((share) => ssim(a, mix(share)));
  assert.ok(1 > near && near > far && far > farther, `${near}, ${far}, ${farther}`);
  assert.ok(Math.abs(farther) < 0.3);
});

test("flat pictures follow the luminance term", () => {
  const [x, y, c] = [51 / 255, 204 / 255, 0.01 ** 2];
  assert.ok(Math.abs(ssim(grey(11, () => 51), grey(11, () => 204)) - (2 * x * y + c) / (x * x + y * y + c)) < 1e-9);
});

test("pictures of two sizes are refused, and small ones", () => {
  assert.throws(() => ssim(grey(11, () => 0), grey(12, () => 0)), RangeError);
  assert.throws(() => ssim(grey(10, () => 0), grey(10, () => 0)), RangeError);
});
