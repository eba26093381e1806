/**
 * The picture on which regions are chosen: a brush for pointers and fingers, arrow keys and space for
 * keyboards. Chosen regions go back to being dots, as all that is not decided yet.
 */
import { el, freshId } from "../../lib/dom.js";
import { NOTHING } from "../../lib/description.js";
import { drawUnknown } from "../../lib/grain-pattern.js";
import { Grid } from "../../lib/grid.js";
import { keptCells, moved, placeOf, regionAt, regionsAlong } from "../../lib/regions.js";
import { Exhibit } from "../panel/exhibit.js";

/** @typedef {{ image: ImageData, grains: ArrayLike<number>, grid: Grid }} Look */

/** What is going to be drawn again is still seen a little. */
const COVER = 0.72;

export class RepaintCanvas {
  #exhibit = new Exhibit("");
  #hint = el("p", { class: "hint", id: freshId("regions") }, "Brush over what should be drawn again; brush from a chosen region to take it back. By keyboard: arrow keys and space.");
  element = el("div", { class: "repaint-canvas" }, this.#exhibit.element, this.#hint);
  #grid = new Grid(NOTHING.grid);
  chosen = new Uint8Array(this.#grid.regionCount);
  /** The granularity that chosen regions get. @type {(number | null)[]} null: the one that they have */
  #wanted = new Array(this.#grid.regionCount).fill(null);
  /** The granularity that the brush gives. @type {number | null} */
  #brushed = null;
  #cursor = 0;
  #focused = false;
  /** What the stroke under way does: 1 chooses, 0 takes back. */
  #value = 1;
  /** @type {{ x: number, y: number } | null} */
  #last = null;
  /** @type {Look | null} */
  #look = null;
  /** @type {ArrayLike<number> | null} of cells, until something is chosen again */
  #known = null;
  #locked = false;
  /** @type {(spoken: string) => void} */
  onChoose = () => {};

  constructor() {
    const { sheet } = this.#exhibit;
    sheet.tabIndex = 0;
    sheet.setAttribute("role", "application");
    sheet.setAttribute("aria-label", "Regions to draw again");
    sheet.setAttribute("aria-describedby", this.#hint.id);
    sheet.classList.add("drawable");
    sheet.addEventListener("pointerdown", (event) => this.#begin(event));
    sheet.addEventListener("pointermove", (event) => this.#move(event));
    for (const type of ["pointerup", "pointercancel"]) sheet.addEventListener(type, () => (this.#last = null));
    sheet.addEventListener("keydown", (event) => this.#key(event));
    sheet.addEventListener("focus", () => this.#focus(sheet.matches(":focus-visible")));
    sheet.addEventListener("blur", () => this.#focus(false));
  }

  /** Another picture: nothing of it is chosen. @param {Grid} grid */
  clear(grid) {
    this.#grid = grid;
    this.chosen = new Uint8Array(grid.regionCount);
    this.#wanted = new Array(grid.regionCount).fill(null);
    // A little above the middle, left of it.
    const middle = Math.floor((grid.regions - 1) / 2);
    this.#cursor = middle * grid.regions + middle;
  }

  /** What is chosen from now on gets this granularity; null: the one that it has. @param {number | null} grain */
  set brush(grain) {
    this.#brushed = grain;
  }

  /**
   * The granularity of every region, chosen ones as they are going to be.
   *
   * @param {ArrayLike<number>} grains as they are
   */
  grainsOver(grains) {
    return Uint8Array.from(grains, (grain, region) => this.#wanted[region] ?? grain);
  }

  /** While something is drawn nothing can be chosen. @param {boolean} on */
  set locked(on) {
    this.#locked = on;
    this.#exhibit.sheet.setAttribute("aria-disabled", String(on));
  }

  set title(/** @type {string} */ title) {
    this.#exhibit.title = title;
  }

  /**
   * @param {Look} look
   * @param {string} label
   * @param {ArrayLike<number> | null} [known] cells that are decided, while it is drawn and after that; null: cover
   *   what is chosen instead
   */
  show(look, label, known = null) {
    this.#look = look;
    this.#known = known;
    this.#exhibit.show(look.image, label, (context, size, colours) => this.#paint(context, size, colours));
  }

  /** @param {(region: number) => boolean | number} wanted */
  choose(wanted) {
    for (let region = 0; region < this.#grid.regionCount; region++) this.#set(region, wanted(region) ? 1 : 0);
    this.#known = null;
    this.#told(`${this.#count} regions chosen`);
  }

  get #count() {
    return this.chosen.reduce((sum, one) => sum + one, 0);
  }

  /** @param {number} region @param {number} value 1: chosen */
  #set(region, value) {
    this.chosen[region] = value;
    this.#wanted[region] = value ? this.#brushed : null;
  }

  /** What a dab on a region does: takes back what is chosen, unless it shall get another granularity. @param {number} region */
  #turned(region) {
    return this.chosen[region] && this.#wanted[region] === this.#brushed ? 0 : 1;
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    if (event.button || this.#locked) return;
    this.#exhibit.sheet.setPointerCapture(event.pointerId);
    const at = this.#at(event);
    this.#value = this.#turned(regionAt(this.#grid, at.x, at.y));
    this.#last = at;
    this.#brush(at);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (this.#last && !this.#locked) this.#brush(this.#at(event));
  }

  /** @param {{ x: number, y: number }} to */
  #brush(to) {
    for (const region of regionsAlong(this.#grid, this.#last ?? to, to)) this.#set(region, this.#value);
    this.#known = null;
    this.#last = to;
    this.#told("");
  }

  /** @param {PointerEvent} event */
  #at({ clientX, clientY }) {
    const { left, top, width, height } = this.#exhibit.sheet.getBoundingClientRect();
    return { x: (clientX - left) / width, y: (clientY - top) / height };
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const arrow = event.key.startsWith("Arrow");
    if (!arrow && event.key !== " ") return;
    event.preventDefault();
    this.#focused = true;
    if (arrow) this.#cursor = moved(this.#grid, this.#cursor, event.key);
    else if (!this.#locked) {
      this.#set(this.#cursor, this.#turned(this.#cursor));
      this.#known = null;
    }
    const wanted = this.#wanted[this.#cursor];
    const state = this.chosen[this.#cursor] ? "chosen" : "not chosen";
    const as = wanted === null ? "" : `, as ${this.#grid.names[wanted]}`;
    this.#told(`${placeOf(this.#grid, this.#cursor)}, ${state}${as}`);
  }

  /** @param {boolean} focused */
  #focus(focused) {
    this.#focused = focused;
    this.#exhibit.paint();
  }

  /** @param {string} spoken */
  #told(spoken) {
    this.#exhibit.paint();
    this.onChoose(spoken);
  }

  /** @param {CanvasRenderingContext2D} context @param {number} size @param {import("../panel/exhibit.js").Palette} colours */
  #paint(context, size, colours) {
    if (!this.#look) return;
    const { regions } = this.#grid;
    const side = size / regions;
    const known = this.#known ?? keptCells(this.#grid, this.chosen);
    const grains = this.grainsOver(this.#look.grains);
    drawUnknown(context, size, { ...this.#look, grains, known }, colours, { cover: this.#known ? 1 : COVER });
    context.strokeStyle = colours.accent;
    context.lineWidth = Math.max(2, size / 220);
    context.beginPath();
    for (const [region, one] of this.chosen.entries()) if (one) this.#outline(context, region, side);
    context.stroke();
    if (!this.#focused) return;
    context.lineWidth *= 1.5;
    context.strokeStyle = colours.ink;
    context.strokeRect((this.#cursor % regions) * side, Math.floor(this.#cursor / regions) * side, side, side);
  }

  /** Only the edges to regions that are not chosen. @param {CanvasRenderingContext2D} context @param {number} region @param {number} side */
  #outline(context, region, side) {
    const { regions } = this.#grid;
    const [column, row] = [region % regions, Math.floor(region / regions)];
    const [left, top] = [column * side, row * side];
    const inset = context.lineWidth / 2;
    /** @type {[number, number, number, number, number, number][]} neighbour, then an edge */
    const edges = [
      [-1, 0, left + inset, top, left + inset, top + side],
      [1, 0, left + side - inset, top, left + side - inset, top + side],
      [0, -1, left, top + inset, left + side, top + inset],
      [0, 1, left, top + side - inset, left + side, top + side - inset],
    ];
    for (const [dx, dy, x, y, toX, toY] of edges) {
      const [c, r] = [column + dx, row + dy];
      const inside = c >= 0 && c < regions && r >= 0 && r < regions;
      if (inside && this.chosen[r * regions + c]) continue;
      context.moveTo(x, y);
      context.lineTo(toX, toY);
    }
  }
}
