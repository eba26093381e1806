/**
 * What a link asks for, as a button over the empty picture: where drawing is slow the page does not begin by itself. Gone as
 * soon as something is drawn or shown.
 */
import { el, onPress, setText } from "../lib/dom.js";

/** @typedef {import("./player/player.js").VarigrainPlayer} VarigrainPlayer */

export class Invitation {
  #player;
  #button = el("button", { type: "button", class: "primary" });
  #words = el("p");
  #element = el("div", { class: "invitation", slot: "over" }, this.#button, this.#words);
  #act = () => {};

  /** @param {VarigrainPlayer} player */
  constructor(player) {
    this.#player = player;
    onPress(this.#button, () => this.#act());
    player.addEventListener("move", () => {
      if (player.tracks.length) this.clear();
    });
  }

  /** @param {string} label @param {string} words @param {() => void} act */
  offer(label, words, act) {
    setText(this.#button, label);
    setText(this.#words, words);
    this.#words.hidden = !words;
    this.#act = act;
    this.#player.append(this.#element);
  }

  /** Whether it is there. */
  get open() {
    return this.#element.isConnected;
  }

  clear() {
    this.#element.remove();
  }
}
