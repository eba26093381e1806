/**
 * Varigrain: draws small pictures in the browser, with a variable number of codes each.
 *
 * ```js
 * const vg = await Varigrain.load({ model: "./models/emoji-128/", onProgress });
 * vg.description.axes; // what can be asked for by name
 * const prompt = { style: "twemoji", concept: "cat-face" };
 * for await (const step of vg.generate({ prompt, seed: 7, canvas: document.querySelector("canvas") })) {
 *   console.log(`${step.codes} of ${step.tokens} codes`);
 * }
 * ```
 *
 * Every step is painted on the canvas by the engine, in its worker; without a canvas, a step's `image` is there for
 * `putImageData`. Steps are computed as the loop asks for them. Several `generate()` loops may run at once: their
 * steps are interleaved, one at a time, in the order asked for. Leaving a loop early, or its signal,
 * stops its work. `mode: "ar"` draws with the second generator, whose file is downloaded when it is
 * first asked for; so is the encoder's, with which `encode()` turns a picture of your own into codes.
 * `repaint` draws a part of either again:
 *
 * ```js
 * const { grid, grains, cells } = await vg.encode(imageData);
 * const regions = Uint8Array.from({ length: grid.regionCount }, (_, at) => Number(at < 2 * grid.regions)); // two rows
 * for await (const step of vg.generate({ prompt, repaint: { grains, cells, regions } })) …
 * ```
 *
 * Every failure is a `VarigrainError` (lib/errors.js lists the codes).
 */
import { checkCanvas, giveCanvas } from "./lib/canvases.js";
import { Connection } from "./lib/connection.js";
import { VarigrainError } from "./lib/errors.js";
import { addressOf } from "./lib/folder-address.js";
import { isMode, isPart } from "./lib/modes.js";
import { orAborted } from "./lib/or-aborted.js";
import { encodeOptions, encodeRequest } from "./lib/request.js";
import { checkCell, checkImage, checkLists, toCoded, toDecision, toPicture, toStep } from "./lib/results.js";
import { checkSupport } from "./lib/support.js";

export { VarigrainError };

/** @typedef {import("./lib/protocol.js").Progress} Progress */
/** @typedef {import("./lib/protocol.js").Backend} Backend */
/** @typedef {import("./lib/modes.js").Mode} Mode */
/** @typedef {import("./lib/modes.js").Part} Part */
/** @typedef {import("./lib/protocol.js").PackFile} PackFile */
/** @typedef {import("./lib/protocol.js").RawStep} RawStep */
/** @typedef {import("./lib/protocol.js").Memory} Memory */
/** @typedef {import("./lib/request.js").Repaint} Repaint */
/**
 * `canvas`: every step is painted on it. An `HTMLCanvasElement` or an `OffscreenCanvas` without a context; it is given
 * to the worker for good and may be named again with the same model. On a canvas of another size the picture is as
 * large as fits, in the middle. Of several loops on one canvas it shows what was painted last.
 *
 * `images`: false for steps whose `image` is null. On a canvas at least as large as the picture a graphics processor then
 * paints from its own memory, and of a step only its codes are read; `decode` makes the picture of any step again. Without
 * a canvas no picture is made at all, which on a processor takes most of a step.
 *
 * @typedef {import("./lib/request.js").Request
 *   & { signal?: AbortSignal, canvas?: HTMLCanvasElement | OffscreenCanvas, images?: boolean }} GenerateOptions
 */

/**
 * @typedef {object} LoadOptions
 * @property {string | URL} model folder of the pack, relative to the page
 * @property {"auto" | Backend} [backend] "auto": WebGPU where a graphics processor can be had, else the
 *   CPU; "webgpu" also takes one that is imitated in software, which is slower than the CPU backend
 * @property {readonly Mode[]} [modes] the generators to load up front, if left out the first that it has; any other is
 *   loaded when it is first asked for
 * @property {readonly Kind[]} [kernels] kinds of kernels to use where they can be had. A graphics processor computes in f32
 *   unless it is asked for others, which are faster on some: "half" multiplies in f16 (`shader-f16`), "int8" packed int8 by
 *   int8, "subgroups" adds up by operations of subgroups. The CPU multiplies whole numbers, "int16", which takes half the
 *   time. With the first two and with "int16" the same seed may draw another picture than elsewhere; an empty list: f32 everywhere
 * @property {(progress: Progress) => void} [onProgress] also called when a crash forces a reload, and
 *   for a generator that is loaded later (then with its `mode`)
 * @property {AbortSignal} [signal] gives up loading
 * @property {string | URL} [wasm] a wasm-bindgen module to use for every backend, instead of the one for
 *   each that lies in `pkg/` beside this file
 */

