/**
 * The views of a step and the timeline, without a browser: what is drawn is what was asked of a canvas,
 * and time passes when the test says so.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { grainColour, shapeOf, shapePath } from "../../www/lib/grain-look.js";
import { drawUnknown, restingGrains } from "../../www/lib/grain-pattern.js";
import { Grid } from "../../www/lib/grid.js";
import { grainSvg } from "../../www/lib/view/grain-svg.js";
import { LAYER_NAMES, drawLayer, drawMap, heat, isLayer, layersFor } from "../../www/lib/view/layers.js";
import { budget, codeAt, duration, freshCodes, gains, spent } from "../../www/lib/view/step.js";
import { Timeline, indexAt, pace } from "../../www/lib/view/timeline.js";
import { columns, drawBudget, drawTrack } from "../../www/lib/view/track.js";

const GRID = new Grid({ regions: 8, cells: 16, granularities: 2 });
const THREE = new Grid({ regions: 4, cells: 16, granularities: 3 });
const colours = { paper: "paper", dot: "dot", coarse: "coarse", middle: "middle", fine: "fine", finest: "finest", ink: "ink", line: "line", accent: "accent" };

/** What was asked of a canvas. */
function recorder() {
  /** @type {{ call: string, args: any[], fill: string, stroke: string, alpha: number }[]} */
  const calls = [];
  /** @type {Record<string, any>} */
  const state = { globalAlpha: 1 };
  const context = new Proxy(state, {
    get: (_, name) =>
      state[String(name)] ??
      ((/** @type {any[]} */ ...args) => calls.push({ call: String(name), args, fill: state.fillStyle, stroke: state.strokeStyle, alpha: state.globalAlpha })),
  });
  const made = (/** @type {string} */ name) => calls.filter(({ call }) => call === name);
  return { context: /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (context)), made };
}

/**
 * Region 0 is fine, the others are coarse; the cells given are known.
 *
 * @param {number[]} cells
 * @param {Partial<import("../../www/lib/view/step.js").Step>} [more]
 * @returns {import("../../www/lib/view/step.js").Step}
 */
function stepWith(cells, more = {}) {
  const grains = new Uint8Array(64);
  grains[0] = 1;
  const known = new Uint8Array(256);
  const order = new Uint16Array(256);
  for (const cell of cells) [known[cell], order[cell]] = [1, 1];
  return {
    ...{ index: 0, total: 3, done: false, image: /** @type {any} */ (null), grid: GRID, grains, known, order },
    undecided: new Uint8Array(64),
    ...{ tokens: 67, codes: cells.length, cells: new Uint16Array(256).fill(7), ms: 10 },
    ...more,
  };
}
/** A coarse code in region 1. */
const COARSE = [2, 3, 18, 19];

describe("what is said of a step", () => {
  it("names the codes that came with it, a coarse one once", () => {
    const [one, two] = [stepWith([0, ...COARSE]), stepWith([0, 17, ...COARSE])];
    assert.deepEqual(freshCodes(one, undefined), [{ row: 0, column: 0, span: 1, grain: 1 }, { row: 0, column: 2, span: 2, grain: 0 }]);
    assert.deepEqual(freshCodes(two, one), [{ row: 1, column: 1, span: 1, grain: 1 }]);
    assert.deepEqual(freshCodes(two, two), []);
  });

  it("counts codes against a fixed grid, and time", () => {
    assert.deepEqual(budget({ codes: 10, tokens: 64, grid: GRID }), { settled: 10, needed: 64, fixed: 256, saved: 0.75 });
    assert.equal(budget({ codes: 256, tokens: 256, grid: GRID }).saved, 0);
    assert.equal(budget({ codes: 1, tokens: 16, grid: { cellCount: 64 } }).fixed, 64);
    assert.deepEqual(gains([{ codes: 3 }, { codes: 10 }, { codes: 10 }]), [3, 7, 0]);
    const steps = [0, 1, 2].map((index) => ({ index, ms: 10 }));
    assert.equal(spent(steps, 1), 20);
    assert.equal(spent(steps.slice(1), 1), null);
    assert.deepEqual([0.04, 42.4, 1234, 45_600].map(duration), ["0.0 ms", "42 ms", "1.2 s", "46 s"]);
  });

  it("knows what stands at a place", () => {
    const step = stepWith(COARSE, { confidence: new Float32Array(256).fill(0.5) });
    assert.deepEqual(codeAt(step, 3.9 / 16, 1.9 / 16), {
      ...{ code: { row: 0, column: 2, span: 2, grain: 0 }, known: true, order: 1, value: 7, confidence: 0.5 },
    });
    const open = codeAt(step, 1.5 / 16, 1.5 / 16);
    assert.deepEqual([open?.code, open?.known, open?.confidence], [{ row: 1, column: 1, span: 1, grain: 1 }, false, undefined]);
    for (const [x, y] of [[-0.1, 0], [1, 0], [0, 1], [NaN, 0]]) assert.equal(codeAt(step, x, y), null);
  });
});

