/**
 * Varigrain: draws small pictures in the browser, with a variable number of codes each.
 *
 * ```js
 * const vg = await Varigrain.load({ model: "./models/emoji-128/", onProgress });
 * for await (const step of vg.generate({ style: "twemoji", concept: "cat-face", seed: 7 })) {
 *   context.putImageData(step.image, 0, 0);
 * }
 * ```
 *
 * Steps are computed as the loop asks for them. Several `generate()` loops may run at once: their
 * steps are interleaved, one at a time, in the order asked for. Leaving a loop early, or its signal,
 * stops its work. `mode: "ar"` draws with the second generator, whose file is downloaded when it is
 * first asked for; so is the encoder's, with which `encode()` turns a picture of your own into codes.
 * `repaint` draws a part of either again:
 *
 * ```js
 * const { grains, cells } = await vg.encode(imageData);
 * const regions = Uint8Array.from({ length: 64 }, (_, region) => Number(region < 16)); // two rows
 * for await (const step of vg.generate({ concept: "cat-face", repaint: { grains, cells, regions } })) …
 * ```
 *
 * Every failure is a `VarigrainError` (lib/errors.js lists the codes).
 */
import { VarigrainError, aborted } from "./lib/errors.js";
import { isMode, isPart, isThere, offered } from "./lib/modes.js";
import { encodeOptions, encodeRequest } from "./lib/request.js";
import { checkSupport } from "./lib/support.js";
import { WorkerLink } from "./lib/worker-link.js";

export { VarigrainError };

/** @typedef {import("./lib/protocol.js").Progress} Progress */
/** @typedef {import("./lib/protocol.js").Backend} Backend */
/** @typedef {import("./lib/modes.js").Mode} Mode */
/** @typedef {import("./lib/modes.js").Part} Part */
/** @typedef {import("./lib/protocol.js").PackFile} PackFile */
/** @typedef {import("./lib/protocol.js").RawStep} RawStep */
/** @typedef {import("./lib/protocol.js").RawCoded} RawCoded */
/** @typedef {import("./lib/protocol.js").Memory} Memory */
/** @typedef {import("./lib/request.js").Repaint} Repaint */
/** @typedef {import("./lib/request.js").Measure} Measure */
/** @typedef {import("./lib/protocol.js").LoadReply} LoadReply */
/** @typedef {import("./lib/request.js").Request & { signal?: AbortSignal }} GenerateOptions */

/**
 * @typedef {object} LoadOptions
 * @property {string | URL} model folder of the pack, relative to the page
 * @property {"auto" | Backend} [backend] "auto": WebGPU where a graphics processor can be had, else the
 *   CPU; "webgpu" also takes one that is imitated in software, which is slower than the CPU backend
 * @property {readonly Mode[]} [modes] the generators to load up front, ["nar"] if left out; any other is
 *   loaded when it is first asked for
 * @property {(progress: Progress) => void} [onProgress] also called when a crash forces a reload, and
 *   for a generator that is loaded later (then with its `mode`)
 * @property {AbortSignal} [signal] gives up loading
 * @property {string | URL} [wasm] a wasm-bindgen module to use for every backend, instead of the one for
 *   each that lies in `pkg/` beside this file
 */

/** @typedef {{ id: string, name: string }} NamedClass */
/** @typedef {NamedClass & { emoji: string, category: string }} Concept `category`: an id */
/** @typedef {{ styles: NamedClass[], categories: NamedClass[], concepts: Concept[] }} Classes */
/** @typedef {{ name: string, version: number | string, size: number, files: PackFile[] }} PackSummary */

/**
 * @typedef {object} Step
 * @property {number} index counted from 0
 * @property {number} total how many steps there are; with "ar" at most so many, until the first fine
 *   code is there
 * @property {boolean} done true for the last one
 * @property {ImageData} image what the decoder makes of the codes known so far; where none is known
 *   yet, the model's present guess stands
 * @property {Uint8Array} grains 64 regions, row by row: 0 coarse (one code), 1 fine (four); with "ar"
 *   also 1 where that is not decided yet
 * @property {Uint8Array} known 256 fine cells, row by row: 1 once the cell's code is committed
 * @property {number} tokens how many codes this picture takes in all; with "ar" at most so many, as for
 *   `total`
 * @property {number} codes how many are committed
 * @property {Uint16Array} cells the codes themselves on the 256 cells, guesses included
 * @property {Uint16Array} order of the 256 cells, when their codes became known, counted from 1: with
 *   "nar" the step, with "ar" the place among all codes; 0 where none is known yet, and where `repaint`
 *   keeps one
 * @property {Float32Array} confidence of the 256 cells, the probability with which the model chose their
 *   code when it became known, above 0 and at most 1 (guidance, temperature and limits included); 0 where
 *   `order` is
 * @property {number} ms time that the step took in the worker
 */

/** @typedef {import("./lib/request.js").EncodeOptions & { signal?: AbortSignal }} EncodeOptions */

