/**
 * What two pictures of one seed may differ in: one setting of the page's form, with two values. Which settings there are,
 * their ranges and starting values are what the model says of itself. Pure functions.
 */
import { scheduleOf } from "../../lib/description.js";
import { Grid } from "../../lib/grid.js";
import { METHOD_NAMES } from "../../lib/modes.js";
import { heeds, initial, initialSchedule, initialShares } from "../../lib/initial.js";
import { requestFor } from "../../lib/request.js";
import { NUMBERS } from "../numbers.js";

/** @typedef {import("../../lib/description.js").Description} Description */
/** @typedef {import("../../lib/modes.js").Mode} Mode */
/** @typedef {import("../../lib/request.js").NumberName} NumberName */
/** @typedef {import("../../lib/request.js").Request} Request */
/** @typedef {import("../../lib/request.js").Wish} Wish */
/** @typedef {"mode" | "schedule" | "shares" | NumberName} SettingName */
/** @typedef {number | string | readonly number[]} Value of a number, of a choice by its id, of shares */
/**
 * @typedef {object} NumberKnob
 * @property {"number"} kind
 * @property {NumberName} id
 * @property {string} name
 * @property {string} hint
 * @property {string} step how far a press of an arrow key goes
 * @property {Record<string, string>} more attributes of its field
 */
/** @typedef {{ kind: "choice", id: "mode" | "schedule", name: string, hint: string, options: readonly { id: string, name: string }[] }} ChoiceKnob */
/** @typedef {{ kind: "shares", id: "shares", name: string, hint: string }} SharesKnob */
/** @typedef {NumberKnob | ChoiceKnob | SharesKnob} Knob */

/** As people ask for them; the rest comes after. */
const FIRST = ["schedule", "priority", "temperature", "steps", "guidance", "shares", "mode"];

/** @type {readonly NumberKnob[]} */
const ALL_NUMBERS = Object.values(NUMBERS).flat().map(([id, name, step, hint, more = {}]) => ({ kind: "number", id: /** @type {NumberName} */ (id), name, hint, step, more }));

/** The generator that draws both pictures, if that is not what they differ in. @param {Wish} wish @param {Description} description @returns {Mode} */
export function modeOf({ mode }, { generators }) {
  const first = generators[0] ?? "nar";
  return mode && mode !== "both" && generators.includes(mode) ? mode : first;
}

/**
 * What can be compared of a model: what its generator heeds, as the form stands.
 *
 * @param {Description} description
 * @param {Wish} wish what the form says
 * @returns {Knob[]}
 */
export function knobsOf(description, wish) {
  const { generators, grid, limits, schedules } = description;
  const mode = modeOf(wish, description);
  const prioritised = scheduleOf(description, wish.schedule ?? initialSchedule(description))?.prioritised;
  /** @type {Knob[]} */
  const knobs = ALL_NUMBERS.filter(({ id }) => limits[id] && heeds(description, mode, id) && (id !== "priority" || prioritised));
  if (schedules.length > 1 && heeds(description, mode, "schedule")) {
    knobs.push({ kind: "choice", id: "schedule", name: "Schedule", hint: "In which order codes are settled.", options: schedules });
  }
  if (grid.granularities > 1) knobs.push({ kind: "shares", id: "shares", name: "Shares", hint: "How many regions get more codes." });
  if (generators.length > 1) {
    const options = generators.map((id) => ({ id, name: METHOD_NAMES[id] }));
    knobs.push({ kind: "choice", id: "mode", name: "Method", hint: "Which generator draws. What was left as it was starts where each of them does.", options });
  }
  const place = ({ id = "" }) => (FIRST.indexOf(id) + FIRST.length + 1) % (FIRST.length + 1);
  return knobs.sort((a, b) => place(a) - place(b));
}

/**
 * What to begin with: what the form says, and something that is clearly another.
 *
 * @param {Knob} knob
 * @param {Wish} wish
 * @param {Description} description
 * @returns {[Value, Value]}
 */
export function valuesOf(knob, wish, description) {
  const mode = modeOf(wish, description);
  if (knob.kind === "choice") {
    const now = knob.id === "mode" ? mode : (wish.schedule ?? initialSchedule(description));
    return [now, knob.options.find(({ id }) => id !== now)?.id ?? now];
  }
  const base = requestFor(wish, mode, description);
  if (knob.kind === "shares") {
    const now = base.shares ?? initialShares(description, mode);
    const some = now.some((share) => share > 0);
    return [now, now.map((share) => (some ? hundredths(share / 2) : hundredths(1 / (now.length + 1))))];
  }
  const now = base[knob.id] ?? initial(description, knob.id, { schedule: wish.schedule, mode });
  return [now, another(knob, now, description)];
}

