/**
 * What the tutorial computes: densities, budgets, schedules, axes; and that its numbers are those of docs/results.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { results } from "../../scripts/tutorial-data.mjs";
import { rangeOf, ticks } from "../../www/components/chart.js";
import { mean, signed } from "../../www/components/difference-chart.js";
import { MEASURES, SHARP, SMOOTH, densest, densities, deviation, entropy, histogram, patch, psnr, shares } from "../../www/lib/tutorial/density.js";
import { ORDERS, candidates, cosine, haltonRanks, perStep, refill, sorted, stepsOf } from "../../www/lib/tutorial/schedule.js";
import { Grid } from "../../www/lib/grid.js";
import { inRepo } from "./helpers.js";

const GRID = new Grid({ regions: 8, cells: 16, granularities: 2 });

/** A picture of 128 × 128. @param {(x: number, y: number) => number} grey 0 to 255 */
function picture(grey) {
  const data = new Uint8ClampedArray(4 * 128 * 128);
  for (let at = 0; at < 128 * 128; at++) data.set([...Array(3).fill(grey(at % 128, at >> 7)), 255], 4 * at);
  return { width: 128, height: 128, data };
}
/** @param {readonly number[]} list */
const sum = (list) => list.reduce((a, b) => a + b, 0);

describe("density", () => {
  it("is the same for flat patches of every grey, but not with narrow bins", () => {
    const flat = Array.from({ length: 40 }, (_, n) => patch(picture(() => 6 * n + 5), 0, 8));
    const [smooth, sharp] = [SMOOTH, SHARP].map((kernel) => flat.map((pixels) => entropy(histogram(pixels, kernel))));
    assert.ok(Math.max(...smooth) - Math.min(...smooth) < 0.12);
    assert.ok(Math.max(...sharp) - Math.min(...sharp) > 0.6);
    assert.ok(flat.every((pixels) => deviation(pixels) < 1e-9));
  });

  it("rises from flat to a ramp to noise; and the deviation of black and white is 1", () => {
    const noise = picture((x, y) => (Math.imul(x * 7919 + y * 104729, 2654435761) >>> 24) & 255);
    const of = (/** @type {ReturnType<typeof picture>} */ image) => entropy(histogram(patch(image, 9, 8)));
    assert.ok(of(picture(() => 90)) < of(picture((x) => x)) && of(picture((x) => x)) < of(noise));
    assert.ok(of(noise) <= Math.log(32));
    assert.equal(deviation(patch(picture((x) => 255 * (x & 1)), 0, 8)), 1);
    assert.ok(Math.abs(sum(histogram(patch(noise, 3, 8))) - 1) < 1e-9);
  });

  it("finds the region that has something, whatever the measure", () => {
    const image = picture((x, y) => (x >= 32 && x < 48 && y >= 16 && y < 32 ? ((x * y) % 7) * 30 : 128));
    for (const measure of MEASURES) {
      const values = densities(image, measure, 8);
      assert.equal(values.length, 64);
      assert.equal(values.indexOf(Math.max(...values)), 10, measure);
    }
    assert.equal(densities(image, "deviation", 16).length, 256);
  });

  it("buys fine regions from the densest down, the first ones of equals", () => {
    assert.deepEqual([...densest([0.1, 3, -1, 2], [2])], [0, 1, 0, 1]);
    assert.deepEqual([...densest([0, 0, 0, 0], [3])], [1, 1, 1, 0]);
    assert.deepEqual([...densest([0.1, 3, -1, 2, 5], [2, 1])], [0, 1, 0, 1, 2]);
    for (const fine of [0, 24, 64]) assert.equal(GRID.tokens(densest(Array(64).fill(1), [fine])), 64 + 3 * fine);
    assert.deepEqual(shares([5, 1, 1, 9]), [2 / 3, 0, 0, 1]);
  });

  it("measures errors in dB, without the opacity", () => {
    const [a, b] = [picture(() => 100), picture(() => 110)];
    assert.equal(psnr(a, a), 100);
    assert.ok(Math.abs(psnr(a, b) - 20 * Math.log10(25.5)) < 1e-9);
  });
});

