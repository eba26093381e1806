/**
 * The model of a player: found by what it is called, leased when it is first wanted, and let go of.
 */
import { aborted } from "../../lib/errors.js";
import { resolveModel } from "../../lib/models.js";
import { lease } from "../../lib/shared-model.js";

/** @typedef {import("../../lib/shared-model.js").Lease} Lease */

export class Holder {
  /** @type {Lease | null} */
  #lease = null;
  /** The same while it is still to be found out where the model lies. @type {Promise<Lease> | null} */
  #finding = null;
  /** Counts how often the model was let go of. */
  #turn = 0;
  /** @type {(progress: import("../../varigrain.js").Progress) => void} */
  onProgress = () => {};

  /** The model if it is there already. */
  get varigrain() {
    return this.#lease?.varigrain ?? null;
  }

  /**
   * @param {string} model id of the site's list, or address; empty: the default
   * @param {string | null} backend
   * @param {readonly import("../../lib/modes.js").Mode[]} [modes] generators to load at once, if nobody has begun to load it
   * @returns {Promise<Lease>} the one that there is, until it is let go of
   */
  async take(model, backend, modes) {
    if (this.#lease && !this.#lease.released) return this.#lease;
    const finding = (this.#finding ??= this.#find(model, backend, modes));
    try {
      return await finding;
    } finally {
      if (this.#finding === finding) this.#finding = null;
    }
  }

  /** @param {string} model @param {string | null} backend @param {readonly import("../../lib/modes.js").Mode[]} [modes] */
  async #find(model, backend, modes) {
    const turn = this.#turn;
    const folder = await resolveModel(model || null);
    // Another may have been asked for meanwhile, or none any more.
    if (turn !== this.#turn) throw aborted();
    const held = (this.#lease = lease({ model: folder, backend: backend === "cpu" || backend === "webgpu" ? backend : "auto", modes }));
    held.onProgress = (progress) => this.onProgress(progress);
    return held;
  }

  letGo() {
    this.#turn++;
    this.#finding = null;
    this.#lease?.release();
    this.#lease = null;
  }
}
