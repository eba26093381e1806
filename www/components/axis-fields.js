/**
 * The controls for what can be asked for by name, made from a model's axes: tiles for an axis of few classes, a search
 * box for one of many. A box also finds the groups of the axis above its own, and classes of the axes that have tiles.
 *
 * `boxes` and `tiles` go wherever they are wanted. Fires nothing itself: `onChange` is called.
 */
import { el } from "../lib/dom.js";
import { AxisTiles } from "./axis-tiles.js";
import { PromptBox } from "./prompt-box.js";

/** @typedef {import("../lib/description.js").Axis} Axis */
/** @typedef {import("../lib/request.js").Prompt} Prompt */

/** More classes than this are not looked through, but searched. */
export const FEW = 12;

/**
 * Which axes get a box, and which others that box covers: those above, if they have too many classes for tiles.
 *
 * @param {readonly Axis[]} axes
 * @returns {{ boxes: { axis: Axis, above: Axis[] }[], tiles: Axis[] }}
 */
export function arrange(axes) {
  const tiles = axes.filter(({ classes }) => classes.length <= FEW);
  const many = axes.filter(({ classes }) => classes.length > FEW);
  /** @type {Set<string>} */
  const covered = new Set();
  const boxes = many
    .filter((axis) => !many.some(({ parent }) => parent === axis.id))
    .map((axis) => {
      /** @type {Axis[]} */
      const above = [];
      for (let up = axis.parent; up !== undefined; ) {
        const parent = many.find(({ id }) => id === up);
        if (!parent || covered.has(parent.id)) break;
        covered.add(parent.id);
        above.push(parent);
        up = parent.parent;
      }
      return { axis, above };
    });
  return { boxes, tiles };
}

export class AxisFields {
  boxes = el("div", { class: "axis-boxes" });
  tiles = el("div", { class: "axis-tiles" });
  /** @type {readonly Axis[]} */
  #axes = [];
  /** @type {PromptBox[]} */
  #searches = [];
  /** @type {AxisTiles[]} */
  #pickers = [];
  /** @type {() => void} */
  onChange = () => {};
  #label;

  /** @param {string} label what the first box is called; the others are called like their axes */
  constructor(label) {
    this.#label = label;
    this.tiles.addEventListener("change", () => {
      this.#filter();
      this.onChange();
    });
    this.boxes.addEventListener("pick", (event) => {
      const { prompt } = /** @type {CustomEvent<import("../lib/prompt-search.js").Idea>} */ (event).detail;
      // What was said of other axes counts, as a style in "blob ghost"; of the rest nothing was said.
      this.value = { ...this.value, ...prompt };
      this.onChange();
    });
  }

  /** @param {readonly Axis[]} axes */
  describe(axes) {
    const { boxes, tiles } = arrange(axes);
    this.#axes = axes;
    this.#pickers = tiles.map((axis) => new AxisTiles(axis));
    this.#searches = boxes.map(({ axis, above }, at) => {
      const box = new PromptBox();
      box.setAttribute("label", at ? axis.name : this.#label);
      box.describe(axis, above, at ? [] : tiles.filter(({ parent }) => !parent));
      return box;
    });
    this.boxes.replaceChildren(...this.#searches);
    this.tiles.replaceChildren(...this.#pickers);
  }

  /** Whether there is something to choose. */
  get empty() {
    return !this.#axes.length;
  }

  /** Whether there is something to search. */
  get searched() {
    return this.#searches.length > 0;
  }

  /** @returns {Prompt} a class id, or null for any, for each axis */
  get value() {
    const open = Object.fromEntries(this.#axes.map(({ id }) => [id, null]));
    const boxes = this.#searches.map(({ value }) => value);
    return Object.assign(open, ...this.#pickers.map(({ axis, value }) => ({ [axis.id]: value })), ...boxes);
  }

  /** Of what is left out, any is asked for. @param {Prompt} prompt */
  set value(prompt) {
    const whole = withParents(prompt, this.#axes);
    for (const picker of this.#pickers) picker.value = null;
    for (const picker of this.#pickers) picker.within = null;
    for (const picker of this.#pickers) picker.value = whole[picker.axis.id] ?? null;
    for (const box of this.#searches) box.value = whole;
    this.#filter();
  }

  /** What an axis above leaves of the classes below it. */
  #filter() {
    for (const picker of this.#pickers) {
      const above = this.#pickers.find(({ axis }) => axis.id === picker.axis.parent);
      if (above) picker.within = above.value;
    }
    for (const box of this.#searches) {
      const above = this.#pickers.find(({ axis }) => axis.id === box.top.parent);
      if (above) box.within = above.value;
    }
  }
}

/**
 * A class says of which class of the axis above it is.
 *
 * @param {Prompt} prompt
 * @param {readonly Axis[]} axes
 * @returns {Prompt}
 */
export function withParents(prompt, axes) {
  const whole = { ...prompt };
  // The lowest first: what it says of the one above may say something of the next.
  for (const axis of [...axes].sort((a, b) => depth(b, axes) - depth(a, axes))) {
    const chosen = axis.classes.find(({ id }) => id === whole[axis.id]);
    if (axis.parent && chosen?.parent) whole[axis.parent] = chosen.parent;
  }
  return whole;
}

/** @param {Axis} axis @param {readonly Axis[]} axes */
function depth({ parent }, axes) {
  let depth = 0;
  for (let up = parent; up !== undefined && depth < axes.length; depth++) up = axes.find(({ id }) => id === up)?.parent;
  return depth;
}
