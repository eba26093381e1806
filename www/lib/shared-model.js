/**
 * One worker and one model for all players of a page that want the same: whoever wants it holds a
 * lease. Nothing is loaded before a lease asks for it; with the last lease released the worker ends, and with it
 * everything that the model holds. Those who draw at once share the engine step by step (lib/runs.js).
 */
import { VarigrainError, aborted } from "./errors.js";
import { orAborted } from "./or-aborted.js";
import { Varigrain } from "../varigrain.js";

/** @typedef {import("../varigrain.js").Progress} Progress */
/** @typedef {import("../varigrain.js").LoadOptions} LoadOptions */
/** @typedef {(options: LoadOptions) => Promise<Varigrain>} Loader */

/** @type {Map<string, SharedModel>} */
const models = new Map();

class SharedModel {
  /** @type {Set<Lease>} */
  leases = new Set();
  /** @type {Varigrain | null} there once it is loaded */
  varigrain = null;
  /** @type {Promise<Varigrain> | null} */
  #loading = null;
  #controller = new AbortController();
  #key;
  #options;
  #loader;

  /** @param {string} key @param {LoadOptions} options @param {Loader} loader */
  constructor(key, options, loader) {
    this.#key = key;
    this.#options = options;
    this.#loader = loader;
  }

  /** Address of its folder. */
  get address() {
    return String(this.#options.model);
  }

  /** @returns {Promise<Varigrain>} */
  load() {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load() {
    const { signal } = this.#controller;
    const onProgress = (/** @type {Progress} */ progress) => {
      for (const lease of this.leases) lease.onProgress(progress);
    };
    try {
      const varigrain = await this.#loader({ ...this.#options, signal, onProgress });
      if (signal.aborted) {
        varigrain.close();
        throw aborted();
      }
      return (this.varigrain = varigrain);
    } catch (error) {
      // What failed may be tried again.
      this.#loading = null;
      throw error;
    }
  }

  /** @param {Lease} lease */
  drop(lease) {
    this.leases.delete(lease);
    if (!this.leases.size) this.end();
  }

  /** Ends the worker, whoever still holds a lease. */
  end() {
    if (models.get(this.#key) === this) models.delete(this.#key);
    this.#controller.abort();
    this.varigrain?.close();
    this.varigrain = null;
    for (const lease of [...this.leases]) lease.release();
  }
}

/** What a player holds of a model. */
export class Lease {
  #model;
  #released = false;
  /** @type {(progress: Progress) => void} */
  onProgress = () => {};

  /** @param {SharedModel} model */
  constructor(model) {
    this.#model = model;
    model.leases.add(this);
  }

  /** The model if it is there already, else null. */
  get varigrain() {
    return this.#released ? null : this.#model.varigrain;
  }

  /** Whether it is of no use any more: it was given back, or the model was let go. */
  get released() {
    return this.#released;
  }

  /** Loads the model, or waits for whoever is loading it. @returns {Promise<Varigrain>} */
  async load() {
    if (this.#released) throw new VarigrainError("closed", "This model was released; load it again to draw with it.");
    return this.#model.load();
  }

  /**
   * Does something with the model when it is there.
   *
   * @template T
   * @param {(varigrain: Varigrain) => Promise<T>} job
   * @param {AbortSignal} [signal] calls it off, also while the model is on its way
   * @returns {Promise<T>}
   */
  async use(job, signal) {
    const varigrain = await orAborted(this.load(), signal);
    return orAborted(job(varigrain), signal);
  }

  release() {
    if (this.#released) return;
    this.#released = true;
    this.#model.drop(this);
  }
}

/**
 * @param {LoadOptions} options those who name the same model and backend share it
 * @param {Loader} [loader]
 * @returns {Lease}
 */
export function lease(options, loader = (wanted) => Varigrain.load(wanted)) {
  const key = `${options.backend ?? "auto"} ${options.model}`;
  let model = models.get(key);
  if (!model) models.set(key, (model = new SharedModel(key, options, loader)));
  return new Lease(model);
}

/**
 * Lets go of every model but one, whoever still holds a lease of another: two of them at once are more than a small
 * device has room for. Their leases are released; who has one takes another.
 *
 * @param {string | URL} address folder of the one to keep
 */
export function keepOnly(address) {
  for (const model of [...models.values()]) if (model.address !== String(address)) model.end();
}

/** How many models are held, for tests. */
export const heldModels = () => models.size;
