/**
 * The grid of a model: square regions, and cells that are as small as its finest codes. A region has one
 * granularity: 0 is the coarsest, with one code for the whole region; each further one has four codes where
 * the one before has one. Regions, cells and codes are counted row by row.
 *
 * Pure arithmetic: src/grain has the same in Rust.
 */
import { BOUNDS } from "./bounds.js";

/**
 * @typedef {object} GridSizes
 * @property {number} regions along a side
 * @property {number} cells along a side
 * @property {number} granularities how many there are
 * @property {readonly string[]} [names] what they are called, the coarsest first; the engine says it. Empty text where
 *   there is only one, which needs no name
 */
/**
 * @typedef {object} Place a code
 * @property {number} row of its first cell
 * @property {number} column of its first cell
 * @property {number} span cells along its side
 * @property {number} region
 * @property {number} grain its granularity
 */

/** For grids of which nobody says what their granularities are called. @param {number} granularities */
const numbered = (granularities) => (granularities > 1 ? Array.from({ length: granularities }, (_, at) => `level ${at + 1}`) : [""]);

export class Grid {
  /**
   * @param {GridSizes} sizes
   * @throws {RangeError} if they do not fit each other
   */
  constructor({ regions, cells, granularities, names }) {
    const whole = [regions, cells, granularities].every((size) => Number.isSafeInteger(size) && size > 0);
    if (!whole || cells > BOUNDS.cells || cells !== regions * 2 ** (granularities - 1)) {
      throw new RangeError(`no grid has ${regions} regions and ${cells} cells a side in ${granularities} granularities`);
    }
    /** Regions along a side. @readonly */
    this.regions = regions;
    /** Cells along a side. @readonly */
    this.cells = cells;
    /** How many granularities there are. @readonly */
    this.granularities = granularities;
    /** @readonly */
    this.regionCount = regions ** 2;
    /** @readonly */
    this.cellCount = cells ** 2;
    /** Cells along the side of a region. @readonly */
    this.span = cells / regions;
    /** The finest granularity. @readonly */
    this.finest = granularities - 1;
    const named = Array.isArray(names) && names.length === granularities && names.every((name) => typeof name === "string");
    /** What the granularities are called, the coarsest first. @readonly @type {readonly string[]} */
    this.names = Object.freeze(named ? [...names] : numbered(granularities));
    Object.freeze(this);
  }

  /** The same as plain data, for files. @returns {GridSizes} */
  get sizes() {
    return { regions: this.regions, cells: this.cells, granularities: this.granularities, names: [...this.names] };
  }

  /** Whether regions and cells are the same; names play no part. @param {GridSizes | null | undefined} other */
  equals(other) {
    return this.regions === other?.regions && this.cells === other.cells && this.granularities === other.granularities;
  }

  /** Cells along the side of a code. @param {number} grain its granularity; finer ones than there are count as the finest */
  side(grain) {
    return this.span >> Math.min(grain, this.finest);
  }

  /** How many codes a region has. @param {number} grain its granularity */
  codesOf(grain) {
    return (this.span / this.side(grain)) ** 2;
  }

  /** @param {number} cell @returns {number} its region */
  regionOf(cell) {
    return this.regionAt(Math.floor(cell / this.cells), cell % this.cells);
  }

  /** The region of a cell. @param {number} row of the cell @param {number} column of the cell */
  regionAt(row, column) {
    return Math.floor(row / this.span) * this.regions + Math.floor(column / this.span);
  }

  /** A region's first cell. @param {number} region */
  cornerOf(region) {
    return Math.floor(region / this.regions) * this.span * this.cells + (region % this.regions) * this.span;
  }

  /** @param {number} region @returns {number[]} its cells */
  cellsOf(region) {
    const corner = this.cornerOf(region);
    return Array.from({ length: this.span ** 2 }, (_, at) => corner + Math.floor(at / this.span) * this.cells + (at % this.span));
  }

  /** The cells that a code covers. @param {Pick<Place, "row" | "column" | "span">} code @returns {number[]} */
  cellsUnder({ row, column, span }) {
    return Array.from({ length: span * span }, (_, at) => (row + Math.floor(at / span)) * this.cells + column + (at % span));
  }

  /**
   * The code that covers a cell.
   *
   * @param {ArrayLike<number>} grains granularity of each region
   * @param {number} row of the cell
   * @param {number} column of the cell
   * @returns {Place}
   */
  codeAt(grains, row, column) {
    const region = this.regionAt(row, column);
    const grain = grains[region];
    const span = this.side(grain);
    return { row: row - (row % span), column: column - (column % span), span, region, grain };
  }

  /**
   * Every code once, region by region.
   *
   * @param {ArrayLike<number>} grains granularity of each region
   * @param {(row: number, column: number, span: number, region: number, grain: number) => void} visit row and column
   *   of the code's first cell, and the cells along its side
   */
  eachCode(grains, visit) {
    for (let region = 0; region < this.regionCount; region++) {
      const grain = Math.min(grains[region], this.finest);
      const span = this.side(grain);
      const [top, left] = [Math.floor(region / this.regions) * this.span, (region % this.regions) * this.span];
      for (let row = top; row < top + this.span; row += span) {
        for (let column = left; column < left + this.span; column += span) visit(row, column, span, region, grain);
      }
    }
  }

  /** How many codes a picture takes. @param {ArrayLike<number>} grains granularity of each region */
  tokens(grains) {
    return Array.from(grains).reduce((sum, grain) => sum + this.codesOf(grain), 0);
  }
}
