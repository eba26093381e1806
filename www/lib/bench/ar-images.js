/**
 * Whole images of the second generator, which takes a pass for each code: with the codes that the
 * picture needs, and with a code in every cell, which is what a generator without regions takes.
 */
import { Grid } from "../grid.js";
import { draw } from "./draw.js";
import { BUDGET_MS } from "./options.js";
import { mean, summarise } from "./stats.js";

/** @typedef {import("../../varigrain.js").Varigrain} Varigrain */
/** @typedef {import("./parts.js").Bench} Bench */

/** Pictures differ in how many codes they take: no fewer than this are averaged, if time allows. */
const LEAST = 5;

/**
 * The kinds of pictures, with the shares of the finer granularities. Where there is one granularity, all are of a fixed
 * grid.
 *
 * @param {Pick<import("../description.js").Description, "grid" | "defaults">} description
 * @returns {[string, readonly number[]][]}
 */
export function kinds({ grid: sizes, defaults }) {
  const { finest, names } = new Grid(sizes);
  if (!finest) return [["fixed grid", []]];
  const all = Array.from({ length: finest }, (_, at) => Number(at === finest - 1));
  const last = names[finest];
  return [
    [`regions ${names.slice(0, -1).join(", ")} and ${last}`, defaults.ar?.shares ?? all],
    [`fixed grid, all ${last}`, all],
  ];
}

/**
 * @param {Varigrain} varigrain
 * @param {Bench} bench
 * @param {HTMLCanvasElement} canvas
 */
export async function arImages(varigrain, bench, canvas) {
  const { options, progress, signal } = bench;
  progress("loading the second generator", 0.5);
  await varigrain.prepare("ar", { signal });
  const { description } = varigrain;
  // A code in so many is shown, as on the page.
  const every = Number(description.defaults.ar?.every ?? 1);
  const rows = [];
  const count = Math.max(LEAST, Math.ceil(options.runs / 5));
  const sorts = kinds(description);
  for (const frames of [false, true]) {
    for (const [kind, shares] of sorts) {
      const name = `${kind}, ${frames ? "every step shown" : "without waiting for frames"}`;
      const one = (/** @type {number} */ seed) =>
        draw(varigrain, bench, { mode: "ar", every, shares: [...shares], seed, canvas }, { frames });
      const begun = performance.now();
      await one(1);
      const drawn = [];
      while (drawn.length < count && (!drawn.length || performance.now() - begun < 2 * BUDGET_MS)) {
        const share = (rows.length + drawn.length / count) / (2 * sorts.length);
        progress(`image ${drawn.length + 1} of ${count}, ${name}`, 0.5 + share / 2);
        drawn.push(await one(drawn.length + 1));
      }
      const times = drawn.map(({ ms }) => ms);
      const [codes, steps] = [mean(drawn.map((image) => image.codes)), mean(drawn.map((image) => image.steps))];
      rows.push({ name, shares, frames, codes, steps, mean: mean(times), ...summarise(times) });
    }
  }
  return { every, settings: description.defaults.ar, rows, memory: await varigrain.memory() };
}