/** @typedef {import("./lib/tuning.js").Kind} Kind */
/** @typedef {import("./lib/description.js").Description} Description */
/** @typedef {import("./lib/description.js").Axis} Axis */
/** @typedef {import("./lib/description.js").Class} Class */
/** @typedef {import("./lib/grid.js").Grid} Grid */
/** @typedef {import("./lib/results.js").Step} Step */
/** @typedef {import("./lib/results.js").Drawn} Drawn */
/** @typedef {import("./lib/request.js").Prompt} Prompt */
/** @typedef {import("./lib/results.js").Coded} Coded */
/** @typedef {import("./lib/results.js").Picture} Picture */
/** @typedef {import("./lib/results.js").Decision} Decision */
/** @typedef {import("./lib/request.js").EncodeOptions & { signal?: AbortSignal }} EncodeOptions */

/** The program of each backend. Bundlers find what they are to bring along by these addresses, and only by literal ones. */
const programs = () => ({
  webgpu: program(new URL("./pkg/varigrain_gpu.js", import.meta.url), new URL("./pkg/varigrain_gpu_bg.wasm", import.meta.url)),
  cpu: program(new URL("./pkg/varigrain_cpu.js", import.meta.url), new URL("./pkg/varigrain_cpu_bg.wasm", import.meta.url)),
});

/** Of some bundlers these are relative to the page, which the worker does not know. @param {URL} script @param {URL} binary */
const program = (script, binary) => ({ script: new URL(script.href, document.baseURI).href, binary: new URL(binary.href, document.baseURI).href });

export class Varigrain {
  #connection;
  #runs = 0;

