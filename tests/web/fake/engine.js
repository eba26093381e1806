/**
 * Stands in for the modules that wasm-bindgen writes: the same interface, a procedural picture, and
 * accidents on demand. Seeds from 666001 on cause them:
 *
 *     666001  a panic inside a Rust future: an uncaught error, and a promise that never settles
 *     666002  a panic that rejects the promise
 *     666003  the GPU is lost
 *
 * Each step begun is told on the channel "fake-engine", so that tests can count work done in vain.
 */
import { picture } from "./picture.js";
import { sha256 } from "./sha256.js";

const channel = new BroadcastChannel("fake-engine");
const LIMITS = { seed: [0, 2 ** 53 - 1], steps: [1, 64], guidance: [0, 10], temperature: [0.1, 2], priority: [0, 100], fineRatio: [0, 1] };
const INITIAL = { seed: 0, steps: 12, guidance: 3, temperature: 0.8, priority: 1, fineRatio: 0.5 };

/** @param {string} code @param {string} message */
const failure = (code, message) => Object.assign(new Error(message), { code });
/** @param {number} ms */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {number} seed */
function generator(seed) {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  return () => {
    state = (state ^ (state << 13)) >>> 0;
    state = (state ^ (state >>> 17)) >>> 0;
    state = (state ^ (state << 5)) >>> 0;
    return state / 2 ** 32;
  };
}

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

  async warmUp() {
    await sleep(30);
  }

  /** @param {string} json */
  start(json) {
    const request = { ...INITIAL, ...JSON.parse(json) };
    for (const role of ["decoder", "grain-map", "nar"]) {
      if (!this.added.has(role)) throw failure("pack-missing", `The model has no ${role}.`);
    }
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
    return new Generation(request, this.manifest.fake.stepMs);
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

export class Generation {
  /** @param {any} request @param {number} stepMs */
  constructor(request, stepMs) {
    this.request = request;
    this.stepMs = stepMs;
    this.index = 0;
    this.busy = false;
    this.freed = false;
    const random = generator(request.seed);
    for (let warm = 0; warm < 8; warm++) random();
    this.image = picture(`${request.category} ${request.concept}`, request.style ?? "twemoji", random);
    this.grains = densest(this.image, request.fineRatio);
    /** Fine cells in the order they become known: dense regions first, as the real schedule has it. */
    const cells = Array.from({ length: 256 }, (_, cell) => cell);
    const rank = cells.map((cell) => random() - (this.grains[regionOf(cell)] ? 0.6 : 0));
    const leader = cells.map((cell) => (this.grains[regionOf(cell)] ? cell : (cell & ~17)));
    this.order = cells.sort((a, b) => rank[leader[a]] - rank[leader[b]] || leader[a] - leader[b]);
    this.leader = leader;
  }

  async next() {
    // wasm-bindgen refuses a second borrow in the same way.
    if (this.busy || this.freed) throw new Error("recursive use of an object or use after free");
    if (this.index >= this.request.steps) return undefined;
    this.busy = true;
    channel.postMessage({ step: this.index, seed: this.request.seed });
    await sleep(this.stepMs);
    this.busy = false;
    if (this.index === 2) await this.accident();
    return this.step(++this.index);
  }

  async accident() {
    const panic = () => new WebAssembly.RuntimeError("unreachable");
    if (this.request.seed === 666002) throw panic();
    if (this.request.seed === 666003) throw failure("device-lost", "The graphics processor was taken away.");
    if (this.request.seed !== 666001) return;
    setTimeout(() => {
      throw panic();
    });
    await new Promise(() => {});
  }

  /** @param {number} count steps taken, this one included */
  step(count) {
    const total = this.request.steps;
    const fine = this.grains.reduce((sum, grain) => sum + grain, 0);
    const tokens = 64 + 3 * fine;
    const codes = count === total ? tokens : Math.round(tokens * (1 - Math.cos((Math.PI / 2) * (count / total)) ** 0.9));
    const known = new Uint8Array(256);
    const seen = new Set();
    for (const cell of this.order) {
      if (!seen.has(this.leader[cell]) && seen.size === codes) break;
      seen.add(this.leader[cell]);
      known[cell] = 1;
    }
    const image = new Uint8ClampedArray(this.image);
    for (let at = 0; at < 128 * 128; at++) {
      if (!known[(at >> 10) * 16 + ((at & 127) >> 3)]) image.set([150, 150, 150, 255], at * 4);
    }
    const grains = Uint8Array.from(this.grains);
    return { index: count - 1, total, done: count === total, image, width: 128, height: 128, grains, known, tokens, codes };
  }

  free() {
    if (this.busy) throw new Error("attempted to take ownership of a value while it was borrowed");
    this.freed = true;
  }
}

/** @param {number} cell */
const regionOf = (cell) => (cell >> 5) * 8 + ((cell & 15) >> 1);

/**
 * @param {Uint8ClampedArray} image
 * @param {number} ratio
 */
function densest(image, ratio) {
  const spread = Array.from({ length: 64 }, (_, region) => {
    let sum = 0;
    let squares = 0;
    for (let at = 0; at < 256; at++) {
      const x = (region % 8) * 16 + (at % 16);
      const y = (region >> 3) * 16 + (at >> 4);
      const p = (y * 128 + x) * 4;
      const grey = (image[p] + 2 * image[p + 1] + image[p + 2]) / 4;
      sum += grey;
      squares += grey * grey;
    }
    return squares / 256 - (sum / 256) ** 2;
  });
  const order = spread.map((_, region) => region).sort((a, b) => spread[b] - spread[a]);
  const grains = new Uint8Array(64);
  for (const region of order.slice(0, Math.round(64 * ratio))) grains[region] = 1;
  return grains;
}