/**
 * A picture as codes. Its `grains` and `cells` may be the start of a drawing, see `repaint`.
 *
 * @typedef {object} Coded
 * @property {Float32Array} density 64 regions, row by row: their information density, in units of the
 *   measure
 * @property {Uint8Array} levels the same as levels from 0 to 15: over the pictures the model was trained
 *   with if the measure is the model's own, else over the regions of this picture
 * @property {Uint8Array} grains 64 regions: 0 coarse (one code), 1 fine (four)
 * @property {Uint16Array} cells the codes on the 256 fine cells, row by row; equal within a coarse region
 * @property {number} codes how many codes there are
 * @property {number} codeBits what they take: log₂ of the codebook's size each
 * @property {number} mapBits what it takes to say which regions are fine: 64; the logarithm of the number
 *   of such maps if `fineRegions` was given; 0 if they are spread evenly, since all follows from `codes`
 * @property {number} bits both together
 * @property {ImageData} image what the decoder makes of the codes
 * @property {Float32Array} error 128 × 128 pixels: how far it is off, from 0 to 255 (root mean square over
 *   the three colours)
 * @property {number} psnr peak signal-to-noise ratio in dB; 100 if nothing is off
 * @property {number} ms time that it took in the worker
 */

/** The program of each backend. */
/** @type {[Backend, string][]} */
const MODULES = [
  ["webgpu", "pkg/varigrain_gpu.js"],
  ["cpu", "pkg/varigrain_cpu.js"],
];

/** After this many lost devices in a row, "auto" stops asking for the GPU. */
const MAX_DEVICE_LOSSES = 2;

export class Varigrain {
  /** @type {Required<Pick<LoadOptions, "backend" | "modes" | "onProgress">> & Pick<import("./lib/protocol.js").LoadArgs, "model" | "wasm">} */
  #options;
  /** @type {WorkerLink | null} */
  #link = null;
  /** @type {Promise<WorkerLink> | null} */
  #connecting = null;
  /** @type {LoadReply | null} */
  #loaded = null;
  /** @type {Classes} */
  #classes = { styles: [], categories: [], concepts: [] };
  #runs = 0;
  #losses = 0;
  #closed = false;

