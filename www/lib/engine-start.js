/**
 * Starts the engine where it can compute: on the graphics processor, or on the processor where that one is missing
 * or refuses.
 */
import { VarigrainError } from "./errors.js";
import { checkGpu } from "./gpu-check.js";
import { PATIENCE, within } from "./patience.js";
import { loadWasm } from "./wasm-module.js";
import { isSoftware, whyNoWebGpu } from "./webgpu.js";

/** @typedef {import("./protocol.js").Backend} Backend */
/** @typedef {import("./progress.js").ProgressMeter} ProgressMeter */
/** @typedef {import("./wasm-module.js").Engine} Engine */
/** @typedef {import("./wasm-module.js").WasmModule} WasmModule */

export class EngineStart {
  /** What it will be computed on, as soon as that is known. @type {Backend | null} */
  chosen = null;
  /** Whether a graphics processor paints canvases: one that is imitated in software may lose its device over it. */
  paintsItself = false;
  /** Whether silence of the graphics processor counts as failure: whoever insists on it has time. */
  #impatient = false;
  #onProcessor;

  /** @param {() => void} onProcessor before anything is computed on the processor, which then has no time to say a word */
  constructor(onProcessor) {
    this.#onProcessor = onProcessor;
  }

  /**
   * Something that needs the graphics processor, and an end of waiting for it.
   *
   * @template T
   * @param {Engine | null} on
   * @param {Promise<T>} work
   * @returns {Promise<T>}
   */
  answered = (on, work) => {
    if (!this.#impatient || on?.backend === "cpu") return work;
    const late = () => new VarigrainError("device-lost", `The graphics processor has not answered for ${PATIENCE.gpu} seconds.`);
    return within(PATIENCE.gpu, work, late);
  };

  /**
   * Each backend is a program of its own; the processor's is loaded only where it is needed.
   *
   * @param {Record<Backend, import("./protocol.js").Program>} wasm
   * @param {"auto" | Backend} asked
   * @param {ProgressMeter} meter
   * @returns {Promise<{ engine: Engine, reason: string | null }>} `reason`: why not WebGPU
   */
  async engine(wasm, asked, meter) {
    /** @type {Map<Backend, Promise<WasmModule>>} */
    const programs = new Map();
    const program = (/** @type {Backend} */ backend) => {
      const coming = programs.get(backend) ?? loadWasm(wasm[backend].script, meter, wasm[backend].binary);
      programs.set(backend, coming);
      return coming;
    };
    const onProcessor = async (/** @type {string | null} */ reason) => {
      this.chosen = "cpu";
      this.#onProcessor();
      const { Engine } = await program("cpu");
      return { engine: await Engine.create("cpu"), reason };
    };
    if (asked === "cpu") return onProcessor(null);
    this.#impatient = asked === "auto";
    const check = (/** @type {GPUAdapter} */ adapter) => {
      this.paintsItself = !isSoftware(adapter);
      // On its way meanwhile; if it does not come, that is told when it is needed.
      program("webgpu").catch(() => {});
      return checkGpu(adapter);
    };
    let reason = await whyNoWebGpu({ software: asked === "webgpu", check });
    /** @type {unknown} */
    let cause;
    for (let last = false; !reason; last = true) {
      try {
        return { engine: await this.#onGpu(await program("webgpu")), reason };
      } catch (error) {
        // An adapter is a promise, not a device: drivers do refuse at the last moment, and some only once.
        if (/** @type {{ code?: unknown }} */ (error)?.code !== "device") throw error;
        cause = error;
        const why = error instanceof Error ? error.message : String(error);
        if (last) reason = `The graphics processor could not be started: ${why}`;
      }
    }
    if (asked === "webgpu") throw new VarigrainError("no-webgpu", reason, { cause });
    return onProcessor(reason);
  }

  /** @param {WasmModule} program */
  #onGpu({ Engine }) {
    this.chosen = "webgpu";
    return this.answered(null, Engine.create("webgpu"));
  }
}
