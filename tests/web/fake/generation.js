/**
 * One picture of the fake engine, in the manner of each generator: the whole picture is there from the
 * beginning, and its codes are uncovered in a plausible order.
 */
import { picture } from "./picture.js";

const channel = new BroadcastChannel("fake-engine");
const REGIONS = Array.from({ length: 64 }, (_, region) => region);
const CELLS = Array.from({ length: 256 }, (_, cell) => cell);

/** @param {number} cell */
const regionOf = (cell) => (cell >> 5) * 8 + ((cell & 15) >> 1);
/** The cells of a region, row by row. @param {number} region */
const cellsOf = (region) => [0, 1, 16, 17].map((at) => (region >> 3) * 32 + (region & 7) * 2 + at);
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

class Generation {
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
    this.grains = request.repaint?.grains ?? densest(this.image, request.fineRatio);
    /** What stays. */
    this.kept = CELLS.map((cell) => Boolean(request.repaint && !request.repaint.regions[regionOf(cell)]));
    this.cells = Uint16Array.from(CELLS, (cell) => (this.kept[cell] ? request.repaint.cells[cell] : 0));
    this.random = random;
    this.done = false;
  }

  async next() {
    // wasm-bindgen refuses a second borrow in the same way.
    if (this.busy || this.freed) throw new Error("recursive use of an object or use after free");
    if (this.done) return undefined;
    this.busy = true;
    channel.postMessage({ step: this.index, seed: this.request.seed, mode: this.request.mode });
    await sleep(this.stepMs);
    this.busy = false;
    if (this.index === 2) await this.accident();
    const step = this.step(++this.index);
    this.done = step.done;
    const confidence = Float32Array.from(step.order, (place, cell) => (place && ((cell * 37) % 64) + 1) / 64);
    const { style = null, category = null, concept = null } = this.request;
    const prompt = { style, category, concept };
    return { ...step, index: this.index - 1, width: 128, height: 128, cells: this.cells.slice(), confidence, prompt };
  }

  /**
   * @param {number} _count steps taken, this one included
   * @returns {any}
   */
  step(_count) {
    throw new Error("each generator has its own");
  }

  async accident() {
    const panic = () => new WebAssembly.RuntimeError("unreachable");
    const lost = Object.assign(new Error("The graphics processor was taken away."), { code: "device-lost" });
    if (this.request.seed === 666002) throw panic();
    if (this.request.seed === 666003) throw lost;
    if (this.request.seed !== 666001) return;
    setTimeout(() => {
      throw panic();
    });
    await new Promise(() => {});
  }

  free() {
    if (this.busy) throw new Error("attempted to take ownership of a value while it was borrowed");
    this.freed = true;
  }
}

/** Many codes a step, dense regions first, as the real schedule has it. */
export class NarGeneration extends Generation {
  /** @param {any} request @param {number} stepMs */
  constructor(request, stepMs) {
    super(request, stepMs);
    const rank = CELLS.map((cell) => this.random() - (this.grains[regionOf(cell)] ? 0.6 : 0));
    this.leader = CELLS.map((cell) => (this.grains[regionOf(cell)] ? cell : cell & ~17));
    const leader = this.leader;
    this.queue = CELLS.filter((cell) => !this.kept[cell]).sort((a, b) => rank[leader[a]] - rank[leader[b]] || leader[a] - leader[b]);
    this.order = new Uint16Array(256);
  }

  /** @override @param {number} count */
  step(count) {
    const total = this.request.steps;
    const tokens = 64 + 3 * this.grains.reduce((/** @type {number} */ sum, /** @type {number} */ grain) => sum + grain, 0);
    const stay = new Set(this.leader.filter((_, cell) => this.kept[cell])).size;
    const share = count === total ? 1 : 1 - Math.cos((Math.PI / 2) * (count / total)) ** 0.9;
    const drawn = Math.round((tokens - stay) * share);
    const codes = stay + drawn;
    const seen = new Set();
    for (const cell of this.queue) {
      if (!seen.has(this.leader[cell]) && seen.size === drawn) break;
      seen.add(this.leader[cell]);
      this.order[cell] ||= count;
    }
    const known = Uint8Array.from(this.order, (order, cell) => Number(order > 0 || this.kept[cell]));
    const image = new Uint8ClampedArray(this.image);
    for (let at = 0; at < 128 * 128; at++) {
      if (!known[cellAt(at)]) image.set([150, 150, 150, 255], at * 4);
    }
    const grains = Uint8Array.from(this.grains);
    return { total, done: count === total, image, grains, known, tokens, codes, order: this.order.slice() };
  }
}

/** One code after the other: coarse regions first, then four codes for each of the others. */
export class ArGeneration extends Generation {
  /** @override @param {number} count */
  step(count) {
    const { every } = this.request;
    const coarse = REGIONS.filter((region) => !this.grains[region]).map(cellsOf);
    const fine = REGIONS.filter((region) => this.grains[region]).flatMap((region) => cellsOf(region).map((cell) => [cell]));
    const stream = [...coarse, ...fine];
    const codes = Math.min(count * every, stream.length);
    const order = new Uint16Array(256);
    for (const [at, cells] of stream.slice(0, codes).entries()) for (const cell of cells) order[cell] = at + 1;
    const settled = Math.min(codes, coarse.length);
    // Whether the coarse stream has ended is known once a fine code is there, or nothing is left.
    const known = Uint8Array.from(order, (place) => Number(place > 0));
    const grains = Uint8Array.from(REGIONS, (region) => (this.grains[region] || !known[cellsOf(region)[0]] ? 1 : 0));
    const tokens = codes > coarse.length ? stream.length : settled + 4 * (64 - settled);
    const done = codes === stream.length;
    return { total: Math.ceil(tokens / every), done, image: this.#roughly(known), grains, known, tokens, codes, order };
  }

  /** Unknown cells in the mean colour of the nearest known one. @param {Uint8Array} known */
  #roughly(known) {
    const image = new Uint8ClampedArray(this.image);
    const there = CELLS.filter((cell) => known[cell]);
    const means = new Map(there.map((cell) => [cell, this.#mean(cell)]));
    const distance = (/** @type {number} */ a, /** @type {number} */ b) => Math.hypot((a & 15) - (b & 15), (a >> 4) - (b >> 4));
    const like = CELLS.map((cell) => there.reduce((best, other) => (distance(cell, other) < distance(cell, best) ? other : best), there[0]));
    for (let at = 0; at < 128 * 128; at++) {
      const cell = cellAt(at);
      if (!known[cell]) image.set(means.get(like[cell]) ?? [150, 150, 150, 255], at * 4);
    }
    return image;
  }

  /** @param {number} cell */
  #mean(cell) {
    const sums = [0, 0, 0];
    for (let at = 0; at < 64; at++) {
      const pixel = ((cell >> 4) * 8 + (at >> 3)) * 128 + (cell & 15) * 8 + (at & 7);
      for (const channel of [0, 1, 2]) sums[channel] += this.image[pixel * 4 + channel] / 64;
    }
    return [...sums, 255];
  }
}

/** The cell of a pixel. @param {number} at */
const cellAt = (at) => (at >> 10) * 16 + ((at & 127) >> 3);

/**
 * @param {Uint8ClampedArray} image
 * @param {number} ratio
 */
function densest(image, ratio) {
  const spread = REGIONS.map((region) => {
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
  const ranked = [...REGIONS].sort((a, b) => spread[b] - spread[a]);
  const grains = new Uint8Array(64);
  for (const region of ranked.slice(0, Math.round(64 * ratio))) grains[region] = 1;
  return grains;
}
