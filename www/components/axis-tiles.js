/**
 * `<vg-axis-tiles>`: an axis of few classes as a row of tiles, each with its thumbnail or glyph if it has one. Real
 * radio buttons underneath, so arrow keys, labels and forms work as everywhere.
 *
 * Fires "change" (from its own radio buttons).
 */
import { ElementBase, define } from "../lib/define.js";
import { el, freshId } from "../lib/dom.js";
import { anySign, classSign } from "./class-sign.js";

/** @typedef {import("../lib/description.js").Axis} Axis */

const ANY = "Left open: picked at random, evenly among what the model was trained with.";

export class AxisTiles extends ElementBase {
  #group = freshId("axis");
  #axis;
  /** @type {string | null} id of a class of the parent axis; only its own are offered */
  #within = null;

  /** @param {Axis} axis */
  constructor(axis) {
    super();
    this.#axis = axis;
  }

  connectedCallback() {
    if (!this.childElementCount) this.#render(null);
  }

  get axis() {
    return this.#axis;
  }

  /** @returns {string | null} id of a class; null for any */
  get value() {
    const checked = /** @type {HTMLInputElement | null} */ (this.querySelector("input:checked"));
    return checked?.value || null;
  }

  /** @param {string | null} id */
  set value(id) {
    for (const input of this.querySelectorAll("input")) input.checked = input.value === (id ?? "");
  }

  /** @param {string | null} parent id of a class of the parent axis; null for any */
  set within(parent) {
    if (parent === this.#within) return;
    this.#within = parent;
    const { value } = this;
    this.#render(value);
  }

  /** @param {string | null} value what stays chosen, if it is still offered */
  #render(value) {
    const { name, classes } = this.#axis;
    const offered = classes.filter(({ parent }) => !this.#within || parent === this.#within);
    const signs = offered.map((entry) => classSign(entry));
    const signed = signs.some(Boolean);
    const tiles = offered.map((entry, at) => this.#tile(entry.id, entry.name, signed ? signs[at] : null));
    const any = this.#tile("", "Any", signed ? anySign() : null);
    any.title = ANY;
    const list = el("div", { class: signed ? "tiles" : "tiles plain" }, any, ...tiles);
    this.replaceChildren(el("fieldset", { class: "bare" }, el("legend", { class: "label" }, name), list));
    this.value = offered.some(({ id }) => id === value) ? value : null;
  }

  /** @param {string} id @param {string} name @param {Element | null} sign */
  #tile(id, name, sign) {
    const input = el("input", { type: "radio", name: this.#group, value: id });
    return el("label", { class: "tile" }, input, ...(sign ? [sign] : []), el("span", {}, name));
  }
}

define("vg-axis-tiles", AxisTiles);
