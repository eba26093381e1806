/**
 * `<vg-readout>`: the figures of the step on show, as small print beside the picture.
 */
import { el } from "../lib/dom.js";
import { describeOrder } from "../lib/order-trail.js";
import { count } from "../lib/streams.js";

/** @typedef {import("../varigrain.js").Step} Step */
/** @typedef {import("../varigrain.js").Mode} Mode */

/** @type {[key: string, name: string, mark: string][]} */
const FIGURES = [
  ["step", "step", ""],
  ["codes", "codes settled", ""],
  ["coarse", "plain regions, one code each", "one"],
  ["fine", "detailed regions, four each", "four"],
  ["open", "regions not decided yet", "open"],
  ["ms", "for this step", ""],
  ["spent", "for all steps so far", ""],
];

export class Readout extends HTMLElement {
  /** @type {Record<string, HTMLElement>} */
  #values = {};
  #meter = el("span", { class: "meter", "aria-hidden": "true" });
  #order = el("p", { class: "order hint", hidden: true });

  connectedCallback() {
    const list = el("dl");
    for (const [key, name, mark] of FIGURES) {
      this.#values[key] = el("dd");
      const sign = mark ? [el("span", { class: `sign ${mark}`, "aria-hidden": "true" })] : [];
      list.append(el("div", {}, el("dt", {}, ...sign, name), this.#values[key]));
    }
    this.replaceChildren(list, this.#meter, this.#order);
    this.clear();
  }

  clear() {
    for (const [key] of FIGURES) this.#set(key, "–");
    this.#show("open", false);
    this.#meter.style.setProperty("--share", "0%");
    this.#order.hidden = true;
  }

  /**
   * @param {Step} step
   * @param {object} about
   * @param {Mode} about.mode
   * @param {number | null} about.spent milliseconds for all steps up to this one; null: not known any more
   * @param {boolean} about.order whether to tell when the codes came
   */
  show(step, { mode, spent, order }) {
    const { coarse, fine, open } = count(step, mode);
    const most = open ? "≤ " : "";
    this.#set("step", step.index + 1, ` / ${most}${step.total}`);
    this.#set("codes", step.codes, ` / ${most}${step.tokens}`);
    this.#set("coarse", coarse);
    this.#set("fine", fine);
    this.#set("open", open);
    this.#show("open", mode === "ar");
    this.#set("ms", duration(step.ms));
    this.#set("spent", spent === null ? "–" : duration(spent));
    this.#meter.style.setProperty("--share", `${(100 * step.codes) / step.tokens}%`);
    this.#order.textContent = describeOrder(step, mode);
    this.#order.hidden = !order;
  }

  /** @param {string} key @param {boolean} shown */
  #show(key, shown) {
    /** @type {HTMLElement} */ (this.#values[key].parentElement).hidden = !shown;
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
