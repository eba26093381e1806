/**
 * One pair, large: what the model draws, and beside it what it draws of the same thing in styles where it
 * knows how it looks. All are the model's own: the drawings it learned from are not on this page.
 */
import { el } from "../../lib/dom.js";
import { drawUnknown, restingGrains } from "../../lib/grain-pattern.js";
import { Exhibit } from "../panel/exhibit.js";
import { STATE_WORDS } from "./words.js";

/** @typedef {{ style: number, name: string }} Shown */
/** @typedef {import("../../varigrain.js").Step} Step */

const NOTHING = new Uint8Array(256);

export class Detail {
  #title = el("h3");
  #about = el("p", { class: "hint" });
  #main = new Exhibit("");
  #others = el("div", { class: "exhibits" });
  #label = el("p", { class: "label" }, "The model’s own drawings in other styles, which it was trained with");
  element = el("div", { class: "set-detail", hidden: true }, this.#title, this.#about, this.#main.element, this.#label, this.#others);
  /** @type {Exhibit[]} */
  #exhibits = [];

  /**
   * @param {string} thing
   * @param {string} style
   * @param {import("../../lib/pairs.js").State} state
   * @param {string[]} neighbours names of styles
   */
  begin(thing, style, state, neighbours) {
    this.element.hidden = false;
    this.#title.textContent = `${thing} in ${style}`;
    this.#about.textContent = `${STATE_WORDS[state].name}: ${STATE_WORDS[state].about}. This is the model’s own drawing.`;
    const others = neighbours.map((name) => new Exhibit(name));
    this.#label.hidden = !others.length;
    this.#others.replaceChildren(...others.map(({ element }) => element));
    this.#main.title = style;
    this.#exhibits = [this.#main, ...others];
    for (const exhibit of this.#exhibits) {
      exhibit.note = "";
      exhibit.show(null, "Not drawn yet", (context, size, colours) => drawUnknown(context, size, restingGrains(), NOTHING, colours));
    }
  }

  /** @param {number} at 0: the pair itself, then its neighbours @param {Step} step @param {string} label */
  step(at, step, label) {
    const { image, grains, known, done, tokens } = step;
    this.#exhibits[at].show(image, label, (context, size, colours) => drawUnknown(context, size, grains, known, colours));
    if (done) this.#exhibits[at].note = `${tokens} codes`;
  }
}