  /**
   * Downloads, verifies and warms up a model.
   *
   * @param {LoadOptions} options
   * @returns {Promise<Varigrain>}
   */
  static async load(options) {
    if (!options?.model) throw new VarigrainError("bad-request", "Say with “model” where the model's folder lies.");
    if (options.kernels) (await import("./lib/tuning.js")).checkKinds(options.kernels);
    if (!["auto", "webgpu", "cpu", undefined].includes(options.backend)) throw new VarigrainError("bad-request", `There is no backend called “${options.backend}”; there is “auto”, “webgpu” and “cpu”.`);
    const varigrain = new Varigrain(options);
    try {
      checkSupport();
      await orAborted(varigrain.#connection.open(), options.signal);
    } catch (error) {
      varigrain.close();
      throw error;
    }
    return varigrain;
  }

  /**
   * @param {LoadOptions} options
   * @private use `Varigrain.load`
   */
  constructor({ model, backend = "auto", modes, kernels, onProgress = () => {}, wasm }) {
    modes?.forEach(checkMode);
    const folder = addressOf(absolute(model, "model"));
    const own = wasm === undefined ? undefined : { script: absolute(wasm, "wasm").href };
    this.#connection = new Connection({ model: folder, backend, modes: modes ?? null, kernels: kernels ? [...kernels] : null, onProgress, wasm: own ? { webgpu: own, cpu: own } : programs() });
  }

  /**
   * What the model is and what can be asked of it: sizes, classes, generators, limits, defaults. Frozen.
   *
   * @returns {Description}
   */
  get description() {
    return this.#connection.description;
  }

  /** The grid of its pictures, as every step has it. @returns {Grid} */
  get grid() {
    return this.#connection.grid;
  }

  /** Address of the pack's folder. */
  get model() {
    return this.#connection.folder;
  }

  /** What the pictures are computed on. */
  get backend() {
    return this.#connection.loaded.backend;
  }

  /** The kinds of kernels in use beside the plain ones. @returns {readonly Kind[]} */
  get kernels() {
    return this.#connection.loaded.kernels;
  }

  /** Why that is not WebGPU, as a sentence; null if it is, or if the CPU was asked for. */
  get reason() {
    return this.#connection.loaded.reason;
  }

  /**
   * Whether asking for the graphics processor again may help: it is there, or was, but failed.
   */
  get mayRetryGpu() {
    return this.#connection.mayRetryGpu;
  }

  /**
   * Begins anew with the graphics processor, after `reason` has said that it failed; if it fails again, the processor
   * goes on. Loops still running reject with "closed".
   *
   * @returns {Promise<void>}
   */
  async retryGpu() {
    this.#connection.forgive();
    await this.#connection.open();
  }

  /**
   * How long the step took that the first generator was warmed up with. On the processor every step takes
   * about as long; on WebGPU most of it is compiling, which is not needed again.
   */
  get warmUpMs() {
    return this.#connection.loaded.warmUpMs;
  }

  /**
   * Whether the browser had no room to keep all of the model. It draws all the same, and downloads the rest
   * again next time.
   */
  get storageFull() {
    return this.#connection.loaded.full;
  }

  /**
   * Downloads, verifies and warms up a generator, or downloads the encoder ("encode"), unless it is there
   * already. `generate()` and `encode()` do so by themselves; this is for those who know beforehand. A
   * failure leaves the rest as it was, and may be tried again. The signal ends the waiting; the download
   * goes on for whoever asks next.
   *
   * @param {Part} part
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<void>}
   */
  async prepare(part, { signal } = {}) {
    if (!isPart(part)) checkMode(part);
    await this.#connection.openFor(part, signal);
  }

  /**
   * Draws one picture, step by step.
   *
   * @param {GenerateOptions} [options]
   * @returns {AsyncGenerator<Step, void, void>}
   */
  async *generate(options = {}) {
    const { signal, canvas, images, ...wanted } = options;
    if (canvas !== undefined) checkCanvas(canvas);
    const { description } = this;
    const request = encodeRequest(wanted, description);
    const link = await this.#connection.openFor(wanted.mode ?? description.generators[0] ?? "nar", signal);
    const run = ++this.#runs;
    try {
      const painted = canvas === undefined ? {} : { canvas: giveCanvas(link, canvas) };
      await orAborted(link.call("generate", { run, request, images, ...painted }), signal);
      for (;;) {
        /** @type {RawStep | null} */
        const raw = await orAborted(link.call("next", { run }), signal);
        if (!raw) return;
        yield toStep(raw, this.grid);
        if (raw.done) break;
      }
      this.#connection.worked();
    } catch (error) {
      this.#connection.failed(error);
      throw error;
    } finally {
      // Frees the run in the worker, whether it is finished, given up or failed.
      link.drop(run);
    }
  }

  /**
   * Turns a picture into codes, and shows what they make of it. It must have the model's size already
   * (`fitImage` of lib/fit-image.js sees to that); what is transparent counts as white. The signal is
   * heeded until the encoding begins.
   *
   * @param {ImageData} image of `description.image` pixels a side
   * @param {EncodeOptions} [options]
   * @returns {Promise<Coded>}
   */
  async encode(image, options = {}) {
    const { signal, ...wanted } = options;
    const json = encodeOptions(wanted, this.description);
    checkImage(image, this.description.image);
    return toCoded(await this.#once("encode", "encode", { pixels: image.data, options: json }, signal), this.grid);
  }

  /**
   * A picture as a few hundred bytes, whether it was drawn or encoded: its grain map and its codes, for a link or a
   * file. The same model reads it again.
   *
   * @param {{ grains: Uint8Array, cells: Uint16Array }} picture the last step of a drawing, or what `encode` gave
   * @returns {Promise<Uint8Array<ArrayBuffer>>}
   */
  async toBytes({ grains, cells }) {
    return (await this.#connection.open()).call("write", { grains: Uint8Array.from(grains), cells: Uint16Array.from(cells) });
  }

  /**
   * The picture of such bytes; of the model it takes the decoder alone (`modes: []` loads no generator).
   *
   * @param {Uint8Array} bytes
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<Picture>}
   * @throws {VarigrainError} "picture-damaged" for bytes that are no picture, "picture-version" for those of another
   *   model or version, whose name the message has
   */
  async fromBytes(bytes, { signal } = {}) {
    return toPicture(await this.#once("decode", "read", { bytes: Uint8Array.from(bytes) }, signal), this.grid);
  }

  /**
   * The picture of a grain map and codes, such as those of a drawing with another code in one place; of the model it takes
   * the decoder alone.
   *
   * @param {{ grains: ArrayLike<number>, cells: ArrayLike<number> }} picture
   * @param {{ signal?: AbortSignal }} [options] heeded until the work begins
   * @returns {Promise<Picture>}
   * @throws {VarigrainError} "bad-request" for lists of other lengths and for a code whose cells differ, "out-of-range" for
   *   numbers that are no codes
   */
  async decode({ grains, cells }, { signal } = {}) {
    checkLists({ grains, cells }, ["grains", "cells"], this.grid);
    const lists = { grains: Uint8Array.from(grains), cells: Uint16Array.from(cells) };
    return toPicture(await this.#once("decode", "decode", lists, signal), this.grid);
  }

  /**
   * Looks again at how one code of a drawing was chosen: the step in which it was is computed once more. Drawings of the
   * mode "nar" only, finished or not; of a code that is still open it tells what the next step starts from.
   *
   * @param {Pick<Step, "grains" | "known" | "cells" | "order">} step of the drawing, such as the last
   * @param {number} cell one on which the code is, counted row by row
   * @param {import("./lib/request.js").Request} [request] what was drawn, as `generate` was asked for it
   * @param {{ signal?: AbortSignal }} [options] heeded until the work begins
   * @returns {Promise<Decision>}
   * @throws {VarigrainError} "bad-request" for another mode, and for lists that contradict each other or the grid;
   *   "out-of-range" for a cell, a code or a step that is none
   */
  async inspect({ grains, known, cells, order }, cell, request = {}, { signal } = {}) {
    const { description, grid } = this;
    checkCell(cell, grid);
    checkLists({ grains, known, cells, order }, ["grains", "known", "cells", "order"], grid);
    const json = encodeRequest(request, description);
    if ((request.mode ?? description.generators[0]) !== "nar") throw new VarigrainError("bad-request", "Only drawings of the mode “nar” can be looked into.");
    const lists = { grains: Uint8Array.from(grains), known: Uint8Array.from(known), cells: Uint16Array.from(cells), order: Uint16Array.from(order) };
    return toDecision(await this.#once("nar", "inspect", { request: json, ...lists, cell }, signal), grid);
  }

  /**
   * One call that needs a part of the model and takes its turn.
   *
   * @param {Part} part
   * @param {import("./lib/protocol.js").CallType} type
   * @param {object} args
   * @param {AbortSignal} [signal] heeded until its turn comes
   * @returns {Promise<any>} the worker's answer
   */
  async #once(part, type, args, signal) {
    const link = await this.#connection.openFor(part, signal);
    const run = ++this.#runs;
    try {
      const answer = await orAborted(link.call(type, { run, ...args }), signal);
      this.#connection.worked();
      return answer;
    } catch (error) {
      this.#connection.failed(error);
      throw error;
    } finally {
      link.drop(run);
    }
  }

  /** @returns {Promise<Memory>} what the engine holds, in bytes */
  async memory() {
    return (await this.#connection.open()).call("memory", {});
  }

  /** Ends the worker and frees everything. Loops still running reject with "closed". */
  close() {
    this.#connection.close();
  }
}

/** @param {unknown} mode */
function checkMode(mode) {
  if (!isMode(mode)) throw new VarigrainError("bad-request", `There is no mode called “${mode}”.`);
}

/** @param {string | URL | undefined} address @param {string} name @returns {URL} */
function absolute(address, name) {
  if (typeof document === "undefined") throw new VarigrainError("unsupported", "Pictures are drawn in browsers, and this is not one: a server, perhaps.");
  try {
    return new URL(/** @type {string} */ (address), document.baseURI);
  } catch (cause) {
    throw new VarigrainError("bad-request", `“${name}” must be an address, and is ${String(address).slice(0, 100)}.`, { cause });
  }
}
