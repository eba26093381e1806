/**
 * Two pictures over each other at full size, and a line between them that can be dragged: left of it one, right of it the
 * other. The line is a slider over the whole picture, so keys, pens and fingers move it alike.
 */
import { el } from "../lib/dom.js";

/** Of a hundred, in from the left. */
const MIDDLE = 50;

/** @typedef {{ name: string, image: ImageData }} Named */

export class Divider {
  #left = el("canvas", { class: "left", "aria-hidden": "true" });
  #right = el("canvas", { class: "right", "aria-hidden": "true" });
  #line = el("input", { type: "range", min: "0", max: "100", step: "1", "aria-label": "Where the left picture ends" });
  element = el("div", { class: "stage" }, this.#right, this.#left, el("span", { class: "line", "aria-hidden": "true" }), this.#line);
  #names = ["", ""];

  constructor() {
    this.#line.addEventListener("input", () => this.#move());
    this.#line.valueAsNumber = MIDDLE;
  }

  /** @param {Named} left @param {Named} right of the same size */
  show(left, right) {
    this.#names = [left.name, right.name];
    paint(this.#left, left.image);
    paint(this.#right, right.image);
    this.#move();
  }

  #move() {
    const [left, right] = this.#names;
    this.element.style.setProperty("--at", `${this.#line.value}%`);
    this.#line.setAttribute("aria-valuetext", `${this.#line.value} % ${left}, the rest ${right}`);
  }
}

/** @param {HTMLCanvasElement} canvas @param {ImageData} image */
function paint(canvas, image) {
  const { width, height } = image;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