describe("granularities", () => {
  it("have a colour each, from coarse to finest, and neighbours are of different shapes where there are more than two", () => {
    const looks = [0, 1, 2, 3].map((finest) => Array.from({ length: finest + 1 }, (_, grain) => grainColour(colours, grain, { finest })));
    assert.deepEqual(looks, [["coarse"], ["coarse", "fine"], ["coarse", "middle", "fine"], ["coarse", "middle", "fine", "finest"]]);
    assert.deepEqual([0, 1, 2, 3].map((grain) => shapeOf(grain, { finest: 3 })), ["disc", "diamond", "disc", "square"]);
    // More than any model has: still a colour for each, in the same order.
    assert.deepEqual([0, 1, 2, 3, 4].map((grain) => grainColour(colours, grain, { finest: 4 })), ["coarse", "middle", "fine", "fine", "finest"]);
  });

  it("have marks of about one area, on canvases and in drawings", () => {
    for (const shape of /** @type {const} */ (["diamond", "square"])) {
      const points = [...shapePath(shape, 5, 7, 10).matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x) - 5, Number(y) - 7]);
      assert.equal(points.length, 4);
      const area = Math.abs(points.reduce((sum, [x, y], at) => sum + x * points[(at + 1) % 4][1] - y * points[(at + 1) % 4][0], 0)) / 2;
      assert.ok(Math.abs(area / (Math.PI * 100) - 1) < 0.05, `${shape}: ${area}`);
    }
    assert.equal(shapePath("disc", 5, 7, 2), "M3 7a2 2 0 1 0 4 0a2 2 0 1 0 -4 0z");
    const { context, made } = recorder();
    drawUnknown(context, 160, { grid: THREE, grains: new Uint8Array(16).fill(1), known: new Uint8Array(256) }, colours);
    assert.deepEqual([made("arc").length, made("moveTo").length, made("lineTo").length], [0, 64, 3 * 64]);
  });

  it("make a face before there is a picture, on any grid", () => {
    const face = restingGrains(GRID);
    const rows = Array.from({ length: 8 }, (_, row) => face.slice(8 * row, 8 * row + 8).join(""));
    assert.deepEqual(rows, ["00111100", "01000010", "10000001", "10100101", "10000001", "10111101", "01000010", "00111100"]);
    assert.ok(restingGrains(THREE).every((grain) => grain === 0 || grain === 2) && restingGrains(THREE).includes(2));
    assert.deepEqual(restingGrains(new Grid({ regions: 8, cells: 8, granularities: 1 })), new Uint8Array(64));
  });
});

