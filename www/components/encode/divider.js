/**
 * Two of several pictures over each other at full size, and a line between them that can be dragged: left of it one, right
 * of it the other. The line is a slider over the whole picture, so keys, pens and fingers move it alike.
 */
import { el, freshId } from "../../lib/dom.js";

/** Of a hundred, in from the left. */
const MIDDLE = 50;

export class Divider {
  #left = new Side("Left");
  #right = new Side("Right");
  #line = el("input", { type: "range", min: "0", max: "100", step: "1", "aria-label": "Where the left picture ends" });
  #stage = el("div", { class: "stage" }, this.#right.canvas, this.#left.canvas, el("span", { class: "line", "aria-hidden": "true" }), this.#line);
  element = el("figure", { class: "divider" }, this.#stage, el("figcaption", {}, this.#left.field, el("span", { class: "small" }, "Drag the line"), this.#right.field));
  /** By name, in the order in which they are offered. @type {Map<string, ImageData>} */
  #pictures = new Map();

  constructor() {
    this.#line.addEventListener("input", () => this.#move());
    for (const side of [this.#left, this.#right]) side.choice.addEventListener("change", () => this.#paint());
    this.#line.valueAsNumber = MIDDLE;
  }

  /**
   * Other pictures; what was chosen stays, as far as it is among them.
   *
   * @param {readonly (readonly [string, ImageData])[]} pictures at least two, all of one size
   */
  show(pictures) {
    this.#pictures = new Map(pictures);
    const names = [...this.#pictures.keys()];
    this.#left.offer(names, names[0]);
    this.#right.offer(names, names[1]);
    this.#paint();
  }

  /** One more, or another one of this name. @param {string} name @param {ImageData} image */
  add(name, image) {
    this.show([...this.#pictures].filter(([other]) => other !== name).concat([[name, image]]));
  }

  #paint() {
    for (const side of [this.#left, this.#right]) {
      const image = this.#pictures.get(side.choice.value);
      if (image) side.paint(image);
    }
    this.#move();
  }

  #move() {
    this.#stage.style.setProperty("--at", `${this.#line.value}%`);
    this.#line.setAttribute("aria-valuetext", `${this.#line.value} % ${this.#left.choice.value}, the rest ${this.#right.choice.value}`);
  }
}

/** One of the two: which picture it is, and its canvas. */
class Side {
  canvas = el("canvas", { "aria-hidden": "true" });
  choice = el("select", { id: freshId("side") });
  field;

  /** @param {string} title */
  constructor(title) {
    this.canvas.className = title.toLowerCase();
    this.field = el("span", { class: "side" }, el("label", { for: this.choice.id }, title), this.choice);
  }

  /** @param {string[]} names @param {string} first if nothing that is there was chosen */
  offer(names, first) {
    const chosen = names.includes(this.choice.value) ? this.choice.value : first;
    this.choice.replaceChildren(...names.map((name) => el("option", { value: name }, name)));
    this.choice.value = chosen;
  }

  /** @param {ImageData} image */
  paint(image) {
    const { width, height } = image;
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    this.canvas.getContext("2d")?.putImageData(image, 0, 0);
  }
}
