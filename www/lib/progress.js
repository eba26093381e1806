/**
 * Adds up what several downloads report and passes it on, at most some twenty times a second.
 */

/** @typedef {import("./protocol.js").Progress} Progress */

/** Every message costs the page a repaint; more of them than this cannot be seen anyway. */
const INTERVAL_MS = 50;

export class ProgressMeter {
  #loaded = 0;
  #total = 0;
  #silent;
  /** Phases do not go back: a file that is fetched again while building is not announced. */
  #ended = false;
  #file = "";
  #last = -Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #later;
  #send;

  /**
   * @param {(progress: Progress) => void} send
   * @param {number} [sources] how many have something big to announce
   */
  constructor(send, sources = 1) {
    this.#send = send;
    this.#silent = sources;
  }

  /**
   * More bytes are going to come (or fewer than was thought).
   *
   * @param {number} bytes
   */
  expect(bytes) {
    this.#total += bytes;
  }

  /** A source has nothing big left to announce; until all have, the total would be misleading. */
  totalKnown() {
    this.#silent--;
    this.#tell();
  }

  /**
   * @param {number} bytes negative when a file has to be fetched again
   * @param {string} file
   */
  advance(bytes, file) {
    this.#loaded += bytes;
    this.#file = file;
    if (performance.now() - this.#last >= INTERVAL_MS) this.#tell();
    // What is held back is told a little later: the next bytes may be long in coming.
    else this.#later ??= setTimeout(() => this.#tell(), INTERVAL_MS);
  }

  /**
   * @param {"compile" | "warm-up" | "ready"} phase
   * @param {number} loaded
   * @param {number} total
   * @param {string} [file]
   */
  phase(phase, loaded, total, file) {
    this.#tell();
    this.#ended = true;
    this.#send({ phase, loaded, total, ...(file === undefined ? {} : { file }) });
  }

  #tell() {
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#last = performance.now();
    if (this.#ended) return;
    this.#send({
      phase: "download",
      loaded: this.#loaded,
      // A compressed transfer may yield more bytes than its header announced.
      total: this.#silent <= 0 ? Math.max(this.#total, this.#loaded) : 0,
      ...(this.#file ? { file: this.#file } : {}),
    });
  }
}
