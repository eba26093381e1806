/**
 * The two workers that passes are measured in. They are started when needed and ended between the
 * parts, so that no part works in the memory that another has left behind.
 */
import { aborted } from "../errors.js";
import { WorkerLink } from "../worker-link.js";

/** @typedef {import("./engine-worker.js").Pass} Pass */
/** @typedef {import("./inputs.js").Sizes} Sizes */
/** @typedef {{ backend: string, ms: number, tuning: string, sizes: Sizes }} Loaded */

/** The program for each backend. */
const MODULES = { webgpu: "pkg/varigrain_gpu.js", cpu: "pkg/varigrain_cpu.js" };

export class Lab {
  /** @type {WorkerLink[]} */
  #links = [];
  #options;
  #signal;

  /**
   * @param {import("./options.js").Options} options
   * @param {AbortSignal} signal
   */
  constructor(options, signal) {
    this.#options = options;
    this.#signal = signal;
    signal.addEventListener("abort", () => this.close(), { once: true });
  }

  /** @returns {Promise<{ call: Call, loaded: Loaded }>} our engine with its model */
  async engine() {
    const { backend, model, kernels } = this.#options;
    const call = this.#open("engine-worker.js");
    const [wasm, pack] = [MODULES[backend], model].map((path) => new URL(path, document.baseURI).href);
    return { call, loaded: await call("load", { wasm, model: pack, backend, kernels }) };
  }

  /** @returns {Promise<{ call: Call, backend: string }>} our engine without a model */
  async bare() {
    const { backend } = this.#options;
    const call = this.#open("engine-worker.js");
    const wasm = new URL(MODULES[backend], document.baseURI).href;
    return { call, ...(await call("bare", { wasm, backend })) };
  }

  /** @returns {Promise<{ call: Call, version: string }>} onnxruntime-web */
  async peer() {
    const call = this.#open("peer-worker.js");
    const base = new URL("peer/", document.baseURI).href;
    return { call, ...(await call("start", { peer: this.#options.peer, base, model: folderName(this.#options.model) })) };
  }

  /** Ends all workers. */
  close() {
    for (const link of this.#links.splice(0)) link.break(aborted());
  }

  /** @typedef {(type: string, args?: object) => Promise<any>} Call */

  /** @param {string} file @returns {Call} */
  #open(file) {
    this.#signal.throwIfAborted();
    const link = new WorkerLink(new URL(file, import.meta.url), () => {});
    this.#links.push(link);
    return (type, args = {}) => link.call(/** @type {any} */ (type), args);
  }
}

/** The last part of a folder's address: by it the peer's files of this model are found. @param {string} address */
export const folderName = (address) => decodeURIComponent(new URL(address, "https://localhost/").pathname.split("/").filter(Boolean).pop() ?? "");
