/**
 * A recorded drawing whose codes are settled anew, in whatever order and rhythm one likes. The model does not
 * draw it again: its finished picture is uncovered, and the confidences are those it had.
 */
import { drawUnknown } from "../../lib/grain-pattern.js";
import { candidates, sorted, stepsOf } from "../../lib/tutorial/schedule.js";
import { densities, shares } from "../../lib/tutorial/density.js";

/** @typedef {import("../../lib/view/step.js").Step} Step */
/** @typedef {import("../../lib/tutorial/schedule.js").Order} Order */

export class Uncovering {
  #codes;
  /** When each cell’s code is settled, counted from 1. @type {Uint16Array} */
  order;

  /** @param {Step} step the last of a drawing */
  constructor(step) {
    this.step = step;
    this.order = new Uint16Array(step.grid.cellCount);
    this.#codes = candidates(step, shares(densities(step.image, "deviation", step.grid.regions)));
  }

  get tokens() {
    return this.#codes.length;
  }

  /** @param {readonly number[]} counts codes of each step @param {Order} order @param {number} beta */
  arrange(counts, order, beta) {
    const { grid } = this.step;
    this.order = stepsOf(this.#codes, sorted(this.#codes, order, beta, grid.cells), counts, grid);
  }

  /** How many are settled after a step, and how many of these are of the finest regions. @param {number} step */
  settled(step) {
    const known = this.#codes.filter(({ row, column }) => this.order[row * this.step.grid.cells + column] <= step);
    return { all: known.length, fine: known.filter(({ grain }) => grain === this.step.grid.finest).length };
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} size
   * @param {import("./board.js").Palette} colours
   * @param {number} step
   */
  draw(context, size, colours, step) {
    const known = Uint8Array.from(this.order, (place) => Number(place > 0 && place <= step));
    drawUnknown(context, size, { ...this.step, known }, colours);
  }
}
