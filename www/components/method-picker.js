/**
 * `<vg-method-picker>`: which generator draws, or both. Radio buttons underneath, as for the styles.
 * Hidden while there is nothing to choose between.
 *
 * Fires "change" (from its own radio buttons).
 */
import { ElementBase, define } from "../lib/define.js";
import { el, freshId, svg } from "../lib/dom.js";
import { METHODS, METHOD_NAMES, PAPER_NAMES, modesOf } from "../lib/modes.js";
import { megabytes } from "./player/words.js";

/** @typedef {import("../lib/modes.js").Mode} Mode */
/** @typedef {import("../lib/modes.js").Method} Method */

/** @type {Record<Method, string>} */
const EXPLAINED = {
  nar: "A few codes at each step, all over the picture, those that say most first.",
  ar: "One code after the other: first the plain regions, then the detailed ones.",
  both: "The same choice and seed, drawn in both ways at the same time.",
};

export class MethodPicker extends ElementBase {
  #group = freshId("method");
  #explained = el("p", { class: "hint", id: freshId("hint") });
  /** @type {Partial<Record<Mode, number>>} bytes still to be downloaded */
  #missing = {};

  connectedCallback() {
    const tiles = METHODS.map((method) => {
      const input = el("input", { type: "radio", name: this.#group, value: method });
      const paper = method === "both" ? "DGiT × 2" : PAPER_NAMES[method];
      return el("label", { class: "tile method" }, input, sign(method), el("span", {}, METHOD_NAMES[method]), el("small", {}, paper));
    });
    const legend = el("legend", { class: "label" }, "Method");
    const fieldset = el(
      "fieldset",
      { class: "bare", "aria-describedby": this.#explained.id },
      legend,
      el("div", { class: "tiles three" }, ...tiles),
      this.#explained,
    );
    this.hidden = true;
    this.replaceChildren(fieldset);
    this.addEventListener("change", () => this.#explain());
    this.value = "nar";
  }

  /** @returns {Method} */
  get value() {
    const checked = /** @type {HTMLInputElement | null} */ (this.querySelector("input:checked"));
    return /** @type {Method} */ (checked?.value ?? "nar");
  }

  set value(method) {
    for (const input of this.querySelectorAll("input")) input.checked = input.value === method;
    this.#explain();
  }

  /** @param {readonly Mode[]} modes the generators that the model has */
  set modes(modes) {
    this.hidden = modes.length < 2;
    if (modes.length && !modesOf(this.value).every((mode) => modes.includes(mode))) this.value = modes[0];
  }

  /** @param {Partial<Record<Mode, number>>} bytes what has to be downloaded before a generator can draw */
  set missing(bytes) {
    this.#missing = bytes;
    this.#explain();
  }

  #explain() {
    const bytes = modesOf(this.value).reduce((sum, mode) => sum + (this.#missing[mode] ?? 0), 0);
    const more = bytes ? ` Needs ${megabytes(bytes)} MB more, once.` : "";
    this.#explained.textContent = EXPLAINED[this.value] + more;
  }
}

/** The method in a few marks: scattered codes, large ones before small ones, or both. @param {Method} method */
function sign(method) {
  const dot = (/** @type {number} */ cx, /** @type {number} */ cy, /** @type {number} */ r) =>
    svg("circle", { cx, cy, r, fill: "currentColor" });
  const scattered = (/** @type {number} */ x) => [
    ...[dot(x + 5, 5, 3), dot(x + 14, 14, 3)],
    ...[[12, 3], [16, 7], [3, 12], [7, 16]].map(([a, b]) => dot(x + a, b, 1.5)),
  ];
  const ordered = (/** @type {number} */ x) => [
    ...[dot(x + 5, 5, 3), dot(x + 14, 5, 3)],
    ...[[3, 12], [7, 12], [12, 12], [16, 12]].map(([a, b]) => dot(x + a, b, 1.5)),
    svg("path", { d: `M${x + 2} 17h13m-3-2.500 3 2.500-3 2.500`, fill: "none", stroke: "currentColor", "stroke-width": 1.2 }),
  ];
  const marks = { nar: scattered(0), ar: ordered(0), both: [...scattered(0), ...ordered(24)] }[method];
  const width = method === "both" ? 44 : 20;
  return svg("svg", { viewBox: `0 0 ${width} 20`, width, height: 20, "aria-hidden": "true" }, ...marks);
}

define("vg-method-picker", MethodPicker);
