/**
 * `<vg-view-bar>`: what is shown above the picture, and what can be done with it. One for all pictures
 * on show, so that two of them are always seen in the same way.
 *
 * Fires "view" with a `View`.
 */
import { el, emit, freshId } from "../lib/dom.js";

/**
 * @typedef {object} View
 * @property {boolean} grid the grain map
 * @property {boolean} guesses what the model would put where nothing is known yet
 * @property {boolean} order when each code came
 * @property {boolean} crisp pixels instead of a smooth picture
 */

/** @type {View} */
export const AS_IT_IS = Object.freeze({ grid: false, guesses: false, order: false, crisp: false });

/** @type {[keyof View, string][]} */
const CHOICES = [
  ["grid", "Grain map"],
  ["order", "Order"],
  ["guesses", "Guesses"],
  ["crisp", "Pixels"],
];

export class ViewBar extends HTMLElement {
  #actions = el("div", { class: "actions" });
  /** @type {View} */
  #view = AS_IT_IS;

  connectedCallback() {
    const labels = CHOICES.map(([name, text]) => {
      const box = el("input", { type: "checkbox", id: freshId(name) });
      box.addEventListener("change", () => {
        this.#view = { ...this.#view, [name]: box.checked };
        emit(this, "view", this.#view);
      });
      return el("label", { class: "check" }, box, text);
    });
    this.replaceChildren(el("div", { class: "toggles" }, ...labels, this.#actions));
  }

  /** @param {boolean} on whether there is a picture to do something with */
  set enabled(on) {
    for (const button of this.#actions.querySelectorAll("button")) button.disabled = !on;
  }

  /**
   * Something that can be done with the picture.
   *
   * @param {string} label
   * @param {() => void} act
   */
  action(label, act) {
    const button = el("button", { type: "button", class: "quiet", disabled: true }, label);
    button.addEventListener("click", act);
    this.#actions.append(button);
  }
}

customElements.define("vg-view-bar", ViewBar);
