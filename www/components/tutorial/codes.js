/** `<vg-tut-codes>`: a picture as 256 numbers. Pointing at one shows what it is, and where else it stands. */
import { el } from "../../lib/dom.js";
import { CELLS } from "../../lib/grain-pattern.js";
import { Board, frame } from "./board.js";
import { Figure, choice, readout, recordingOf, ribbon } from "./figure.js";

/** @typedef {import("../../lib/view/step.js").Step} Step */

const KINDS = /** @type {const} */ ([["original", "The picture"], ["decoded", "Made from the codes"]]);
/** The cell that is pointed at in the beginning: in the house. */
const START = 10 * CELLS + 6;

export class CodesFigure extends Figure {
  #at = START;
  /** @type {Step[]} the picture itself, and with a code in every cell */
  #steps = [];
  #picture = new Board("The house, with a frame around the chosen cell", (context, size, { coarse }) => frame(context, size, CELLS, this.#at, coarse));
  #codes = new Board("The same as a grid of 256 numbers", (context, size, colours) => this.#numbers(context, size, colours));
  #said = readout();

  /** @override */
  async build() {
    const { steps } = (await recordingOf("tutorial-coded")).tracks[0];
    this.#steps = [steps[0], /** @type {Step} */ (steps.at(-1))];
    this.#picture.image = this.#steps[0].image;
    const pick = (/** @type {number} */ at) => this.#go(at);
    for (const board of [this.#picture, this.#codes]) board.grid(CELLS, "Choose one of 16 by 16 cells.", pick);
    this.#picture.over(ribbon());
    this.#codes.caption = "16 × 16 codes, each one of 1,024";
    const kind = choice("Show", KINDS, "original", (/** @type {"original" | "decoded"} */ value) => this.#show(value));
    this.#show("original");
    this.replaceChildren(el("div", { class: "pair" }, this.#picture.element, this.#codes.element), kind, this.#said);
    this.#go(START);
  }

  /** @override */
  paint() {
    for (const board of [this.#picture, this.#codes]) board.paint();
  }

  /** @param {"original" | "decoded"} kind */
  #show(kind) {
    this.#picture.image = this.#steps[kind === "original" ? 0 : 1].image;
    this.#picture.caption = kind === "original" ? "128 × 128 pixels, three colours each" : "What the decoder makes of the 256 codes";
  }

  /** @param {number} at */
  #go(at) {
    this.#at = this.#picture.at = this.#codes.at = at;
    const { cells } = this.#steps[1];
    const same = cells.filter((code) => code === cells[at]).length;
    const often = same === 1 ? "nowhere else in this picture" : `in ${same} cells of this picture`;
    this.#said.textContent = `Row ${Math.floor(at / CELLS) + 1}, column ${(at % CELLS) + 1}: code ${cells[at]}. 8 × 8 pixels, 192 numbers, in 10 bits. It stands ${often}.`;
    this.paint();
  }

  /** @param {CanvasRenderingContext2D} context @param {number} size @param {import("./board.js").Palette} colours */
  #numbers(context, size, colours) {
    const cells = this.#steps[1]?.cells;
    if (!cells) return;
    const cell = size / CELLS;
    context.fillStyle = colours.paper;
    context.fillRect(0, 0, size, size);
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.font = `${Math.round(cell * 0.4)}px ui-monospace, "DejaVu Sans Mono", monospace`;
    for (const [at, code] of cells.entries()) {
      const [x, y] = [(at % CELLS) * cell, Math.floor(at / CELLS) * cell];
      const same = code === cells[this.#at];
      if (same) {
        context.fillStyle = colours.fine;
        context.fillRect(x + 1, y + 1, cell - 2, cell - 2);
      }
      context.fillStyle = same ? "#ffffff" : colours.ink;
      context.fillText(String(code), x + cell / 2, y + cell * 0.53);
    }
    frame(context, size, CELLS, this.#at, colours.coarse);
  }
}

customElements.define("vg-tut-codes", CodesFigure);
