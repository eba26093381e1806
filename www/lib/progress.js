/**
 * Adds up what several downloads report and passes it on, at most some twenty times a second.
 */

/** @typedef {import("./protocol.js").Progress} Progress */

/** Every message costs the page a repaint; more of them than this cannot be seen anyway. */
const INTERVAL_MS = 50;

export class ProgressMeter {
  #loaded = 0;
  #total = 0;
  #last = -Infinity;
  #send;

  /** @param {(progress: Progress) => void} send */
  constructor(send) {
    this.#send = send;
  }

  /**
   * More bytes are going to come (or fewer than was thought).
   *
   * @param {number} bytes
   */
  expect(bytes) {
    this.#total += bytes;
  }

  /**
   * @param {number} bytes negative when a file has to be fetched again
   * @param {string} file
   */
  advance(bytes, file) {
    this.#loaded += bytes;
    const now = performance.now();
    if (now - this.#last < INTERVAL_MS && this.#loaded < this.#total) return;
    this.#last = now;
    this.#send({
      phase: "download",
      loaded: this.#loaded,
      // A compressed transfer may yield more bytes than its header announced.
      total: Math.max(this.#total, this.#loaded),
      file,
    });
  }

  /**
   * @param {"compile" | "warm-up" | "ready"} phase
   * @param {number} loaded
   * @param {number} total
   * @param {string} [file]
   */
  phase(phase, loaded, total, file) {
    this.#send({ phase, loaded, total, ...(file === undefined ? {} : { file }) });
  }
}
