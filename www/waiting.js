/**
 * A load that goes on for long without a word: what may be done instead of waiting is offered, and taken back when it
 * is not needed any more.
 */
import { countdown } from "./lib/patience.js";

/** Seconds. A fast device needs five to compile all that it draws with. */
const LONG = 10;

export class Waiting {
  #offer;
  #withdraw;
  /** @type {ReturnType<typeof countdown> | null} */
  #clock = null;
  #offered = false;

  /** @param {() => void} offer @param {() => void} withdraw */
  constructor(offer, withdraw) {
    this.#offer = offer;
    this.#withdraw = withdraw;
  }

  /** Something came; what comes next may be waited for. @param {import("./varigrain.js").Progress} progress */
  heard({ phase, loaded, total, backend }) {
    this.over();
    // A network tells how far it is, and the processor has nothing to be exchanged for.
    if (phase === "ready" || backend === "cpu" || (phase === "download" && loaded < total)) return;
    this.#clock = countdown(LONG, () => {
      this.#offered = true;
      this.#offer();
    });
  }

  /** There is nothing to wait for any more. */
  over() {
    this.#clock?.stop();
    this.#clock = null;
    if (this.#offered) this.#withdraw();
    this.#offered = false;
  }
}
