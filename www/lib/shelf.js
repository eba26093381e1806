/**
 * The pictures of this visit that can be worked on: what was drawn, and what was encoded. Newest first.
 * Panels take from it and put what they make there; whoever watches hears "change".
 */

/** @typedef {import("./request.js").Wish} Wish */
/**
 * @typedef {object} Piece
 * @property {string} title
 * @property {ImageData} image
 * @property {Uint8Array} grains
 * @property {Uint16Array} cells
 * @property {Wish} request what it was asked for with; of an encoded one nothing is known but what it says
 * @property {"drawn" | "encoded" | "repainted"} from
 */

const KEEP = 8;

export class Shelf extends EventTarget {
  /** @type {Piece[]} */
  #pieces = [];

  get pieces() {
    return this.#pieces;
  }

  /** @param {Piece["from"]} [from] @returns {Piece | null} */
  newest(from) {
    return this.#pieces.find((piece) => !from || piece.from === from) ?? null;
  }

  /** Of the encoded ones only the last is kept: a slider makes dozens of them. @param {Piece} piece */
  add(piece) {
    const others = piece.from === "encoded" ? this.#pieces.filter(({ from }) => from !== "encoded") : this.#pieces;
    this.#pieces = [piece, ...others].slice(0, KEEP);
    this.dispatchEvent(new Event("change"));
  }
}

/**
 * What was drawn, as pieces: the finished tracks.
 *
 * @param {readonly import("./view/step.js").Track[]} tracks
 * @param {string} title
 * @param {Wish} request
 * @returns {Piece[]}
 */
export function piecesOf(tracks, title, request) {
  return tracks.flatMap(({ steps, seed }) => {
    const last = steps.at(-1);
    if (!last?.done) return [];
    const { image, grains, cells } = last;
    return [{ title, image, grains, cells, request: { ...request, mode: undefined, seed }, from: /** @type {const} */ ("drawn") }];
  });
}
