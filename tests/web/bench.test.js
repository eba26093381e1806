/**
 * The parts of the benchmark that need no browser.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { hashOf } from "../../www/lib/bench/answer.js";
import { kinds } from "../../www/lib/bench/ar-images.js";
import { compare } from "../../www/lib/bench/compare.js";
import { Grid } from "../../www/lib/grid.js";
import { bucket, decoderInputs, finerCounts, transformerInputs, usualCounts } from "../../www/lib/bench/inputs.js";
import { parseOptions } from "../../www/lib/bench/options.js";
import { flatness, mean, summarise } from "../../www/lib/bench/stats.js";
import { describePack, inRepo, shippedModels } from "./helpers.js";

const GRID = new Grid({ regions: 8, cells: 16, granularities: 2 });
const SIZES = { vocabulary: 1024, grid: GRID.sizes, axes: 3, shares: [0.75] };
const THREE = { vocabulary: 4096, grid: { regions: 8, cells: 32, granularities: 3 }, axes: 0, shares: [0.3, 0.3] };

describe("figures", () => {
  it("are medians and quartiles, whatever the order", () => {
    const { median, q1, q3, iqr, min, max, n } = summarise([9, 1, 3, 100, 2]);
    assert.deepEqual({ median, q1, q3, iqr, min, max, n }, { median: 3, q1: 2, q3: 9, iqr: 7, min: 1, max: 100, n: 5 });
    assert.equal(summarise([4, 2]).median, 3);
    assert.equal(mean([4, 2, 0]), 2);
    assert.deepEqual(summarise([7]), { n: 1, median: 7, q1: 7, q3: 7, iqr: 0, min: 7, max: 7 });
  });

  it("are flat while they stay within a hundredth", () => {
    assert.equal(flatness([100, 100.5, 99])?.flat, true);
    assert.deepEqual(flatness([100, 120, 110]), { first: 100, highest: 120, growth: 20, flat: false });
    assert.equal(flatness([]), null);
  });
});

describe("the inputs", () => {
  it("fill every region once and are padded to a bucket", () => {
    for (const tokens of [64, 67, 100, 160, 255, 256]) {
      const { tokens: own, length, codes, grains, rows, columns, padding } = transformerInputs(SIZES, tokens, 1);
      const [fine] = finerCounts(tokens, GRID);
      const real = 64 + 3 * fine;
      assert.ok(Math.abs(real - tokens) <= 1);
      assert.equal(own, real);
      assert.equal(length, bucket(real, GRID));
      assert.equal((length - 64) % 24, 0);
      assert.equal(padding.filter((value) => value === 0).length, real);
      assert.equal(grains.filter((value) => value === 1).length, 4 * fine);
      const places = new Set([...rows.subarray(0, real)].map((row, i) => `${row} ${columns[i]}`));
      assert.equal(places.size, real);
      assert.ok([...rows, ...columns].every((at) => at >= 0 && at < 32));
      assert.ok(codes.subarray(real).every((code) => code === SIZES.vocabulary));
    }
  });

  it("leave about half of the codes open, and are the same each time and for each of a batch", () => {
    const one = transformerInputs(SIZES, 160, 1);
    const two = transformerInputs(SIZES, 160, 2);
    const open = one.codes.filter((code) => code === SIZES.vocabulary).length;
    assert.ok(open > 50 && open < 110, `${open} of 160`);
    assert.deepEqual([...two.codes], [...one.codes, ...one.codes]);
    assert.deepEqual([...two.classes], [1, 1, 1, 0, 0, 0]);
    assert.deepEqual(decoderInputs(SIZES, 160), decoderInputs(SIZES, 160));
    assert.equal(decoderInputs(SIZES, 160).length, 256);
  });

  it("are of what the model has, of both kinds where it has more than one granularity", () => {
    const of = (/** @type {Parameters<typeof describePack>[0]} */ options) => kinds(describePack(options));
    assert.deepEqual(of({}), [["regions coarse and fine", [0.5]], ["fixed grid, all fine", [1]]]);
    assert.deepEqual(of({ kind: "three-grains" }), [["regions coarse, middle and fine", [0.25, 0.25]], ["fixed grid, all fine", [0, 1]]]);
    assert.deepEqual(of({ kind: "four-grains" })[1], ["fixed grid, all finest", [0, 0, 1]]);
    assert.deepEqual(of({ kind: "no-axis" }), [["fixed grid", []]]);
  });

  it("fit models of other grids and other axes", () => {
    const grid = new Grid(THREE.grid);
    const { codes, grains, classes, padding } = transformerInputs(THREE, 244, 2);
    assert.deepEqual(finerCounts(244, grid), [0, 12]);
    assert.equal(padding.filter((value) => value === 0).length, 2 * (64 + 15 * 12));
    assert.deepEqual([...new Set(grains)].sort(), [0, 2]);
    assert.deepEqual([64, 406, 1024].map((length) => bucket(length, grid)), [64, 424, 1024]);
    // Without axes there is one class vector, always the same.
    assert.deepEqual([[...classes], codes.length % 2, decoderInputs(THREE, 244).length], [[0, 0], 0, 1024]);
  });

  it("have as many tokens as asked for, with the finest granularity first, where the grid has such a number", () => {
    const grid = new Grid(THREE.grid);
    for (let tokens = 64; tokens <= 976; tokens += 3) {
      const [middle, fine] = finerCounts(tokens, grid);
      assert.ok(middle >= 0 && middle < 5 && fine >= 0);
      assert.equal(64 + 3 * middle + 15 * fine, tokens);
    }
    // A region is of one granularity, so some of the longest are not there.
    assert.deepEqual([1000, 1012, 1015].map((tokens) => finerCounts(tokens, grid)), [[2, 62], [1, 63], [1, 63]]);
    assert.deepEqual([finerCounts(406, grid), finerCounts(10, grid), finerCounts(5000, grid)], [[4, 22], [0, 0], [0, 64]]);
    assert.deepEqual(finerCounts(100, new Grid({ regions: 4, cells: 4, granularities: 1 })), []);
  });

  it("are the model's usual picture where no number is given", () => {
    const grid = new Grid(THREE.grid);
    assert.deepEqual([usualCounts([0.3, 0.3], grid), usualCounts([0.6875, 0.21875], grid), usualCounts([0.75], GRID)], [[19, 19], [44, 14], [48]]);
    assert.deepEqual([THREE, { ...THREE, shares: [0.6875, 0.21875] }, SIZES].map((sizes) => transformerInputs(sizes, 0, 1).tokens), [406, 406, 208]);
    assert.deepEqual([...new Set(transformerInputs(THREE, 0, 1).grains)].sort(), [0, 1, 2]);
  });

  it("give the decoder one code in all the cells of a token", () => {
    const cells = decoderInputs(THREE, 0);
    const grid = new Grid(THREE.grid);
    const whole = Array.from({ length: 64 }, (_, region) => new Set(grid.cellsOf(region).map((cell) => cells[cell])).size);
    assert.deepEqual([1, 4, 16].map((codes) => whole.filter((count) => count === codes).length), [26, 19, 19]);
  });
});