describe("the layers", () => {
  it("offer confidence only where a step tells it", () => {
    const plain = [{ steps: [stepWith([])] }];
    assert.ok(!layersFor(plain).includes("confidence"));
    const sure = [{ steps: [stepWith([], { confidence: new Float32Array(256) })] }];
    assert.deepEqual(layersFor(sure), [...LAYER_NAMES]);
    assert.ok(isLayer("order") && !isLayer("toString") && !isLayer(null));
  });

  it("all draw any step, and leave the canvas opaque", () => {
    for (const layer of LAYER_NAMES) {
      for (const mode of /** @type {const} */ (["nar", "ar"])) {
        const { context } = recorder();
        drawLayer(context, 320, layer, { step: stepWith([0, ...COARSE]), mode, colours });
        assert.equal(context.globalAlpha, 1, layer);
      }
    }
  });

  it("cover what is open with paper and a dot for each code, and nothing that is known", () => {
    const { context, made } = recorder();
    drawLayer(context, 160, "picture", { step: stepWith([0, ...COARSE]), mode: "nar", colours });
    assert.equal(made("fillRect").length, 67 - 2);
    assert.equal(made("arc").length, 67 - 2);
    assert.ok(made("fillRect").every(({ fill, alpha }) => fill === "paper" && alpha === 1));
    const guesses = recorder();
    drawLayer(guesses.context, 160, "guesses", { step: stepWith([]), mode: "nar", colours });
    assert.ok(guesses.made("fillRect").every(({ alpha }) => alpha < 1));
  });

  it("draw any number of granularities, each in its colour, and a ring for what is undecided", () => {
    const grains = Uint8Array.from({ length: 16 }, (_, region) => region % 3);
    const known = new Uint8Array(256).fill(1);
    const undecided = new Uint8Array(16);
    const step = { ...stepWith([]), grid: THREE, grains, known, order: new Uint16Array(256).fill(1), cells: new Uint16Array(256), undecided };
    const tokens = THREE.tokens(grains);
    for (const layer of LAYER_NAMES) drawLayer(recorder().context, 320, layer, { step, mode: "ar", colours });
    const map = recorder();
    drawLayer(map.context, 320, "grains", { step, mode: "ar", colours });
    assert.equal(map.made("strokeRect").length, tokens);
    assert.deepEqual([...new Set(map.made("strokeRect").map(({ stroke }) => stroke))], ["fine", "middle", "coarse"]);
    undecided[1] = 1;
    const open = recorder();
    drawLayer(open.context, 320, "grains", { step: { ...step, known: new Uint8Array(256), undecided }, mode: "ar", colours });
    assert.equal(open.made("strokeRect").length, tokens - 4);
    // A ring of its own, and marks for all others, all of them in one path.
    assert.deepEqual(["stroke", "fill", "moveTo"].map((call) => open.made(call).length), [1, 1, 1 + tokens - 4]);
  });

  it("tell settled codes from open ones, coarse from fine", () => {
    const { context, made } = recorder();
    drawLayer(context, 160, "known", { step: stepWith([0, ...COARSE]), mode: "nar", colours });
    const filled = made("fillRect").filter(({ fill }) => fill !== "paper");
    assert.deepEqual(filled.map(({ fill }) => fill), ["fine", "coarse"]);
  });

  it("frame what is new and veil all else", () => {
    const { context, made } = recorder();
    const [previous, step] = [stepWith([0]), stepWith([0, ...COARSE])];
    drawLayer(context, 160, "new", { step, previous, mode: "nar", colours });
    assert.deepEqual(made("strokeRect").map(({ stroke }) => stroke), ["coarse"]);
    assert.equal(made("fillRect").filter(({ alpha }) => alpha < 1).length, 256 - 4);
  });

  it("show confidence as heat, one patch for each settled code, dots for the others", () => {
    const { context, made } = recorder();
    const confidence = new Float32Array(256);
    confidence[2] = 1;
    drawLayer(context, 160, "confidence", { step: stepWith(COARSE, { confidence }), mode: "nar", colours });
    assert.deepEqual(made("fillRect").filter(({ fill }) => fill !== "paper").map(({ fill }) => fill), [heat(1)]);
    assert.equal(made("arc").length, 66);
    assert.equal(heat(NaN), heat(0));
    assert.equal(heat(7), heat(1));
  });

  it("draw the map by itself: a dot for each code, and one for a region that is not decided", () => {
    const { context, made } = recorder();
    drawMap(context, 160, stepWith([0, ...COARSE]), colours);
    assert.equal(made("arc").length, 67);
    assert.deepEqual([...new Set(made("fill").map(({ fill }) => fill))].sort(), ["coarse", "dot", "fine"]);
    const open = recorder();
    drawMap(open.context, 160, stepWith([]), colours, [1]);
    assert.equal(open.made("arc").length, 64);
  });

  it("put the grain map into an SVG: a dot for each code, and a title that cannot break out", () => {
    const svg = grainSvg(stepWith([0, ...COARSE]), { title: `<b>"&` });
    assert.equal(svg.match(/<path[^>]* fill="rgb/g)?.length, 67);
    assert.match(svg, /<title>&#60;b&#62;&#34;&#38;: 67 codes<\/title>/);
    assert.doesNotMatch(svg, /NaN|undefined/);
  });
});

describe("the track", () => {
  it("shows how many codes each tick brought, over all pictures", () => {
    const nar = { steps: [{ codes: 4 }, { codes: 10 }] };
    const ar = { steps: [1, 2, 3, 4].map((codes) => ({ codes })) };
    assert.deepEqual(columns([nar], 2), [4, 6]);
    assert.deepEqual(columns([nar, ar], 4), [3, 3, 4, 4]);
    assert.deepEqual(columns([{ steps: [] }], 2), [0, 0]);
    assert.deepEqual(columns([], 0), []);
  });

  it("is a column for each tick, faint behind the present one, and leaves room for what is expected", () => {
    const { context, made } = recorder();
    drawTrack(context, 120, 40, [2, 8, 4], { at: 1, expected: 6, colours });
    const bars = made("fillRect").filter(({ fill }) => fill?.startsWith("rgb"));
    assert.equal(bars.length, 3);
    assert.deepEqual(bars.map(({ alpha }) => alpha), [1, 1, 0.28]);
    assert.ok(bars.every(({ args: [x, , width] }) => x + width <= 60));
    assert.ok(bars[1].args[3] > bars[2].args[3] && bars[2].args[3] > bars[0].args[3]);
    const empty = recorder();
    drawTrack(empty.context, 120, 40, [], { at: -1, colours });
    assert.equal(empty.made("fillRect").length, 1);
  });

  it("holds a picture's codes against the fixed grid's", () => {
    const { context, made } = recorder();
    drawBudget(context, 256, 10, { codes: 32, tokens: 128, grid: GRID }, colours);
    assert.deepEqual(made("fillRect").map(({ fill, args }) => [fill, args[2]]), [["paper", 128], ["accent", 32]]);
  });
});

describe("the timeline", () => {
  /** A clock that goes when it is told to. */
  function manual() {
    let now = 0;
    /** @type {{ due: number, act: () => void }[]} */
    let waiting = [];
    return {
      after(/** @type {number} */ ms, /** @type {() => void} */ act) {
        const entry = { due: now + ms, act };
        waiting.push(entry);
        return () => void (waiting = waiting.filter((other) => other !== entry));
      },
      pass(/** @type {number} */ ms) {
        const end = now + ms;
        for (;;) {
          const next = waiting.sort((a, b) => a.due - b.due)[0];
          if (!next || next.due > end) break;
          waiting.shift();
          now = next.due;
          next.act();
        }
        now = end;
      },
      get idle() {
        return waiting.length === 0;
      },
    };
  }

  it("plays to the end and stops, from the beginning if it stood at the end", () => {
    const clock = manual();
    const line = new Timeline(clock);
    line.load(4);
    assert.equal(line.at, 3);
    line.play();
    assert.deepEqual([line.at, line.playing], [0, true]);
    clock.pass(pace(4, false));
    assert.equal(line.at, 1);
    clock.pass(10_000);
    assert.deepEqual([line.at, line.playing, clock.idle], [3, false, true]);
  });

  it("moves by single steps, which end the playing, and never leaves its ends", () => {
    const clock = manual();
    const line = new Timeline(clock);
    line.step(1);
    assert.equal(line.at, -1);
    line.load(3, 0);
    line.play();
    line.step(1);
    assert.deepEqual([line.at, line.playing], [1, false]);
    line.step(5);
    assert.equal(line.at, 2);
    line.step(-9);
    assert.equal(line.at, 0);
    line.seek(NaN);
    assert.equal(line.at, 0);
  });

  it("is five times slower in slow motion, from the next moment on", () => {
    const clock = manual();
    const line = new Timeline(clock);
    line.load(10, 0);
    line.slow = true;
    line.play();
    clock.pass(pace(10, false) * 4.9);
    assert.equal(line.at, 0);
    line.slow = false;
    clock.pass(pace(10, false));
    assert.equal(line.at, 1);
  });

  it("follows what is being drawn, unless someone looks back", () => {
    const clock = manual();
    const line = new Timeline(clock);
    line.begin();
    line.grow(1);
    line.grow(2);
    assert.deepEqual([line.at, line.live, line.following], [1, true, true]);
    line.seek(0);
    line.grow(5);
    assert.deepEqual([line.at, line.following], [0, false]);
    line.play();
    clock.pass(10_000);
    assert.deepEqual([line.at, line.following], [4, true]);
    line.grow(6);
    assert.equal(line.at, 5);
    line.end();
    assert.deepEqual([line.live, line.following, line.playing], [false, false, false]);
  });

  it("does not hurry after what is being drawn in slow motion", () => {
    const clock = manual();
    const line = new Timeline(clock);
    line.slow = true;
    line.begin();
    line.grow(1);
    line.grow(9);
    assert.deepEqual([line.at, line.playing, line.following], [0, true, false]);
    clock.pass(pace(9, true));
    assert.equal(line.at, 1);
    clock.pass(100_000);
    assert.deepEqual([line.at, line.playing], [8, true]);
    line.grow(10);
    clock.pass(pace(10, true));
    assert.equal(line.at, 9);
    line.end();
    clock.pass(100_000);
    assert.deepEqual([line.at, line.playing, clock.idle], [9, false, true]);
    const other = new Timeline(clock);
    other.begin();
    other.grow(2);
    other.slow = true;
    other.grow(6);
    assert.deepEqual([other.at, other.playing], [1, true]);
    other.slow = false;
    clock.pass(10_000);
    assert.deepEqual([other.at, other.following], [5, true]);
  });

  it("tells of moves and of everything else apart", () => {
    const clock = manual();
    const line = new Timeline(clock);
    /** @type {string[]} */
    const told = [];
    for (const type of ["move", "state"]) line.addEventListener(type, () => told.push(type));
    line.load(3, 1);
    told.length = 0;
    line.seek(1);
    assert.deepEqual(told, ["state"]);
    line.seek(2);
    assert.deepEqual(told, ["state", "state", "move"]);
  });

  it("lets pictures of different lengths begin and end together", () => {
    for (const [ticks, length] of [[38, 12], [12, 12], [5, 1], [3, 7]]) {
      const seen = Array.from({ length: ticks }, (_, tick) => indexAt(tick, ticks, length));
      assert.equal(seen.at(-1), length - 1);
      assert.ok(seen.every((index, at) => index >= (seen[at - 1] ?? 0)));
      if (ticks >= length) assert.equal(new Set(seen).size, length);
    }
    assert.equal(indexAt(0, 5, 0), -1);
  });

  it("takes about as long for few steps as for many", () => {
    assert.ok(pace(2, false) <= 260 && pace(1000, false) >= 50);
    assert.equal(pace(10, true), 5 * pace(10, false));
  });
});
