/**
 * What can be asked of the model: the names, limits and starting values of a request.
 *
 * The engine is the authority on ranges and reports "out-of-range" itself. The limits here serve the
 * page's controls and the check of links. Only what JSON cannot carry faithfully is refused here: NaN
 * and infinity would silently become `null`, that is "use the default".
 */
import { VarigrainError } from "./errors.js";
import { heeds, isMode } from "./modes.js";

/**
 * "Any" draws a class first, with the seed: a style and a concept, evenly among those pairs of the training set that
 * fit the rest; a step's `prompt` says which. Only `repaint` leaves it to the network, which sees the rest of the
 * picture.
 *
 * @typedef {object} Request
 * @property {string | null} [style] an id of `classes.styles`; null or left out: any
 * @property {string | null} [category] an id of `classes.categories`; null or left out: any
 * @property {string | null} [concept] an id of `classes.concepts`; null or left out: any
 * @property {Mode} [mode] the generator: "nar" (the default) commits many codes a step, all over the
 *   picture; "ar" one code after the other, first the coarse ones, then the fine ones
 * @property {number} [seed] whole number from 0 to 2^53-1; the same request gives the same image
 * @property {number} [guidance] 0 to 10, how strongly the class is insisted on
 * @property {number} [temperature] 0.1 to 2
 * @property {number} [positionTemperature] 0.1 to 2, as `temperature`, for where codes go: the grain map of
 *   "nar", the place of the next code of "ar"
 * @property {number} [fineRatio] 0 to 1, the share of regions that get four codes
 * @property {number} [steps] "nar": whole number, 1 to 64
 * @property {number} [priority] "nar": 0 to 100, how early information-dense codes are committed
 * @property {Schedule} [schedule] "nar"
 * @property {Repaint} [repaint] "nar": draw only a part of an earlier picture; `fineRatio` does not matter then
 * @property {number} [every] "ar": whole number, 1 to 64, how many codes from one painted step to the next
 * @property {number} [topK] "ar": whole number, 1 to 65536, choose among so many codes; left out: all
 * @property {number} [topP] "ar": 0.01 to 1, choose among the likeliest codes that together have this share
 * @property {number} [positionTopK] "ar": as `topK`, for where the next code goes
 * @property {number} [positionTopP] "ar": as `topP`, for where the next code goes
 */

/**
 * An earlier picture, a last `Step` or what `encode()` gave, and the regions of it to draw again. All other
 * codes stay exactly as they are.
 *
 * @typedef {object} Repaint
 * @property {ArrayLike<number>} grains 64 regions, row by row: 0 coarse, 1 fine; where it is drawn again
 *   this may differ from the earlier picture's
 * @property {ArrayLike<number>} cells the codes on the 256 fine cells; where it is drawn again they do not
 *   matter
 * @property {ArrayLike<number>} regions 64 regions: 1 where to draw again, at least one of them, else 0
 */

/** @typedef {import("./modes.js").Mode} Mode */
/** @typedef {import("./modes.js").Method} Method */
/** @typedef {Omit<Request, "mode"> & { mode?: Method }} Wish what the page's form says: both, perhaps */

/** @typedef {(typeof SCHEDULES)[number]} Schedule */
/** @typedef {{ min: number, max: number, initial: number, integer?: boolean }} Limit */
/**
 * @typedef {"seed" | "steps" | "guidance" | "temperature" | "priority" | "fineRatio"
 *   | "every" | "topK" | "topP" | "positionTemperature" | "positionTopK" | "positionTopP"} NumberName
 */

export const SCHEDULES = Object.freeze(
  /** @type {const} */ (["priority", "confidence", "random", "halton", "strict", "two-phase"]),
);

/** @type {Readonly<Record<NumberName, Limit>>} */
export const LIMITS = Object.freeze({
  seed: { min: 0, max: Number.MAX_SAFE_INTEGER, initial: 1, integer: true },
  steps: { min: 1, max: 64, initial: 12, integer: true },
  guidance: { min: 0, max: 10, initial: 0 },
  temperature: { min: 0.1, max: 2, initial: 0.7 },
  priority: { min: 0, max: 100, initial: 4 },
  fineRatio: { min: 0, max: 1, initial: 0.75 },
  every: { min: 1, max: 64, initial: 4, integer: true },
  // To choose among as many as that is to choose among all.
  topK: { min: 1, max: 65536, initial: 65536, integer: true },
  topP: { min: 0.01, max: 1, initial: 1 },
  positionTemperature: { min: 0.1, max: 2, initial: 0.5 },
  positionTopK: { min: 1, max: 65536, initial: 65536, integer: true },
  positionTopP: { min: 0.01, max: 1, initial: 1 },
});

/**
 * Where the second generator starts elsewhere. Of the options that both heed, each has its own best.
 *
 * @type {Readonly<Partial<Record<NumberName, number>>>}
 */
export const AR_INITIAL = Object.freeze({ temperature: 0.3, fineRatio: 0.5 });

/** The schedules that the priority plays a part in. */
export const PRIORITISED = /** @type {readonly Schedule[]} */ (["priority", "random", "halton"]);

/**
 * What a number of the request is when it is left out. The priority is for one schedule only: the
 * others are what that one is compared with, and with a priority of their own would be no controls.
 *
 * @param {NumberName} name
 * @param {{ schedule?: Schedule, mode?: Method }} [request]
 */
