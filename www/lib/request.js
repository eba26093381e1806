/**
 * What can be asked of a model: the names of a request, and its limits, which the model's description has.
 *
 * The engine is the authority on a request. What is looked at here is what JSON cannot carry faithfully (NaN and
 * infinity would silently become `null`, that is "use the default"), and what can be said sooner and without a
 * worker: names, axes and ranges.
 */
import { VarigrainError } from "./errors.js";
import { axisOf } from "./description.js";
import { heeds, initial, initialShares } from "./initial.js";
import { isMode } from "./modes.js";

/**
 * By axis, the class that is asked for; null or left out: any.
 *
 * @typedef {{ readonly [axis: string]: string | null | undefined }} Prompt
 */

/**
 * "Any" draws a class first, with the seed, evenly among the combinations of the training set that fit the rest; a
 * step's `prompt` says which. Only `repaint` leaves it to the network, which sees the rest of the picture.
 *
 * The ranges of numbers and what they are if left out: `description.limits` and `description.defaults`.
 *
 * @typedef {object} Request
 * @property {Prompt} [prompt] axis id → class id, see `description.axes`
 * @property {string | null} [style] short for `prompt.style`, for models with such an axis
 * @property {string | null} [category] short for `prompt.category`
 * @property {string | null} [concept] short for `prompt.concept`
 * @property {Mode} [mode] the generator: "nar" (the default, if the model has it) commits many codes a step, all over
 *   the picture; "ar" one code after the other, from the coarsest granularity to the finest
 * @property {number} [seed] the same request gives the same image
 * @property {number} [guidance] how strongly the prompt is insisted on
 * @property {number} [temperature] of the choice of codes
 * @property {number} [positionTemperature] as `temperature`, for where codes go: the grain map of "nar", the place of
 *   the next code of "ar"
 * @property {readonly number[]} [shares] of the regions, the share that has each granularity finer than the coarsest,
 *   from coarse to fine; together at most 1, the rest is coarse
 * @property {number} [steps] "nar": how many
 * @property {number} [priority] "nar": how early information-dense codes are committed
 * @property {number} [noise] "nar": how much chance there is in the order of commitment
 * @property {string} [schedule] "nar": an id of `description.schedules`
 * @property {Repaint} [repaint] "nar": draw only a part of an earlier picture; `shares` do not matter then
 * @property {number} [every] "ar": how many codes from one painted step to the next
 * @property {number | null} [topK] "ar": choose among so many codes; left out or null: all
 * @property {number} [topP] "ar": choose among the likeliest codes that together have this share
 * @property {number | null} [positionTopK] "ar": as `topK`, for where the next code goes
 * @property {number} [positionTopP] "ar": as `topP`, for where the next code goes
 */

/**
 * An earlier picture, a last `Step` or what `encode()` gave, and the regions of it to draw again. All other
 * codes stay exactly as they are.
 *
 * @typedef {object} Repaint
 * @property {ArrayLike<number>} grains granularity of each region, row by row; where it is drawn again this may
 *   differ from the earlier picture's
 * @property {ArrayLike<number>} cells the codes on the cells; where it is drawn again they do not matter
 * @property {ArrayLike<number>} regions 1 for each region to draw again, at least one of them, else 0
 */

/** @typedef {import("./description.js").Description} Description */
/** @typedef {import("./description.js").Limit} Limit */
/** @typedef {import("./modes.js").Mode} Mode */
/** @typedef {import("./modes.js").Method} Method */
/** @typedef {Omit<Request, "mode"> & { mode?: Method }} Wish what the page's form says: both, perhaps */
/** @typedef {(typeof NUMBER_NAMES)[number]} NumberName */

/** Options that are one number. Their limits and starting values are the model's. */
export const NUMBER_NAMES = Object.freeze(
  /** @type {const} */ ([
    ...["seed", "steps", "guidance", "temperature", "priority", "noise", "every", "topK", "topP"],
    ...["positionTemperature", "positionTopK", "positionTopP"],
  ]),
);

/** Axes whose class may be named without `prompt`. */
export const SHORT_CUTS = Object.freeze(/** @type {const} */ (["style", "category", "concept"]));

const KNOWN = new Set(["prompt", ...SHORT_CUTS, ...NUMBER_NAMES, "shares", "mode", "schedule", "repaint"]);
const REPAINT_LISTS = /** @type {const} */ (["grains", "cells", "regions"]);

/** A sum of shares that were written as decimals may be off by so much. */
const ROUNDING = 1e-6;

/** @param {"bad-request" | "out-of-range" | "unknown-axis"} code @param {string} message */
const wrong = (code, message) => new VarigrainError(code, message);

/** @param {unknown} name @returns {name is NumberName} */
const isNumberName = (name) => NUMBER_NAMES.includes(/** @type {NumberName} */ (name));

