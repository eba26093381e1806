/**
 * A square picture with a caption, and marks over it in screen resolution. A plain class: `element` goes
 * wherever it is wanted. `sheet` is the square itself, for whoever wants to hear pointers on it.
 */
import { el } from "../../lib/dom.js";
import { coloursOf } from "../../lib/grain-look.js";

/** @typedef {import("../../lib/grain-look.js").Palette} Palette */
/** @typedef {(context: CanvasRenderingContext2D, size: number, colours: Palette) => void} Paint */

export class Exhibit {
  picture = el("canvas", { class: "picture", role: "img" });
  #marks = el("canvas", { class: "marks", "aria-hidden": "true" });
  sheet = el("div", { class: "sheet" }, this.picture, this.#marks);
  #title = el("span", { class: "exhibit-title" });
  #note = el("span", { class: "small" });
  element = el("figure", { class: "exhibit" }, this.sheet, el("figcaption", {}, this.#title, this.#note));
  /** @type {Paint | null} */
  #paint = null;

  /** @param {string} title */
  constructor(title) {
    this.#title.textContent = title;
    new ResizeObserver(() => this.paint()).observe(this.sheet);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.paint());
  }

  set note(/** @type {string} */ text) {
    this.#note.textContent = text;
  }

  set title(/** @type {string} */ text) {
    this.#title.textContent = text;
  }

  get context() {
    return /** @type {CanvasRenderingContext2D} */ (this.picture.getContext("2d", { willReadFrequently: true }));
  }

  /**
   * @param {ImageData | null} image
   * @param {string} label for those who do not see it
   * @param {Paint | null} [paint] what is drawn over it, again whenever size or colours change
   */
  show(image, label, paint = null) {
    if (image) {
      if (this.picture.width !== image.width) [this.picture.width, this.picture.height] = [image.width, image.height];
      this.context.putImageData(image, 0, 0);
    } else this.context.clearRect(0, 0, this.picture.width, this.picture.height);
    this.picture.setAttribute("aria-label", label);
    this.#paint = paint;
    this.paint();
  }

  paint() {
    const size = Math.round(this.sheet.clientWidth * devicePixelRatio);
    if (!size) return;
    if (this.#marks.width !== size) this.#marks.width = this.#marks.height = size;
    const context = /** @type {CanvasRenderingContext2D} */ (this.#marks.getContext("2d"));
    context.clearRect(0, 0, size, size);
    this.#paint?.(context, size, coloursOf(this.sheet));
  }
}
