/**
 * The worker that a model lives in: started when it is needed, and again when the last one broke. Whoever asks
 * meanwhile waits for the same attempt.
 */
import { toDescription } from "./description.js";
import { VarigrainError, aborted } from "./errors.js";
import { Grid } from "./grid.js";
import { orAborted } from "./or-aborted.js";
import { WorkerLink } from "./worker-link.js";

/** @typedef {import("./protocol.js").Backend} Backend */
/** @typedef {import("./protocol.js").LoadArgs} LoadArgs */
/** @typedef {import("./protocol.js").LoadReply} LoadReply */
/** @typedef {import("./protocol.js").Progress} Progress */
/** @typedef {import("./modes.js").Mode} Mode */
/** @typedef {import("./modes.js").Part} Part */
/** @typedef {{ description: import("./description.js").Description, grid: Grid }} Model */

/**
 * @typedef {object} ConnectionOptions
 * @property {string} model address of the pack's folder
 * @property {LoadArgs["wasm"]} wasm address of each backend's program
 * @property {"auto" | Backend} backend
 * @property {readonly Mode[] | null} modes null: the first that the model has
 * @property {(progress: Progress) => void} onProgress
 */

/** After this many lost devices in a row, "auto" stops asking for the GPU. */
const MAX_DEVICE_LOSSES = 2;
const WORKER = new URL("../worker.js", import.meta.url);

export class Connection {
  #options;
  /** @type {WorkerLink | null} */
  #link = null;
  /** @type {Promise<WorkerLink> | null} */
  #connecting = null;
  /** @type {LoadReply | null} */
  #loaded = null;
  #losses = 0;
  #closed = false;
  /** @type {Model | null} */
  #model = null;

  /** @param {ConnectionOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /** What the last worker said when it had loaded the model; to be asked for only after that. */
  get loaded() {
    return /** @type {LoadReply} */ (this.#loaded);
  }

  /** What the model says of itself; to be asked for only after that, too. */
  get description() {
    return this.#described.description;
  }

  get grid() {
    return this.#described.grid;
  }

  /** Address of the pack's folder. */
  get folder() {
    return this.#options.model;
  }

  get #described() {
    return /** @type {Model} */ (this.#model);
  }

  /**
   * A worker that has this part.
   *
   * @param {Part} part
   * @param {AbortSignal} [signal]
   */
  async openFor(part, signal) {
    if (signal?.aborted) throw aborted();
    const link = await orAborted(this.open(), signal);
    const { full } = await orAborted(link.call("prepare", { part }), signal);
    if (full && this.#loaded) this.#loaded.full = true;
    return link;
  }

  /** The current worker, or a fresh one with the model loaded if the last one broke. */
  async open() {
    if (this.#closed) throw closed();
    // One attempt at a time, shared by all who wait for it. Looked at before the link, which is there
    // from the beginning of the attempt but has no model yet.
    if (this.#connecting) return this.#connecting;
    if (this.#link && !this.#link.broken) return this.#link;
    this.#connecting = this.#start().finally(() => (this.#connecting = null));
    return this.#connecting;
  }

  /** A picture was finished: the device is there and well. */
  worked() {
    this.#losses = 0;
  }

  /** @param {unknown} error that ended a picture */
  failed(error) {
    if (error instanceof VarigrainError && error.code === "device-lost") this.#losses++;
  }

  /** Ends the worker; whatever it still owes is rejected with "closed". */
  close() {
    this.#closed = true;
    this.#link?.break(closed());
    this.#link = null;
  }

  /** @returns {Promise<WorkerLink>} */
  async #start() {
    const { model, wasm, backend: asked, modes, onProgress } = this.#options;
    const backend = asked === "auto" && this.#losses >= MAX_DEVICE_LOSSES ? "cpu" : asked;
    const link = new WorkerLink(WORKER, onProgress);
    this.#link = link;
    try {
      // After a crash the others come back when they are asked for: their failure is not to be shared.
      /** @type {LoadArgs} */
      const args = { model, wasm, backend, modes: this.#loaded ? (modes?.slice(0, 1) ?? null) : modes };
      /** @type {LoadReply} */
      const loaded = await link.call("load", args);
      const lost = backend === asked ? null : "The browser took the graphics processor away twice.";
      const description = toDescription(loaded.description, model);
      this.#model = { description, grid: new Grid(description.grid) };
      this.#loaded = { ...loaded, reason: lost ?? loaded.reason };
    } catch (error) {
      // A half-loaded engine is of no use; the next attempt starts from nothing.
      link.break(/** @type {VarigrainError} */ (error));
      throw error;
    }
    return link;
  }
}

function closed() {
  return new VarigrainError("closed", "This model was closed; load it again to draw with it.");
}
