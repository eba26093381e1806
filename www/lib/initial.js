/**
 * Which options of a request a method heeds, and where they start: from the model's description.
 */
import { scheduleOf } from "./description.js";
import { modesOf } from "./modes.js";

/** @typedef {import("./description.js").Description} Description */
/** @typedef {import("./modes.js").Method} Method */
/** @typedef {import("./request.js").NumberName} NumberName */

/** Options of "nar" that are no numbers. */
const OF_NAR = ["schedule", "repaint"];

/**
 * Whether a method heeds an option.
 *
 * @param {Pick<Description, "limits">} description
 * @param {Method | undefined} method
 * @param {string} option
 */
export function heeds({ limits }, method, option) {
  const own = limits[option]?.generators ?? (OF_NAR.includes(option) ? ["nar"] : null);
  return !own || modesOf(method).some((mode) => own.includes(mode));
}

/**
 * Where the options of a method start: those of its first generator that heeds the option, or else of whichever does.
 *
 * @param {Pick<Description, "defaults" | "generators" | "limits">} description
 * @param {Method | undefined} method
 * @param {string} option
 */
function defaultsOf({ defaults, generators, limits }, method, option) {
  const modes = [...modesOf(method ?? generators[0]), ...generators];
  const mode = modes.find((one) => defaults[one] && heeds({ limits }, one, option));
  return (mode && defaults[mode]) ?? {};
}

/**
 * What a number of the request is when it is left out. The priority is its schedule's. No limit on the number of
 * choices is the highest that there can be.
 *
 * @param {Description} description
 * @param {NumberName} name
 * @param {{ schedule?: string, mode?: Method }} [request]
 * @returns {number}
 */
export function initial(description, name, { schedule, mode } = {}) {
  const defaults = defaultsOf(description, mode, name);
  if (name === "priority" && schedule !== undefined && schedule !== defaults.schedule) {
    return scheduleOf(description, schedule)?.priority ?? 0;
  }
  const { low = 0, high = 0 } = description.limits[name] ?? {};
  return defaults[name] === null ? high : (defaults[name] ?? low);
}

/** @param {Description} description @param {Method} [mode] @returns {readonly number[]} */
export function initialShares(description, mode) {
  return defaultsOf(description, mode, "shares").shares ?? [];
}

/** @param {Description} description @returns {string} the schedule if none is named */
export function initialSchedule(description) {
  return defaultsOf(description, "nar", "schedule").schedule ?? description.schedules[0]?.id ?? "";
}
