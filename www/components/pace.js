/**
 * What a picture takes where it is drawn slowly, in one line below the button, and more about it for those who ask: a
 * paragraph, with something to do about it if there is a way. Empty where pictures come fast.
 */
import { el, freshId, setText } from "../lib/dom.js";

/** @typedef {{ label: string, act: () => void }} Way a button */

export class Pace {
  #line = el("span");
  #about = el("p", { class: "hint" });
  #button = el("button", { type: "button" });
  #more = el("div", { class: "pace-more", id: freshId("pace"), hidden: true }, this.#about);
  #details = el("button", { type: "button", class: "quiet", "aria-expanded": "false", "aria-controls": this.#more.id, hidden: true }, "Details");
  element = el("div", { class: "pace" }, el("p", { class: "hint" }, this.#line, " ", this.#details), this.#more);
  #act = () => {};

  constructor() {
    this.#details.addEventListener("click", () => (this.open = this.#more.hidden));
    this.#button.addEventListener("click", () => this.#act());
  }

  /** @param {boolean} open whether the paragraph is shown */
  set open(open) {
    this.#more.hidden = !open;
    this.#details.setAttribute("aria-expanded", String(open));
  }

  /**
   * @param {string} line empty: there is nothing to say
   * @param {string} [about] the paragraph
   * @param {Way} [way]
   */
  tell(line, about = "", way = undefined) {
    this.element.classList.toggle("said", Boolean(line));
    setText(this.#line, line);
    setText(this.#about, about);
    this.#details.hidden = !about;
    if (!about) this.open = false;
    if (!way) return this.#button.remove();
    setText(this.#button, way.label);
    this.#act = way.act;
    this.#more.append(this.#button);
  }
}
