/**
 * What is drawn of the order of the codes, and what is said of it, without a browser.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { colourAt, describeOrder, drawOrder, figured, inkOn, placedCodes } from "../../www/lib/order-trail.js";
import { Grid } from "../../www/lib/grid.js";
import { count } from "../../www/lib/streams.js";

const GRID = new Grid({ regions: 8, cells: 16, granularities: 2, names: ["coarse", "fine"] });

/** The cells of a region. @param {number} region */
const cellsOf = (region) => GRID.cellsOf(region);

/**
 * A picture in the middle of being written: so many codes of both streams are there.
 *
 * @param {number[]} fineRegions
 * @param {number} codes
 */
function written(fineRegions, codes) {
  const regions = Array.from({ length: 64 }, (_, region) => region);
  const coarse = regions.filter((region) => !fineRegions.includes(region));
  const stream = [...coarse.map(cellsOf), ...fineRegions.flatMap(cellsOf).map((cell) => [cell])];
  const order = new Uint16Array(256);
  for (const [at, cells] of stream.slice(0, codes).entries()) for (const cell of cells) order[cell] = at + 1;
  const known = Uint8Array.from(order, (place) => Number(place > 0));
  const grains = Uint8Array.from(regions, (region) => Number(!known[cellsOf(region)[0]] || fineRegions.includes(region)));
  return { grid: GRID, grains, known, order, total: 20, tokens: stream.length, done: codes === stream.length };
}

/** What was asked of a canvas. */
function recorder() {
  /** @type {{ call: string, args: any[], fill: string }[]} */
  const calls = [];
  /** @type {Record<string, any>} */
  const state = {};
  const context = new Proxy(state, {
    get: (_, name) => state[String(name)] ?? ((/** @type {any[]} */ ...args) => calls.push({ call: String(name), args, fill: state.fillStyle })),
  });
  const made = (/** @type {string} */ name) => calls.filter(({ call }) => call === name);
  return { context: /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (context)), made };
}

