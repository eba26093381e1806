/** One column of the comparison: a picture, how near it comes and in how many bytes, and what is behind that. */
import { el } from "../../lib/dom.js";
import { thousands } from "../../lib/thousands.js";
import { errorPixels } from "../../lib/view/maps.js";
import { Exhibit } from "../panel/exhibit.js";

/** @param {ArrayLike<number>} values */
export function meanOf(values) {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at];
  return sum / values.length;
}

/** @param {number} bytes */
export const inBytes = (bytes) => `${thousands(bytes)} ${bytes === 1 ? "byte" : "bytes"}`;

export class Way {
  picture = new Exhibit("");
  /** Where the codes went, how dense the picture is, or what is stored of it. */
  map = new Exhibit("");
  error = new Exhibit("Error");
  #figure = el("p", { class: "psnr" });
  #bytes = el("p", { class: "bytes" });
  #note = el("p", { class: "small" });
  #title = el("h3");
  element;

  /** @param {string} kind of column, for its colour @param {string} title @param {"map" | "both"} behind what is shown below it */
  constructor(kind, title, behind) {
    this.title = title;
    const exhibits = [this.map, ...(behind === "both" ? [this.error] : [])].map(({ element }) => element);
    this.element = el(
      "section",
      { class: `way ${kind}` },
      this.#title,
      this.picture.element,
      el("div", { class: "figures" }, this.#figure, this.#bytes, this.#note),
      el("div", { class: "exhibits" }, ...exhibits),
    );
  }

  set title(/** @type {string} */ title) {
    this.#title.textContent = title;
  }

  /** @param {string} figure @param {string} unit @param {string} bytes @param {string} note */
  tell(figure, unit, bytes, note) {
    this.#figure.replaceChildren(el("strong", {}, figure), unit);
    this.#bytes.textContent = bytes;
    this.#note.textContent = note;
  }

  /**
   * @param {ArrayLike<number>} errors of each pixel
   * @param {number} size pixels along a side
   * @param {number} top the error that is brightest
   * @param {number} [average] of the errors, where it is known better than by them
   */
  off(errors, size, top, average = meanOf(errors)) {
    const mean = average.toFixed(1);
    this.error.show(new ImageData(errorPixels(errors, top), size, size), `Error map: ${mean} of 255 off on average`);
    this.error.note = `${mean} of 255 on average`;
  }

  /** Whether what it shows is not up to date. */
  set waiting(/** @type {boolean} */ on) {
    this.element.toggleAttribute("data-waiting", on);
    if (on) this.element.setAttribute("aria-busy", "true");
    else this.element.removeAttribute("aria-busy");
  }
}
