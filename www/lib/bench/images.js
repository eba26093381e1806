/**
 * Whole images: how long one takes, and what a thousand of them leave behind.
 */
import { Varigrain } from "../../varigrain.js";
import { nextFrame } from "../dom.js";
import { BUDGET_MS, STEPS } from "./options.js";
import { flatness, summarise } from "./stats.js";

/** @typedef {import("./options.js").Options} Options */
/** @typedef {import("./parts.js").Bench} Bench */
/** @typedef {import("./parts.js").Result} Result */

/** The endurance run is recorded at every so many images … */
const EVERY = 10;
/** … and by this many everything that grows at first has grown. */
const SETTLED = 50;

/** @param {Options} options @returns {Promise<Varigrain>} */
function load({ model, backend }) {
  return Varigrain.load({ model, backend });
}

/**
 * One picture as the page draws it.
 *
 * @param {Varigrain} varigrain
 * @param {Bench} bench
 * @param {object} options
 * @param {number} options.seed
 * @param {boolean} [options.frames] wait for the browser to show each step, as the page does
 */
async function draw(varigrain, { signal, paint }, { seed, frames = false }) {
  const from = performance.now();
  for await (const step of varigrain.generate({ seed, steps: STEPS, signal })) {
    paint(step);
    if (frames) await nextFrame();
  }
  return performance.now() - from;
}

/** @param {Bench} bench @returns {Promise<Result>} */
export async function images(bench) {
  const { options, progress } = bench;
  progress("loading the model", 0);
  const varigrain = await load(options);
  try {
    const rows = [];
    const count = Math.ceil(options.runs / 5);
    for (const frames of [false, true]) {
      const name = frames ? "every step shown, as the page does" : "without waiting for frames";
      const samples = [];
      const begun = performance.now();
      await draw(varigrain, bench, { seed: 1, frames });
      while (samples.length < count && (!samples.length || performance.now() - begun < 2 * BUDGET_MS)) {
        progress(`image ${samples.length + 1} of ${count}, ${name}`, (rows.length + samples.length / count) / 2);
        samples.push(await draw(varigrain, bench, { seed: samples.length + 1, frames }));
      }
      rows.push({ name, ...summarise(samples) });
    }
    return { part: "images", backend: varigrain.backend, steps: STEPS, rows, memory: await varigrain.memory() };
  } finally {
    varigrain.close();
  }
}

/** @param {Bench} bench @returns {Promise<Result>} */
export async function endurance(bench) {
  const { options, progress } = bench;
  progress("loading the model", 0);
  const varigrain = await load(options);
  try {
    const points = [];
    let times = [];
    for (let image = 1; image <= options.images; image++) {
      times.push(await draw(varigrain, bench, { seed: image }));
      if (image % EVERY && image !== options.images) continue;
      progress(`image ${image} of ${options.images}`, image / options.images);
      points.push({ image, ms: summarise(times).median, ...(await varigrain.memory()), heap: heap() });
      times = [];
    }
    const settled = points.filter(({ image }) => image >= SETTLED);
    const figures = /** @type {const} */ (["wasm", "gpuReserved", "gpuInUse"]);
    const memory = Object.fromEntries(
      figures.map((name) => [name, flatness(settled.map((point) => point[name]).filter((value) => value != null))]),
    );
    const flat = settled.length > 1 && Object.values(memory).every((figure) => figure?.flat);
    return { part: "endurance", backend: varigrain.backend, images: options.images, settled: SETTLED, flat, memory, points };
  } finally {
    varigrain.close();
  }
}

/** The page's own memory, where the browser tells. */
function heap() {
  return /** @type {any} */ (performance).memory?.usedJSHeapSize ?? null;
}
