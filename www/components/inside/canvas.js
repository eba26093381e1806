/**
 * The picture on which one code is chosen, by pointer or with arrow keys; over it, how much that code looks at each of
 * the others.
 */
import { el, freshId } from "../../lib/dom.js";
import { drawUnknown } from "../../lib/grain-pattern.js";
import { Exhibit } from "../panel/exhibit.js";

/** @typedef {import("../../lib/view/step.js").Step} Step */
/** @typedef {import("../../lib/grid.js").Grid} Grid */

/** How much of the picture is kept from competing with what lies over it. */
const VEIL = 0.6;
/** What the code that is looked at most is covered with. */
const STRONGEST = 0.8;

/** @type {Readonly<Record<string, readonly [number, number]>>} column and row */
const WAYS = Object.freeze({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] });

/**
 * The code beside another one in a direction; the same at the edge. Where several are, the one beside the place from
 * which one comes.
 *
 * @param {Grid} grid
 * @param {ArrayLike<number>} grains
 * @param {number} cell
 * @param {string} key of a keyboard
 * @returns {number} a cell of it
 */
export function beside(grid, grains, cell, key) {
  const [dx, dy] = WAYS[key] ?? [0, 0];
  const [row, column] = [Math.floor(cell / grid.cells), cell % grid.cells];
  const { row: top, column: left, span } = grid.codeAt(grains, row, column);
  const to = [dy < 0 ? top - 1 : dy > 0 ? top + span : row, dx < 0 ? left - 1 : dx > 0 ? left + span : column];
  return to.every((at) => at >= 0 && at < grid.cells) ? to[0] * grid.cells + to[1] : cell;
}

export class InsideCanvas {
  #exhibit = new Exhibit("");
  #hint = el("p", { class: "hint", id: freshId("codes") }, "Press a place of the picture to see how its code was chosen. By keyboard: arrow keys, and Home for the first.");
  element = el("div", { class: "inside-canvas" }, this.#exhibit.element, this.#hint);
  /** @type {Step | null} */
  #step = null;
  #cell = 0;
  /** A weight for each cell. @type {ArrayLike<number> | null} */
  #weights = null;
  /** @type {(cell: number) => void} */
  onChoose = () => {};

  constructor() {
    const { sheet } = this.#exhibit;
    sheet.tabIndex = 0;
    sheet.setAttribute("role", "application");
    sheet.setAttribute("aria-label", "Codes of the picture");
    sheet.setAttribute("aria-describedby", this.#hint.id);
    sheet.classList.add("pickable");
    sheet.addEventListener("click", (event) => this.#press(event));
    sheet.addEventListener("keydown", (event) => this.#key(event));
  }

  get cell() {
    return this.#cell;
  }

  /** @param {Step} step @param {string} title */
  show(step, title) {
    const other = !step.grid.equals(this.#step?.grid);
    this.#step = step;
    this.#weights = null;
    // A little above the middle, left of it.
    if (other) this.#cell = Math.floor((step.grid.cells - 1) / 2) * (step.grid.cells + 1);
    this.#exhibit.title = title;
    this.#exhibit.show(step.image, title, (context, size, colours) => this.#paint(context, size, colours));
  }

  /** How much the chosen code looks at each cell's; null: nothing is shown of it. @param {ArrayLike<number> | null} weights */
  set weights(weights) {
    this.#weights = weights;
    this.#exhibit.paint();
  }

  /** @param {MouseEvent} event */
  #press({ clientX, clientY }) {
    if (!this.#step) return;
    const { cells } = this.#step.grid;
    const { left, top, width, height } = this.#exhibit.sheet.getBoundingClientRect();
    const at = (/** @type {number} */ share) => Math.min(cells - 1, Math.max(0, Math.floor(share * cells)));
    this.#choose(at((clientY - top) / height) * cells + at((clientX - left) / width));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { key } = event;
    if (!this.#step || event.ctrlKey || event.altKey || event.metaKey || !(key in WAYS || key === "Home" || key === "End")) return;
    event.preventDefault();
    const { grid, grains } = this.#step;
    if (key === "Home" || key === "End") this.#choose(key === "Home" ? 0 : grid.cellCount - 1);
    else this.#choose(beside(grid, grains, this.#cell, key));
  }

  /** @param {number} cell */
  #choose(cell) {
    this.#cell = cell;
    this.#weights = null;
    this.#exhibit.paint();
    this.onChoose(cell);
  }

  /** @param {CanvasRenderingContext2D} context @param {number} size @param {import("../panel/exhibit.js").Palette} colours */
  #paint(context, size, colours) {
    if (!this.#step) return;
    const { grid, grains, undecided } = this.#step;
    const cell = size / grid.cells;
    drawUnknown(context, size, this.#step, colours, { open: undecided, cover: this.#weights ? VEIL : 1 });
    if (this.#weights) drawAttention(context, size, { grid, grains }, this.#weights, colours);
    const { row, column, span } = grid.codeAt(grains, Math.floor(this.#cell / grid.cells), this.#cell % grid.cells);
    const [x, y, side] = [column * cell, row * cell, span * cell];
    // Two lines, one of which stands out from whatever is under them.
    const line = Math.max(2, size / 220);
    context.lineWidth = line;
    context.strokeStyle = "#fff";
    context.strokeRect(x - line / 2, y - line / 2, side + line, side + line);
    context.strokeStyle = "#000";
    context.strokeRect(x - 1.5 * line, y - 1.5 * line, side + 3 * line, side + 3 * line);
  }
}

/**
 * One square for each code, the stronger the more it is looked at.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {{ grid: Grid, grains: ArrayLike<number> }} look
 * @param {ArrayLike<number>} weights
 * @param {import("../../lib/grain-look.js").Palette} colours
 */
export function drawAttention(context, size, { grid, grains }, weights, { paper, accent }) {
  const cell = size / grid.cells;
  let most = 0;
  for (let at = 0; at < weights.length; at++) most = Math.max(most, weights[at]);
  context.fillStyle = paper;
  context.globalAlpha = VEIL;
  context.fillRect(0, 0, size, size);
  context.fillStyle = accent;
  grid.eachCode(grains, (row, column, span) => {
    // Most weights are small: by their roots they can still be told apart.
    context.globalAlpha = STRONGEST * Math.sqrt(weights[row * grid.cells + column] / (most || 1));
    const [left, top] = [Math.round(column * cell), Math.round(row * cell)];
    context.fillRect(left, top, Math.round((column + span) * cell) - left, Math.round((row + span) * cell) - top);
  });
  context.globalAlpha = 1;
}
