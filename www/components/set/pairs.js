/**
 * Which pairs of classes a model was trained with, as a table of two axes: the one with more classes gives the rows,
 * the other the columns.
 */

/** @typedef {import("../../lib/description.js").Axis} Axis */
/** @typedef {import("../../lib/description.js").Description} Description */
/** @typedef {{ row: number, column: number }} Pair places in the lists of classes */
/** @typedef {"trained" | "new"} State */

/** More columns than this are no table to look through. */
const MOST_COLUMNS = 12;

export class Pairs {
  /** @type {Set<number>} */
  #trained;

  /** @param {Axis} rows @param {Axis} columns @param {readonly Pair[]} trained */
  constructor(rows, columns, trained) {
    this.rows = rows;
    this.columns = columns;
    this.#trained = new Set(trained.map((pair) => this.#at(pair)));
  }

  /** @param {Pick<Description, "axes" | "trained">} description @returns {Pairs | null} null where there is no such table */
  static of({ axes, trained }) {
    const [a, b, ...more] = (trained?.axes ?? []).map((id) => axes.find((axis) => axis.id === id));
    if (!trained || !a || !b || more.length) return null;
    const turned = b.classes.length > a.classes.length;
    const [rows, columns] = turned ? [b, a] : [a, b];
    if (columns.classes.length > MOST_COLUMNS) return null;
    const pairs = trained.combinations.map(([x, y]) => (turned ? { row: y, column: x } : { row: x, column: y }));
    return new Pairs(rows, columns, pairs);
  }

  /** @param {Pair} pair */
  #at({ row, column }) {
    return row * this.columns.classes.length + column;
  }

  /** @param {Pair} pair @returns {State} */
  state(pair) {
    return this.#trained.has(this.#at(pair)) ? "trained" : "new";
  }

  /** How many pairs there are, and how many of them training had. */
  tally() {
    return { all: this.rows.classes.length * this.columns.classes.length, trained: this.#trained.size };
  }

  /** Whether a row has a pair that training did not have. @param {number} row */
  hasGap(row) {
    return this.columns.classes.some((_, column) => this.state({ row, column }) === "new");
  }

  /**
   * The other columns of a row that training had, the nearest in the list first.
   *
   * @param {Pair} pair
   * @param {number} most
   * @returns {number[]} columns
   */
  neighbours({ row, column }, most) {
    return this.columns.classes
      .map((_, other) => other)
      .filter((other) => other !== column && this.state({ row, column: other }) === "trained")
      .sort((a, b) => Math.abs(a - column) - Math.abs(b - column))
      .slice(0, most);
  }
}
