/**
 * Which combinations of classes training had, of two axes: for a table of both, and for what to try beside what the
 * model has never seen. A model need not tell.
 */
import { axisOf } from "./description.js";

/** @typedef {import("./description.js").Axis} Axis */
/** @typedef {import("./description.js").Description} Description */

export class TrainedPairs {
  /** @type {Set<number>} */
  #pairs;
  #places;

  /**
   * @param {Axis} rows
   * @param {Axis} columns
   * @param {readonly (readonly number[])[]} pairs places in both lists of classes
   */
  constructor(rows, columns, pairs) {
    /** @readonly */
    this.rows = rows;
    /** @readonly */
    this.columns = columns;
    this.#pairs = new Set(pairs.map(([row, column]) => row * columns.classes.length + column));
    this.#places = [rows, columns].map(({ classes }) => new Map(classes.map(({ id }, at) => [id, at])));
  }

  /** How many pairs were trained. */
  get count() {
    return this.#pairs.size;
  }

  /** How many pairs there can be. */
  get possible() {
    return this.rows.classes.length * this.columns.classes.length;
  }

  /** @param {number} row @param {number} column places in the lists of classes */
  has(row, column) {
    return this.#pairs.has(row * this.columns.classes.length + column);
  }

  /** @param {string | null | undefined} row @param {string | null | undefined} column ids */
  hasIds(row, column) {
    const [a, b] = [this.#places[0].get(row ?? ""), this.#places[1].get(column ?? "")];
    return a !== undefined && b !== undefined && this.has(a, b);
  }

  /** Whether a row lacks some column. @param {number} row */
  hasGap(row) {
    return this.columns.classes.some((_, column) => !this.has(row, column));
  }

  /**
   * The columns that a row was trained with, the nearest in the list first.
   *
   * @param {number} row
   * @param {number} column
   * @param {number} most
   * @returns {number[]}
   */
  neighbours(row, column, most) {
    return this.columns.classes
      .map((_, other) => other)
      .filter((other) => other !== column && this.has(row, other))
      .sort((a, b) => Math.abs(a - column) - Math.abs(b - column))
      .slice(0, most);
  }
}

/** More columns than this are no table to look through. */
const MOST_COLUMNS = 12;

/** The same, if they make a table that can be looked through. @param {Pick<Description, "axes" | "trained">} description */
export function tableOf(description) {
  const pairs = trainedPairs(description);
  return pairs && pairs.columns.classes.length <= MOST_COLUMNS ? pairs : null;
}

/**
 * The pairs of a model that tells of two axes; the longer list makes the rows.
 *
 * @param {Pick<Description, "axes" | "trained">} description
 * @returns {TrainedPairs | null}
 */
export function trainedPairs({ axes, trained }) {
  if (trained?.axes.length !== 2) return null;
  const [first, second] = trained.axes.map((id) => axisOf({ axes }, id));
  if (!first || !second) return null;
  if (first.classes.length >= second.classes.length) return new TrainedPairs(first, second, trained.combinations);
  return new TrainedPairs(second, first, trained.combinations.map(([a, b]) => [b, a]));
}