describe("schedules", () => {
  it("have MaskGIT's cosine, as the engine does", () => {
    assert.deepEqual(perStep(cosine(8, 160)), [4, 9, 14, 20, 25, 27, 30, 31]);
    for (const [steps, tokens] of [[12, 193], [12, 12], [1, 64], [12, 64]]) {
      const counts = perStep(cosine(steps, tokens));
      assert.equal(sum(counts), tokens);
      assert.ok(counts.every((count) => count >= 1));
    }
  });

  it("keep their sum when a step is filled by hand, and no step goes without", () => {
    let counts = perStep(cosine(12, 193));
    for (const [at, wanted] of [[0, 60], [11, 1], [3, -5], [5, 1000], [5, 1], [0, 2], [6, 17.6]]) {
      counts = refill(counts, at, wanted);
      assert.equal(sum(counts), 193);
      assert.ok(counts.every((count) => count >= 1 && Number.isInteger(count)), String(counts));
    }
    assert.equal(counts[6], 18);
    assert.deepEqual(refill([7], 0, 3), [7]);
    assert.deepEqual(refill([10, 1, 1], 0, 4), [4, 4, 4]);
  });

  const grains = Uint8Array.from({ length: 64 }, (_, region) => Number(region % 3 === 0));
  const confidence = Float32Array.from({ length: 256 }, (_, cell) => ((cell * 37) % 100) / 100 + 0.001);
  const codes = candidates({ grid: GRID, grains, confidence }, Array.from(grains, (grain) => 0.2 + 0.6 * grain));

  it("order every code once; strict takes all fine ones first, β = 0 the surest", () => {
    assert.equal(codes.length, GRID.tokens(grains));
    for (const order of ORDERS) {
      for (const beta of [0, 2]) assert.equal(new Set(sorted(codes, order, beta, 16)).size, codes.length);
    }
    const fine = codes.filter(({ span }) => span === 1).length;
    assert.ok(sorted(codes, "strict", 0, 16).slice(0, fine).every((at) => codes[at].span === 1));
    const sure = sorted(codes, "priority", 0, 16).map((at) => codes[at].sure);
    assert.ok(sure.every((one, at) => !at || one <= sure[at - 1]));
    const early = (/** @type {number} */ beta) => sorted(codes, "priority", beta, 16).slice(0, 40).filter((at) => codes[at].span === 1).length;
    assert.ok(early(4) > early(0));
    assert.deepEqual([...haltonRanks(codes, 16)].sort((a, b) => a - b), codes.map((_, at) => at));
  });

  it("settle every cell in a step, all cells of a coarse code in the same", () => {
    const order = stepsOf(codes, sorted(codes, "halton", 0, 16), perStep(cosine(12, codes.length)), GRID);
    assert.ok(order.every((step) => step >= 1 && step <= 12));
    for (const { row, column, span } of codes) {
      if (span === 2) assert.equal(new Set([0, 1, 16, 17].map((at) => order[row * 16 + column + at])).size, 1);
    }
  });
});