/** @param {number} share downwards, so that a sum stays within 1 */
const hundredths = (share) => Math.floor(100 * share + 1e-6) / 100;

/** Half as much, or where there is nothing to halve a quarter of what there can be. @param {NumberKnob} knob @param {number} now @param {Description} description */
function another({ id, step, more }, now, { limits }) {
  const { low, high } = limits[id];
  const reach = Math.min(high, Number(more.reach ?? high));
  const wanted = now > reach || now / 2 < low || now === 0 ? low + (reach - low) / 4 : now / 2;
  const parts = Math.round(1 / Number(step));
  const near = Math.min(high, Math.max(low, Math.round(wanted * parts) / parts));
  return near === now ? (now === low ? high : low) : near;
}

/**
 * What is asked for the two pictures.
 *
 * @param {Wish} wish what the form says
 * @param {Knob} knob
 * @param {readonly [Value, Value]} values
 * @param {Description} description
 * @returns {[Request, Request]}
 */
export function requestsOf(wish, knob, values, description) {
  const own = modeOf(wish, description);
  const ask = (/** @type {Value} */ value) => {
    if (knob.id === "mode") return requestFor(wish.mode === "both" ? wish : { ...wish, mode: own }, /** @type {Mode} */ (value), description);
    const base = requestFor(wish, own, description);
    const request = /** @type {Request} */ ({ ...base, [knob.id]: value });
    // As in the form, another schedule starts from a priority of its own.
    if (knob.id === "schedule" && value !== (base.schedule ?? initialSchedule(description))) {
      request.priority = initial(description, "priority", { schedule: String(value), mode: own });
    }
    return request;
  };
  return [ask(values[0]), ask(values[1])];
}

/**
 * All settings in which two requests differ, in words. What only one of them heeds is told if it is not where it starts.
 *
 * @param {readonly [Request, Request]} requests
 * @param {Description} description
 * @returns {[name: string, first: string | null, second: string | null][]} null: it does not heed this
 */
export function differencesOf([a, b], description) {
  /** @type {readonly { id: SettingName, name: string }[]} */
  const settings = [{ id: "mode", name: "Method" }, { id: "schedule", name: "Schedule" }, { id: "shares", name: "Shares" }, ...ALL_NUMBERS];
  return settings.flatMap(({ id, name }) => {
    const [first, second] = [a, b].map((request) => textOf(id, request, description));
    if (first === second) return [];
    const only = first === null ? b : second === null ? a : null;
    if (only && textOf(id, { ...only, [id]: startOf(id, only, description) }, description) === (first ?? second)) return [];
    return [/** @type {[string, string | null, string | null]} */ ([name, first, second])];
  });
}

/** Where a setting starts. @param {SettingName} id @param {Request} request @param {Description} description @returns {Value | undefined} */
function startOf(id, { mode, schedule }, description) {
  if (id === "mode") return mode;
  if (id === "schedule") return initialSchedule(description);
  return id === "shares" ? initialShares(description, mode) : initial(description, id, { mode, schedule });
}

/**
 * A setting of a request in words.
 *
 * @param {SettingName} id
 * @param {Request} request
 * @param {Description} description
 * @returns {string | null} null if it plays no part
 */
export function textOf(id, request, description) {
  const value = request[id];
  if (value === undefined || !heeds(description, request.mode, id)) return null;
  if (id === "priority" && !scheduleOf(description, request.schedule ?? initialSchedule(description))?.prioritised) return null;
  if (id === "mode") return METHOD_NAMES[/** @type {Mode} */ (value)];
  if (id === "schedule") return scheduleOf(description, String(value))?.name ?? String(value);
  if (Array.isArray(value)) {
    const names = new Grid(description.grid).names.slice(1);
    return value.map((share, at) => `${names[at]} ${Math.round(100 * share)}\u00a0%`.trim()).join(", ");
  }
  const unlimited = ALL_NUMBERS.find((one) => one.id === id)?.more.unlimited !== undefined;
  return value === null || (unlimited && value === description.limits[id]?.high) ? "all" : String(value);
}

/**
 * What stands with a picture: the value that was chosen, in words.
 *
 * @param {Knob} knob
 * @param {Request} request
 * @param {Description} description
 */
export function titleOf(knob, request, description) {
  const text = textOf(knob.id, request, description) ?? "";
  return knob.kind === "number" ? `${knob.name} ${text}` : `${text[0]?.toUpperCase() ?? ""}${text.slice(1)}`;
}
