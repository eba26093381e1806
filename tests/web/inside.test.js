/** Looking inside: the arithmetic of odds and attention, the way over the codes, and what is refused. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { windowOf } from "../../www/components/inside/candidates.js";
import { beside } from "../../www/components/inside/canvas.js";
import { Grid } from "../../www/lib/grid.js";
import { checkDecision } from "../../www/lib/plausible.js";
import { checkCell, checkLists } from "../../www/lib/results.js";
import { piecesOf } from "../../www/lib/shelf.js";
import { attentionOf, chancesOf, entropyOf, likeliest, percent } from "../../www/lib/view/odds.js";

const GRID = new Grid({ regions: 4, cells: 16, granularities: 3 });

/** @param {number} a @param {number} b */
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} and ${b}`);

describe("odds", () => {
  it("names the likeliest first, and of equals the first", () => {
    const logits = Float32Array.of(0.5, 3, -2, 3, 7, 1);
    assert.deepEqual(likeliest(logits, 3), [4, 1, 3]);
    assert.deepEqual(likeliest(logits, 9), [4, 1, 3, 5, 0, 2]);
    assert.deepEqual(likeliest(logits, 0), []);
    const many = Float32Array.from({ length: 4096 }, (_, at) => Math.sin(at * 12.9898) * 43758.5453 % 1);
    const sorted = [...many.keys()].sort((a, b) => many[b] - many[a] || a - b).slice(0, 5);
    assert.deepEqual(likeliest(many, 5), sorted);
  });

  it("become surer when it is colder, whatever the size of the logits", () => {
    const logits = Float32Array.of(0, Math.log(3), -1000, 900).map((x) => x + 5000);
    const [, , none, all] = chancesOf(logits, 1);
    assert.deepEqual([none, all], [0, 1]);
    const pair = Float32Array.of(0, Math.log(3));
    near(Number(chancesOf(pair, 1)[1].toFixed(6)), 0.75);
    near(Number(chancesOf(pair, 0.5)[1].toFixed(6)), 0.9);
    for (const temperature of [0.1, 0.7, 2]) near(chancesOf(logits, temperature).reduce((a, b) => a + b), 1);
  });

  it("entropy is in bits", () => {
    near(entropyOf([0.25, 0.25, 0.25, 0.25]), 2);
    near(entropyOf([1, 0, 0]), 0);
    near(entropyOf([0.5, 0.25, 0.25]), 1.5);
  });

  it("figures tell small chances apart from none, and large ones from certainty", () => {
    assert.deepEqual([0, 0.0004, 0.012, 0.034, 0.426, 0.996, 0.99999, 1].map(percent).map((text) => text.replaceAll("\u00a0", " ")), ["0 %", "under 0.1 %", "1.2 %", "3.4 %", "43 %", "99.6 %", "over 99.9 %", "100 %"]);
  });

  it("attention of one layer, and of all on average", () => {
    const decision = { layers: 2, attention: Float32Array.of(0.5, 0.25, 0, 0.5), aside: Float32Array.of(0.25, 0.5) };
    assert.deepEqual([...attentionOf(decision, 1).weights], [0, 0.5]);
    assert.equal(attentionOf(decision, 0).aside, 0.25);
    const { weights, aside } = attentionOf(decision, null);
    assert.deepEqual([[...weights], aside], [[0.25, 0.375], 0.375]);
  });
});

describe("the way over the codes of a picture", () => {
  // The first region is one code, the second four, the third sixteen.
  const grains = Uint8Array.from({ length: 16 }, (_, region) => region % 3);

  it("goes to the code beside, and ends at the edge", () => {
    assert.equal(beside(GRID, grains, 0, "ArrowRight"), 4);
    assert.equal(beside(GRID, grains, 4, "ArrowRight"), 6);
    assert.equal(beside(GRID, grains, 6, "ArrowRight"), 8);
    assert.equal(beside(GRID, grains, 8, "ArrowRight"), 9);
    assert.equal(beside(GRID, grains, 8, "ArrowLeft"), 7);
    assert.equal(beside(GRID, grains, 2 * 16 + 1, "ArrowDown"), 4 * 16 + 1);
    for (const [cell, key] of /** @type {const} */ ([[0, "ArrowUp"], [0, "ArrowLeft"], [15, "ArrowRight"], [255, "ArrowDown"], [7, "Enter"]])) {
      assert.equal(beside(GRID, grains, cell, key), cell, key);
    }
  });

  it("reaches every code and leads back", () => {
    for (const key of ["ArrowRight", "ArrowDown"]) {
      for (let at = 0; at < 16; at++) {
        let cell = key === "ArrowRight" ? at * 16 : at;
        const seen = new Set();
        for (;;) {
          seen.add(cell);
          const next = beside(GRID, grains, cell, key);
          if (next === cell) break;
          assert.ok(!seen.has(next));
          cell = next;
        }
        const { row, column, span } = GRID.codeAt(grains, Math.floor(cell / 16), cell % 16);
        assert.equal((key === "ArrowRight" ? column : row) + span, 16);
      }
    }
  });

  it("a patch shows a code with something around it, and stays on the picture", () => {
    for (const span of [1, 2, 4]) {
      for (let row = 0; row < 16; row += span) {
        for (let column = 0; column < 16; column += span) {
          const { x, y, side, frame } = windowOf(GRID, { row, column, span }, 128);
          assert.ok(x >= 0 && y >= 0 && x + side <= 128 && y + side <= 128);
          near(x + frame.left * side, column * 8);
          near(y + frame.top * side, row * 8);
          near(frame.side * side, span * 8);
          assert.ok(frame.side < 0.6);
        }
      }
    }
    const whole = windowOf(new Grid({ regions: 1, cells: 1, granularities: 1 }), { row: 0, column: 0, span: 1 }, 8);
    assert.deepEqual(whole, { x: 0, y: 0, side: 8, frame: { left: 0, top: 0, side: 1 } });
  });
});

describe("what cannot be looked at", () => {
  const picture = { grains: new Uint8Array(16), known: new Uint8Array(256), cells: new Uint16Array(256), order: new Uint16Array(256) };
  const names = /** @type {const} */ (["grains", "known", "cells", "order"]);
  /** @param {() => void} act */
  const codeOf = (act) => {
    try {
      act();
      return "none";
    } catch (error) {
      return /** @type {any} */ (error).code;
    }
  };

  it("lists of another length, or of what is no number", () => {
    assert.equal(codeOf(() => checkLists(picture, names, GRID)), "none");
    for (const name of names) {
      assert.equal(codeOf(() => checkLists({ ...picture, [name]: undefined }, names, GRID)), "bad-request");
      assert.equal(codeOf(() => checkLists({ ...picture, [name]: [1, 2] }, names, GRID)), "bad-request");
      for (const value of [-1, 0.5, NaN, 65_536, "1"]) {
        const list = Array.from(picture[name]).with(3, /** @type {number} */ (value));
        assert.equal(codeOf(() => checkLists({ ...picture, [name]: list }, names, GRID)), "out-of-range", `${name} ${value}`);
      }
    }
  });

  it("a cell beside the picture", () => {
    assert.deepEqual([0, 255, 256, -1, 0.5, NaN, "3"].map((cell) => codeOf(() => checkCell(cell, GRID))), ["none", "none", "out-of-range", "out-of-range", "bad-request", "bad-request", "bad-request"]);
  });

  it("numbers that are none", () => {
    const good = { logits: Float32Array.of(-3, 8), attention: Float32Array.of(0, 1), aside: Float32Array.of(0.5) };
    assert.equal(codeOf(() => checkDecision(good, "webgpu")), "none");
    for (const bad of [{ logits: Float32Array.of(NaN) }, { attention: Float32Array.of(NaN) }, { attention: Float32Array.of(2) }, { aside: Float32Array.of(-1) }]) {
      assert.equal(codeOf(() => checkDecision({ ...good, ...bad }, "webgpu")), "device-lost");
      assert.equal(codeOf(() => checkDecision({ ...good, ...bad }, "cpu")), "worker-crashed");
    }
  });
});

describe("what is known of how a picture was drawn", () => {
  /** @param {object} more */
  const step = (more) => /** @type {any} */ ({ grid: GRID, grains: new Uint8Array(16), cells: new Uint16Array(256), prompt: { style: "noto" }, done: true, ...more });

  it("its generator, its steps, and a request for it and no other", () => {
    const steps = [step({ done: false }), step({})];
    const [piece] = piecesOf([{ mode: "ar", seed: 8, steps }], { mode: "both", seed: 7, temperature: 0.5 });
    assert.deepEqual(piece.history, { mode: "ar", wish: { mode: "both", seed: 8, temperature: 0.5, prompt: { style: "noto" } }, steps });
    assert.equal(piece.request.mode, undefined, "what is repainted is not asked of both");
  });

  it("nothing of one that came as it is, and no piece of one that is not finished", () => {
    const [piece] = piecesOf([{ mode: "nar", seed: 0, steps: [step({})], whole: true }], {});
    assert.equal(piece.history, undefined);
    assert.deepEqual(piecesOf([{ mode: "nar", seed: 0, steps: [step({ done: false })] }, { mode: "nar", seed: 1, steps: [] }], {}), []);
  });
});
