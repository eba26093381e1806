/**
 * What was drawn where "any" was asked for. The engine draws a class first and says with every step which;
 * here that becomes a request that names it, and words.
 */
import { spoken } from "./player-options.js";
import { CLASS_NAMES } from "./request.js";

/** @typedef {import("./request.js").Wish} Wish */
/** @typedef {import("./protocol.js").Prompt} Prompt */
/** @typedef {import("../varigrain.js").Classes} Classes */
/** @typedef {Pick<Classes, "styles" | "categories" | "concepts">} Names */

const NO_NAMES = { styles: [], categories: [], concepts: [] };
/** More than so many pictures are not listed one by one. */
const MOST_LISTED = 4;

/**
 * The request with what was drawn in place of "any".
 *
 * @param {Wish} wish
 * @param {Prompt} [prompt] of a step; steps of a recording have none
 * @returns {Wish}
 */
export function completed(wish, prompt) {
  const whole = { ...wish };
  for (const name of CLASS_NAMES) if (prompt?.[name]) whole[name] ??= prompt[name];
  return whole;
}

/**
 * The same for several pictures of one request: what they agree in. In what they differ it stays "any".
 *
 * @param {Wish} wish
 * @param {readonly { steps: readonly { prompt?: Prompt }[] }[]} tracks
 * @returns {Wish}
 */
export function completedBy(wish, tracks) {
  const drawn = tracks.flatMap(({ steps }) => (steps.length ? [completed(wish, steps.at(-1)?.prompt)] : []));
  const whole = { ...wish };
  for (const name of CLASS_NAMES) {
    const ids = new Set(drawn.map((one) => one[name]));
    const [id] = ids;
    if (ids.size === 1 && id) whole[name] = id;
  }
  return whole;
}

/** The thing in words, or the kind of thing. @param {Wish} wish @param {Names} [names] */
export function thingOf({ concept, category }, { concepts, categories } = NO_NAMES) {
  const named = concepts.find(({ id }) => id === concept) ?? categories.find(({ id }) => id === category);
  return named?.name ?? spoken(concept ?? category ?? "anything");
}

/** The style in words. @param {Wish} wish @param {Names} [names] */
export function styleOf({ style }, { styles } = NO_NAMES) {
  return styles.find(({ id }) => id === style)?.name ?? (style ? spoken(style) : "any style");
}

/**
 * A picture in words: the thing, and the style where that was left to chance.
 *
 * @param {Wish} wish
 * @param {Prompt | undefined} prompt of its step
 * @param {Names} [names]
 */
export function captionOf(wish, prompt, names) {
  const whole = completed(wish, prompt);
  const thing = thingOf(whole, names);
  return whole.style && !wish.style ? `${thing} in ${styleOf(whole, names)}` : thing;
}

/**
 * All pictures of a request in words, each thing once.
 *
 * @param {Wish} wish
 * @param {readonly { steps: readonly { prompt?: Prompt }[] }[]} tracks
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
