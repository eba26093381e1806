/**
 * `<vg-status-line>`: what is going on, in one line. What is seen may change many times a second;
 * what is spoken is set apart and changes only when there is something to say.
 */
import { el } from "../lib/dom.js";
import { PAPER_NAMES } from "../lib/modes.js";

/** @typedef {import("../varigrain.js").Progress} Progress */

export class StatusLine extends HTMLElement {
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
    const { phase, loaded, total, mode } = progress;
    if (phase === "download") {
      const share = total ? loaded / total : 0;
      const of = total ? ` of ${megabytes(total)}` : "";
      const what = mode ? PAPER_NAMES[mode] : "the model";
      const text = `Downloading ${what}: ${megabytes(loaded)}${of} MB`;
      const quarter = Math.floor(share * 4);
      this.#seen.textContent = text;
      if (quarter !== this.#quarter) this.#spoken.textContent = text;
      this.#quarter = quarter;
      this.#bar.hidden = false;
      this.#bar.value = share;
    } else if (phase === "compile") this.say("Checking and building the model");
    else if (phase === "warm-up") this.say("Warming up");
  }
}

/** @param {number} bytes */
export function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

customElements.define("vg-status-line", StatusLine);
