/**
 * The drawings that a model learned from, and those that were held out of its training, as its own codes: a file of JSON
 * for each class above the rows of its table, which `varigrain drawings` writes. A text in it is what follows `picture=` in
 * a link; the decoder makes the picture of it.
 */
import { VarigrainError } from "./errors.js";
import { fetchJson } from "./fetch-json.js";
import { pictureBytes } from "./picture-link.js";

/** @typedef {import("./trained.js").TrainedPairs} TrainedPairs */
/** @typedef {Readonly<Record<string, Readonly<Record<string, string>>>>} Sheet texts by the ids of row and column */

/** Of one file; beyond this it is not one of ours. */
const MOST_BYTES = 2 ** 20;
/** The file of rows that belong to nothing. */
const ALL = "all";

export class RealDrawings {
  #folder;
  #pairs;
  /** By name of the file. @type {Map<string, Promise<Sheet>>} */
  #sheets = new Map();

  /** @param {string} folder absolute, with a slash at its end @param {TrainedPairs} pairs */
  constructor(folder, pairs) {
    this.#folder = folder;
    this.#pairs = pairs;
  }

  /**
   * Which columns of a row there is a drawing of.
   *
   * @param {number} row
   * @returns {Promise<number[]>} places in the list of columns
   * @throws {VarigrainError} "pack-missing", "pack-damaged"
   */
  async columnsOf(row) {
    const texts = await this.#row(row);
    return this.#pairs.columns.classes.flatMap(({ id }, column) => (texts[id] ? [column] : []));
  }

  /**
   * @param {{ row: number, column: number }} pair
   * @returns {Promise<Uint8Array<ArrayBuffer> | null>} the picture as `fromBytes` reads it; null: nobody has drawn it
   * @throws {VarigrainError} "pack-missing", "pack-damaged", "picture-damaged"
   */
  async bytesOf({ row, column }) {
    const text = (await this.#row(row))[this.#pairs.columns.classes[column].id];
    return text ? pictureBytes(text) : null;
  }

  /** @param {number} row */
  async #row(row) {
    const { id, parent } = this.#pairs.rows.classes[row];
    const sheet = await this.#sheet(parent ?? ALL);
    return Object.hasOwn(sheet, id) ? sheet[id] : {};
  }

  /** @param {string} name */
  #sheet(name) {
    const known = this.#sheets.get(name);
    if (known) return known;
    const sheet = this.#load(name);
    this.#sheets.set(name, sheet);
    // What failed may be tried again.
    void sheet.catch(() => this.#sheets.delete(name));
    return sheet;
  }

  /** @param {string} name @returns {Promise<Sheet>} */
  async #load(name) {
    const url = new URL(`${encodeURIComponent(name)}.json`, this.#folder);
    const { list } = await fetchJson(url, { what: "file of real drawings", limit: MOST_BYTES });
    const { rows, columns } = this.#pairs;
    const isText = (/** @type {unknown} */ text) => typeof text === "string" && text.length > 0;
    const isRow = (/** @type {unknown} */ row) => typeof row === "object" && row !== null && Object.values(row).every(isText);
    const fits = String(list?.axes) === String([rows.id, columns.id]) && typeof list.drawings === "object" && list.drawings && Object.values(list.drawings).every(isRow);
    if (!fits) throw new VarigrainError("pack-damaged", `The file of real drawings ${url} cannot be read: it is not of these pairs.`);
    return list.drawings;
  }
}
