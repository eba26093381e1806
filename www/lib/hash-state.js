/**
 * The request in the address: `#model=emoji-128&style=twemoji&concept=cat-face&seed=42`. Someone who opens the link
 * gets the same picture, or with `mode=both` the same two. Axes of the model are keys; one that is called like a
 * setting is written `axis.ID`. Whatever the link says is checked against the model's description; what its generator
 * does not heed is left out of it.
 */
import { withParents } from "./axes.js";
import { axisOf, classOf, scheduleOf } from "./description.js";
import { METHODS, modesOf } from "./modes.js";
import { heeds, initial, initialSchedule, initialShares } from "./initial.js";
import { NUMBER_NAMES, fitShares, inRange, promptOf, sameShares, sharesText } from "./request.js";

/** @typedef {import("./description.js").Description} Description */
/** @typedef {import("./request.js").Wish} Wish */
/** @typedef {import("./modes.js").Method} Method */

/** A link longer than this was not written by this page. */
export const MAX_LENGTH = 2000;

/** What has a meaning of its own in a link, here, in lib/page-state.js or in lib/picture-link.js. */
const SETTINGS = new Set([...NUMBER_NAMES, "shares", "schedule", "mode", "model", "n", "layer", "pixels", "tab", "v", "hide", "picture"]);
/** How links said the shares while there were two granularities. */
const OLD_SHARES = "fineRatio";

/** What an axis may be called. */
const AXIS = /^[a-z][a-z0-9-]*$/;

/** The key of an axis. @param {string} axis its id */
const keyOf = (axis) => (SETTINGS.has(axis) ? `axis.${axis}` : axis);

/** Plain decimals only: Number() would also take "", "0x10" and "1e3". @param {string} text */
const decimal = (text) => (/^\d{1,16}(\.\d{1,6})?$/.test(text) ? Number(text) : NaN);

/**
 * @param {Wish} request
 * @param {Description} description
 * @returns {string} without the leading "#"
 */
export function formatHash(request, description) {
  const pairs = new URLSearchParams();
  const prompt = promptOf(request);
  for (const { id } of description.axes) {
    const chosen = prompt[id];
    if (chosen) pairs.set(keyOf(id), chosen);
  }
  const { schedule, shares, mode = description.generators[0] } = request;
  for (const name of NUMBER_NAMES) {
    const value = request[name];
    if (!heeds(description, mode, name)) continue;
    // The seed is always told: it is what makes the link reproduce the picture.
    if (value !== undefined && value !== null && (name === "seed" || value !== initial(description, name, request))) {
      pairs.set(name, String(value));
    }
  }
  if (shares?.length && !sameShares(shares, initialShares(description, mode))) pairs.set("shares", sharesText(shares));
  if (schedule && schedule !== initialSchedule(description) && heeds(description, mode, "schedule")) pairs.set("schedule", schedule);
  if (mode && mode !== description.generators[0]) pairs.set("mode", mode);
  // Commas as they are: people write these by hand.
  return pairs.toString().replaceAll("%2C", ",");
}

/**
 * @param {string} hash with or without the leading "#"
 * @param {Description} description
 * @returns {{ request: Wish, problems: string[] }} only what was valid, and a sentence for the rest
 */
export function parseHash(hash, description) {
  /** @type {Wish} */
  const request = {};
  /** @type {string[]} */
  const problems = [];
  const text = hash.replace(/^#/, "");
  if (text.length > MAX_LENGTH) {
    return { request, problems: ["The link is too long to be one of ours; it was ignored."] };
  }
  const pairs = new URLSearchParams(text);
  const prompt = readPrompt(pairs, description, problems);
  if (Object.keys(prompt).length) request.prompt = prompt;
  for (const name of NUMBER_NAMES) {
    const value = pairs.get(name);
    if (value === null) continue;
    if (inRange(description, name, decimal(value))) request[name] = decimal(value);
    else problems.push(`The link's value for ${name} is out of range (${shorten(value)}).`);
  }
  const shares = readShares(pairs, description, problems);
  if (shares) request.shares = shares;
  const schedule = pairs.get("schedule");
  if (schedule !== null) {
    if (scheduleOf(description, schedule)) request.schedule = schedule;
    else problems.push(`The link asks for a schedule that does not exist (${shorten(schedule)}).`);
  }
  const mode = pairs.get("mode");
  if (mode !== null) {
    const method = METHODS.find((known) => known === mode);
    if (method && modesOf(method).every((needed) => description.generators.includes(needed))) request.mode = method;
    else problems.push(`The link asks for a method this model does not have (${shorten(mode)}).`);
  }
  return { request, problems };
}

/**
 * @param {URLSearchParams} pairs
 * @param {Description} description
 * @param {string[]} problems
 */
function readPrompt(pairs, description, problems) {
  /** @type {Record<string, string | null>} */
  const prompt = {};
  for (const { id, name } of description.axes) {
    const given = [...new Set([keyOf(id), `axis.${id}`])].flatMap((key) => pairs.getAll(key));
    if (!given.length) continue;
    if (given.length > 1) problems.push(`The link names ${name.toLowerCase()} more than once; it was left open.`);
    else if (classOf(axisOf(description, id), given[0])) prompt[id] = given[0];
    else problems.push(`The link asks for a ${name.toLowerCase()} this model does not have (${shorten(given[0])}).`);
  }
  for (const key of new Set(pairs.keys())) {
    const id = key.startsWith("axis.") ? key.slice(5) : key;
    // Without a seed it is no link of ours, and the names may be anyone's.
    const asked = id !== key || (pairs.has("seed") && AXIS.test(key) && !SETTINGS.has(key));
    if (asked && !axisOf(description, id)) problems.push(`The link chooses a “${shorten(id)}”, which this model does not know.`);
  }
  return withParents(prompt, description.axes);
}

/**
 * @param {URLSearchParams} pairs
 * @param {Description} description
 * @param {string[]} problems
 * @returns {number[] | null}
 */
function readShares(pairs, description, problems) {
  const text = pairs.get("shares") ?? pairs.get(OLD_SHARES);
  if (text === null) return null;
  const shares = text.split(",").map(decimal);
  if (fitShares(description, shares)) return shares;
  problems.push(`The link's shares of finer regions do not fit this model (${shorten(text)}).`);
  return null;
}

/** @param {string} text */
function shorten(text) {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
