/**
 * The figures of the step on show: codes against those of a fixed grid, regions, time. One block for
 * each picture that is looked at, two where both methods stand side by side.
 */
import { el } from "../../lib/dom.js";
import { coloursOf } from "../../lib/grain-look.js";
import { METHOD_NAMES } from "../../lib/modes.js";
import { describeOrder } from "../../lib/order-trail.js";
import { count } from "../../lib/streams.js";
import { budget, duration, spent } from "../../lib/view/step.js";
import { drawBudget } from "../../lib/view/track.js";

/** @typedef {import("../../lib/view/step.js").Track} Track */

class Figures {
  #host;
  #name = el("p", { class: "name" });
  #codes = el("b", {}, "–");
  #against = el("small", {}, "codes");
  #bar = el("canvas", { class: "budget", "aria-hidden": "true", width: 256, height: 10 });
  /** @type {Record<string, HTMLElement>} */
  #values = {};
  #order = el("p", { class: "visually-hidden" });
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
    this.#name.textContent = METHOD_NAMES[mode];
    const step = steps[at];
    if (!step) return this.clear(grid);
    const { grains, open } = count(step);
    const { names } = step.grid;
    const { settled, needed, fixed, saved } = budget(step);
    const most = open ? "≤ " : "";
    this.#codes.textContent = String(settled);
    const share = Math.round(100 * saved);
    const less = open || !share ? "" : `, ${share}\u00a0% fewer`;
    this.#against.textContent = `of ${most}${needed} codes; a fixed grid takes ${fixed}${less}`;
    this.#set("step", `${step.index + 1} of ${most}${step.total}`);
    this.#set("regions", grains.map((regions, grain) => `${regions} ${names[grain]}`.trim()).join(", "));
    this.#set("open", String(open));
    this.#show("open", mode === "ar");
    for (const key of ["step", "ms", "spent"]) this.#show(key, !whole);
    this.#set("ms", duration(step.ms));
    const ms = spent(steps, at);
    this.#set("spent", ms === null ? "–" : duration(ms));
    this.#order.textContent = order ? describeOrder(step, mode) : "";
    const width = Math.max(1, Math.round(this.#bar.clientWidth * devicePixelRatio));
    const height = Math.max(1, Math.round(this.#bar.clientHeight * devicePixelRatio));
    if (this.#bar.width !== width) this.#bar.width = width;
    if (this.#bar.height !== height) this.#bar.height = height;
    const context = /** @type {CanvasRenderingContext2D} */ (this.#bar.getContext("2d"));
    const colours = coloursOf(this.#host, "--_");
    drawBudget(context, width, height, step, { ...colours, line: colours.dot });
  }

  /** @param {import("../../lib/grid.js").Grid} [grid] of what is still to come */
  clear(grid) {
    this.#codes.textContent = "–";
    this.#against.textContent = grid ? `codes; a fixed grid takes ${grid.cellCount}` : "codes";
    for (const key of Object.keys(this.#values)) this.#set(key, "–");
    for (const key of ["step", "ms", "spent"]) this.#show(key, true);
    const { width, height } = this.#bar;
    this.#bar.getContext("2d")?.clearRect(0, 0, width, height);
  }

  /** @param {string} key @param {string} text */
  #set(key, text) {
    this.#values[key].textContent = text;
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
    for (const extra of this.#figures.splice(wanted)) extra.element.remove();
    if (!looks.length) this.#figures[0].clear(grid);
    for (const [n, { track, at }] of looks.entries()) this.#figures[n].show(track, at, looks.length > 1, order, grid);
  }
}
