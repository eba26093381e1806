/**
 * Stands in for the modules that wasm-bindgen writes: the same interface, a procedural picture, and
 * accidents on demand. Seeds from 666001 on cause them:
 *
 *     666001  a panic inside a Rust future: an uncaught error, and a promise that never settles
 *     666002  a panic that rejects the promise
 *     666003  the GPU is lost
 *
 * Each step begun is told on the channel "fake-engine", so that tests can count work done in vain, and
 * each warm-up on "fake-engine-warm-ups".
 */
import { completed } from "./any.js";
import { coded } from "./coded.js";
import { ArGeneration, NarGeneration } from "./generation.js";
import { sha256 } from "./sha256.js";

const warmUps = new BroadcastChannel("fake-engine-warm-ups");
const LIMITS = {
  ...{ seed: [0, 2 ** 53 - 1], steps: [1, 64], guidance: [0, 10], temperature: [0.1, 2], priority: [0, 100], fineRatio: [0, 1] },
  ...{ every: [1, 64], topK: [1, 65536], topP: [0.01, 1], positionTemperature: [0.1, 2], positionTopK: [1, 65536], positionTopP: [0.01, 1] },
};
const OF_AR = { temperature: 0.3, fineRatio: 0.5 };
const INITIAL = { mode: "nar", seed: 0, steps: 12, guidance: 0, temperature: 0.7, priority: 4, fineRatio: 0.75, every: 4 };
/** @type {Record<string, string[]>} */
const ROLES = { nar: ["decoder", "grain-map", "nar"], ar: ["decoder", "ar"], encode: ["decoder", "encoder"] };

/** @param {string} code @param {string} message */
const failure = (code, message) => Object.assign(new Error(message), { code });
/** @param {number} ms */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export default async function init() {
  await sleep(20);
}

export class Engine {
  /** The one backend of this package; the real ones have one each as well. */
  static built = "";

  /** @param {"webgpu" | "cpu"} backend */
  static async create(backend) {
    await sleep(5);
    if (backend !== this.built) throw failure("engine-missing", `This build has no backend "${backend}".`);
    return new this(backend);
  }

  /** @param {"webgpu" | "cpu"} backend */
  constructor(backend) {
    this.backend = backend;
    /** @type {any} */
    this.manifest = null;
    /** @type {Set<string>} */
    this.added = new Set();
  }

  /** @param {Uint8Array} bytes */
  open(bytes) {
    try {
      this.manifest = JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      throw failure("pack-damaged", "The model's manifest is not readable.");
    }
    const { name, version, size, classes, files } = this.manifest;
    return JSON.stringify({ name, version, size, classes, files });
  }

  /** @param {string} name @param {Uint8Array} bytes */
  add(name, bytes) {
    const file = this.manifest.files.find((/** @type {any} */ f) => f.name === name);
    if (bytes.length !== file.bytes || sha256(bytes) !== file.sha256) {
      throw failure("pack-damaged", `The model file ${name} is not what its manifest says.`);
    }
    this.added.add(file.role);
  }

  /** @param {string} mode */
  async warmUp(mode) {
    this.#require(mode);
    warmUps.postMessage(mode);
    await sleep(30);
  }

  /** @param {string} mode */
  #require(mode) {
    if (!ROLES[mode]) throw failure("bad-request", `There is no mode "${mode}".`);
    for (const role of ROLES[mode]) {
      if (!this.added.has(role)) throw failure("pack-missing", `The model has no ${role}.`);
    }
  }

  /** @param {string} json */
  start(json) {
    const wish = JSON.parse(json);
    const request = { ...INITIAL, ...(wish.mode === "ar" ? OF_AR : {}), ...wish };
    this.#require(request.mode);
    const { styles, categories, concepts } = this.manifest.classes;
    for (const [field, list] of Object.entries({ style: styles, category: categories, concept: concepts })) {
      const id = request[field];
      if (id != null && !list.some((/** @type {any} */ entry) => entry.id === id)) {
        throw failure(`unknown-${field}`, `There is no ${field} called “${id}”.`);
      }
    }
    for (const [field, [min, max]] of Object.entries(LIMITS)) {
      const value = request[field];
      if (value < min || value > max) {
        throw failure("out-of-range", `“${field}” must be between ${min} and ${max}.`);
      }
    }
    const { repaint } = request;
    if (repaint && request.mode === "ar") throw failure("bad-request", "Only “nar” can repaint.");
    if (repaint) {
      const lengths = [repaint.grains.length, repaint.cells.length, repaint.regions.length];
      const fits = String(lengths) === "64,256,64" && repaint.regions.some((/** @type {number} */ r) => r === 1);
      if (!fits) throw failure("bad-request", "The picture to repaint does not fit.");
    }
    const Generation = request.mode === "ar" ? ArGeneration : NarGeneration;
    return new Generation({ ...request, ...completed(request, this.manifest.classes) }, this.manifest.fake.stepMs);
  }

  /**
   * @param {Uint8Array} pixels
   * @param {string} json
   */
  async encode(pixels, json) {
    this.#require("encode");
    if (pixels.length !== 4 * 128 * 128) throw failure("bad-image", "The picture must have 128 × 128 pixels.");
    await sleep(this.manifest.fake.stepMs);
    return coded(pixels, JSON.parse(json));
  }

  memory() {
    return JSON.stringify({ wasm: 64e6, gpuReserved: 128e6, gpuInUse: 32e6 });
  }

  /**
   * @param {number} batch
   * @param {Int32Array} codes
   * @param {Int32Array} grains
   * @param {Int32Array} rows
   * @param {Int32Array} columns
   * @param {Float32Array} padding
   * @param {Int32Array} classes
   * @param {boolean} read
   */
  async transformerPass(batch, codes, grains, rows, columns, padding, classes, read) {
    const lists = [codes, grains, rows, columns, padding];
    if (lists.some(({ length }) => length !== codes.length) || codes.length % batch || classes.length !== 3 * batch) {
      throw failure("bad-request", "The inputs do not fit each other.");
    }
    await sleep(2);
    const { vocabulary } = this.manifest.architecture.nar;
    return Float32Array.from({ length: read ? codes.length * vocabulary : 0 }, (_, i) => Math.sin(i));
  }

  /** @param {boolean} read */
  async roundTrip(read) {
    await sleep(1);
    return new Float32Array(read ? 1 : 0);
  }

  /** @param {Int32Array} cells @param {boolean} read */
  async decoderPass(cells, read) {
    if (cells.length !== 256) throw failure("bad-request", "A picture has 256 cells.");
    await sleep(2);
    return Float32Array.from({ length: read ? 3 * 128 * 128 : 0 }, (_, i) => Math.sin(i));
  }

  async profile() {
    return JSON.stringify([
      { pass: "transformer", op: "matmul", count: 32, ms: 3.5 },
      { pass: "transformer", op: "norm", count: 17, ms: 0.5 },
      { pass: "decoder", op: "conv", count: 18, ms: 2.5 },
    ]);
  }

  free() {}
}
