/**
 * The pictures of this visit that can be worked on: what was drawn, and what was encoded. Newest first.
 * Panels take from it and put what they make there; whoever watches hears "change".
 */

import { captionOf, completed } from "./drawn.js";

/** @typedef {import("./request.js").Wish} Wish */
/**
 * @typedef {object} Piece
 * @property {string} title
 * @property {ImageData} image
 * @property {import("./grid.js").Grid} grid
 * @property {Uint8Array} grains
 * @property {Uint16Array} cells
 * @property {Wish} request what it was asked for with, and what was drawn in place of "any"; of an encoded one
 *   nothing is known but what it says
 * @property {"drawn" | "encoded" | "repainted" | "linked" | "recorded"} from
 * @property {History} [history] how it was drawn, of pictures of which that is known
 */
/**
 * `wish` with what was drawn in place of "any", so that it asks for this picture and no other.
 *
 * @typedef {{ mode: import("./modes.js").Mode, wish: Wish, steps: readonly import("./view/step.js").Step[] }} History
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
 * @param {Wish} request
 * @param {import("./drawn.js").Names} [names]
 * @returns {Piece[]}
 */
export function piecesOf(tracks, request, names) {
  return tracks.flatMap(({ mode, steps, seed, whole }) => {
    const last = steps.at(-1);
    if (!last?.done) return [];
    const { image, grid, grains, cells, prompt } = last;
    // The same thing again, whatever other seeds would draw in place of "any".
    const wish = { ...completed(request, prompt), seed };
    const history = whole ? undefined : { mode, wish, steps };
    return [{ title: captionOf(request, prompt, names), image, grid, grains, cells, request: { ...wish, mode: undefined }, from: /** @type {const} */ ("drawn"), history }];
  });
}

/**
 * What a recording ends with, to begin with: of this very model, for codes of another one, or of another version, mean nothing
 * to it.
 *
 * @param {import("./recording.js").Recording} recording
 * @param {import("./description.js").Description} description
 * @returns {Piece[]}
 */
export function piecesOfRecording({ model, version, request, tracks }, description) {
  if (model !== description.name || version !== String(description.version)) return [];
  return piecesOf(tracks.slice(0, 1), request, description).map((piece) => ({ ...piece, from: "recorded" }));
}
