/**
 * What was drawn where "any" was asked for. The engine draws a class first and says with every step which;
 * here that becomes a request that names it, and words.
 */
import { rolesOf } from "./axes.js";
import { NOTHING, axisOf, classOf } from "./description.js";
import { byParts, isNone, phraseOf } from "./phrase.js";
import { promptOf, withoutShortCuts } from "./request.js";

/** @typedef {import("./request.js").Wish} Wish */
/** @typedef {import("./protocol.js").Drawn} Drawn */
/** @typedef {Pick<import("./description.js").Description, "axes" | "name">} Names */
/** @typedef {{ steps: readonly { prompt?: Drawn }[] }} Shown a track, as far as it counts here */

/** More than so many pictures are not listed one by one. */
const MOST_LISTED = 4;

/** An id in words, for as long as the model's own name for it is not known. @param {string} id */
export const spoken = (id) => id.replaceAll("-", " ");

/**
 * The request with what was drawn in place of "any".
 *
 * @param {Wish} wish
 * @param {Drawn} [drawn] of a step; steps of a recording have none
 * @returns {Wish}
 */
export function completed(wish, drawn = {}) {
  const prompt = promptOf(wish);
  for (const [axis, id] of Object.entries(drawn)) if (id) prompt[axis] ??= id;
  return withPrompt(wish, prompt);
}

/**
 * The same for several pictures of one request: what they agree in. In what they differ it stays "any".
 *
 * @param {Wish} wish
 * @param {readonly Shown[]} tracks
 * @returns {Wish}
 */
export function completedBy(wish, tracks) {
  const drawn = tracks.flatMap(({ steps }) => (steps.length ? [promptOf(completed(wish, steps.at(-1)?.prompt))] : []));
  const prompt = promptOf(wish);
  for (const axis of new Set(drawn.flatMap((one) => Object.keys(one)))) {
    const ids = new Set(drawn.map((one) => one[axis]));
    const [id] = ids;
    if (ids.size === 1 && id) prompt[axis] = id;
  }
  return withPrompt(wish, prompt);
}

/** @param {Wish} wish @param {Record<string, string | null>} prompt @returns {Wish} */
function withPrompt(wish, prompt) {
  const { prompt: _, ...rest } = withoutShortCuts(wish);
  return Object.keys(prompt).length ? { ...rest, prompt } : rest;
}

/** @param {Names} names @param {string} axis @param {string} id */
const nameOf = (names, axis, id) => classOf(axisOf(names, axis), id)?.name ?? spoken(id);

/**
 * What a picture is of, in words: a thing, or the kind of thing.
 *
 * @param {Wish} wish
 * @param {Names} [names] the model's
 */
export function thingOf(wish, names = NOTHING) {
  const prompt = promptOf(wish);
  const { main, groups } = rolesOf(names.axes);
  if (byParts(names.axes)) return phraseOf(prompt, names.axes) || "anything";
  if (!main && names.name) return "a picture";
  // Before the model is there, only the axes that have short-cuts are known for what they are.
  const ids = main ? [main, ...groups].map(({ id }) => id) : ["concept", "category", ...Object.keys(prompt).filter((id) => id !== "style")];
  const axis = ids.find((id) => prompt[id]);
  return axis ? nameOf(names, axis, /** @type {string} */ (prompt[axis])) : "anything";
}

/**
 * The manner of a picture in words: everything but what it is of.
 *
 * @param {Wish} wish
 * @param {Names} [names]
 * @returns {string} empty if the model knows of none
 */
export function mannerOf(wish, names = NOTHING) {
  // Told with what it is of.
  if (byParts(names.axes)) return "";
  const prompt = promptOf(wish);
  const axes = names.name ? rolesOf(names.axes).others : [{ id: "style", name: "style" }];
  return axes.map(({ id, name }) => (prompt[id] ? nameOf(names, id, prompt[id]) : `any ${name.toLowerCase()}`)).join(", ");
}

/**
 * A picture in words: the thing, and of its manner what was left to chance.
 *
 * @param {Wish} wish
 * @param {Drawn | undefined} drawn of its step
 * @param {Names} [names]
 */
export function captionOf(wish, drawn, names = NOTHING) {
  const [asked, got] = [promptOf(wish), promptOf(completed(wish, drawn))];
  if (byParts(names.axes)) {
    // Nobody misses the glasses that nobody asked for.
    const idle = names.axes.filter((axis) => !asked[axis.id] && axis.classes.some((one) => one.id === got[axis.id] && isNone(one)));
    return phraseOf({ ...got, ...Object.fromEntries(idle.map(({ id }) => [id, null])) }, names.axes) || "anything";
  }
  const thing = thingOf(completed(wish, drawn), names);
  const others = names.name ? rolesOf(names.axes).others.map(({ id }) => id) : ["style"];
  const manner = others.flatMap((id) => (got[id] && !asked[id] ? [nameOf(names, id, got[id])] : []));
  return manner.length ? `${thing} in ${manner.join(", ")}` : thing;
}

/**
 * All pictures of a request in words, each thing once.
 *
 * @param {Wish} wish
 * @param {readonly Shown[]} tracks
 * @param {Names} [names]
 */
export function captionOfAll(wish, tracks, names) {
  const drawn = tracks.flatMap(({ steps }) => (steps.length ? [captionOf(wish, steps.at(-1)?.prompt, names)] : []));
  const all = [...new Set(drawn)];
  if (!all.length) return thingOf(wish, names);
  if (all.length === 1) return all[0];
  const listed = all.length > MOST_LISTED ? all.slice(0, MOST_LISTED - 1) : all.slice(0, -1);
  const last = all.length > MOST_LISTED ? `${all.length - listed.length} more` : all[all.length - 1];
  return `${listed.join(", ")} and ${last}`;
}