export function initial(name, { schedule = SCHEDULES[0], mode } = {}) {
  if (name === "priority" && schedule !== "priority") return 0;
  return (mode === "ar" ? AR_INITIAL[name] : undefined) ?? LIMITS[name].initial;
}

/**
 * @typedef {object} EncodeOptions
 * @property {number} [fineRatio] 0 to 1 (0.5): the share of regions that are fine, over the pictures the
 *   model was trained with; with another measure than the model's own, over the regions of this picture
 * @property {number} [fineRegions] whole number, 0 to 64: exactly so many instead
 * @property {Measure} [measure] what counts as information density; left out: what the model was trained
 *   with, "deviation"
 * @property {"density" | "even"} [allocation] which regions are fine: the dense ones (the default), or as
 *   many spread evenly whatever the picture shows. "even" is the same tokenizer at the same number of
 *   codes, made to ignore the content; a tokenizer trained for a fixed length would do better than that
 * @property {number} [seed] of the measure "random"
 */

/** @typedef {(typeof MEASURES)[number]} Measure */

/** From the plainest measure to those that try the codes out: "oracle" is an upper bound, "random" a lower. */
export const MEASURES = Object.freeze(
  /** @type {const} */ (["deviation", "entropy", "sharp-entropy", "coarse-error", "oracle", "random"]),
);

export const NUMBER_NAMES = /** @type {NumberName[]} */ (Object.keys(LIMITS));
export const CLASS_NAMES = /** @type {const} */ (["style", "category", "concept"]);

const KNOWN = new Set([...CLASS_NAMES, ...NUMBER_NAMES, "mode", "schedule", "repaint"]);
const REPAINT_LISTS = /** @type {const} */ (["grains", "cells", "regions"]);

/**
 * The JSON that the engine reads. A misspelt option is an error and not a silent default.
 *
 * @param {Record<string, unknown>} request
 * @returns {string}
 */
export function encodeRequest(request) {
  /** @type {Record<string, unknown>} */
  const body = { mode: "nar" };
  for (const [name, value] of Object.entries(request)) {
    if (!KNOWN.has(name)) {
      throw new VarigrainError("bad-request", `There is no option called “${name}”.`);
    }
    if (value === undefined) continue;
    if (name === "repaint") {
      body[name] = value === null ? null : repaintLists(value);
      continue;
    }
    if (name === "mode" && !isMode(value)) {
      throw new VarigrainError("bad-request", `There is no mode called “${value}”.`);
    }
    if (name in LIMITS) {
      if (typeof value !== "number") {
        throw new VarigrainError("bad-request", `The option “${name}” must be a number.`);
      }
      if (!Number.isFinite(value)) {
        throw new VarigrainError("out-of-range", `The option “${name}” is not a finite number.`);
      }
    } else if (value !== null && typeof value !== "string") {
      throw new VarigrainError("bad-request", `The option “${name}” must be text.`);
    }
    body[name] = value;
  }
  return JSON.stringify(body);
}

/**
 * Plain lists, which JSON has: it would make objects of typed arrays.
 *
 * @param {unknown} repaint
 */
function repaintLists(repaint) {
  const lists = REPAINT_LISTS.map((name) => {
    const list = Array.from(/** @type {Partial<Repaint>} */ (repaint)[name] ?? []);
    if (list.every((value) => Number.isInteger(value))) return [name, list];
    throw new VarigrainError("bad-request", `“repaint.${name}” must hold whole numbers only.`);
  });
  return Object.fromEntries(lists);
}

/**
 * The JSON that the engine reads with a picture to encode.
 *
 * @param {Record<string, unknown>} options
 * @returns {string}
 */
export function encodeOptions(options) {
  for (const [name, value] of Object.entries(options)) {
    const number = ["fineRatio", "fineRegions", "seed"].includes(name);
    if (!number && name !== "measure" && name !== "allocation") {
      throw new VarigrainError("bad-request", `There is no option called “${name}”.`);
    }
    if (value === undefined) continue;
    if (typeof value !== (number ? "number" : "string")) {
      throw new VarigrainError("bad-request", `The option “${name}” must be ${number ? "a number" : "text"}.`);
    }
    if (number && !Number.isFinite(value)) {
      throw new VarigrainError("out-of-range", `The option “${name}” is not a finite number.`);
    }
  }
  return JSON.stringify(options);
}

/**
 * What one generator is asked, without the options that only another heeds. Where both are asked, what
 * was left as it was stands for where each of them starts.
 *
 * @param {Wish} wish
 * @param {Mode} mode
 * @returns {Request}
 */
export function requestFor(wish, mode) {
  /** @type {Record<string, unknown>} */
  const request = {};
  for (const [name, value] of Object.entries({ ...wish, mode })) {
    if (!heeds(mode, name)) continue;
    const number = /** @type {NumberName} */ (name);
    const untouched = name in LIMITS && value === initial(number, wish);
    request[name] = untouched ? initial(number, { ...wish, mode }) : value;
  }
  return request;
}

/**
 * @param {NumberName} name
 * @param {number} value
 */
export function inRange(name, value) {
  const { min, max, integer } = LIMITS[name];
  return value >= min && value <= max && (!integer || Number.isSafeInteger(value));
}

/** A seed short enough to be read out to someone, and long enough not to repeat in a visit. */
export function randomSeed() {
  return crypto.getRandomValues(new Uint32Array(1))[0] % 1_000_000_000;
}
