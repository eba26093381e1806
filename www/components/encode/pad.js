/**
 * The picture to encode, and a brush to draw on it: by pointer, or by keyboard with the arrow keys for the
 * brush and the space bar for a dab.
 */
import { el, freshId } from "../../lib/dom.js";
import { Exhibit } from "../panel/exhibit.js";

/** The units of the brush, along a side of the picture. */
const UNITS = 128;
const STEP = 4;
const COLOURS = [
  ["#16201c", "black"],
  ["#d8391f", "red"],
  ["#ffcc4d", "yellow"],
  ["#2f9e52", "green"],
  ["#1b57c4", "blue"],
  ["#ffffff", "white"],
];

export class Pad {
  #exhibit = new Exhibit("");
  #hint = el("p", { class: "hint", id: freshId("pad") }, "Draw with a pointer; or arrow keys to move the brush, space for a dab.");
  #colours = el("div", { class: "swatches", role: "radiogroup", "aria-label": "Colour of the brush" });
  #width = el("input", { type: "range", min: 2, max: 24, step: 2, value: 8, "aria-label": "Width of the brush" });
  #clean = el("button", { type: "button", class: "quiet" }, "Clean sheet");
  element = el(
    "div",
    { class: "pad" },
    this.#exhibit.element,
    el("div", { class: "brush" }, this.#colours, this.#width, this.#clean),
    this.#hint,
  );
  #colour = COLOURS[0][0];
  /** The brush of the keyboard. */
  #cursor = { x: UNITS / 2, y: UNITS / 2, seen: false };
  /** @type {{ x: number, y: number } | null} */
  #last = null;
  /** That draws. */
  #pointer = -1;
  #label = "an empty sheet";
  #size;
  /** @type {(fresh: boolean) => void} the picture is another; `fresh`: it began with an empty sheet */
  onDraw = () => {};

  /** @param {number} size pixels along a side of the picture */
  constructor(size) {
    this.#size = size;
    const { sheet } = this.#exhibit;
    sheet.tabIndex = 0;
    sheet.setAttribute("role", "application");
    sheet.setAttribute("aria-label", "Drawing pad");
    sheet.setAttribute("aria-describedby", this.#hint.id);
    sheet.classList.add("drawable");
    const name = freshId("brush");
    for (const [at, [colour, word]] of COLOURS.entries()) {
      const input = el("input", { type: "radio", name, checked: at === 0, "aria-label": word });
      input.style.setProperty("--swatch", colour);
      input.addEventListener("change", () => (this.#colour = colour));
      this.#colours.append(input);
    }
    this.#clean.addEventListener("click", () => {
      this.clear();
      this.onDraw(true);
    });
    sheet.addEventListener("pointerdown", (event) => this.#begin(event));
    sheet.addEventListener("pointermove", (event) => this.#move(event));
    for (const type of ["pointerup", "pointercancel"]) sheet.addEventListener(type, (event) => this.#end(/** @type {PointerEvent} */ (event)));
    sheet.addEventListener("keydown", (event) => this.#key(event));
    sheet.addEventListener("blur", () => this.#point(false));
    this.clear();
  }

  /** Pixels along a side, of pictures shown from now on. */
  set size(/** @type {number} */ size) {
    this.#size = size;
  }

  /** @returns {ImageData} */
  get image() {
    return this.#exhibit.context.getImageData(0, 0, this.#size, this.#size);
  }

  /** @param {ImageData} image @param {string} label */
  show(image, label) {
    this.#label = label;
    this.#exhibit.title = label;
    this.#exhibit.show(image, `To encode: ${label}`, (context, size, colours) => this.#paint(context, size, colours.accent));
  }

  clear() {
    const white = new ImageData(this.#size, this.#size);
    white.data.fill(255);
    this.show(white, "an empty sheet");
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    // A hand that rests beside the pen is none.
    if (event.button || this.#last) return;
    this.#exhibit.sheet.setPointerCapture(event.pointerId);
    this.#pointer = event.pointerId;
    this.#stroke(this.#at(event));
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#last) return;
    if (event.pointerId !== this.#pointer) return;
    // Some browsers have none of them, or none to tell.
    const between = event.getCoalescedEvents?.() ?? [];
    for (const one of between.length ? between : [event]) this.#stroke(this.#at(one));
  }

  /** @param {PointerEvent} event */
  #end(event) {
    if (!this.#last || event.pointerId !== this.#pointer) return;
    this.#last = null;
    this.#drawn();
  }

  /** @param {PointerEvent} event */
  #at({ clientX, clientY }) {
    const { left, top, width, height } = this.#exhibit.sheet.getBoundingClientRect();
    return { x: ((clientX - left) / width) * UNITS, y: ((clientY - top) / height) * UNITS };
  }

  /** @param {{ x: number, y: number }} to */
  #stroke(to) {
    const { context } = this.#exhibit;
    const from = this.#last ?? to;
    context.save();
    context.scale(this.#size / UNITS, this.#size / UNITS);
    context.strokeStyle = this.#colour;
    context.lineWidth = this.#width.valueAsNumber;
    context.lineCap = "round";
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y + 0.01);
    context.stroke();
    context.restore();
    this.#last = to;
  }

  #drawn() {
    const label = this.#label.startsWith("an empty") ? "your drawing" : this.#label.replace(/( with strokes of yours)?$/, " with strokes of yours");
    this.show(this.image, this.#label === "your drawing" ? this.#label : label);
    this.onDraw(false);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
    if (event.key === " ") {
      this.#stroke(this.#cursor);
      this.#last = null;
      this.#drawn();
    } else if (!dx && !dy) return;
    event.preventDefault();
    const inside = (/** @type {number} */ value) => Math.min(UNITS - STEP, Math.max(STEP, value));
    this.#cursor = { x: inside(this.#cursor.x + dx * STEP), y: inside(this.#cursor.y + dy * STEP), seen: true };
    this.#exhibit.paint();
  }

  /** @param {boolean} seen */
  #point(seen) {
    this.#cursor.seen = seen;
    this.#exhibit.paint();
  }

  /** Where the keyboard's brush is. @param {CanvasRenderingContext2D} context @param {number} size @param {string} colour */
  #paint(context, size, colour) {
    if (!this.#cursor.seen) return;
    const scale = size / UNITS;
    context.strokeStyle = colour;
    context.lineWidth = Math.max(2, size / 200);
    context.beginPath();
    context.arc(this.#cursor.x * scale, this.#cursor.y * scale, (this.#width.valueAsNumber / 2 + 1) * scale, 0, 2 * Math.PI);
    context.stroke();
  }
}
