/**
 * The likeliest codes for one place: what each would make of the picture there, and how likely it is. The order stays
 * the same whatever the temperature; the figures do not.
 */
import { el } from "../../lib/dom.js";
import { percent } from "../../lib/view/odds.js";

/** @typedef {import("../../lib/grid.js").Grid} Grid */
/** @typedef {import("../../lib/grid.js").Place} Place */
/** @typedef {Pick<Place, "row" | "column" | "span">} Spot */

/**
 * The square of a picture that shows a code with something around it, in pixels, and where in it the code is, in shares.
 *
 * @param {Grid} grid
 * @param {Spot} spot
 * @param {number} pixels along each side of the picture
 */
export function windowOf({ cells }, { row, column, span }, pixels) {
  const cell = pixels / cells;
  const side = Math.min(cells, span + 2 * Math.max(1, Math.ceil(span / 2)));
  const first = (/** @type {number} */ at) => Math.min(cells - side, Math.max(0, at - Math.floor((side - span) / 2)));
  const [left, top] = [first(column), first(row)];
  return { x: left * cell, y: top * cell, side: side * cell, frame: { left: (column - left) / side, top: (row - top) / side, side: span / side } };
}

class Candidate {
  #patch = el("canvas", { "aria-hidden": "true" });
  #frame = el("span", { class: "candidate-frame" });
  #chance = el("span", { class: "candidate-chance" });
  #name = el("span", { class: "small" });
  #meter = el("span", { class: "candidate-bar", "aria-hidden": "true" });
  element = el("li", { class: "candidate" }, el("div", { class: "candidate-patch" }, this.#patch, this.#frame), this.#chance, this.#name, this.#meter);

  /** @param {number} code @param {string} role what it is here; empty for the others */
  constructor(code, role) {
    this.code = code;
    this.#name.textContent = [`code ${code}`, role].filter(Boolean).join(", ");
    this.element.toggleAttribute("data-chosen", Boolean(role));
    this.#patch.width = this.#patch.height = 1;
  }

  set chance(/** @type {number} */ chance) {
    this.#chance.textContent = percent(chance);
    this.#meter.style.setProperty("--share", String(chance));
  }

  /** @param {ImageData} image @param {Grid} grid @param {Spot} spot */
  show(image, grid, spot) {
    const { x, y, side, frame } = windowOf(grid, spot, image.width);
    this.#patch.width = this.#patch.height = side;
    this.#patch.getContext("2d")?.putImageData(image, -x, -y);
    const place = { left: frame.left, top: frame.top, width: frame.side, height: frame.side };
    for (const [name, share] of Object.entries(place)) this.#frame.style.setProperty(name, `${100 * share}%`);
    this.element.toggleAttribute("data-shown", true);
  }
}

export class Candidates {
  #list = el("ol", { class: "candidates" });
  element = el("div", {}, el("p", { class: "label" }, "Likeliest codes"), this.#list);
  /** @type {Candidate[]} */
  #all = [];

  /** @param {readonly number[]} codes the likeliest first @param {{ code: number, known: boolean }} here what stands there, or is the guess */
  begin(codes, here) {
    this.#all = codes.map((code) => new Candidate(code, code !== here.code ? "" : here.known ? "stands here" : "the guess"));
    this.#list.replaceChildren(...this.#all.map(({ element }) => element));
  }

  clear() {
    this.begin([], { code: -1, known: false });
  }

  /** @param {ArrayLike<number>} chances of every code */
  set chances(chances) {
    for (const one of this.#all) one.chance = chances[one.code];
  }

  /** What a code would make of the picture. @param {number} code @param {ImageData} image @param {Grid} grid @param {Spot} spot */
  show(code, image, grid, spot) {
    this.#all.find((one) => one.code === code)?.show(image, grid, spot);
  }
}
