/** `<vg-tut-schedule>`: how many codes a step settles, to be filled in by hand. */
import { define } from "../../lib/define.js";
import { el } from "../../lib/dom.js";
import { cosine, perStep, refill } from "../../lib/tutorial/schedule.js";
import { colourAt } from "../../lib/order-trail.js";
import { Board } from "./board.js";
import { Figure, choice, readout, recordingOf, ribbon, slider } from "./figure.js";
import { Uncovering } from "./uncover.js";

/** @typedef {"cosine" | "even" | "hasty" | "own"} Preset */

const STEPS = 12;
const BETA = 2;
const PRESETS = /** @type {const} */ ([["cosine", "MaskGIT’s cosine"], ["even", "Even"], ["hasty", "All at the start"]]);

export class ScheduleFigure extends Figure {
  /** @type {Uncovering | null} */
  #drawing = null;
  /** @type {number[]} */
  #counts = [];
  #at = 4;
  #picture = new Board("", (context, size, colours) => this.#drawing?.draw(context, size, colours, this.#at));
  #columns = el("div", { class: "columns", role: "group", "aria-label": "Codes in each step" });
  #said = readout();
  #step = slider("After step", { min: 1, max: STEPS, value: 4 }, (value) => {
    this.#at = value;
    this.#tell();
  });

  /** @override */
  async build() {
    const last = (await recordingOf("portrait")).tracks[0].steps.at(-1);
    if (!last) return;
    this.#drawing = new Uncovering(last);
    this.#picture.image = last.image;
    this.#picture.over(ribbon());
    this.#picture.caption = "The finished picture, uncovered in your rhythm";
    const presets = choice("Begin with", PRESETS, "cosine", (value) => this.#preset(value));
    const help = el("p", { class: "hint" }, "Drag a column up or down, or press arrow keys on it: the others make up for it.");
    const side = el("div", { class: "beside" }, this.#columns, help, this.#step.element, this.#said, presets);
    for (let n = 0; n < STEPS; n++) this.#columns.append(this.#column(n));
    this.replaceChildren(el("div", { class: "pair" }, this.#picture.element, side));
    this.#preset("cosine");
  }

  /** @override */
  paint() {
    this.#picture.paint();
  }

  /** @param {number} n */
  #column(n) {
    const bar = el("span", { class: "fill" });
    const count = el("span", { class: "count", "aria-hidden": "true" });
    const column = el("div", { class: "column", role: "slider", tabindex: 0, "aria-orientation": "vertical", "aria-label": `Codes in step ${n + 1}`, "aria-valuemin": 1 }, bar, count);
    bar.style.background = `rgb(${colourAt(n / (STEPS - 1)).join(" ")})`;
    const drag = (/** @type {PointerEvent} */ event) => {
      const { bottom, height } = column.getBoundingClientRect();
      this.#fill(n, ((bottom - event.clientY) / height) * this.#most);
    };
    column.addEventListener("pointerdown", (event) => {
      column.setPointerCapture(event.pointerId);
      drag(event);
    });
    column.addEventListener("pointermove", (event) => column.hasPointerCapture(event.pointerId) && drag(event));
    column.addEventListener("keydown", (event) => {
      const by = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 }[event.key];
      if (!by) return;
      event.preventDefault();
      this.#fill(n, this.#counts[n] + by);
    });
    return column;
  }

  /** What a column of full height stands for. */
  get #most() {
    return Math.ceil((this.#drawing?.tokens ?? 0) / 3);
  }

  /** @param {number} n @param {number} count */
  #fill(n, count) {
    this.#set(refill(this.#counts, n, Math.min(count, this.#most)));
  }

  /** @param {(typeof PRESETS)[number][0]} name */
  #preset(name) {
    const tokens = this.#drawing?.tokens ?? 0;
    const even = Array.from({ length: STEPS }, (_, n) => Math.round(((n + 1) * tokens) / STEPS));
    const known = { cosine: cosine(STEPS, tokens), even, hasty: cosine(STEPS, tokens) }[name];
    const counts = perStep(known);
    this.#set(name === "hasty" ? counts.reverse() : counts);
  }

  /** @param {number[]} counts */
  #set(counts) {
    this.#counts = counts;
    this.#drawing?.arrange(counts, "priority", BETA);
    for (const [n, column] of [...this.#columns.children].entries()) {
      const [bar, count] = /** @type {any} */ (column.children);
      bar.style.height = `${Math.min(100, (100 * counts[n]) / this.#most)}%`;
      count.textContent = String(counts[n]);
      column.setAttribute("aria-valuenow", String(counts[n]));
      column.setAttribute("aria-valuemax", String(this.#most));
    }
    this.#tell();
  }

  #tell() {
    if (!this.#drawing) return;
    const { all } = this.#drawing.settled(this.#at);
    const { tokens } = this.#drawing;
    const rest = tokens - all;
    this.#said.textContent = `After step ${this.#at}: ${all} of ${tokens} codes settled, ${rest} still masked.`;
    this.#picture.label = `The picture with ${all} of ${tokens} codes uncovered`;
    for (const [n, column] of [...this.#columns.children].entries()) column.classList.toggle("ahead", n >= this.#at);
    this.paint();
  }
}

define("vg-tut-schedule", ScheduleFigure);
