/**
 * `<vg-style-picker>`: the drawing style as a row of faces. Real radio buttons underneath, so arrow
 * keys, labels and forms work as everywhere.
 *
 * Fires "change" (from its own radio buttons).
 */
import { el, freshId } from "../lib/dom.js";
import { styleGlyph } from "./style-glyph.js";

/** @typedef {import("../varigrain.js").NamedClass} NamedClass */

const ANY = "The style is drawn by lot, evenly among the drawings of the training set that fit.";

export class StylePicker extends HTMLElement {
  #group = freshId("style");

  connectedCallback() {
    // Only the model knows the styles; until it has come, their places are kept.
    this.#render(Array.from({ length: 8 }, () => el("div", { class: "tile blank" })));
  }

  /** @param {NamedClass[]} styles */
  set styles(styles) {
    this.#render([this.#tile(null, "Any"), ...styles.map(({ id, name }) => this.#tile(id, name))]);
    this.value = null;
  }

  /** @param {HTMLElement[]} tiles */
  #render(tiles) {
    const legend = el("legend", { class: "label" }, "Style");
    this.replaceChildren(el("fieldset", { class: "bare" }, legend, el("div", { class: "tiles" }, ...tiles)));
  }

  /** @returns {string | null} */
  get value() {
    const checked = /** @type {HTMLInputElement | null} */ (this.querySelector("input:checked"));
    return checked?.value || null;
  }

  /** @param {string | null} id */
  set value(id) {
    for (const input of this.querySelectorAll("input")) input.checked = input.value === (id ?? "");
  }

  /**
   * @param {string | null} id
   * @param {string} name
   */
  #tile(id, name) {
    const input = el("input", { type: "radio", name: this.#group, value: id ?? "" });
    return el("label", { class: "tile", title: id ? undefined : ANY }, input, styleGlyph(id), el("span", {}, name));
  }
}

customElements.define("vg-style-picker", StylePicker);
