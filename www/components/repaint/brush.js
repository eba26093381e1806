/**
 * What the brush gives to regions that are drawn again: the granularity they have, or another one. Radio buttons
 * underneath; hidden where a model has one granularity.
 */
import { el, freshId } from "../../lib/dom.js";
import { grainSign } from "../grain-sign.js";

/** @typedef {import("../../lib/grid.js").Grid} Grid */

export class BrushPicker {
  #group = freshId("brush");
  #tiles = el("div", { class: "tiles plain" });
  element = el("fieldset", { class: "bare grain-picker", hidden: true }, el("legend", { class: "label" }, "How finely"), this.#tiles);
  /** @type {Grid | null} that the tiles are of */
  #grid = null;
  /** @type {(grain: number | null) => void} null: as it is */
  onChange = () => {};

  /** A tile for each granularity. @param {Grid} grid */
  describe(grid) {
    if (grid.equals(this.#grid)) return;
    this.#grid = grid;
    this.element.hidden = grid.granularities < 2;
    const own = this.#tile("As before", null);
    this.#tiles.replaceChildren(own, ...grid.names.map((name, grain) => this.#tile(name[0].toUpperCase() + name.slice(1), grain, grainSign(grain, grid))));
    this.onChange(null);
  }

  /** @param {string} name @param {number | null} grain @param {Node[]} sign */
  #tile(name, grain, ...sign) {
    const input = el("input", { type: "radio", name: this.#group, value: grain ?? "", checked: grain === null });
    input.addEventListener("change", () => this.onChange(grain));
    return el("label", { class: "tile count" }, input, ...sign, el("span", {}, name));
  }
}
