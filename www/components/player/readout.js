/**
 * The figures of the step on show: codes against those of a fixed grid, regions, time. One block for
 * each picture that is looked at, two where both methods stand side by side.
 */
import { el, setText } from "../../lib/dom.js";
import { METHOD_NAMES } from "../../lib/modes.js";
import { describeOrder } from "../../lib/order-trail.js";
import { count } from "../../lib/streams.js";
import { budget, duration, spent } from "../../lib/view/step.js";
import { drawBudget } from "../../lib/view/track.js";
import { coloursIn } from "./colours.js";
import { Painted } from "./painted.js";

/** @typedef {import("../../lib/view/step.js").Track} Track */
/** @typedef {import("../../lib/view/step.js").Step} Step */

class Figures {
  #host;
  #name = el("p", { class: "name" });
  #codes = el("b", {}, "–");
  #against = el("small", {}, "codes");
  #bar = el("canvas", { class: "budget", "aria-hidden": "true", width: 256, height: 10 });
  /** @type {Record<string, HTMLElement>} */
  #values = {};
  #order = el("p", { class: "visually-hidden" });
  /** @type {Step | null} */
  #step = null;
  #painted = new Painted(this.#bar, (...sheet) => this.#draw(...sheet));
  element;

  /** @param {Element} host */
  constructor(host) {
    this.#host = host;
    const list = el("dl");
    for (const [key, name] of [["step", "Step"], ["regions", "Regions"], ["open", "Not decided yet"], ["ms", "This step"], ["spent", "So far"]]) {
      this.#values[key] = el("dd", {}, "–");
      list.append(el("div", {}, el("dt", {}, name), this.#values[key]));
    }
    const line = el("p", { class: "spent" }, this.#codes, this.#against);
    this.element = el("div", { class: "figures", part: "figures" }, this.#name, line, this.#bar, list, this.#order);
    this.#show("open", false);
  }

  /**
   * @param {Track} track
   * @param {number} at
   * @param {boolean} named
   * @param {boolean} order
   * @param {import("../../lib/grid.js").Grid} [grid]
   */
  show({ mode, steps, whole = false }, at, named, order, grid) {
    this.#name.hidden = !named;
    setText(this.#name, METHOD_NAMES[mode]);
    const step = steps[at];
    if (!step) return this.clear(grid);
    const { grains, open } = count(step);
    const { names } = step.grid;
    const { settled, needed, fixed, saved } = budget(step);
    const most = open ? "≤ " : "";
    setText(this.#codes, String(settled));
    const share = Math.round(100 * saved);
    const less = open || !share ? "" : `, ${share}\u00a0% fewer`;
    setText(this.#against, `of ${most}${needed} codes; ${gridOf(names)} takes ${fixed}${less}`);
    this.#set("step", `${step.index + 1} of ${most}${step.total}`);
    this.#set("regions", grains.map((regions, grain) => `${regions} ${names[grain]}`.trim()).join(", "));
    this.#set("open", String(open));
    this.#show("open", mode === "ar");
    for (const key of ["step", "ms", "spent"]) this.#show(key, !whole);
    this.#set("ms", duration(step.ms));
    const ms = spent(steps, at);
    this.#set("spent", ms === null ? "–" : duration(ms));
    setText(this.#order, order ? describeOrder(step, mode) : "");
    this.#step = step;
    this.#painted.paint();
  }

  /** @param {CanvasRenderingContext2D} context @param {number} width @param {number} height */
  #draw(context, width, height) {
    if (!this.#step) return context.clearRect(0, 0, width, height);
    const colours = coloursIn(this.#host);
    drawBudget(context, width, height, this.#step, { ...colours, line: colours.dot });
  }

  /** @param {import("../../lib/grid.js").Grid} [grid] of what is still to come */
  clear(grid) {
    setText(this.#codes, "–");
    setText(this.#against, grid ? `codes; ${gridOf(grid.names)} takes ${grid.cellCount}` : "codes");
    for (const key of Object.keys(this.#values)) this.#set(key, "–");
    for (const key of ["step", "ms", "spent"]) this.#show(key, true);
    this.#step = null;
    this.#painted.paint();
  }

  close() {
    this.#painted.close();
    this.element.remove();
  }

  /** @param {string} key @param {string} text */
  #set(key, text) {
    setText(this.#values[key], text);
  }

  /** @param {string} key @param {boolean} shown */
  #show(key, shown) {
    /** @type {HTMLElement} */ (this.#values[key].parentElement).hidden = !shown;
  }
}

export class Readout {
  #host;
  /** @type {Figures[]} */
  #figures = [];

  /** @param {Element} host whose colours are drawn with */
  constructor(host) {
    this.#host = host;
    this.element = el("div", { class: "readout", part: "readout", role: "group", "aria-label": "Figures" });
    this.show([], false);
  }

  /**
   * @param {{ track: Track, at: number }[]} looks
   * @param {boolean} order whether to tell when the codes came
   * @param {import("../../lib/grid.js").Grid} [grid] of what is still to come
   */
  show(looks, order, grid) {
    const wanted = Math.max(1, looks.length);
    while (this.#figures.length < wanted) {
      const figures = new Figures(this.#host);
      this.#figures.push(figures);
      this.element.append(figures.element);
    }
    for (const extra of this.#figures.splice(wanted)) extra.close();
    if (!looks.length) this.#figures[0].clear(grid);
    for (const [n, { track, at }] of looks.entries()) this.#figures[n].show(track, at, looks.length > 1, order, grid);
  }
}

/** A code for each cell, whatever is there. @param {readonly string[]} names of the granularities */
const gridOf = (names) => (names.at(-1) ? `a grid of ${names.at(-1)} codes` : "a fixed grid");
