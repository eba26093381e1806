/** `<vg-tut-density>`: the information density of a region, computed from its pixels while one points at it. */
import { define } from "../../lib/define.js";
import { el, svg } from "../../lib/dom.js";
import { MEASURES, MEASURE_WORDS, densities, density, histogram, patch, shares } from "../../lib/tutorial/density.js";
import { heat } from "../../lib/view/layers.js";
import { Board, frame } from "./board.js";
import { Figure, choice, pictureChoice, pictureOf, readout, ribbon } from "./figure.js";

/** @typedef {import("../../lib/tutorial/density.js").Measure} Measure */

/** The region pointed at in the beginning, row and column: an eye. */
const START = [4, 3];
const [WIDTH, HEIGHT] = [320, 120];

export class DensityFigure extends Figure {
  /** @type {Measure} */
  #measure = "deviation";
  #at = 0;
  /** Regions along a side. */
  #regions = 1;
  /** @type {ImageData | null} */
  #image = null;
  /** @type {number[]} */
  #levels = [];
  #picture = new Board("The picture, with a frame around the chosen region", (context, size, { coarse }) => frame(context, size, this.#regions, this.#at, coarse));
  #map = new Board("", (context, size, colours) => this.#heat(context, size, colours));
  #said = readout();
  #bars = el("div", { class: "histogram", role: "img" });

  /** @override */
  async build() {
    const { grid, image } = await pictureOf("portrait");
    const side = image.width / grid.regions;
    const aSide = (this.#regions = grid.regions);
    this.#at = START[0] * aSide + START[1];
    for (const board of [this.#picture, this.#map]) board.grid(aSide, `Choose one of ${aSide} by ${aSide} regions.`, (at) => this.#go(at));
    this.#picture.over(ribbon());
    this.#picture.caption = `Point at a region of ${side} × ${side} pixels`;
    this.#map.caption = "Its density: from dark (plain) to light (dense)";
    const measure = choice("Measure", MEASURES.map((name) => /** @type {const} */ ([name, MEASURE_WORDS[name].title])), "deviation", (value) => {
      this.#measure = value;
      this.#compute();
    });
    await this.#choose("portrait");
    const choices = el("div", { class: "choices" }, pictureChoice((name) => void this.#choose(name)), measure);
    this.replaceChildren(el("div", { class: "pair" }, this.#picture.element, this.#map.element), choices, this.#bars, this.#said);
  }

  /** @override */
  paint() {
    for (const board of [this.#picture, this.#map]) board.paint();
  }

  /** @param {import("./figure.js").PictureName} name */
  async #choose(name) {
    const { image } = await pictureOf(name);
    this.#image = this.#picture.image = image;
    this.#compute();
  }

  #compute() {
    if (!this.#image) return;
    this.#levels = shares(densities(this.#image, this.#measure, this.#regions));
    this.#map.label = `${MEASURE_WORDS[this.#measure].title} of each of the ${this.#levels.length} regions`;
    this.#go(this.#at);
  }

  /** @param {number} at */
  #go(at) {
    if (!this.#image) return;
    this.#at = this.#picture.at = this.#map.at = at;
    const pixels = patch(this.#image, at, this.#regions);
    const figures = MEASURES.map((name) => `${MEASURE_WORDS[name].title.toLowerCase()} ${density(pixels, name).toFixed(2)}${MEASURE_WORDS[name].unit}`);
    const plainer = Math.round(100 * this.#levels[at]);
    this.#said.textContent = `Row ${Math.floor(at / this.#regions) + 1}, column ${(at % this.#regions) + 1}: ${figures.join(", ")}. Denser than ${plainer} % of this picture.`;
    const shares = histogram(pixels);
    const most = Math.max(...shares, 0.25);
    const step = WIDTH / shares.length;
    const bars = shares.map((share, n) => svg("rect", { x: n * step + 1, y: HEIGHT - 18 - (share / most) * (HEIGHT - 22), width: step - 2, height: Math.max(1, (share / most) * (HEIGHT - 22)) }));
    const label = (/** @type {number} */ x, /** @type {string} */ word, /** @type {string} */ anchor) => svg("text", { x, y: HEIGHT - 3, "text-anchor": anchor }, document.createTextNode(word));
    const words = [label(0, "black", "start"), label(WIDTH / 2, "grey levels of the region", "middle"), label(WIDTH, "white", "end")];
    this.#bars.setAttribute("aria-label", `Histogram of its grey levels: ${shares.filter((share) => share > 0.02).length} of 32 bins hold something`);
    this.#bars.replaceChildren(svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}` }, ...bars, ...words));
    this.paint();
  }

  /** @param {CanvasRenderingContext2D} context @param {number} size @param {import("./board.js").Palette} colours */
  #heat(context, size, { coarse }) {
    const regions = this.#regions;
    const edge = (/** @type {number} */ n) => Math.round((n * size) / regions);
    for (const [at, level] of this.#levels.entries()) {
      const [column, row] = [at % regions, Math.floor(at / regions)];
      context.fillStyle = heat(level);
      context.fillRect(edge(column), edge(row), edge(column + 1) - edge(column) - 1, edge(row + 1) - edge(row) - 1);
    }
    frame(context, size, regions, this.#at, coarse);
  }
}

define("vg-tut-density", DensityFigure);
