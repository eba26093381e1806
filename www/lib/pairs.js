/**
 * Which things exist in which styles, for the table of both: two bits for each pair, made by
 * scripts/pairs.mjs from the index of the training data. A model's manifest only has the two lists.
 */
import { fromBase64, toBase64 } from "./base64.js";
import { VarigrainError } from "./errors.js";

/** @typedef {(typeof STATES)[number]} State */
/** @typedef {{ format: number, styles: string[], concepts: number, digest: string, states: string }} PairsFile */

/** There is no such drawing; there is and it was trained with; there is and it was kept for testing. */
export const STATES = Object.freeze(/** @type {const} */ (["gap", "trained", "held-out"]));

const FORMAT = 1;

/** Tells one list of ids from another (FNV-1a). @param {readonly string[]} ids */
export function digestOf(ids) {
  let hash = 0x811c9dc5;
  for (const sign of ids.join("\n")) hash = Math.imul(hash ^ (sign.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}

/**
 * @param {readonly string[]} styles ids
 * @param {readonly string[]} concepts ids
 * @param {readonly { style: number, concept: number, split: string }[]} items every drawing that exists
 * @returns {PairsFile}
 */
export function encodePairs(styles, concepts, items) {
  const bytes = new Uint8Array(Math.ceil((styles.length * concepts.length) / 4));
  for (const { style, concept, split } of items) {
    const at = concept * styles.length + style;
    bytes[at >> 2] |= (split === "train" ? 1 : 2) << (2 * (at & 3));
  }
  return { format: FORMAT, styles: [...styles], concepts: concepts.length, digest: digestOf(concepts), states: toBase64(bytes) };
}

export class Pairs {
  #bytes;
  #styles;
  #concepts;

  /**
   * @param {any} file
   * @param {readonly { id: string }[]} styles of the model
   * @param {readonly { id: string }[]} concepts of the model
   */
  constructor(file, styles, concepts) {
    const ids = concepts.map(({ id }) => id);
    const bytes = typeof file?.states === "string" ? fromBase64(file.states) : new Uint8Array();
    const fits = file?.format === FORMAT && String(file.styles) === String(styles.map(({ id }) => id)) && file.digest === digestOf(ids);
    if (!fits || bytes.length !== Math.ceil((styles.length * concepts.length) / 4)) {
      throw new VarigrainError("pack-damaged", "The table of which drawings exist belongs to another model.");
    }
    this.#bytes = bytes;
    this.#styles = styles.length;
    this.#concepts = concepts.length;
  }

  /** @param {number} concept @param {number} style places in the model's lists @returns {State} */
  state(concept, style) {
    const at = concept * this.#styles + style;
    return STATES[(this.#bytes[at >> 2] >> (2 * (at & 3))) & 3] ?? "gap";
  }

  /** How many pairs there are of each state. */
  tally() {
    /** @type {Record<State, number>} */
    const sums = { gap: 0, trained: 0, "held-out": 0 };
    for (let concept = 0; concept < this.#concepts; concept++) {
      for (let style = 0; style < this.#styles; style++) sums[this.state(concept, style)]++;
    }
    return sums;
  }

  /** Whether a thing is missing in some style. @param {number} concept */
  hasGap(concept) {
    return Array.from({ length: this.#styles }, (_, style) => this.state(concept, style)).includes("gap");
  }

  /**
   * The styles of which the model knows this thing, the nearest in the list first.
   *
   * @param {number} concept
   * @param {number} style
   * @param {number} most
   * @returns {number[]}
   */
  neighbours(concept, style, most) {
    return Array.from({ length: this.#styles }, (_, other) => other)
      .filter((other) => other !== style && this.state(concept, other) === "trained")
      .sort((a, b) => Math.abs(a - style) - Math.abs(b - style))
      .slice(0, most);
  }
}
