/**
 * The table of things and styles, a page of it at a time. One cell has the focus and arrow keys move it,
 * so that it is a single stop for those who tab through the page.
 */
import { el } from "../../lib/dom.js";
import { styleGlyph } from "../style-glyph.js";
import { STATE_WORDS } from "./words.js";

/** @typedef {import("../../varigrain.js").Classes} Classes */
/** @typedef {{ concept: number, style: number }} Pair */

export class SetTable {
  #body = el("tbody");
  #head = el("tr");
  #caption = el("caption", { class: "visually-hidden" });
  #table = el("table", { class: "set-table", role: "grid" }, this.#caption, el("thead", {}, this.#head), this.#body);
  element = el("div", { class: "set-scroll" }, this.#table);
  #classes;
  #pairs;
  /** Small pictures of what was drawn in this visit. @type {Map<string, ImageData>} */
  #drawn = new Map();
  /** @type {HTMLButtonElement | null} */
  #chosen = null;
  /** @type {(pair: Pair) => void} */
  onPick = () => {};

  /** @param {Classes} classes @param {import("../../lib/pairs.js").Pairs} pairs */
  constructor(classes, pairs) {
    this.#classes = classes;
    this.#pairs = pairs;
    this.#head.append(el("th", { scope: "col" }, el("span", { class: "visually-hidden" }, "Thing")));
    for (const { id, name } of classes.styles) {
      this.#head.append(el("th", { scope: "col", title: name }, styleGlyph(id), el("span", { class: "style-name" }, name)));
    }
    this.#body.addEventListener("click", (event) => {
      const button = /** @type {Element} */ (event.target).closest("button");
      if (button) this.#pick(button);
    });
    this.#body.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {readonly number[]} concepts their places in the model's list @param {string} caption */
  show(concepts, caption) {
    this.#caption.textContent = caption;
    this.#chosen = null;
    this.#body.replaceChildren(...concepts.map((concept) => this.#row(concept)));
    const [first] = this.#buttons;
    if (first) first.tabIndex = 0;
  }

  /** Something was drawn. @param {Pair} pair @param {ImageData} image */
  fill({ concept, style }, image) {
    const key = `${concept} ${style}`;
    this.#drawn.set(key, image);
    const button = this.#buttons.find(({ dataset }) => dataset.pair === key);
    button?.replaceChildren(small(image));
    return this.#drawn.size;
  }

  get #buttons() {
    return [...this.#body.querySelectorAll("button")];
  }

  /** @param {number} concept */
  #row(concept) {
    const { name, emoji } = this.#classes.concepts[concept];
    const cells = this.#classes.styles.map(({ name: styleName }, style) => {
      const state = this.#pairs.state(concept, style);
      const key = `${concept} ${style}`;
      const label = `${name} in ${styleName}: ${STATE_WORDS[state].name.toLowerCase()}`;
      const button = el("button", { type: "button", tabindex: -1, "aria-label": label, title: label, "data-state": state, "data-pair": key });
      const image = this.#drawn.get(key);
      button.append(image ? small(image) : el("span", { class: "pair-mark" }));
      return el("td", {}, button);
    });
    const head = el("th", { scope: "row" }, el("span", { class: "emoji", "aria-hidden": "true" }, emoji), el("span", {}, name));
    return el("tr", {}, head, ...cells);
  }

  /** @param {HTMLButtonElement} button */
  #pick(button) {
    this.#focus(button);
    this.#chosen?.removeAttribute("aria-current");
    this.#chosen = button;
    button.setAttribute("aria-current", "true");
    const [concept, style] = String(button.dataset.pair).split(" ").map(Number);
    this.onPick({ concept, style });
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
    const wide = this.#classes.styles.length;
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -wide, ArrowDown: wide, Home: -(at % wide), End: wide - 1 - (at % wide) }[event.key];
    if (at < 0 || by === undefined) return;
    event.preventDefault();
    const to = buttons[at + by];
    if (to) this.#focus(to);
  }
}

/** @param {ImageData} image */
function small(image) {
  const canvas = el("canvas", { width: image.width, height: image.height, "aria-hidden": "true" });
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}
