/**
 * Words inside a PNG: written and read back, read from files of others, and refused where bytes are missing or changed.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { crc32 as theirs, inflateSync } from "node:zlib";
import { PngDamaged, chunksOf, crc32, textOf, withText } from "../../www/lib/png-text.js";
import { inRepo } from "./helpers.js";

const plain = new Uint8Array(readFileSync(inRepo("tests/web/fixtures/two.png")));
const REQUEST = "model=emoji-128&style=noto&concept=red-heart&seed=7&v=9";

describe("words in a PNG", () => {
  it("come back as they were put in, once, and leave the picture alone", () => {
    const file = withText(withText(plain, { Varigrain: "old" }), { Varigrain: REQUEST, Title: "Eine Blüte 🌸" });
    assert.equal(textOf(file, "Varigrain"), REQUEST);
    assert.equal(textOf(file, "Title"), "Eine Blüte 🌸");
    assert.equal(textOf(plain, "Varigrain"), null);
    const pixels = (/** @type {Uint8Array} */ png) => inflateSync(Buffer.concat(chunksOf(png).filter(({ type }) => type === "IDAT").map(({ data }) => data)));
    assert.deepEqual(pixels(file), pixels(plain));
    const types = chunksOf(file).map(({ type }) => type);
    assert.deepEqual([types[0], types.at(-1), types.filter((type) => type === "iTXt").length], ["IHDR", "IEND", 2]);
  });

  it("have the check that the specification asks for", () => {
    for (const text of ["", "a", "IEND", REQUEST]) assert.equal(crc32(Buffer.from(text)), theirs(text) >>> 0);
  });

  it("are read from plain tEXt, as other programs write it", () => {
    const data = Buffer.from(`tEXtVarigrain\0${REQUEST}`, "latin1");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length - 4);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(theirs(data) >>> 0);
    const file = Buffer.concat([plain.subarray(0, 33), length, data, check, plain.subarray(33)]);
    assert.equal(textOf(file, "Varigrain"), REQUEST);
  });

  it("are refused of what is no PNG, is cut, or was changed", () => {
    const file = withText(plain, { Varigrain: REQUEST });
    for (let length = 0; length < file.length; length++) assert.throws(() => textOf(file.subarray(0, length), "Varigrain"), PngDamaged, `${length} bytes`);
    const at = Buffer.from(file).indexOf("red-heart");
    const changed = Uint8Array.from(file);
    changed[at] ^= 1;
    assert.throws(() => textOf(changed, "Varigrain"), /changed/);
    assert.throws(() => textOf(readFileSync(inRepo("tests/web/fixtures/two.jpg")), "Varigrain"), /no PNG/);
  });

  it("fail in no other way, whatever bytes come", () => {
    const file = withText(plain, { Varigrain: REQUEST });
    let state = 1;
    const random = (/** @type {number} */ below) => (state = (state * 48271) % 2147483647) % below;
    for (let round = 0; round < 3000; round++) {
      const bytes = Uint8Array.from(file);
      for (let n = random(4); n >= 0; n--) bytes[random(bytes.length)] = random(256);
      try {
        textOf(bytes.subarray(0, random(8) ? bytes.length : random(bytes.length)), "Varigrain");
      } catch (error) {
        assert.ok(error instanceof PngDamaged, String(error));
      }
    }
  });

  it("have keywords of one to 79 characters", () => {
    for (const keyword of ["", "a\0b", " a", "x".repeat(80), "ü"]) assert.throws(() => withText(plain, { [keyword]: "" }), RangeError);
  });
});
