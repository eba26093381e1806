/**
 * The controls for what can be asked for by name, made from a model's axes: tiles for an axis of few classes, a search
 * box for one of many. A box also finds the groups of the axis above its own, and classes of the axes that have tiles.
 *
 * Where every axis has tiles and there are many of them, one box takes words for all. What was chosen beside the boxes is
 * repeated as chips, each of which takes it back.
 *
 * `boxes`, `read`, `chips` and `tiles` go wherever they are wanted. Fires nothing itself: `onChange` is called.
 */
import { withParents } from "../lib/axes.js";
import { classOf } from "../lib/description.js";
import { el } from "../lib/dom.js";
import { byParts, phraseOf } from "../lib/phrase.js";
import { sameData } from "../lib/same-data.js";
import { arrange, lineOf, wordy } from "./axis-layout.js";
import { AxisTiles } from "./axis-tiles.js";
import { PromptBox } from "./prompt-box.js";
import { WordsBox } from "./words-box.js";

/** @typedef {import("../lib/description.js").Axis} Axis */
/** @typedef {import("../lib/request.js").Prompt} Prompt */

export class AxisFields {
  boxes = el("div", { class: "axis-boxes" });
  tiles = el("div", { class: "axis-tiles" });
  chips = el("div", { class: "chips", role: "group", "aria-label": "Chosen" });
  /** What was understood of words. */
  read = el("div", { class: "axis-read" });
  /** @type {readonly Axis[]} */
  #axes = [];
  /** @type {PromptBox[]} */
  #searches = [];
  /** @type {AxisTiles[]} */
  #pickers = [];
  /** @type {WordsBox | null} */
  #words = null;
  /** @type {() => void} */
  onChange = () => {};
  #label;

  /** @param {string} label what the first box is called; the others are called like their axes */
  constructor(label) {
    this.#label = label;
    this.tiles.addEventListener("change", () => {
      this.#filter();
      if (this.#words) this.#words.value = this.value;
      this.#tell();
      this.onChange();
    });
    this.boxes.addEventListener("read", (event) => {
      // The words stay as they are being typed.
      this.#spread(/** @type {CustomEvent<Prompt>} */ (event).detail);
      this.onChange();
    });
    this.boxes.addEventListener("pick", (event) => {
      const { prompt } = /** @type {CustomEvent<import("../lib/prompt-search.js").Idea>} */ (event).detail;
      // What was said of other axes counts, as a style in "blob ghost"; of the rest nothing was said.
      this.value = { ...this.value, ...prompt };
      this.onChange();
    });
  }

  /** @param {readonly Axis[]} axes those that are there already stay as they are, with what was chosen */
  describe(axes) {
    if (this.#pickers.length + this.#searches.length && sameData(axes, this.#axes)) return;
    const { boxes, tiles } = arrange(axes);
    this.#axes = axes;
    this.#pickers = tiles.map((axis) => new AxisTiles(axis));
    this.#searches = boxes.map((axis, at) => {
      const line = lineOf(axis, axes);
      // The first box also understands words for what has tiles: "blob ghost".
      return new PromptBox(at ? axis.name : this.#label, line, at ? [] : tiles.filter((one) => !line.includes(one)));
    });
    this.#words = wordy(axes) ? new WordsBox(this.#label, axes) : null;
    this.boxes.replaceChildren(...this.#searches, ...(this.#words ? [this.#words] : []));
    this.read.replaceChildren(...(this.#words ? [this.#words.told] : []));
    // Beside the tiles they would say nothing more, but the tiles are not always in sight.
    this.chips.classList.toggle("narrow", !this.#words);
    this.tiles.replaceChildren(...this.#pickers);
    this.#tell();
  }

  /** Classes are found by other words too. @param {import("../lib/class-words.js").ClassWords} words */
  learn(words) {
    for (const box of this.#searches) box.learn(words);
  }

  /** What there is to choose from. @returns {readonly Axis[]} */
  get axes() {
    return this.#axes;
  }

  /** Whether there is something to choose. */
  get empty() {
    return !this.#axes.length;
  }

  /** Whether there is something to search. */
  get searched() {
    return this.#searches.length > 0 || this.#words !== null;
  }

  /** @returns {Prompt} a class id, or null for any, for each axis */
  get value() {
    const open = Object.fromEntries(this.#axes.map(({ id }) => [id, null]));
    const tiles = this.#pickers.map(({ axis, value }) => ({ [axis.id]: value }));
    return Object.assign(open, ...this.#searches.map(({ value }) => value), ...tiles);
  }

  /** Of what is left out, any is asked for. @param {Prompt} prompt */
  set value(prompt) {
    const whole = withParents(prompt, this.#axes);
    if (this.#words) this.#words.value = whole;
    this.#spread(whole);
  }

  /** @param {Prompt} whole */
  #spread(whole) {
    for (const picker of this.#pickers) picker.value = null;
    for (const picker of this.#pickers) picker.within = null;
    for (const picker of this.#pickers) picker.value = whole[picker.axis.id] ?? null;
    for (const box of this.#searches) box.value = whole;
    this.#filter();
    this.#tell();
  }

  /** What was chosen of what has tiles. */
  #tell() {
    const { value } = this;
    const chips = this.#pickers.flatMap(({ axis }) => {
      const one = classOf(axis, value[axis.id]);
      if (!one) return [];
      const said = byParts(this.#axes) ? phraseOf({ [axis.id]: one.id }, this.#axes) : one.name;
      const chip = el("button", { type: "button", class: "idea chosen", "aria-label": `Without ${said}`, title: axis.name }, said, el("span", { "aria-hidden": "true" }, "×"));
      chip.addEventListener("click", () => {
        const at = [...this.chips.children].indexOf(chip);
        this.value = { ...value, [axis.id]: null };
        this.onChange();
        const next = this.chips.children[Math.min(at, this.chips.childElementCount - 1)] ?? this.boxes.querySelector("input");
        if (next instanceof HTMLElement) next.focus();
      });
      return [chip];
    });
    this.chips.replaceChildren(...chips);
  }

  /** What an axis above leaves of the classes below it. */
  #filter() {
    for (const picker of this.#pickers) {
      const above = this.#pickers.find(({ axis }) => axis.id === picker.axis.parent);
      if (above) picker.within = above.value;
    }
    for (const box of this.#searches) {
      const above = this.#pickers.find(({ axis }) => axis.id === box.axis.parent);
      if (!above) continue;
      box.within = above.value;
      // What was chosen of another group is not meant any more.
      const chosen = classOf(box.axis, box.value[box.axis.id]);
      if (!chosen || (above.value && chosen.parent !== above.value)) box.value = { [above.axis.id]: above.value };
    }
  }
}
