/**
 * The recorded drawing that the page opens with, encoded twice in as many codes: more of them where there is detail, and on
 * a fixed grid. Both lie over the drawing with a line to drag between them, for as long as it is on show as it came out.
 */
import { el } from "../lib/dom.js";
import { loadCoding } from "../lib/recorded-coding.js";
import { thousands } from "../lib/thousands.js";
import { Divider } from "./divider.js";

/** @typedef {import("./player/player.js").VarigrainPlayer} VarigrainPlayer */
/** @typedef {import("../lib/recorded-coding.js").Kept} Kept */

/** What it takes, the bits of a map included. @param {Kept} way */
export const costOf = ({ codes, bits }) => `${thousands(codes)} codes, ${thousands(bits)} bits`;

/** What the line is between, in a sentence. @param {Kept} variable @param {Kept} even */
export function pairInWords(variable, even) {
  return (
    `Drag the line on the picture. This drawing was encoded twice, with the same model and as many codes: on the left with more of them where there is detail (${variable.psnr.toFixed(1)} dB PSNR), ` +
    `on the right spread evenly over a fixed grid (${even.psnr.toFixed(1)} dB). The model was trained for variable length; one trained for a fixed grid would do better at it.`
  );
}

export class OpeningPair {
  #player;
  #words;
  #divider = new Divider();
  #left = el("span", { class: "side left-side" });
  #right = el("span", { class: "side right-side" });
  #element = el("figure", { class: "divider over", slot: "over" }, this.#divider.element, el("figcaption", {}, this.#left, this.#right));
  /** Of the drawing, and of what was recorded of it. @type {{ recording: string, pair: string } | null} */
  #wanted = null;
  /** Address of what is laid over it, or on its way. */
  #read = "";
  #there = false;

  /** @param {VarigrainPlayer} player @param {HTMLElement} words where it is told */
  constructor(player, words) {
    this.#player = player;
    this.#words = words;
    for (const type of ["move", "layerchange"]) player.addEventListener(type, () => this.#fit());
    player.timeline.addEventListener("state", () => this.#fit());
  }

  /** @param {string | null} recording of the model @param {string | null} pair what was recorded of its drawing */
  offer(recording, pair) {
    this.#wanted = recording && pair ? { recording, pair } : null;
    this.#there = false;
    this.#read = "";
    this.#fit();
  }

  #fit() {
    const { timeline, layer, recorded } = this.#player;
    const due = this.#wanted !== null && recorded === this.#wanted.recording && layer === "picture" && timeline.atEnd && !timeline.playing;
    if (due) void this.#load(/** @type {{ pair: string }} */ (this.#wanted).pair);
    const shown = due && this.#there;
    this.#words.hidden = !shown;
    if (shown && !this.#element.isConnected) this.#player.append(this.#element);
    else if (!shown) this.#element.remove();
  }

  /** @param {string} address */
  async #load(address) {
    if (this.#read === address) return;
    this.#read = address;
    try {
      const { variable, even } = await loadCoding(address);
      if (this.#read !== address) return;
      this.#divider.show({ name: "variable length", image: variable.image }, { name: "fixed grid", image: even.image });
      this.#left.replaceChildren(el("strong", {}, "Variable length"), costOf(variable));
      this.#right.replaceChildren(el("strong", {}, "Fixed grid"), costOf(even));
      this.#words.textContent = pairInWords(variable, even);
      this.#there = true;
      this.#fit();
    } catch {
      // The drawing is there all the same.
    }
  }
}
