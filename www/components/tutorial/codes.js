/** `<vg-tut-codes>`: a picture as numbers, one a cell. Pointing at one shows what it is, and where else it stands. */
import { define } from "../../lib/define.js";
import { el } from "../../lib/dom.js";
import { thousands } from "../../lib/thousands.js";
import { Board, frame } from "./board.js";
import { Figure, choice, readout, recordingOf, ribbon } from "./figure.js";

/** @typedef {import("../../lib/view/step.js").Step} Step */

const KINDS = /** @type {const} */ ([["original", "The picture"], ["decoded", "Made from the codes"]]);
/** The code that is pointed at in the beginning, row and column: an eye. */
const START = [9, 6];
/** A code is one of so many. */
const BITS = 12;

export class CodesFigure extends Figure {
  #at = 0;
  /** Codes along a side. */
  #cells = 1;
  /** Row by row. @type {number[]} */
  #list = [];
  /** @type {Step[]} the picture itself, and with all regions in the middle granularity */
  #steps = [];
  #picture = new Board("The portrait, with a frame around the chosen code", (context, size, { coarse }) => frame(context, size, this.#cells, this.#at, coarse));
  #codes = new Board("The same as a grid of numbers", (context, size, colours) => this.#numbers(context, size, colours));
  #said = readout();

  /** @override */
  async build() {
    const { steps } = (await recordingOf("tutorial-coded")).tracks[0];
    this.#steps = steps.slice(0, 2);
    const { grid, cells: all } = this.#steps[1];
    const cells = (this.#cells = grid.regions * Math.sqrt(grid.codesOf(1)));
    // A code of that granularity covers several of the cells.
    const wide = grid.cells / cells;
    this.#list = Array.from({ length: cells ** 2 }, (_, at) => all[Math.floor(at / cells) * wide * grid.cells + (at % cells) * wide]);
    this.#picture.image = this.#steps[0].image;
    const pick = (/** @type {number} */ at) => this.#go(at);
    for (const board of [this.#picture, this.#codes]) board.grid(cells, `Choose one of ${cells} by ${cells} codes.`, pick);
    this.#picture.over(ribbon());
    this.#codes.caption = `${cells} × ${cells} codes, each one of ${thousands(2 ** BITS)}`;
    const kind = choice("Show", KINDS, "original", (/** @type {"original" | "decoded"} */ value) => this.#show(value));
    this.#show("original");
    this.replaceChildren(el("div", { class: "pair" }, this.#picture.element, this.#codes.element), kind, this.#said);
    this.#go(START[0] * cells + START[1]);
  }

  /** @override */
  paint() {
    for (const board of [this.#picture, this.#codes]) board.paint();
  }

  /** @param {"original" | "decoded"} kind */
  #show(kind) {
    this.#picture.image = this.#steps[kind === "original" ? 0 : 1].image;
    const { width } = this.#steps[0].image;
    this.#picture.caption = kind === "original" ? `${width} × ${width} pixels, three colours each` : `What the decoder makes of the ${this.#cells ** 2} codes`;
  }

  /** @param {number} at */
  #go(at) {
    this.#at = this.#picture.at = this.#codes.at = at;
    const [codes, aSide] = [this.#list, this.#cells];
    const side = this.#steps[1].image.width / aSide;
    const same = codes.filter((code) => code === codes[at]).length;
    const often = same === 1 ? "nowhere else in this picture" : `in ${same} places of this picture`;
    this.#said.textContent = `Row ${Math.floor(at / aSide) + 1}, column ${(at % aSide) + 1}: code ${codes[at]}. ${side} × ${side} pixels, ${3 * side * side} numbers, in ${BITS} bits. It appears ${often}.`;
    this.paint();
  }

  /** @param {CanvasRenderingContext2D} context @param {number} size @param {import("./board.js").Palette} colours */
  #numbers(context, size, colours) {
    const cells = this.#list;
    if (!cells.length) return;
    const aSide = this.#cells;
    const cell = size / aSide;
    context.fillStyle = colours.paper;
    context.fillRect(0, 0, size, size);
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.font = `${Math.round(cell * 0.36)}px ui-monospace, "DejaVu Sans Mono", monospace`;
    for (const [at, code] of cells.entries()) {
      const [x, y] = [(at % aSide) * cell, Math.floor(at / aSide) * cell];
      const same = code === cells[this.#at];
      if (same) {
        context.fillStyle = colours.fine;
        context.fillRect(x + 1, y + 1, cell - 2, cell - 2);
      }
      context.fillStyle = same ? "#ffffff" : colours.ink;
      context.fillText(String(code), x + cell / 2, y + cell * 0.53);
    }
    frame(context, size, aSide, this.#at, colours.coarse);
  }
}

define("vg-tut-codes", CodesFigure);
