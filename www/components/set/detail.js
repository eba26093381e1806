/**
 * One pair, large: what the model draws, the real drawing beside it where there is one, and what the model draws of the
 * same row in columns that training had.
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
  /** The drawing that there is of it, as the model's codes. */
  #truth = new Exhibit("The real drawing");
  #pair = el("div", { class: "set-pair" }, this.#main.element, this.#truth.element);
  #others = el("div", { class: "exhibits" });
  #label = el("p", { class: "label" }, "The model’s own drawings of pairs beside it, which it was trained with");
  element = el("div", { class: "set-detail", hidden: true }, this.#title, this.#about, this.#pair, this.#label, this.#others);
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
    const { name, about } = STATE_WORDS[state];
    this.#about.textContent = `${name}: ${about}. This is the model’s own drawing.`;
    this.#truth.element.hidden = true;
    const others = neighbours.map((name) => new Exhibit(name));
    this.#label.hidden = !others.length;
    this.#others.replaceChildren(...others.map(({ element }) => element));
    this.#main.title = "The model’s drawing";
    this.#exhibits = [this.#main, ...others];
    for (const exhibit of this.#exhibits) {
      exhibit.note = "";
      exhibit.show(null, "Not drawn yet", (context, size, colours) => drawResting(context, size, grid, colours));
    }
  }

  /** The real drawing. @param {import("../../varigrain.js").Picture} picture @param {string} label */
  truth({ image, codes }, label) {
    this.#truth.element.hidden = false;
    this.#truth.show(image, label);
    this.#truth.note = `as ${codes} codes`;
  }

  /** @param {number} at 0: the pair itself, then its neighbours @param {Step} step @param {string} label */
  step(at, step, label) {
    const { image, done, tokens } = step;
    this.#exhibits[at].show(image, label, (context, size, colours) => drawUnknown(context, size, step, colours));
    if (done) this.#exhibits[at].note = `${tokens} codes`;
  }
}
