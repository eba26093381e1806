/**
 * What is measured, as the page's address says it.
 *
 *     ?auto          start at once
 *     ?runs=50       repetitions of each measurement (fewer where they take long)
 *     ?tokens=160    length of the code that passes are measured with, instead of the model's usual one
 *     ?steps=12      steps of an image, instead of the model's own
 *     ?images=1000   the endurance run
 *     ?switches=20   from model to model, as often
 *     ?ar            images of the second generator, too
 *     ?lists         passes over lists of up to 1,024 codes and pictures of up to 512 pixels, with random weights
 *     ?peer          onnxruntime-web beside us; ?peer=jspi its build for browsers with JSPI
 *     ?report        POST every result to /report, and DONE in the end
 *     ?only=a,b      which parts, of those in PARTS
 *     ?kernels=half,int8,subgroups   with kernels of these kinds, where they can be had; empty: f32 everywhere
 *     ?backend=cpu   ours on the processor
 *     ?model=ID      another model of the list, or the address of a pack
 */
import { KINDS } from "../tuning.js";

/** A measurement that takes longer than this has fewer runs. */
export const BUDGET_MS = 10_000;

export const PARTS = Object.freeze(/** @type {const} */ (["answer", "start", "race", "passes", "ops", "lists", "peer", "images", "endurance", "switches"]));

/** @typedef {(typeof PARTS)[number]} Part */
/**
 * @typedef {object} Options
 * @property {boolean} auto
 * @property {boolean} report
 * @property {number} runs
 * @property {number} tokens 0: the model's usual number
 * @property {number} steps 0: the model's own
 * @property {number} images of the endurance run
 * @property {number} switches from model to model
 * @property {boolean} ar
 * @property {"webgpu" | "jspi"} peer
 * @property {Part[]} parts
 * @property {import("../tuning.js").Kind[] | undefined} kernels undefined: what is usual
 * @property {"webgpu" | "cpu"} backend
 * @property {string} model id or address; empty: the default
 */

/**
 * @param {string} search
 * @returns {Options}
 */
export function parseOptions(search) {
  const query = new URLSearchParams(search);
  const whole = (/** @type {string} */ name, /** @type {number} */ initial) => {
    const value = Number(query.get(name) || NaN);
    return Number.isInteger(value) && value > 0 ? value : initial;
  };
  const only = query.get("only")?.split(",");
  const wanted = {
    answer: true,
    start: true,
    passes: true,
    ops: true,
    race: true,
    lists: query.has("lists"),
    peer: query.has("peer"),
    images: true,
    endurance: query.has("images"),
    switches: query.has("switches"),
  };
  return {
    auto: query.has("auto"),
    report: query.has("report"),
    runs: whole("runs", 50),
    tokens: whole("tokens", 0),
    steps: whole("steps", 0),
    images: whole("images", 1000),
    switches: whole("switches", 20),
    ar: query.has("ar"),
    kernels: query.has("kernels") ? KINDS.filter((kind) => query.get("kernels")?.split(",").includes(kind)) : undefined,
    peer: query.get("peer") === "jspi" ? "jspi" : "webgpu",
    parts: PARTS.filter((part) => (only ? only.includes(part) : wanted[part])),
    backend: query.get("backend") === "cpu" ? "cpu" : "webgpu",
    model: query.get("model") ?? "",
  };
}
