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
 * @property {readonly import("./tuning.js").Kind[] | null} kernels null: what is usual
 * @property {(progress: Progress) => void} onProgress
 */

/** After this many failures in a row, "auto" stops asking for the GPU. */
const MAX_FAILURES = 2;
/** What the GPU has no part in: another backend would meet with the same. */
const NOT_THE_GPU = ["engine-missing", "unsupported", "pack-missing", "pack-version", "pack-damaged", "aborted", "closed"];

export class Connection {
  #options;
  /** @type {WorkerLink | null} */
  #link = null;
  /** @type {Promise<WorkerLink> | null} */
  #connecting = null;
  /** @type {LoadReply | null} */
  #loaded = null;
  /** Failures of the GPU since it last finished something; all of them count, whatever was being done. */
  #failures = 0;
  /** @type {VarigrainError | null} */
  #lastFailure = null;
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
    if (this.#loaded?.backend === "webgpu") this.#failures = 0;
  }

  /** @param {unknown} error that ended a picture */
  failed(error) {
    if (this.#loaded?.backend === "webgpu") this.#count(error);
  }

  /** Whether the GPU is not used although there may be one. */
  get mayRetryGpu() {
    return this.#options.backend === "auto" && this.#loaded?.backend === "cpu" && "gpu" in navigator;
  }

  /** The GPU is asked for as if it had never failed. */
  forgive() {
    if (!this.mayRetryGpu) return;
    this.#failures = 0;
    this.#lastFailure = null;
    this.#link?.break(new VarigrainError("closed", "The graphics processor is being tried again."));
  }

  /** @param {unknown} error @returns {boolean} whether it is one of the GPU's */
  #count(error) {
    if (!(error instanceof VarigrainError) || !error.fatal || error === this.#lastFailure) return false;
    this.#failures++;
    this.#lastFailure = error;
    return true;
  }

  /** Ends the worker; whatever it still owes is rejected with "closed". */
  close() {
    this.#closed = true;
    this.#link?.break(closed());
    this.#link = null;
  }

  /**
   * With "auto" the GPU gets a second chance, then the processor takes over. Each attempt has a worker of its own: of
   * one that failed nobody knows what state it is in.
   *
   * @returns {Promise<WorkerLink>}
   */
  async #start() {
    const { backend } = this.#options;
    if (backend !== "auto") return this.#attempt(backend);
    while (this.#failures < MAX_FAILURES) {
      try {
        return await this.#attempt("auto");
      } catch (error) {
        if (this.#closed || !(error instanceof VarigrainError) || NOT_THE_GPU.includes(error.code)) throw error;
        if (!this.#count(error)) throw error;
      }
    }
    return this.#attempt("cpu");
  }

  /** @param {"auto" | Backend} backend @returns {Promise<WorkerLink>} */
  async #attempt(backend) {
    const { model, wasm, backend: asked, modes, kernels, onProgress } = this.#options;
    const link = new WorkerLink(null, onProgress, { watched: true });
    this.#link = link;
    try {
      // After a crash the others come back when they are asked for: their failure is not to be shared.
      /** @type {LoadArgs} */
      const args = { model, wasm, backend, modes: this.#loaded ? (modes?.slice(0, 1) ?? null) : modes, kernels };
      /** @type {LoadReply} */
      const loaded = await link.call("load", args);
      const description = toDescription(loaded.description, model);
      this.#model = { description, grid: new Grid(description.grid) };
      this.#loaded = { ...loaded, reason: backend === asked ? loaded.reason : whyNot(this.#lastFailure) };
    } catch (error) {
      // A half-loaded engine is of no use; the next attempt starts from nothing.
      link.break(/** @type {VarigrainError} */ (error));
      throw error;
    }
    return link;
  }
}

/** @param {VarigrainError | null} last how the GPU failed in the end */
function whyNot(last) {
  // Of a device that was lost the engine says the same in many words; the rest is told as it was said.
  if (!last || (last.code === "device-lost" && !/not answered|wrong numbers/.test(last.message))) return "The browser took the graphics processor away twice.";
  return `The graphics processor failed twice: ${last.message.replace(/ It starts afresh with the next image\.$/, "")}`;
}

function closed() {
  return new VarigrainError("closed", "This model was closed; load it again to draw with it.");
}