/**
 * @param {Description} description
 * @param {string} name
 * @param {number} value
 */
export function inRange({ limits }, name, value) {
  const limit = limits[name];
  return Boolean(limit) && value >= limit.low && value <= limit.high && (!limit.whole || Number.isSafeInteger(value));
}

/**
 * Whether shares are as many as the model wants, and not more than all together.
 *
 * @param {Description} description
 * @param {readonly number[]} shares
 */
export function fitShares(description, shares) {
  const { low, high, count } = limitOfShares(description);
  const sum = shares.reduce((all, share) => all + share, 0);
  return shares.length === count && sum <= 1 + ROUNDING && shares.every((share) => share >= low && share <= high);
}

/** What the engine says of shares. @param {Pick<Description, "limits" | "grid">} description */
const limitOfShares = ({ limits, grid }) => ({ count: grid.granularities - 1, ...(limits.shares ?? { low: 0, high: 1 }) });

/** @param {readonly number[] | undefined} a @param {readonly number[] | undefined} b */
export const sameShares = (a, b) => a?.length === b?.length && (a ?? []).every((share, at) => share === b?.[at]);

/** As links and markup have them: what a slider adds up is rounded to what someone set. @param {readonly number[]} shares */
export const sharesText = (shares) => shares.map((share) => Number(share.toFixed(4))).join(",");

/**
 * What is asked for by name, the short-cuts with it.
 *
 * @param {Pick<Request, "prompt" | "style" | "category" | "concept">} request
 * @returns {Record<string, string | null>}
 */
export function promptOf(request) {
  /** @type {Record<string, string | null>} */
  const prompt = {};
  for (const [axis, id] of Object.entries(request.prompt ?? {})) if (id !== undefined) prompt[axis] = id;
  for (const axis of SHORT_CUTS) {
    const id = request[axis];
    if (id === undefined) continue;
    if (axis in prompt && prompt[axis] !== id) throw wrong("bad-request", `“${axis}” is given twice, in the prompt and outside it.`);
    prompt[axis] = id;
  }
  return prompt;
}

/**
 * The same request without short-cuts.
 *
 * @param {Wish} request
 * @returns {Wish}
 */
export function withoutShortCuts(request) {
  const { style: _style, category: _category, concept: _concept, prompt: _prompt, ...rest } = request;
  const prompt = promptOf(request);
  return Object.keys(prompt).length ? { ...rest, prompt } : rest;
}

/**
 * The prompt of a request to this model.
 *
 * @param {Record<string, unknown>} request
 * @param {Description} description
 */
function checkedPrompt(request, description) {
  const { prompt = {} } = request;
  if (typeof prompt !== "object" || prompt === null || Array.isArray(prompt)) {
    throw wrong("bad-request", "The option “prompt” must be a map from axes to classes.");
  }
  const asked = promptOf(request);
  for (const [axis, id] of Object.entries(asked)) {
    if (!axisOf(description, axis)) {
      const there = description.axes.map((one) => `“${one.id}”`).join(", ");
      throw wrong("unknown-axis", `This model has no axis “${axis}” to choose from; ${there ? `it has ${there}` : "it takes no prompt"}.`);
    }
    if (id !== null && typeof id !== "string") throw wrong("bad-request", `The class of “${axis}” must be text.`);
  }
  return asked;
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {Description} description
 */
function checkNumber(name, value, description) {
  if (typeof value !== "number") throw wrong("bad-request", `The option “${name}” must be a number.`);
  if (!Number.isFinite(value)) throw wrong("out-of-range", `The option “${name}” is not a finite number.`);
  const limit = description.limits[name];
  if (!limit) return;
  if (value < limit.low || value > limit.high) {
    throw wrong("out-of-range", `“${name}” must be from ${limit.low} to ${limit.high}, but is ${value}.`);
  }
  if (limit.whole && !Number.isInteger(value)) throw wrong("bad-request", `“${name}” must be a whole number, but is ${value}.`);
}

/**
 * @param {string} name
 * @param {unknown} value
 * @returns {number[]}
 */
function numbers(name, value) {
  const list = typeof value === "object" && value !== null && "length" in value ? Array.from(/** @type {ArrayLike<unknown>} */ (value)) : null;
  if (!list?.every((one) => typeof one === "number")) throw wrong("bad-request", `The option “${name}” must be a list of numbers.`);
  if (!list.every(Number.isFinite)) throw wrong("out-of-range", `The option “${name}” has a number that is not finite.`);
  return /** @type {number[]} */ (list);
}

/**
 * As many numbers as there are granularities finer than the coarsest.
 *
 * @param {string} name
 * @param {unknown} value
 * @param {Description} description
 */
function forEachFiner(name, value, description) {
  const list = numbers(name, value);
  const { count } = limitOfShares(description);
  if (list.length === count) return list;
  throw wrong("bad-request", `“${name}” must have ${count} ${count === 1 ? "number" : "numbers"}, one for each granularity finer than the coarsest.`);
}

/**
 * @param {unknown} value
 * @param {Description} description
 */
function checkedShares(value, description) {
  const shares = forEachFiner("shares", value, description);
  const { low, high } = limitOfShares(description);
  if (shares.some((share) => share < low || share > high)) throw wrong("out-of-range", `“shares” must be from ${low} to ${high}.`);
  if (!fitShares(description, shares)) throw wrong("bad-request", "“shares” must be at most 1 together.");
  return shares;
}

/**
 * The JSON that the engine reads. A misspelt option is an error and not a silent default.
 *
 * @param {Record<string, any>} request
 * @param {Description} description
 * @returns {string}
 */
export function encodeRequest(request, description) {
  /** @type {Record<string, unknown>} */
  const body = { mode: description.generators[0] ?? "nar" };
  for (const [name, value] of Object.entries(request)) {
    if (!KNOWN.has(name)) {
      const instead = name === "fineRatio" ? " It is “shares” now: [0.5] for a half." : "";
      throw wrong("bad-request", `There is no option called “${name}”.${instead}`);
    }
    if (value === undefined || name === "prompt" || SHORT_CUTS.some((axis) => axis === name)) continue;
    if (name === "mode") {
      if (!isMode(value)) throw wrong("bad-request", `There is no mode called “${value}”.`);
      body[name] = value;
    } else if (value === null) body[name] = null;
    else if (name === "repaint") body[name] = repaintLists(value);
    else if (name === "shares") body[name] = checkedShares(value, description);
    else if (isNumberName(name)) {
      checkNumber(name, value, description);
      body[name] = value;
    } else {
      if (typeof value !== "string") throw wrong("bad-request", `The option “${name}” must be text.`);
      body[name] = value;
    }
  }
  const prompt = checkedPrompt(request, description);
  return JSON.stringify(Object.keys(prompt).length ? { ...body, prompt } : body);
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
    throw wrong("bad-request", `“repaint.${name}” must hold whole numbers only.`);
  });
  return Object.fromEntries(lists);
}

