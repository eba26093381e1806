/**
 * Whole images: how long one takes, and what a thousand of them leave behind.
 */
import { Varigrain } from "../../varigrain.js";
import { arImages } from "./ar-images.js";
import { draw, wish } from "./draw.js";
import { BUDGET_MS } from "./options.js";
import { flatness, mean, summarise } from "./stats.js";

/** @typedef {import("./options.js").Options} Options */
/** @typedef {import("./parts.js").Bench} Bench */
/** @typedef {import("./parts.js").Result} Result */

const WAYS = [
  { name: "without waiting for frames", frames: false, images: true },
  { name: "every step shown, as the page does", frames: true, images: true },
  { name: "every step shown, pixels not read", frames: true, images: false },
];

/** The endurance run is recorded at every so many images … */
const EVERY = 10;
/** … and by this many everything that grows at first has grown. */
const SETTLED = 50;

/** @param {Options} options @returns {Promise<Varigrain>} */
function load({ model, backend, kernels }) {
  return Varigrain.load({ model, backend, kernels });
}

/** @param {Bench} bench @returns {Promise<Result>} */
export async function images(bench) {
  const { options } = bench;
  // The second generator's images, if wanted, are the second half.
  const progress = (/** @type {string} */ text, /** @type {number} */ share) =>
    bench.progress(text, options.ar ? share / 2 : share);
  progress("loading the model", 0);
  const varigrain = await load(options);
  try {
    const canvas = bench.canvas(varigrain.description.image);
    const rows = [];
    const count = Math.ceil(options.runs / 5);
    for (const { name, frames, images } of WAYS) {
      const drawn = [];
      const begun = performance.now();
      await draw(varigrain, bench, { ...wish(options, 1), canvas }, { frames, images });
      while (drawn.length < count && (!drawn.length || performance.now() - begun < 2 * BUDGET_MS)) {
        progress(`image ${drawn.length + 1} of ${count}, ${name}`, (rows.length + drawn.length / count) / WAYS.length);
        drawn.push(await draw(varigrain, bench, { ...wish(options, drawn.length + 1), canvas }, { frames, images }));
      }
      const [codes, steps] = [mean(drawn.map((image) => image.codes)), drawn[0].steps];
      rows.push({ name, frames, images, codes, steps, ...summarise(drawn.map(({ ms }) => ms)) });
    }
    const memory = await varigrain.memory();
    const ar = options.ar ? { ar: await arImages(varigrain, bench, canvas) } : {};
    const { steps } = rows[0];
    const settings = { ...varigrain.description.defaults.nar, steps };
    return { part: "images", backend: varigrain.backend, kernels: varigrain.kernels, steps, settings, rows, memory, ...ar };
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
    const canvas = bench.canvas(varigrain.description.image);
    const points = [];
    let times = [];
    for (let image = 1; image <= options.images; image++) {
      times.push((await draw(varigrain, bench, { ...wish(options, image), canvas })).ms);
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
export function heap() {
  return /** @type {any} */ (performance).memory?.usedJSHeapSize ?? null;
}
