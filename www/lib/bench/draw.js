/**
 * One picture as the page draws it.
 */
import { nextFrame } from "../dom.js";

/** @typedef {import("../../varigrain.js").Varigrain} Varigrain */
/** @typedef {import("./parts.js").Bench} Bench */

/**
 * What the first generator is asked: the model's own settings, unless the page's address has others.
 *
 * @param {Pick<Bench["options"], "steps">} options
 * @param {number} seed
 * @returns {import("../request.js").Request}
 */
export function wish({ steps }, seed) {
  return { mode: "nar", seed, ...(steps ? { steps } : {}) };
}

/**
 * @param {Varigrain} varigrain
 * @param {Pick<Bench, "signal">} bench
 * @param {import("../../varigrain.js").GenerateOptions} request with the canvas on which the engine paints every step
 * @param {object} [options]
 * @param {boolean} [options.frames] wait for the browser to show each step, as the page does
 * @param {boolean} [options.images] false: pixels are painted and not read
 * @returns {Promise<{ ms: number, codes: number, steps: number }>}
 */
export async function draw(varigrain, { signal }, request, { frames = false, images = true } = {}) {
  const from = performance.now();
  let [codes, steps] = [0, 0];
  for await (const step of varigrain.generate({ ...request, images, signal })) {
    [codes, steps] = [step.codes, step.index + 1];
    if (frames) await nextFrame();
  }
  return { ms: performance.now() - from, codes, steps };
}
