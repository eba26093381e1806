/**
 * The table of two axes, a page of it at a time. One cell has the focus and arrow keys move it,
 * so that it is a single stop for those who tab through the page.
 */
import { el } from "../../lib/dom.js";
import { classSign } from "../class-sign.js";
import { STATE_WORDS, stateOf } from "./words.js";

/** @typedef {{ row: number, column: number }} Pair places in the lists of classes */

export class SetTable {
  #body = el("tbody");
  #head = el("tr");
  #caption = el("caption", { class: "visually-hidden" });
  #table = el("table", { class: "set-table", role: "grid" }, this.#caption, el("thead", {}, this.#head), this.#body);
  element = el("div", { class: "set-scroll" }, this.#table);
  #pairs;
  /** What the model drew in this visit. @type {Map<string, ImageData>} */
  #drawn = new Map();
  /** The real drawings of the rows on show. @type {Map<string, ImageData>} */
  #real = new Map();
  /** Pairs that there is a real drawing of. @type {Set<string>} */
  #existing = new Set();
  /** The cells on show, by pair. @type {Map<string, HTMLButtonElement>} */
  #cells = new Map();
  /** @type {HTMLButtonElement | null} */
  #chosen = null;
  /** @type {(pair: Pair) => void} */
  onPick = () => {};

  /** @param {import("../../lib/trained.js").TrainedPairs} pairs */
  constructor(pairs) {
    this.#pairs = pairs;
    this.#head.append(el("th", { scope: "col" }, el("span", { class: "visually-hidden" }, pairs.rows.name)));
    for (const entry of pairs.columns.classes) {
      const sign = classSign(entry);
      const name = el("span", { class: sign ? "column-name" : undefined }, entry.name);
      this.#head.append(el("th", { scope: "col", title: entry.name }, ...(sign ? [sign] : []), name));
    }
    this.#body.addEventListener("click", (event) => {
      const button = /** @type {Element} */ (event.target).closest("button");
      if (button) this.#pick(button);
    });
    this.#body.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {readonly number[]} rows places in the list of classes @param {string} caption */
  show(rows, caption) {
    this.#caption.textContent = caption;
    this.#chosen = null;
    const keep = new Set(rows.map(String));
    for (const key of this.#real.keys()) if (!keep.has(key.split(" ")[0])) this.#real.delete(key);
    this.#cells.clear();
    this.#body.replaceChildren(...rows.map((row) => this.#row(row)));
    const [first] = this.#buttons;
    if (first) first.tabIndex = 0;
  }

  /** Something was drawn. @param {Pair} pair @param {ImageData} image @returns {number} how many were */
  fill(pair, image) {
    this.#drawn.set(keyOf(pair), image);
    this.#dress(pair);
    return this.#drawn.size;
  }

  /** There is a real drawing of it. @param {Pair} pair */
  exists(pair) {
    this.#existing.add(keyOf(pair));
    this.#dress(pair);
  }

  /** Its real drawing; what the model drew stays in front. @param {Pair} pair @param {ImageData} image */
  hang(pair, image) {
    this.#real.set(keyOf(pair), image);
    this.#dress(pair);
  }

  /** Whether there is a real drawing of it, as far as is known. @param {Pair} pair */
  stateOf(pair) {
    return stateOf(this.#pairs, pair, this.#existing.has(keyOf(pair)));
  }

  /** Cells that are to have a real drawing and have none yet. */
  get open() {
    return [...this.#cells.values()].filter(({ dataset: { pair = "", state } }) => state === "trained" && this.#existing.has(pair) && !this.#real.has(pair));
  }

  /** @param {Pair} pair */
  #dress(pair) {
    const button = this.#cells.get(keyOf(pair));
    if (button) this.#show(button, pair);
  }

  /** @param {HTMLButtonElement} button @param {Pair} pair */
  #show(button, pair) {
    const [key, state] = [keyOf(pair), this.stateOf(pair)];
    const [drawn, real] = [this.#drawn.get(key), this.#real.get(key)];
    const image = drawn ?? real;
    const what = drawn ? ", drawn by the model" : real ? ", the real drawing" : "";
    const label = `${this.#pairs.rows.classes[pair.row].name}, ${this.#pairs.columns.classes[pair.column].name}: ${STATE_WORDS[state].name.toLowerCase()}${what}`;
    button.setAttribute("aria-label", label);
    button.title = label;
    button.dataset.state = state;
    button.toggleAttribute("data-drawn", Boolean(drawn));
    button.replaceChildren(image ? small(image) : el("span", { class: "pair-mark" }));
  }

  get #buttons() {
    return [...this.#body.querySelectorAll("button")];
  }

  /** @param {number} row */
  #row(row) {
    const { name, glyph } = this.#pairs.rows.classes[row];
    const cells = this.#pairs.columns.classes.map((_, column) => {
      const button = el("button", { type: "button", tabindex: -1, "data-pair": keyOf({ row, column }) });
      this.#cells.set(keyOf({ row, column }), button);
      this.#show(button, { row, column });
      return el("td", {}, button);
    });
    const sign = glyph ? [el("span", { class: "sign", "aria-hidden": "true" }, glyph)] : [];
    const head = el("th", { scope: "row" }, ...sign, el("span", {}, name));
    return el("tr", {}, head, ...cells);
  }

  /** @param {HTMLButtonElement} button */
  #pick(button) {
    this.#focus(button);
    this.#chosen?.removeAttribute("aria-current");
    this.#chosen = button;
    button.setAttribute("aria-current", "true");
    const [row, column] = String(button.dataset.pair).split(" ").map(Number);
    this.onPick({ row, column });
  }

  /** @param {HTMLButtonElement} button */
  #focus(button) {
    for (const other of this.#buttons) other.tabIndex = -1;
    button.tabIndex = 0;
    button.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const buttons = this.#buttons;
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    const wide = this.#pairs.columns.classes.length;
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -wide, ArrowDown: wide, Home: -(at % wide), End: wide - 1 - (at % wide) }[event.key];
    if (at < 0 || by === undefined) return;
    event.preventDefault();
    const to = buttons[at + by];
    if (to) this.#focus(to);
  }
}

/** @param {Pair} pair */
const keyOf = ({ row, column }) => `${row} ${column}`;

/** @param {ImageData} image */
function small(image) {
  const canvas = el("canvas", { width: image.width, height: image.height, "aria-hidden": "true" });
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}
