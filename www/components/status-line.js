/**
 * `<vg-status-line>`: what is going on, in one line. What is seen may change many times a second;
 * what is spoken is set apart and changes only when there is something to say.
 */
import { ElementBase, define } from "../lib/define.js";
import { el } from "../lib/dom.js";
import { loadingText } from "./player/words.js";

/** @typedef {import("../varigrain.js").Progress} Progress */

export class StatusLine extends ElementBase {
  #seen = el("span", { class: "seen", "aria-hidden": "true" });
  #spoken = el("span", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  #bar = el("progress", { max: 1, value: 0, "aria-label": "Download of the model", hidden: true });
  #quarter = -1;

  connectedCallback() {
    this.replaceChildren(this.#seen, this.#bar, this.#spoken);
  }

  /**
   * @param {string} text
   * @param {string} [spoken]
   */
  say(text, spoken = text) {
    this.#seen.textContent = text;
    this.#bar.hidden = true;
    this.#quarter = -1;
    if (spoken) this.#spoken.textContent = spoken;
  }

  /** @param {Progress} progress */
  loading(progress) {
    const { phase, loaded, total } = progress;
    const text = loadingText(progress);
    if (phase !== "download") return this.say(text);
    const share = total ? loaded / total : 0;
    const quarter = Math.floor(share * 4);
    this.#seen.textContent = text;
    if (quarter !== this.#quarter) this.#spoken.textContent = text;
    this.#quarter = quarter;
    this.#bar.hidden = false;
    this.#bar.value = share;
  }
}

define("vg-status-line", StatusLine);
