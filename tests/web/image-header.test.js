/** What picture files are and how large, from their first bytes. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { headerOf, isCutShort } from "../../www/lib/image-header.js";
import { inRepo } from "./helpers.js";

const file = (/** @type {string} */ name) => new Uint8Array(readFileSync(inRepo(`tests/web/fixtures/${name}`)));
const text = (/** @type {string} */ words) => new TextEncoder().encode(words);

describe("the header of a picture", () => {
  for (const [name, kind, width, height] of /** @type {[string, string, number, number][]} */ ([
    ["two.png", "PNG", 48, 24],
    ["two.jpg", "JPEG", 48, 24],
    ["cmyk.jpg", "JPEG", 48, 24],
    ["turned.jpg", "JPEG", 24, 48],
    ["two.webp", "WebP", 48, 24],
    ["two.gif", "GIF", 48, 24],
    ["two.bmp", "BMP", 48, 24],
    ["two.avif", "AVIF", 48, 24],
    ["deep.png", "PNG", 48, 24],
    ["deep-grey.png", "PNG", 48, 24],
    ["moving.gif", "GIF", 48, 24],
    ["moving.webp", "WebP", 48, 24],
    ["two.tif", "TIFF", 0, 0],
  ])) {
    it(`tells ${name}`, () => {
      const bytes = file(name);
      const { kind: told, width: w, height: h } = headerOf(bytes) ?? {};
      assert.deepEqual([told, w, h], [kind, width, height]);
      // Cut anywhere, it is known, or is none, and nothing is thrown.
      for (let length = 0; length < Math.min(bytes.length, 400); length++) headerOf(bytes.slice(0, length));
      if (kind === "TIFF" || kind === "AVIF") return;
      const cut = bytes.slice(0, bytes.length - 12);
      assert.deepEqual([isCutShort(kind, bytes.slice(-64), bytes, bytes.length), isCutShort(kind, cut.slice(-64), cut, cut.length)], [false, true]);
    });
  }

  it("knows an SVG by its root, and nothing else", () => {
    for (const one of ["<svg viewBox='0 0 2 1'/>", "\uFEFF<?xml version='1.0'?>\n<!-- a drawing -->\n<svg:svg xmlns:svg='x'/>", '<!DOCTYPE svg PUBLIC "a" "b">\n<svg width="1"/>']) {
      assert.equal(headerOf(text(one))?.kind, "SVG", one);
    }
    for (const one of ["", "words", "<!doctype html><svg/>", "<html><svg/></html>", "GI", "\x89PNG"]) assert.equal(headerOf(text(one)), null, one);
  });
});
