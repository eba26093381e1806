/**
 * One pair, large: what the model draws, and beside it what it draws of the same row in columns that training had.
 * All are the model's own: the pictures it learned from are not on this page.
 */
import { el } from "../../lib/dom.js";
import { drawUnknown } from "../../lib/grain-pattern.js";
import { drawResting } from "../resting.js";
import { Exhibit } from "../panel/exhibit.js";
import { STATE_WORDS } from "./words.js";

/** @typedef {import("../../varigrain.js").Step} Step */

export class Detail {
  #title = el("h3");
  #about = el("p", { class: "hint" });
  #main = new Exhibit("");
  #others = el("div", { class: "exhibits" });
  #label = el("p", { class: "label" }, "The model’s own drawings of pairs beside it, which it was trained with");
  element = el("div", { class: "set-detail", hidden: true }, this.#title, this.#about, this.#main.element, this.#label, this.#others);
  /** @type {Exhibit[]} */
  #exhibits = [];

  /**
   * @param {string} row
   * @param {string} column
   * @param {import("./words.js").State} state
   * @param {string[]} neighbours names of columns
   * @param {import("../../lib/grid.js").Grid} grid of the pictures
   */
  begin(row, column, state, neighbours, grid) {
    this.element.hidden = false;
    this.#title.textContent = `${row}, ${column}`;
    this.#about.textContent = `${STATE_WORDS[state].name}: ${STATE_WORDS[state].about}. This is the model’s own drawing.`;
    const others = neighbours.map((name) => new Exhibit(name));
    this.#label.hidden = !others.length;
    this.#others.replaceChildren(...others.map(({ element }) => element));
    this.#main.title = column;
    this.#exhibits = [this.#main, ...others];
    for (const exhibit of this.#exhibits) {
      exhibit.note = "";
      exhibit.show(null, "Not drawn yet", (context, size, colours) => drawResting(context, size, grid, colours));
    }
  }

  /** @param {number} at 0: the pair itself, then its neighbours @param {Step} step @param {string} label */
  step(at, step, label) {
    const { image, done, tokens } = step;
    this.#exhibits[at].show(image, label, (context, size, colours) => drawUnknown(context, size, step, colours));
    if (done) this.#exhibits[at].note = `${tokens} codes`;
  }
}