describe("the charts", () => {
  it("have round numbers at their axes", () => {
    assert.deepEqual(ticks([0, 8], 8), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    assert.deepEqual(ticks([21, 23], 4), [21, 21.5, 22, 22.5, 23]);
    assert.deepEqual(ticks([46, 55.5], 5), [46, 48, 50, 52, 54]);
    assert.deepEqual(ticks([1, 1], 5), []);
  });

  it("have an axis on which every value lies with its spread", () => {
    const lists = /** @type {{ mean: number, spread?: number }[][]} */ ([[{ mean: 23.93, spread: 0.08 }, { mean: 23.66, spread: 0.04 }], [{ mean: 31.04, spread: 0.44 }, { mean: 54.02, spread: 1 }], [{ mean: 7 }]]);
    for (const values of lists) {
      const [from, to] = rangeOf(values);
      for (const { mean, spread = 0 } of values) assert.ok(from < mean - spread && mean + spread < to, `${from} to ${to}`);
      assert.ok(ticks([from, to], 5).length >= 2);
    }
    assert.deepEqual(rangeOf([{ mean: 21.85, spread: 0.15 }, { mean: 22.32, spread: 0.06 }]), [21.6, 22.6]);
  });

  it("show what was measured: the shipped numbers are those of docs/results", () => {
    const shipped = JSON.parse(readFileSync(inRepo("www/recordings/tutorial-results.json"), "utf8"));
    assert.deepEqual(shipped, JSON.parse(JSON.stringify(results())));
    assert.deepEqual(shipped.ratio.map((/** @type {any} */ { psnr }) => psnr).filter((/** @type {number} */ _, /** @type {number} */ at) => at % 4 === 0), [17.64, 30.21]);
  });

  it("show differences with their sign, seed by seed", () => {
    assert.deepEqual([signed(-0.25, 2), signed(0.5, 1), mean([1, 2, 6])], ["−0.25", "+0.5", 3]);
    const { orders } = results().portraits;
    const of = (/** @type {string} */ name, /** @type {number | null} */ beta) => {
      const order = orders.find((one) => one.name === name && one.beta === beta);
      assert.ok(order, `${name} ${beta}`);
      return order;
    };
    const confidence = of("confidence + β", 0);
    assert.deepEqual([confidence.fdMore, confidence.askedMore], [[0, 0, 0], [0, 0, 0]]);
    // Pairs change nothing of the means, which are rounded to two digits.
    for (const { name, fd, asked, fdMore, askedMore } of orders) {
      assert.ok(Math.abs(fd.mean - confidence.fd.mean - mean(fdMore)) < 0.02, name);
      assert.ok(Math.abs(asked.mean - confidence.asked.mean - mean(askedMore)) < 0.02, name);
    }
  });

  it("have a point at β = 4 from the sweeps that name no order: these are drawn alike, and not by confidence alone", () => {
    const { orders, steps, maps } = results().portraits;
    const four = orders.find(({ name, beta }) => name === "confidence + β" && beta === 4)?.fd;
    assert.deepEqual(four, steps.find((one) => one.steps === 12)?.fd);
    assert.deepEqual(four, maps.find(({ name }) => name === "model")?.fd);
    assert.notDeepEqual(four, orders.find(({ name, beta }) => name === "confidence + β" && beta === 0)?.fd);
  });
});

describe("the text", () => {
  const text = readFileSync(inRepo("www/tutorial.html"), "utf8").replace(/\s+/g, " ");
  /** @param {string} id */
  const chapter = (id) => text.slice(text.indexOf(`<section id="${id}">`), text.indexOf("</section>", text.indexOf(`<section id="${id}">`)));
  const { orders, steps, maps } = results().portraits;
  const near = (/** @type {number} */ value, /** @type {number} */ digits) => value.toFixed(digits);

  it("has the numbers of portraits that were measured", () => {
    const order = (/** @type {string} */ name, /** @type {number | null} */ beta) => orders.find((one) => one.name === name && one.beta === beta);
    const fds = orders.map(({ fd }) => fd.mean);
    const said = {
      nar: [`between ${near(Math.min(...steps.map(({ fd }) => fd.mean)), 1)} and ${near(Math.max(...steps.map(({ fd }) => fd.mean)), 1)}`, `four steps (${near(steps[0].asked.mean, 1)} %)`],
      first: [
        `between ${near(Math.min(...fds), 1)} and ${near(Math.max(...fds), 1)}`,
        `alone ${near(order("confidence + β", 0)?.asked.mean ?? 0, 1)} %`, `(Halton) ${near(order("Halton + β", 0)?.asked.mean ?? 0, 1)} %`, `at random ${near(order("random", null)?.asked.mean ?? 0, 1)} %`,
      ],
      map: ["truth", "model", "empirical", "random"].map((name) => near(maps.find((map) => map.name === name)?.fd.mean ?? 0, 1)),
    };
    for (const [id, numbers] of Object.entries(said)) for (const number of numbers) assert.ok(chapter(id).includes(number), `${id}: ${number}`);
  });

  it("has the numbers of the portraits' tokenizer that were measured, and of the photographs' ones", () => {
    const { ratio } = results();
    const at = (/** @type {number} */ codes) => near(ratio.find((one) => one.codes === codes)?.psnr ?? 0, 1);
    const all = ratio[ratio.length - 1];
    for (const number of [`${at(64)} dB with 64 codes`, `${at(406)} dB with 406`, `${at(1024)} with all 1,024`, `gain ${near(all.psnr - Number(ratio.find((one) => one.codes === 406)?.psnr), 1)} dB`]) assert.ok(chapter("budget").includes(number), number);
    const heldOut = (/** @type {string} */ name) => JSON.parse(readFileSync(inRepo(`docs/training/pictures-${name}.json`), "utf8")).held_out[0].psnr;
    const [fixed, variable] = [heldOut("photos-fixed"), heldOut("photos")];
    assert.ok(Math.abs(fixed - 24.45) < 0.1 && Math.abs(variable - 23.99) < 0.1, `${fixed} and ${variable}`);
  });

  it("has one meaning of FD-lite in a chapter of portraits: no figure of emoji stands there", () => {
    for (const id of ["nar", "first", "map"]) assert.doesNotMatch(chapter(id), /emoji|31\.04|of="generators"/, id);
    assert.equal(text.split('id="fd"').length, 2);
  });
});
