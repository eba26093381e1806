/**
 * Whole images of the second generator, which takes a pass for each code: with the codes that the
 * picture needs, and with a fine code in every cell, which is what a generator without regions takes.
 */
import { LIMITS, initial } from "../request.js";
import { draw } from "./draw.js";
import { BUDGET_MS } from "./options.js";
import { mean, summarise } from "./stats.js";

/** @typedef {import("../../varigrain.js").Varigrain} Varigrain */
/** @typedef {import("./parts.js").Bench} Bench */

/** A code in so many is shown, as on the page. */
const EVERY = LIMITS.every.initial;
/** Pictures differ in how many codes they take: no fewer than this are averaged, if time allows. */
const LEAST = 5;

/** @type {[string, number][]} */
const KINDS = [
  ["regions coarse and fine", initial("fineRatio", { mode: "ar" })],
  ["fixed grid, all fine", 1],
];

/**
 * @param {Varigrain} varigrain
 * @param {Bench} bench
 */
export async function arImages(varigrain, bench) {
  const { options, progress, signal } = bench;
  progress("loading the second generator", 0.5);
  await varigrain.prepare("ar", { signal });
  const rows = [];
  const count = Math.max(LEAST, Math.ceil(options.runs / 5));
  for (const frames of [false, true]) {
    for (const [kind, fineRatio] of KINDS) {
      const name = `${kind}, ${frames ? "every step shown" : "without waiting for frames"}`;
      const one = (/** @type {number} */ seed) =>
        draw(varigrain, bench, { mode: "ar", every: EVERY, fineRatio, seed }, { frames });
      const begun = performance.now();
      await one(1);
      const drawn = [];
      while (drawn.length < count && (!drawn.length || performance.now() - begun < 2 * BUDGET_MS)) {
        const share = (rows.length + drawn.length / count) / 4;
        progress(`image ${drawn.length + 1} of ${count}, ${name}`, 0.5 + share / 2);
        drawn.push(await one(drawn.length + 1));
      }
      const times = drawn.map(({ ms }) => ms);
      const [codes, steps] = [mean(drawn.map((image) => image.codes)), mean(drawn.map((image) => image.steps))];
      rows.push({ name, fineRatio, frames, codes, steps, mean: mean(times), ...summarise(times) });
    }
  }
  return { every: EVERY, rows, memory: await varigrain.memory() };
}
