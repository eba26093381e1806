/**
 * `<vg-count-picker>`: one picture, four or nine, of consecutive seeds. Radio buttons underneath.
 *
 * Fires "change" (from its own radio buttons).
 */
import { ElementBase, define } from "../lib/define.js";
import { el, freshId, svg } from "../lib/dom.js";
import { COUNTS, countOf } from "../lib/player-options.js";

export class CountPicker extends ElementBase {
  #group = freshId("count");

  connectedCallback() {
    const tiles = COUNTS.map((count) => {
      const input = el("input", { type: "radio", name: this.#group, value: count, checked: count === 1 });
      const words = count === 1 ? "One" : count === 4 ? "Four" : "Nine";
      return el("label", { class: "tile count" }, input, sign(Math.sqrt(count)), el("span", {}, words));
    });
    const legend = el("legend", { class: "label" }, "Pictures");
    this.replaceChildren(el("fieldset", { class: "bare" }, legend, el("div", { class: "tiles three" }, ...tiles)));
  }

  get value() {
    const checked = /** @type {HTMLInputElement | null} */ (this.querySelector("input:checked"));
    return countOf(checked?.value ?? null);
  }

  /** @param {1 | 4 | 9} count */
  set value(count) {
    for (const input of this.querySelectorAll("input")) input.checked = input.value === String(count);
  }
}

/** As many squares. @param {number} side */
function sign(side) {
  const each = (20 - 2 * (side - 1)) / side;
  const squares = Array.from({ length: side * side }, (_, at) => {
    const [x, y] = [(at % side) * (each + 2), Math.floor(at / side) * (each + 2)];
    return svg("rect", { x, y, width: each, height: each, fill: "currentColor" });
  });
  return svg("svg", { viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true" }, ...squares);
}

define("vg-count-picker", CountPicker);
