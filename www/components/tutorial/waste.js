/** `<vg-tut-waste>`: how many of the codes of a fixed grid lie where next to nothing happens. */
import { define } from "../../lib/define.js";
import { el } from "../../lib/dom.js";
import { densities } from "../../lib/tutorial/density.js";
import { Board } from "./board.js";
import { Figure, pictureChoice, pictureOf, readout, ribbon, slider } from "./figure.js";

/** Of grey levels: what no one would call a difference. */
const START = 4;
/** Grey levels to one unit of the deviation, which is of values from -1 to 1. */
const LEVELS = 127.5;

export class WasteFigure extends Figure {
  #limit = START;
  /** @type {number[]} of the cells, in grey levels */
  #values = [];
  /** Cells along a side. */
  #cells = 1;
  #picture = new Board("", (context, size, colours) => this.#cover(context, size, colours));
  #said = readout();

  /** @override */
  async build() {
    const limit = slider("Call a cell plain if its colours stray by less than", { min: 0, max: 40, value: START, text: (n) => `${n} of 255` }, (value) => {
      this.#limit = value;
      this.#tell();
    });
    this.#picture.over(ribbon());
    const side = el("div", { class: "beside" }, pictureChoice((name) => void this.#choose(name)), limit.element, this.#said);
    await this.#choose("portrait");
    this.replaceChildren(el("div", { class: "pair" }, this.#picture.element, side));
  }

  /** @override */
  paint() {
    this.#picture.paint();
  }

  /** @param {import("./figure.js").PictureName} name */
  async #choose(name) {
    const { image, grid } = await pictureOf(name);
    this.#picture.image = image;
    this.#cells = grid.cells;
    this.#values = densities(image, "deviation", grid.cells).map((value) => value * LEVELS);
    this.#tell();
  }

  #tell() {
    const all = this.#values.length;
    const plain = this.#values.filter((value) => value < this.#limit).length;
    const text = `${plain} of ${all} cells are plain: ${Math.round((100 * plain) / all)} % of the codes are spent on saying “as before”.`;
    this.#said.textContent = text;
    this.#picture.label = `The picture, ${plain} plain cells of ${all} covered`;
    this.#picture.caption = "Plain cells are covered, each with the dot of its code";
    this.paint();
  }

  /** @param {CanvasRenderingContext2D} context @param {number} size @param {import("./board.js").Palette} colours */
  #cover(context, size, colours) {
    const cells = this.#cells;
    const edge = (/** @type {number} */ n) => Math.round((n * size) / cells);
    for (const [at, value] of this.#values.entries()) {
      if (value >= this.#limit) continue;
      const [column, row] = [at % cells, Math.floor(at / cells)];
      context.fillStyle = colours.paper;
      context.fillRect(edge(column), edge(row), edge(column + 1) - edge(column), edge(row + 1) - edge(row));
      context.fillStyle = colours.coarse;
      context.beginPath();
      context.arc(((column + 0.5) * size) / cells, ((row + 0.5) * size) / cells, size / cells / 5, 0, 2 * Math.PI);
      context.fill();
    }
  }
}

define("vg-tut-waste", WasteFigure);
