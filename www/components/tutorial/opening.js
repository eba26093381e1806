/** `<vg-tut-opening>`: a recorded portrait develops once beside the title. It is there to be looked at, and says nothing. */
import { define } from "../../lib/define.js";
import { drawUnknown } from "../../lib/grain-pattern.js";
import { Timeline } from "../../lib/view/timeline.js";
import { Board } from "./board.js";
import { Figure, recordingOf } from "./figure.js";

/** @typedef {import("../../lib/view/step.js").Step} Step */

/** What stands there for those who want nothing to move: half done. */
const STILL = 7;

export class OpeningFigure extends Figure {
  #timeline = new Timeline();
  /** @type {Step[]} */
  #steps = [];
  #board = new Board("", (context, size, colours) => {
    const step = this.#steps[this.#timeline.at];
    if (step) drawUnknown(context, size, step, colours);
  });

  /** @override */
  async build() {
    this.#steps = (await recordingOf("portrait")).tracks[0].steps;
    this.replaceChildren(this.#board.element);
    this.#timeline.addEventListener("move", () => this.paint());
    this.#timeline.load(this.#steps.length, STILL);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.#timeline.seek(0);
    this.#timeline.slow = true;
    this.#timeline.play();
  }

  /** @override */
  paint() {
    const step = this.#steps[this.#timeline.at];
    if (step) this.#board.image = step.image;
    this.#board.paint();
  }
}

define("vg-tut-opening", OpeningFigure);
