import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";
import { Grid } from "../www/lib/grid.js";
import { drawnOn, logo, squares } from "./logo.mjs";

const WIDTH = 32;
const GRID = new Grid({ regions: 8, cells: 16, granularities: 2 });

/** White, and what `paint` says. @param {(x: number, y: number) => number[] | null} paint */
function picture(paint) {
  const data = Array.from({ length: WIDTH * WIDTH }, (_, at) => [...(paint(at % WIDTH, Math.floor(at / WIDTH)) ?? [255, 255, 255]), 255]);
  return { width: WIDTH, data: data.flat() };
}

/** @param {string} svg */
const rects = (svg) =>
  [...svg.matchAll(/<rect ([^>]+)\/>/g)].map(([, text]) => Object.fromEntries([...text.matchAll(/(\w+)="([^"]+)"/g)].map(([, name, value]) => [name, value])));

test("the ground is what leads to the edge, not what is enclosed", () => {
  const inside = (/** @type {number} */ value, /** @type {number} */ margin) => value >= margin && value < WIDTH - margin;
  const ring = picture((x, y) => (inside(x, 8) && inside(y, 8) && !(inside(x, 12) && inside(y, 12)) ? [200, 0, 0] : null));
  const drawn = drawnOn(ring);
  assert.equal(drawn.reduce((sum, one) => sum + one), 16 * 16);
  assert.equal(drawn[0], 0);
  assert.equal(drawn[16 * WIDTH + 16], 1);
});

test("a coarse region is one square, a fine one four", () => {
  const grains = new Uint8Array(64);
  grains[9] = 1;
  const all = squares(GRID, grains, WIDTH);
  assert.equal(all.length, 63 + 4);
  assert.deepEqual(all.filter(({ side }) => side === 2).map(({ row, column }) => [row, column]), [[4, 4], [4, 6], [6, 4], [6, 6]]);
});

test("the logo has the drawing's squares and colours, in the middle, and nothing of the ground", () => {
  // Two regions of one colour and half a region of another, in the upper left corner.
  const grains = new Uint8Array(64);
  grains[1] = 1;
  const svg = logo(GRID, picture((x, y) => (y >= 4 ? null : x < 8 ? [16, 32, 48] : x < 10 ? [255, 0, 0] : null)), grains);
  const found = rects(svg);
  assert.deepEqual(found.map(({ fill }) => fill), ["#102030", ...Array(4).fill("#102030"), "#ff0000"]);
  const [coarse, fine, half] = [found[0], found[1], found[5]].map(({ width }) => Number(width));
  assert.ok(coarse > fine && half < coarse, `${coarse} ${fine} ${half}`);
  // 12 of 32 wide: 10 to the left of it; and on whole pixels of an icon of 16.
  assert.deepEqual([found[0].x, found[0].y], ["10", "14"]);
  assert.doesNotMatch(svg, /#fff/);
});

test("every page wears it, and it is small", () => {
  const www = new URL("../www/", import.meta.url);
  const svg = readFileSync(new URL("logo.svg", www), "utf8");
  assert.ok(svg.length < 12_000);
  assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 32 32">/);
  // It has to pass where pages allow no scripts and no styles within.
  assert.doesNotMatch(svg, /style|script|href/);
  const pages = readdirSync(www).filter((name) => name.endsWith(".html") && name !== "bench-visit.html");
  assert.deepEqual(pages, ["bench.html", "doc.html", "embed.html", "frame.html", "index.html", "tutorial.html"]);
  for (const name of pages) {
    const page = readFileSync(new URL(name, www), "utf8");
    assert.match(page, /<link rel="icon" href="logo\.svg" type="image\/svg\+xml" \/>/, name);
    // A frame is a player and nothing else.
    if (name !== "frame.html") assert.match(page, /<img class="mark" src="logo\.svg" alt=""/, name);
  }
});
