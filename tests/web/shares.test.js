/** Shares that are linked: whatever is set, they are never more than all together. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { codesOf, sharesAlong, usualCodes, wholeOf, withShare } from "../../www/lib/shares.js";
import { Grid } from "../../www/lib/grid.js";
import { inRepo } from "./helpers.js";

const grid = { regions: 8, cells: 32, granularities: 3 };

const sum = (/** @type {readonly number[]} */ shares) => shares.reduce((all, share) => all + share, 0);

describe("linked shares", () => {
  it("go from nothing finer, by what is set, to nothing but the finest, and are never more than 1 together", () => {
    assert.deepEqual([0, 0.25, 0.5, 1].map((place) => sharesAlong([0.6, 0.2], place)), [[0, 0], [0.3, 0.1], [0.6, 0.2], [0, 1]]);
    assert.deepEqual(sharesAlong([0.5], 0.75), [0.75]);
    for (let place = 0; place <= 1; place += 0.01) for (const shares of [[0.69, 0.31], [1, 0], [0.333, 0.334]]) {
      const sum = sharesAlong(shares, place).reduce((a, b) => a + b);
      assert.ok(sum >= 0 && sum <= 1, `${shares} at ${place}: ${sum}`);
    }
  });

  it("leave the others alone while there is room", () => {
    assert.deepEqual(withShare([0.3, 0.2], 0, 0.8), [0.8, 0.2]);
    assert.deepEqual(withShare([0.1, 0.9], 0, 0.1), [0.1, 0.9]);
    assert.deepEqual(withShare([0.5], 0, 1), [1]);
    assert.deepEqual(withShare([0.3, 0.7], 1, 0), [0.3, 0]);
  });

  it("make the others give way in proportion to what they have", () => {
    assert.deepEqual(withShare([0.3, 0.5], 0, 0.75), [0.75, 0.25]);
    assert.deepEqual(withShare([0.2, 0.2, 0.6], 2, 0.8), [0.1, 0.1, 0.8]);
    assert.deepEqual(withShare([0.1, 0.2, 0.4], 0, 1), [1, 0, 0]);
    assert.deepEqual(withShare([0, 0.5, 0.5], 0, 0.4), [0.4, 0.3, 0.3]);
  });

  it("are at most 1 together, whatever is set", () => {
    for (let n = 0; n < 3000; n++) {
      const count = 1 + (n % 3);
      const first = Array.from({ length: count }, (_, at) => ((n * 37 + at * 53) % 101) / 100 / count);
      const shares = withShare(first, n % count, ((n * 7) % 101) / 100);
      assert.ok(sum(shares) <= 1 + 1e-9 && shares.every((share) => share >= 0), String(shares));
      assert.ok(Math.abs(sum(wholeOf(shares)) - 1) < 1e-9);
    }
  });

  it("leave the rest to the coarsest", () => {
    assert.deepEqual(wholeOf([0.5, 0.25]), [0.25, 0.5, 0.25]);
    assert.deepEqual(wholeOf([]), [1]);
    assert.equal(wholeOf([0.7, 0.3])[0], 0);
  });
});

describe("the codes of a picture", () => {
  it("follow from the shares", () => {
    assert.equal(codesOf(new Grid(grid), [0, 0]), 64);
    assert.equal(codesOf(new Grid(grid), [0, 1]), 1024);
    assert.ok(Math.abs(codesOf(new Grid(grid), [0.3, 0.3]) - 409.6) < 1e-9);
  });

  it("are told to two figures, from what the model is asked if nothing is said", () => {
    const told = (/** @type {any} */ defaults, /** @type {any} */ generators = ["nar"], sizes = grid) => usualCodes({ grid: sizes, generators, defaults });
    assert.equal(told({ nar: { shares: [0.3, 0.3] } }), 410);
    assert.equal(told({ nar: { shares: [0, 1] }, encode: { shares: [0, 0] } }, []), 64);
    assert.equal(told({ ar: { shares: [0.5] } }, ["ar"], { regions: 8, cells: 16, granularities: 2 }), 160);
    assert.equal(told({ nar: {} }, ["nar"], { regions: 8, cells: 8, granularities: 1 }), 64);
    // What the page says before a model is there is no number of any.
    assert.match(readFileSync(inRepo("www/index.html"), "utf8"), /<span id="codes">a few hundred<\/span>/);
  });
});
