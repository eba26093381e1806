/**
 * The request in the address: `#style=twemoji&concept=cat-face&seed=42`. Someone who opens the link
 * gets the same picture, or with `mode=both` the same two. Whatever the link says is checked against
 * the classes, the generators and the limits; what its generator does not heed is left out of it.
 */
import { METHODS, MODES, heeds, modesOf } from "./modes.js";
import { CLASS_NAMES, NUMBER_NAMES, SCHEDULES, inRange, initial } from "./request.js";

/** @typedef {import("./request.js").Wish} Wish */
/** @typedef {import("./modes.js").Method} Method */
/** @typedef {import("./modes.js").Mode} Mode */
/** @typedef {import("./request.js").Schedule} Schedule */
/** @typedef {import("../varigrain.js").Classes} Classes */

/** A link longer than this was not written by this page. */
const MAX_LENGTH = 2000;

/** @type {Record<(typeof CLASS_NAMES)[number], keyof Classes>} */
const LISTS = { style: "styles", category: "categories", concept: "concepts" };

/**
 * @param {Wish} request
 * @returns {string} without the leading "#"
 */
export function formatHash(request) {
  const pairs = new URLSearchParams();
  for (const name of CLASS_NAMES) {
    const id = request[name];
    if (id) pairs.set(name, id);
  }
  for (const name of NUMBER_NAMES) {
    const value = request[name];
    if (!heeds(request.mode, name)) continue;
    // The seed is always told: it is what makes the link reproduce the picture.
    if (value !== undefined && (name === "seed" || value !== initial(name, request))) {
      pairs.set(name, String(value));
    }
  }
  const { schedule, mode = "nar" } = request;
  if (schedule && schedule !== "priority" && heeds(mode, "schedule")) pairs.set("schedule", schedule);
  if (mode !== "nar") pairs.set("mode", mode);
  return pairs.toString();
}

/**
 * @param {string} hash with or without the leading "#"
 * @param {Classes} classes
 * @param {readonly Mode[]} [modes] the generators that there are
 * @returns {{ request: Wish, problems: string[] }} only what was valid, and a sentence for the rest
 */
export function parseHash(hash, classes, modes = MODES) {
  /** @type {Wish} */
  const request = {};
  /** @type {string[]} */
  const problems = [];
  const text = hash.replace(/^#/, "");
  if (text.length > MAX_LENGTH) {
    return { request, problems: ["The link is too long to be one of ours; it was ignored."] };
  }
  const pairs = new URLSearchParams(text);
  for (const name of CLASS_NAMES) {
    const id = pairs.get(name);
    if (id === null) continue;
    if (classes[LISTS[name]].some((entry) => entry.id === id)) request[name] = id;
    else problems.push(`The link asks for a ${name} this model does not have (${shorten(id)}).`);
  }
  for (const name of NUMBER_NAMES) {
    const value = pairs.get(name);
    if (value === null) continue;
    // Plain decimals only: Number() would also take "", "0x10" and "1e3".
    if (/^\d{1,16}(\.\d{1,6})?$/.test(value) && inRange(name, Number(value))) {
      request[name] = Number(value);
    } else {
      problems.push(`The link's value for ${name} is out of range (${shorten(value)}).`);
    }
  }
  const schedule = pairs.get("schedule");
  if (schedule !== null) {
    if (SCHEDULES.includes(/** @type {Schedule} */ (schedule))) {
      request.schedule = /** @type {Schedule} */ (schedule);
    } else problems.push(`The link asks for a schedule that does not exist (${shorten(schedule)}).`);
  }
  const mode = pairs.get("mode");
  if (mode !== null) {
    const method = METHODS.find((known) => known === mode);
    if (method && modesOf(method).every((needed) => modes.includes(needed))) request.mode = method;
    else problems.push(`The link asks for a method this model does not have (${shorten(mode)}).`);
  }
  dropContradiction(request, classes);
  return { request, problems };
}

/**
 * A concept belongs to one category; if a link names another, the concept is what was meant.
 *
 * @param {Wish} request
 * @param {Classes} classes
 */
function dropContradiction(request, classes) {
  if (!request.concept) return;
  const concept = classes.concepts.find(({ id }) => id === request.concept);
  request.category = concept?.category ?? null;
}

/** @param {string} text */
function shorten(text) {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