/**
 * @typedef {object} EncodeOptions
 * @property {readonly number[]} [shares] the share of regions that has each granularity finer than the coarsest, over
 *   the pictures the model was trained with; with another measure than the model's own, over the regions of this
 *   picture
 * @property {readonly number[]} [counts] whole numbers: exactly so many regions instead
 * @property {string} [measure] what counts as information density, an id of `description.measures`; left out: what the
 *   model was trained with
 * @property {"density" | "even"} [allocation] which regions are fine: the dense ones (the default), or as
 *   many spread evenly whatever the picture shows. "even" is the same tokenizer at the same number of
 *   codes, made to ignore the content; a tokenizer trained for a fixed length would do better than that
 * @property {number} [seed] of the measure "random"
 */

/**
 * The JSON that the engine reads with a picture to encode.
 *
 * @param {Record<string, any>} options
 * @param {Description} description
 * @returns {string}
 */
export function encodeOptions(options, description) {
  /** @type {Record<string, unknown>} */
  const body = {};
  for (const [name, value] of Object.entries(options)) {
    if (!["shares", "counts", "measure", "allocation", "seed"].includes(name)) {
      throw wrong("bad-request", `There is no option called “${name}”.`);
    }
    if (value === undefined) continue;
    body[name] = value;
    if (name === "shares") body[name] = checkedShares(value, description);
    else if (name === "counts") body[name] = forEachFiner(name, value, description);
    else if (name === "seed") checkNumber(name, value, description);
    else if (typeof value !== "string") throw wrong("bad-request", `The option “${name}” must be text.`);
  }
  return JSON.stringify(body);
}

/**
 * What one generator is asked, without the options that only another heeds. Where both are asked, what
 * was left as it was stands for where each of them starts.
 *
 * @param {Wish} wish
 * @param {Mode} mode
 * @param {Description} description
 * @returns {Request}
 */
export function requestFor(wish, mode, description) {
  /** @type {Record<string, unknown>} */
  const request = {};
  for (const [name, value] of Object.entries({ ...wish, mode })) {
    if (!heeds(description, mode, name)) continue;
    request[name] = value;
    if (name === "shares" && sameShares(wish.shares, initialShares(description, wish.mode))) {
      request[name] = [...initialShares(description, mode)];
    } else if (isNumberName(name) && value === initial(description, name, wish)) {
      request[name] = initial(description, name, { ...wish, mode });
    }
  }
  return request;
}

/** A seed short enough to be read out to someone, and long enough not to repeat in a visit. */
export function randomSeed() {
  return crypto.getRandomValues(new Uint32Array(1))[0] % 1_000_000_000;
}