  /**
   * Downloads, verifies and warms up a model.
   *
   * @param {LoadOptions} options
   * @returns {Promise<Varigrain>}
   */
  static async load(options) {
    const varigrain = new Varigrain(options);
    try {
      checkSupport();
      await orAborted(varigrain.#connect(), options.signal);
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
  constructor({ model, backend = "auto", modes = ["nar"], onProgress = () => {}, wasm }) {
    modes.forEach(checkMode);
    const folder = new URL(model, document.baseURI);
    if (!folder.pathname.endsWith("/")) folder.pathname += "/";
    const modules = MODULES.map(([name, path]) => {
      const url = wasm ? new URL(wasm, document.baseURI) : new URL(path, import.meta.url);
      return [name, url.href];
    });
    this.#options = { model: folder.href, backend, modes, onProgress, wasm: Object.fromEntries(modules) };
  }

  /** Everything that can be asked for by name. */
  get classes() {
    return this.#classes;
  }

  /** What the pictures are computed on. */
  get backend() {
    return /** @type {LoadReply} */ (this.#loaded).backend;
  }

  /** Why that is not WebGPU, as a sentence; null if it is, or if the CPU was asked for. */
  get reason() {
    return this.#loaded?.reason ?? null;
  }

  /**
   * How long the step took that the first generator was warmed up with. On the processor every step takes
   * about as long; on WebGPU most of it is compiling, which is not needed again.
   */
  get warmUpMs() {
    return /** @type {LoadReply} */ (this.#loaded).warmUpMs;
  }

  /**
   * Whether the browser had no room to keep all of the model. It draws all the same, and downloads the rest
   * again next time.
   */
  get storageFull() {
    return this.#loaded?.full ?? false;
  }

  /** @returns {PackSummary} what was loaded */
  get info() {
    const { name, version, size, files } = /** @type {LoadReply} */ (this.#loaded).pack;
    return { name, version, size, files };
  }

  /** The generators that this model has. */
  get modes() {
    return offered(/** @type {LoadReply} */ (this.#loaded).pack.files);
  }

  /** Whether this model can encode pictures. */
  get encodes() {
    return isThere(/** @type {LoadReply} */ (this.#loaded).pack.files, "encode");
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
    await this.#connectFor(part, signal);
  }

  /**
   * Draws one picture, step by step.
   *
   * @param {GenerateOptions} [options]
   * @returns {AsyncGenerator<Step, void, void>}
   */
  async *generate(options = {}) {
    const { signal, ...wanted } = options;
    const request = encodeRequest(wanted);
    const link = await this.#connectFor(wanted.mode ?? "nar", signal);
    const run = ++this.#runs;
    try {
      await orAborted(link.call("generate", { run, request }), signal);
      for (;;) {
        /** @type {RawStep | null} */
        const raw = await orAborted(link.call("next", { run }), signal);
        if (!raw) return;
        yield toStep(raw);
        if (raw.done) break;
      }
      this.#losses = 0;
    } catch (error) {
      if (error instanceof VarigrainError && error.code === "device-lost") this.#losses++;
      throw error;
    } finally {
      // Frees the run in the worker, whether it is finished, given up or failed.
      link.call("abort", { run }).catch(() => {});
    }
  }

  /**
   * Turns a picture into codes, and shows what they make of it. It must have the model's size already
   * (`fitImage` of lib/fit-image.js sees to that); what is transparent counts as white. The signal is
   * heeded until the encoding begins.
   *
   * @param {ImageData} image 128 × 128 pixels
   * @param {EncodeOptions} [options]
   * @returns {Promise<Coded>}
   */
  async encode(image, options = {}) {
    const { signal, ...wanted } = options;
    const json = encodeOptions(wanted);
    checkImage(image, this.info.size);
    const link = await this.#connectFor("encode", signal);
    const run = ++this.#runs;
    try {
      /** @type {RawCoded} */
      const raw = await orAborted(link.call("encode", { run, pixels: image.data, options: json }), signal);
      return toCoded(raw);
    } catch (error) {
      if (error instanceof VarigrainError && error.code === "device-lost") this.#losses++;
      throw error;
    } finally {
      link.call("abort", { run }).catch(() => {});
    }
  }

  /** @returns {Promise<Memory>} what the engine holds, in bytes */
  async memory() {
    return (await this.#connect()).call("memory", {});
  }

  /** Ends the worker and frees everything. Loops still running reject with "closed". */
  close() {
    this.#closed = true;
    this.#link?.break(closed());
    this.#link = null;
  }

  /**
   * A worker that has this part.
   *
   * @param {Part} part
   * @param {AbortSignal} [signal]
   */
  async #connectFor(part, signal) {
    if (signal?.aborted) throw aborted();
    const link = await orAborted(this.#connect(), signal);
    const { full } = await orAborted(link.call("prepare", { part }), signal);
    if (full && this.#loaded) this.#loaded.full = true;
    return link;
  }

  /** The current worker, or a fresh one with the model loaded if the last one broke. */
  async #connect() {
    if (this.#closed) throw closed();
    // One attempt at a time, shared by all who wait for it. Looked at before the link, which is there
    // from the beginning of the attempt but has no model yet.
    if (this.#connecting) return this.#connecting;
    if (this.#link && !this.#link.broken) return this.#link;
    this.#connecting = this.#open().finally(() => (this.#connecting = null));
    return this.#connecting;
  }

  /** @returns {Promise<WorkerLink>} */
  async #open() {
    const { model, wasm, backend: asked, modes, onProgress } = this.#options;
    const backend = asked === "auto" && this.#losses >= MAX_DEVICE_LOSSES ? "cpu" : asked;
    const link = new WorkerLink(new URL("worker.js", import.meta.url), onProgress);
    this.#link = link;
    try {
      // After a crash the others come back when they are asked for: their failure is not to be shared.
      /** @type {import("./lib/protocol.js").LoadArgs} */
      const args = { model, wasm, backend, modes: this.#loaded ? modes.slice(0, 1) : modes };
      /** @type {LoadReply} */
      const loaded = await link.call("load", args);
      const lost = backend === asked ? null : "The browser took the graphics processor away twice.";
      this.#loaded = { ...loaded, reason: lost ?? loaded.reason };
    } catch (error) {
      // A half-loaded engine is of no use; the next attempt starts from nothing.
      link.break(/** @type {VarigrainError} */ (error));
      throw error;
    }
    this.#classes = toClasses(this.#loaded.pack.classes);
    return link;
  }
}

/**
 * @param {RawStep} raw
 * @returns {Step}
 */
function toStep({ image, width, height, ...rest }) {
  return { ...rest, image: new ImageData(image, width, height) };
}

/**
 * @param {RawCoded} raw
 * @returns {Coded}
 */
function toCoded({ image, width, height, ...rest }) {
  return { ...rest, bits: rest.codeBits + rest.mapBits, image: new ImageData(image, width, height) };
}

/**
 * @param {unknown} image
 * @param {number} size
 */
function checkImage(image, size) {
  if (!(image instanceof ImageData)) throw new VarigrainError("bad-image", "The picture to encode must be ImageData.");
  if (image.width === size && image.height === size) return;
  const found = `${image.width} × ${image.height}`;
  throw new VarigrainError("bad-image", `The picture has ${found} pixels, but must have ${size} × ${size}.`);
}

/**
 * @param {import("./lib/protocol.js").RawClasses} raw
 * @returns {Classes}
 */
function toClasses({ styles, categories, concepts }) {
  return {
    styles,
    categories,
    concepts: concepts.map((concept) => ({ ...concept, category: categories[concept.category].id })),
  };
}

/**
 * Rejects as soon as the signal fires, without waiting for the worker to notice.
 *
 * @template T
 * @param {Promise<T>} work
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<T>}
 */
function orAborted(work, signal) {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(aborted());
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** @param {unknown} mode */
function checkMode(mode) {
  if (!isMode(mode)) throw new VarigrainError("bad-request", `There is no mode called “${mode}”.`);
}

function closed() {
  return new VarigrainError("closed", "This model was closed; load it again to draw with it.");
}
