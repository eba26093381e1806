/** Prompts to begin with, and one by chance. */
import { withParents } from "../lib/axes.js";
import { axisOf, classOf } from "../lib/description.js";
import { byParts, phraseOf } from "../lib/phrase.js";
import { randomSeed } from "../lib/request.js";
import { FEW } from "./axis-layout.js";

/** @typedef {import("../lib/request.js").Prompt} Prompt */
/** @typedef {import("../lib/description.js").Axis} Axis */
/** @typedef {import("../lib/description.js").Description} Description */
/** @typedef {{ prompt: Prompt, title: string, glyph: string }} Idea */

/** So many are thought up for a model of which the list of models has none. */
const MADE_UP = 4;

/**
 * @param {Pick<Description, "axes" | "trained">} description
 * @param {readonly Prompt[]} wanted what of them the model does not have is left out
 * @returns {Idea[]}
 */
export function ideasOf(description, wanted) {
  const { axes } = description;
  const known = wanted.filter((prompt) => {
    const asked = Object.entries(prompt);
    return asked.length && asked.every(([axis, id]) => classOf(axisOf(description, axis), id));
  });
  // Where all is seen at a glance nobody needs ideas.
  const searched = axes.some(({ classes }) => classes.length > FEW);
  const prompts = known.length || !searched ? known : madeUp(description);
  return prompts.map((prompt) => {
    const chosen = [...axes].sort((a, b) => a.classes.length - b.classes.length).flatMap((axis) => classOf(axis, prompt[axis.id]) ?? []);
    if (byParts(axes)) return { prompt, title: phraseOf(prompt, axes), glyph: "" };
    return { prompt: withParents(prompt, axes), title: chosen.map(({ name }) => name).join(" "), glyph: chosen.find(({ glyph }) => glyph)?.glyph ?? "" };
  });
}

/** Spread over what training had, or over the lists of classes. @param {Pick<Description, "axes" | "trained">} description @returns {Prompt[]} */
function madeUp({ axes, trained }) {
  const spread = (/** @type {number} */ n, /** @type {number} */ count) => Math.floor(((n + 0.5) / MADE_UP) * count);
  return Array.from({ length: MADE_UP }, (_, n) => {
    if (trained?.combinations.length) {
      const places = trained.combinations[spread(n, trained.combinations.length)];
      return Object.fromEntries(trained.axes.map((id, at) => [id, axes.find((axis) => axis.id === id)?.classes[places[at]]?.id]));
    }
    return Object.fromEntries(lowest(axes).map(({ id, classes }) => [id, classes[spread(n, classes.length)].id]));
  });
}

/** Axes that no other one divides further. @param {readonly Axis[]} axes */
const lowest = (axes) => axes.filter(({ id }) => !axes.some(({ parent }) => parent === id));

/** A class of each axis by chance. @param {readonly Axis[]} axes @returns {Prompt} */
export function surprise(axes) {
  const chosen = lowest(axes).map(({ id, classes }) => [id, classes[randomSeed() % classes.length].id]);
  return withParents(Object.fromEntries(chosen), axes);
}
