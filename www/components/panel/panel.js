/**
 * What all panels beside drawing have in common: they are built once, get their studio when their tab is first
 * opened, and have a line that tells what is going on.
 */
import { ElementBase } from "../../lib/define.js";
import { Telling } from "./telling.js";

/** @typedef {import("../panels.js").Studio} Studio */
/** @typedef {import("../../varigrain.js").Progress} Progress */

export class Panel extends ElementBase {
  telling = new Telling();
  /** @type {Studio | null} */
  #studio = null;

  connectedCallback() {
    if (!this.childElementCount) this.build();
  }

  get studio() {
    return this.#studio;
  }

  set studio(studio) {
    this.#studio = studio;
    if (!studio) return;
    studio.model.onProgress = (progress) => {
      if (this.awaits(progress)) this.telling.loading(progress, progress.part ? "the encoder" : "the model");
    };
    this.opened(studio);
  }

  /** Fills the panel; nothing is known of the model yet. */
  build() {}

  /** Its tab is opened for the first time. @param {Studio} studio */
  opened(studio) {
    void studio;
  }

  /**
   * Whether a download is told of here: all panels share the model, but only who asked waits for it.
   *
   * @param {Progress} progress
   * @returns {boolean}
   */
  awaits(progress) {
    void progress;
    return false;
  }
}