describe("the order of the codes", () => {
  it("names a coarse code once and a fine one for each cell, the earliest first", () => {
    const codes = placedCodes(written([9, 10], 64));
    assert.equal(codes.length, 64);
    assert.deepEqual(codes.map(({ order }) => order), Array.from({ length: 64 }, (_, at) => at + 1));
    assert.deepEqual(codes[0], { row: 0, column: 0, span: 2, grain: 0, order: 1 });
    assert.deepEqual(codes[62], { row: 2, column: 2, span: 1, grain: 1, order: 63 });
    assert.deepEqual(placedCodes(written([9], 0)), []);
  });

  it("is told in words", () => {
    assert.equal(describeOrder(written([9, 10], 70), "ar"), "Order: coarse codes 1–62, fine codes 63–70.");
    assert.equal(describeOrder(written([9, 10], 63), "ar"), "Order: coarse codes 1–62, fine codes 63.");
    assert.equal(describeOrder(written([9, 10], 5), "ar"), "Order: coarse codes 1–5.");
    assert.equal(describeOrder(written([9, 10], 0), "ar"), "Order: no codes yet.");
    const order = new Uint16Array(256);
    for (const [region, step] of [[0, 1], [1, 1], [2, 3]]) for (const cell of cellsOf(region)) order[cell] = step;
    const step = { grid: GRID, grains: new Uint8Array(64), order, total: 12, tokens: 64 };
    assert.equal(describeOrder(step, "nar"), "Codes settled in each step: 2, 0, 1.");
  });

  it("is told for each granularity that there is, and without names where there is one", () => {
    const three = new Grid({ regions: 2, cells: 8, granularities: 3, names: ["coarse", "middle", "fine"] });
    // Region 0 middle, 3 fine, the others coarse, written in the order of the streams.
    const grains = [1, 0, 0, 2];
    const order = new Uint16Array(64);
    let place = 0;
    for (const wanted of [0, 1, 2]) {
      three.eachCode(grains, (row, column, span, _, grain) => {
        if (grain !== wanted) return;
        place++;
        for (const cell of three.cellsUnder({ row, column, span })) order[cell] = place;
      });
    }
    const step = { grid: three, grains, order, total: 22, tokens: 22 };
    assert.equal(describeOrder(step, "ar"), "Order: coarse codes 1–2, middle codes 3–6, fine codes 7–22.");
    assert.deepEqual(placedCodes(step).map(({ span }) => span), [4, 4, ...Array(4).fill(2), ...Array(16).fill(1)]);
    const one = new Grid({ regions: 2, cells: 2, granularities: 1 });
    assert.equal(describeOrder({ grid: one, grains: [0, 0, 0, 0], order: [1, 2, 3, 0], total: 4, tokens: 4 }, "ar"), "Order: codes 1–3.");
  });

  it("grows lighter from the first to the last, with figures that can be read on it", () => {
    const linear = (/** @type {number} */ value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    const luminance = (/** @type {number[]} */ [r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    const contrast = (/** @type {number} */ a, /** @type {number} */ b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    let last = -1;
    for (let at = 0; at <= 100; at++) {
      const colour = colourAt(at / 100);
      const light = luminance(colour);
      assert.ok(light >= last, `${at}`);
      last = light;
      const ink = /** @type {number[]} */ (inkOn(colour).match(/[0-9a-f]{2}/g)?.map((hex) => parseInt(hex, 16)));
      assert.ok(contrast(light, luminance(ink)) >= 4, `${at}: ${contrast(light, luminance(ink))}`);
    }
    assert.deepEqual(colourAt(-1), colourAt(0));
    assert.deepEqual(colourAt(2), colourAt(1));
  });

  it("has figures on all beads where there is room, else on some", () => {
    const codes = placedCodes(written([9, 10, 30], 73));
    assert.equal(figured(codes, () => true).size, 73);
    const some = [...figured(codes, (span) => span > 1)];
    assert.deepEqual(some.filter(({ span }) => span === 1).map(({ order }) => order), [62, 70, 73]);
    assert.equal(some.filter(({ span }) => span > 1).length, 61);
    // Where there is none at all, each granularity still has its ends.
    assert.deepEqual([...figured(codes, () => false)].map(({ order }) => order), [1, 10, 20, 30, 40, 50, 60, 61, 62, 70, 73]);
  });

  it("is drawn as beads with figures, and as a line where codes come one by one", () => {
    for (const [mode, lines] of /** @type {const} */ ([["ar", 2 * 69], ["nar", 0]])) {
      const { context, made } = recorder();
      drawOrder(context, 640, written([9, 10], 70), { mode, paper: "#eee", scale: 1 });
      assert.equal(made("arc").length, 70);
      assert.equal(made("lineTo").length, lines);
      assert.deepEqual(made("fillText").map(({ args }) => args[0]), Array.from({ length: 70 }, (_, at) => String(at + 1)));
      assert.deepEqual(made("fillRect")[0].fill, "#eee");
    }
    const small = recorder();
    drawOrder(small.context, 256, written([9, 10], 70), { mode: "ar", paper: "#eee", scale: 1 });
    assert.equal(small.made("arc").length, 70);
    assert.equal(small.made("fillText").length, 62 + 2);
  });
});

describe("the streams", () => {
  const look = (/** @type {Grid} */ grid, /** @type {number[]} */ grains, /** @type {number[]} */ undecided = []) => ({
    ...{ grid, grains: Uint8Array.from(grains), undecided: Uint8Array.from(grains, (_, region) => Number(undecided.includes(region))) },
  });

  it("tell how many regions have each granularity, and how many are open", () => {
    const three = new Grid({ regions: 2, cells: 8, granularities: 3 });
    assert.deepEqual(count(look(three, [0, 1, 2, 2])), { grains: [1, 1, 2], open: 0 });
    // What is open counts as nothing else, whatever stands in its place.
    assert.deepEqual(count(look(three, [0, 2, 2, 2], [2, 3])), { grains: [1, 0, 1], open: 2 });
    assert.deepEqual(count(look(GRID, Array(64).fill(1), Array.from({ length: 64 }, (_, at) => at))), { grains: [0, 0], open: 64 });
  });
});
