/**
 * A square to draw on: a picture in its own pixels, over it marks in screen resolution. With `grid`
 * one can point at its regions or cells, by pointer or by arrow keys.
 */
import { el } from "../../lib/dom.js";
import { coloursOf } from "../../lib/grain-look.js";

/** @typedef {import("../../lib/grain-look.js").Palette} Palette */
/** @typedef {(context: CanvasRenderingContext2D, size: number, colours: Palette, scale: number) => void} Draw */

export class Board {
  #picture = el("canvas", { class: "picture", role: "img" });
  #marks = el("canvas", { class: "marks", "aria-hidden": "true" });
  #caption = el("p", { class: "under" });
  #frame = el("div", { class: "frame" }, this.#picture, this.#marks);
  element = el("div", { class: "board" }, this.#frame, this.#caption);
  /** Places a side that one can point at. */
  #aSide = 0;
  /** The place pointed at. */
  at = 0;
  /** @type {(at: number, pressed: boolean) => void} */
  #pick = () => {};

  /**
   * @param {string} label for those who do not see it
   * @param {Draw} draw the marks
   */
  constructor(label, draw) {
    this.draw = draw;
    this.label = label;
    new ResizeObserver(() => this.#fit()).observe(this.#marks);
  }

  /** @param {string} text */
  set label(text) {
    this.#picture.setAttribute("aria-label", text);
  }

  /** @param {string} text below it */
  set caption(text) {
    this.#caption.textContent = text;
  }

  /** @param {...Node} parts laid over it */
  over(...parts) {
    this.#frame.append(...parts);
    return this;
  }

  /** @param {ImageData | null} image */
  set image(image) {
    const context = /** @type {CanvasRenderingContext2D} */ (this.#picture.getContext("2d"));
    if (image && this.#picture.width !== image.width) [this.#picture.width, this.#picture.height] = [image.width, image.height];
    context.clearRect(0, 0, this.#picture.width, this.#picture.height);
    if (image) context.putImageData(image, 0, 0);
  }

  /**
   * @param {number} aSide
   * @param {string} label
   * @param {(at: number, pressed: boolean) => void} pick `pressed`: by Enter, Space or a click
   */
  grid(aSide, label, pick) {
    this.#aSide = aSide;
    this.#pick = pick;
    this.#frame.tabIndex = 0;
    this.#frame.setAttribute("role", "application");
    this.#frame.setAttribute("aria-label", `${label} Arrow keys move.`);
    this.#frame.classList.add("pointed");
    this.#frame.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.#go(this.#under(event), false));
    this.#frame.addEventListener("click", (event) => this.#go(this.#under(event), true));
    this.#frame.addEventListener("keydown", (event) => this.#key(event));
    return this;
  }

  paint() {
    const context = /** @type {CanvasRenderingContext2D} */ (this.#marks.getContext("2d"));
    const size = this.#marks.width;
    context.clearRect(0, 0, size, size);
    this.draw(context, size, coloursOf(this.element), devicePixelRatio);
  }

  #fit() {
    const size = Math.round(this.#marks.clientWidth * devicePixelRatio);
    if (!size || size === this.#marks.width) return;
    this.#marks.width = this.#marks.height = size;
    this.paint();
  }

  /** @param {MouseEvent} event */
  #under({ clientX, clientY }) {
    const { left, top, width, height } = this.#marks.getBoundingClientRect();
    const place = (/** @type {number} */ share) => Math.min(this.#aSide - 1, Math.max(0, Math.floor(share * this.#aSide)));
    return place((clientY - top) / height) * this.#aSide + place((clientX - left) / width);
  }

  /** @param {number} at @param {boolean} pressed */
  #go(at, pressed) {
    if (at === this.at && !pressed) return;
    this.at = at;
    this.#pick(at, pressed);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const side = this.#aSide;
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const move = moves[/** @type {keyof typeof moves} */ (event.key)];
    if (!move && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    if (!move) return this.#go(this.at, true);
    const clamp = (/** @type {number} */ n) => Math.min(side - 1, Math.max(0, n));
    this.#go(clamp(Math.floor(this.at / side) + move[1]) * side + clamp((this.at % side) + move[0]), false);
  }
}

/** A frame around a place. @param {CanvasRenderingContext2D} context @param {number} size @param {number} aSide @param {number} at @param {string} colour */
export function frame(context, size, aSide, at, colour) {
  const cell = size / aSide;
  const line = Math.max(2, size / 110);
  const [x, y] = [(at % aSide) * cell, Math.floor(at / aSide) * cell];
  for (const [width, style] of /** @type {[number, string][]} */ ([[2 * line, "#ffffff"], [line, colour]])) {
    context.lineWidth = width;
    context.strokeStyle = style;
    context.strokeRect(x, y, cell, cell);
  }
}
