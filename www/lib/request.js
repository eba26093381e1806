/**
 * What can be asked of the model: the names, limits and starting values of a request.
 *
 * The engine is the authority on ranges and reports "out-of-range" itself. The limits here serve the
 * page's controls and the check of links. Only what JSON cannot carry faithfully is refused here: NaN
 * and infinity would silently become `null`, that is "use the default".
 */
import { VarigrainError } from "./errors.js";

/**
 * @typedef {object} Request
 * @property {string | null} [style] an id of `classes.styles`; null or left out: any
 * @property {string | null} [category] an id of `classes.categories`; null: any
 * @property {string | null} [concept] an id of `classes.concepts`; null: any
 * @property {"nar"} [mode] how codes are filled in; "nar" commits many codes a step
 * @property {number} [seed] whole number from 0 to 2^53-1; the same request gives the same image
 * @property {number} [steps] whole number, 1 to 64
 * @property {number} [guidance] 0 to 10, how strongly the class is insisted on
 * @property {number} [temperature] 0.1 to 2
 * @property {number} [priority] 0 to 100, how early information-dense codes are committed
 * @property {number} [fineRatio] 0 to 1, the share of regions that get four codes
 * @property {Schedule} [schedule]
 */

/** @typedef {(typeof SCHEDULES)[number]} Schedule */
/** @typedef {{ min: number, max: number, initial: number, integer?: boolean }} Limit */
/** @typedef {"seed" | "steps" | "guidance" | "temperature" | "priority" | "fineRatio"} NumberName */

export const SCHEDULES = Object.freeze(
  /** @type {const} */ (["priority", "confidence", "random", "halton", "strict", "two-phase"]),
);

/** @type {Readonly<Record<NumberName, Limit>>} */
export const LIMITS = Object.freeze({
  seed: { min: 0, max: Number.MAX_SAFE_INTEGER, initial: 1, integer: true },
  steps: { min: 1, max: 64, initial: 12, integer: true },
  guidance: { min: 0, max: 10, initial: 3 },
  temperature: { min: 0.1, max: 2, initial: 0.8 },
  priority: { min: 0, max: 100, initial: 1 },
  fineRatio: { min: 0, max: 1, initial: 0.5 },
});

/** The schedules that the priority plays a part in. */
export const PRIORITISED = /** @type {readonly Schedule[]} */ (["priority", "random", "halton"]);

/**
 * What a number of the request is when it is left out. The priority is for one schedule only: the
 * others are what that one is compared with, and with a priority of their own would be no controls.
 *
 * @param {NumberName} name
 * @param {Schedule} [schedule]
 */
export function initial(name, schedule = SCHEDULES[0]) {
  return name === "priority" && schedule !== "priority" ? 0 : LIMITS[name].initial;
}

export const NUMBER_NAMES = /** @type {NumberName[]} */ (Object.keys(LIMITS));
export const CLASS_NAMES = /** @type {const} */ (["style", "category", "concept"]);

const KNOWN = new Set([...CLASS_NAMES, ...NUMBER_NAMES, "mode", "schedule"]);

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
