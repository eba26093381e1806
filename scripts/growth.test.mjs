import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { OUT, growth, panels, through, usual } from "./growth.mjs";

test("work between the measured sizes is the polynomial through them", () => {
  const square = through([1, 2, 5].map((x) => /** @type {const} */ ([x, 3 + 2 * x + x * x])));
  for (const x of [1, 3, 4, 5]) assert.ok(Math.abs(square(x) - (3 + 2 * x + x * x)) < 1e-9, String(x));
});

test("by work alone the largest size takes as long as measured, a smaller one by its multiplications", () => {
  for (const { courses } of panels(usual())) {
    for (const { points, at } of courses) {
      const last = points[points.length - 1];
      for (const { size, work } of points) {
        const expected = (last.median * work.multiplications) / last.work.multiplications;
        assert.ok(Math.abs(at(size) / expected - 1) < 1e-6, String(size));
      }
    }
  }
});

test("the plot of docs/ is that of the recorded results, has words for those who do not see it, and nothing that runs", () => {
  const svg = readFileSync(new URL(`../${OUT}`, import.meta.url), "utf8");
  assert.equal(svg, growth(usual()));
  assert.match(svg, /<title id="title">[^<]+<\/title>\n<desc id="desc">[^<]+<\/desc>/);
  assert.doesNotMatch(svg, /NaN|Infinity|script|href/);
});
