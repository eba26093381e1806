/** The pictures of this visit as a row of buttons, one of them chosen. */
import { el } from "../../lib/dom.js";

/** @typedef {import("../../lib/shelf.js").Piece} Piece */

const WORDS = Object.freeze({ drawn: "drawn", encoded: "encoded", repainted: "repainted", linked: "from a link", recorded: "recorded" });

export class Pieces {
  #list = el("ul", { class: "pieces" });
  element = el("div", {}, el("p", { class: "label" }, "Which picture"), this.#list);
  /** @type {(piece: Piece) => void} */
  onPick = () => {};

  /** @param {readonly Piece[]} pieces @param {Piece | null} current */
  show(pieces, current) {
    this.element.hidden = !pieces.length;
    const items = pieces.map((piece) => {
      const { width, height } = piece.image;
      const canvas = el("canvas", { width, height, "aria-hidden": "true" });
      canvas.getContext("2d")?.putImageData(piece.image, 0, 0);
      const label = `${piece.title}, ${WORDS[piece.from]}`;
      const pressed = String(piece === current);
      const button = el("button", { type: "button", class: "piece", "aria-pressed": pressed, "aria-label": label, title: label }, canvas);
      button.addEventListener("click", () => this.onPick(piece));
      return el("li", {}, button);
    });
    this.#list.replaceChildren(...items);
  }
}
