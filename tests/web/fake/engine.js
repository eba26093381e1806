/**
 * Stands in for the modules that wasm-bindgen writes, for any model: the same interface, a procedural picture, and
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
import { readPicture, writePicture } from "./bytes.js";
import { coded } from "./coded.js";
import { ROLES, describe } from "./describe.js";
import { ArGeneration, NarGeneration } from "./generation.js";
import { layout } from "./layout.js";
import { sha256 } from "./sha256.js";

const inspections = new BroadcastChannel("fake-engine-inspections");
const warmUps = new BroadcastChannel("fake-engine-warm-ups");

/** What a pass asks of a processor. */
const WORK = Object.freeze({ multiplications: 2e9, launches: 40, bytes: 3e7 });
const work = async () => JSON.stringify(WORK);

/** @param {string} code @param {string} message @param {object} [more] */
const failure = (code, message, more) => Object.assign(new Error(message), { code, ...more });
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
    /** @type {any} */
    this.description = null;
    /** @type {any} */
    this.layout = null;
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
    if (this.manifest.format !== 2) throw failure("pack-version", "The model was made for another version of this program.");
    this.description = describe(this.manifest);
    this.layout = layout(this.description.grid, this.description.image);
    return JSON.stringify(this.description);
  }

  /** @param {string} name @param {Uint8Array} bytes */
  add(name, bytes) {
    const file = this.manifest.files.find((/** @type {any} */ f) => f.name === name);
    if (bytes.length !== file.bytes || sha256(bytes) !== file.sha256) {
      throw failure("pack-damaged", `The model file ${name} is not what its manifest says.`);
    }
    this.added.add(file.role);
  }

  adapter() {
    return "null";
  }

  gpuDevice() {
    return undefined;
  }

  async shaders() {
    return [];
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
    const mode = wish.mode ?? "nar";
    this.#require(mode);
    const { prompt = {}, ...given } = wish;
    const request = { seed: 0, ...this.description.defaults[mode], ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)) };
    for (const [id, wanted] of Object.entries(prompt)) {
      const axis = this.description.axes.find((/** @type {any} */ one) => one.id === id);
      if (!axis) throw failure("unknown-axis", `This model has no axis “${id}”.`);
      if (wanted !== null && !axis.classes.some((/** @type {any} */ one) => one.id === wanted)) {
        throw failure("unknown-class", `There is no ${id} called “${wanted}”.`, { axis: id });
      }
    }
    for (const [field, { low, high }] of Object.entries(/** @type {Record<string, any>} */ (this.description.limits))) {
      for (const value of [request[field] ?? []].flat()) {
        if (value < low || value > high) throw failure("out-of-range", `“${field}” must be between ${low} and ${high}.`);
      }
    }
    const { repaint } = request;
    if (repaint && mode === "ar") throw failure("bad-request", "Only “nar” can repaint.");
    if (repaint) {
      const [regions, cells] = [this.layout.cellsOf.length, this.layout.all.length];
      const lengths = [repaint.grains.length, repaint.cells.length, repaint.regions.length];
      const fits = String(lengths) === String([regions, cells, regions]) && repaint.regions.some((/** @type {number} */ r) => r === 1);
      if (!fits) throw failure("bad-request", "The picture to repaint does not fit.");
    }
    const drawn = completed({ ...request, prompt }, this.manifest.classes);
    const Generation = mode === "ar" ? ArGeneration : NarGeneration;
    return new Generation({ ...request, mode, drawn }, this.layout, this.manifest.fake.stepMs);
  }

  /**
   * @param {Uint8Array} pixels
   * @param {string} json
   */
  async encode(pixels, json) {
    this.#require("encode");
    const { image, defaults } = this.description;
    if (pixels.length !== 4 * image * image) throw failure("bad-image", `The picture must have ${image} × ${image} pixels.`);
    await sleep(this.manifest.fake.stepMs);
    return coded(pixels, { ...defaults.encode, ...JSON.parse(json) }, this.layout);
  }

  /** @param {Uint8Array} grains @param {Uint16Array} cells */
  write(grains, cells) {
    return writePicture({ grains, cells }, this.manifest, this.layout);
  }

  /** @param {Uint8Array} bytes */
  async read(bytes) {
    this.#require("decode");
    const picture = readPicture(bytes, this.manifest, this.layout);
    await sleep(this.manifest.fake.stepMs);
    return picture;
  }

  memory() {
    return JSON.stringify({ wasm: 64e6, gpuReserved: 128e6, gpuInUse: 32e6 });
  }

  /** What a decoder makes of codes that nobody drew: a colour for each. @param {Uint8Array} grains @param {Uint16Array} cells */
  async decode(grains, cells) {
    this.#require("decode");
    await sleep(this.manifest.fake.stepMs);
    const { image: size } = this.layout;
    const image = new Uint8ClampedArray(4 * size * size);
    for (const [cell, code] of cells.entries()) for (const at of this.layout.pixelsOf([cell])) image.set([(code * 37) % 256, (code * 91) % 256, (code * 13) % 256, 255], 4 * at);
    return { grains: grains.slice(), cells: cells.slice(), codes: this.layout.tokens(grains), image, width: size, height: size };
  }

  /**
   * The code that stands there is the likeliest; the others get less the further they are from it.
   *
   * @param {string} json
   * @param {Uint8Array} grains
   * @param {Uint8Array} known
   * @param {Uint16Array} cells
   * @param {Uint16Array} order
   * @param {number} cell
   */
  async inspect(json, grains, known, cells, order, cell) {
    this.#require("nar");
    inspections.postMessage({ cell, request: JSON.parse(json) });
    await sleep(10);
    const { temperature = this.description.defaults.nar.temperature } = JSON.parse(json);
    const { vocabulary } = this.manifest.architecture.nar;
    const { cells: side, granularities } = this.layout;
    const region = this.layout.regionOf(cell);
    const grain = grains[region];
    const first = this.layout.leader(cell, grain);
    const [row, column, span] = [Math.floor(first / side), first % side, 2 ** (granularities - 1 - grain)];
    const code = cells[cell];
    const logits = Float32Array.from({ length: vocabulary }, (_, other) => -Math.abs(other - code) - 0.25 * Number(other > code));
    const layers = 3;
    const aside = new Float32Array(layers).fill(0.5);
    const tokens = this.layout.tokens(grains);
    const attention = new Float32Array(layers * cells.length).fill(0.5 / tokens);
    const before = known[cell] ? this.layout.all.filter((/** @type {number} */ at) => order[at] < order[cell]).length : 0;
    return { row, column, span, grain, code, step: order[cell], known: known[cell] === 1, before, level: region % 16, levels: 16, logits, temperature, layers, attention, aside };
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
   * @param {number} times
   */
  async transformerPass(batch, codes, grains, rows, columns, padding, classes, read, times) {
    const lists = [codes, grains, rows, columns, padding];
    if (lists.some(({ length }) => length !== codes.length) || codes.length % batch || classes.length !== Math.max(1, this.description.axes.length) * batch) {
      throw failure("bad-request", "The inputs do not fit each other.");
    }
    await sleep(2 * times);
    const { vocabulary } = this.manifest.architecture.nar;
    return Float32Array.from({ length: read ? codes.length * vocabulary : 0 }, (_, i) => Math.sin(i));
  }

  /** @param {boolean} read */
  async roundTrip(read) {
    await sleep(1);
    return new Float32Array(read ? 1 : 0);
  }

  /** @param {Int32Array} cells @param {boolean} read @param {number} times */
  async decoderPass(cells, read, times) {
    if (cells.length !== this.layout.all.length) throw failure("bad-request", "A code for every cell is needed.");
    await sleep(2 * times);
    return Float32Array.from({ length: read ? 3 * this.description.image ** 2 : 0 }, (_, i) => Math.sin(i));
  }

  /** @param {Int32Array} cells */
  async picturePass(cells) {
    await sleep(1);
    return new Int32Array(this.description.image ** 2).fill(cells[0]);
  }

  listBench() {
    // A pass of a list twice as long takes twice as long, and a little more.
    const pass = (/** @type {number} */ tokens, /** @type {number} */ batch) => sleep(1 + (batch * tokens) / 100);
    return { pass, work, free() {} };
  }

  /** @param {number} side */
  pictureBench(side) {
    return { pass: () => sleep(side / 100), work, free() {} };
  }

  async work() {
    return JSON.stringify(["transformer", "decoder"].map((pass) => ({ pass, ...WORK })));
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
