/**
 * `<vg-readout>`: the figures of the step on show, as small print beside the picture.
 */
import { el } from "../lib/dom.js";

/** @typedef {import("../varigrain.js").Step} Step */

/** @type {[key: string, name: string, mark: string][]} */
const FIGURES = [
  ["step", "step", ""],
  ["codes", "codes settled", ""],
  ["coarse", "plain regions, one code each", "one"],
  ["fine", "detailed regions, four each", "four"],
  ["ms", "for this step", ""],
];

export class Readout extends HTMLElement {
  /** @type {Record<string, HTMLElement>} */
  #values = {};
  #meter = el("span", { class: "meter", "aria-hidden": "true" });

  connectedCallback() {
    const list = el("dl");
    for (const [key, name, mark] of FIGURES) {
      this.#values[key] = el("dd", {}, "–");
      const sign = mark ? [el("span", { class: `sign ${mark}`, "aria-hidden": "true" })] : [];
      list.append(el("div", {}, el("dt", {}, ...sign, name), this.#values[key]));
    }
    this.replaceChildren(list, this.#meter);
  }

  /** @param {Step} step */
  show(step) {
    const fine = step.grains.reduce((sum, grain) => sum + grain, 0);
    this.#set("step", step.index + 1, ` / ${step.total}`);
    this.#set("codes", step.codes, ` / ${step.tokens}`);
    this.#set("coarse", step.grains.length - fine);
    this.#set("fine", fine);
    this.#set("ms", duration(step.ms));
    this.#meter.style.setProperty("--share", `${(100 * step.codes) / step.tokens}%`);
  }

  /**
   * @param {string} key
   * @param {string | number} value
   * @param {string} [of] in smaller print
   */
  #set(key, value, of = "") {
    this.#values[key].replaceChildren(String(value), el("small", {}, of));
  }
}

/** @param {number} ms */
export function duration(ms) {
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

customElements.define("vg-readout", Readout);