describe("the comparison", () => {
  it("takes the largest difference as a share of the largest value", () => {
    const { largest, relative, sameChoice, agrees } = compare([1, 2, 10, 3], [1, 2.01, 10, 3], { row: 2 });
    assert.ok(Math.abs(largest - 0.01) < 1e-9 && Math.abs(relative - 1e-3) < 1e-9);
    assert.deepEqual([sameChoice, agrees], [1, true]);
    assert.equal(compare([1, 2], [2, 1], { row: 2 }).sameChoice, 0);
  });

  it("leaves padding out", () => {
    assert.equal(compare([1, 2, 5, 5], [1, 2, 9, 0], { row: 2, padding: [0, 1] }).agrees, true);
  });

  it("does not take silence or nonsense for agreement", () => {
    assert.equal(compare([0, 0], [0, 0]).agrees, false);
    assert.equal(compare([1, 2], [1, NaN]).agrees, false);
    assert.equal(compare([1, 2], [1]).agrees, false);
    assert.equal(compare([], []).agrees, false);
  });
});

describe("a fixed picture", () => {
  it("has a hash of its map and its codes, whatever lists they come in", async () => {
    const picture = { grains: [0, 1, 2], cells: [5, 300, 65535] };
    const typed = { grains: Uint8Array.from(picture.grains), cells: Uint16Array.from(picture.cells) };
    assert.match(await hashOf(picture), /^[0-9a-f]{16}$/);
    assert.equal(await hashOf(typed), await hashOf(picture));
    assert.notEqual(await hashOf({ ...picture, cells: [5, 300, 65534] }), await hashOf(picture));
    assert.notEqual(await hashOf({ ...picture, grains: [0, 1, 1] }), await hashOf(picture));
  });

  it("is known natively of every shipped model that draws, in the version that is shipped", () => {
    const answers = JSON.parse(readFileSync(inRepo("docs/bench/answers.json"), "utf8"));
    const drawing = shippedModels().map(({ id }) => JSON.parse(readFileSync(inRepo(`www/models/${id}/manifest.json`), "utf8")));
    const versions = drawing.filter(({ files }) => files.some((/** @type {any} */ { role }) => role === "nar")).map(({ name, version }) => [name, String(version)]);
    assert.deepEqual(Object.entries(answers).map(([name, { version }]) => [name, version]), versions);
  });
});

describe("the address", () => {
  it("says what is measured", () => {
    const plain = parseOptions("");
    assert.deepEqual(plain.parts, ["answer", "start", "race", "passes", "ops", "images"]);
    assert.deepEqual([plain.runs, plain.tokens, plain.steps, plain.auto, plain.report, plain.backend], [50, 0, 0, false, false, "webgpu"]);
    const full = parseOptions("?auto&report&peer=jspi&images=200&switches=3&runs=7&tokens=88&steps=16&backend=cpu");
    assert.deepEqual(full.parts, ["answer", "start", "race", "passes", "ops", "peer", "images", "endurance", "switches"]);
    assert.deepEqual([full.runs, full.tokens, full.steps, full.switches, full.images, full.peer, full.backend], [7, 88, 16, 3, 200, "jspi", "cpu"]);
    assert.deepEqual(parseOptions("?only=peer,images,nonsense&runs=-3").parts, ["peer", "images"]);
    assert.equal(parseOptions("?runs=-3").runs, 50);
    assert.deepEqual([plain.ar, parseOptions("?ar").ar], [false, true]);
    assert.deepEqual(parseOptions("?ar").parts, plain.parts);
  });
});
