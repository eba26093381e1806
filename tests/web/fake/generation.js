/**
 * One picture of the fake engine, in the manner of each generator: the whole picture is there from the
 * beginning, and its codes are uncovered in a plausible order.
 */
import { countsOf } from "./layout.js";
import { picture } from "./picture.js";

/** @typedef {import("./layout.js").Layout} Layout */

const channel = new BroadcastChannel("fake-engine");
/** What stands where nothing is known. */
const GREY = [150, 150, 150, 255];

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
  /** @param {any} request @param {Layout} layout @param {number} stepMs */
  constructor(request, layout, stepMs) {
    this.request = request;
    this.layout = layout;
    this.stepMs = stepMs;
    this.index = 0;
    this.busy = false;
    this.freed = false;
    const random = generator(request.seed);
    for (let warm = 0; warm < 8; warm++) random();
    const { style, ...subject } = request.drawn;
    this.image = picture(Object.values(subject).join(" "), style ?? "twemoji", random, layout.image);
    this.grains = request.repaint?.grains ?? densest(this.image, request.shares, layout);
    /** What stays. */
    this.kept = layout.all.map((cell) => Boolean(request.repaint && !request.repaint.regions[layout.regionOf(cell)]));
    this.cells = Uint16Array.from(layout.all, (cell) => (this.kept[cell] ? request.repaint.cells[cell] : 0));
    this.random = random;
    this.done = false;
    /** @type {OffscreenCanvasRenderingContext2D | null} */
    this.surface = null;
    this.images = true;
  }

  /** @param {OffscreenCanvas} canvas */
  paintOn(canvas) {
    this.surface = canvas.getContext("2d");
    if (!this.surface) throw Object.assign(new Error("The canvas has a context of another kind."), { code: "bad-canvas" });
    return false;
  }

  withoutImages() {
    this.images = false;
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
    this.paint(step.image);
    const confidence = Float32Array.from(step.order, (place, cell) => (place && ((cell * 37) % 64) + 1) / 64);
    const { image: size } = this.layout;
    const prompt = this.request.drawn;
    const image = this.images ? step.image : null;
    return { ...step, image, index: this.index - 1, width: size, height: size, cells: this.cells.slice(), confidence, prompt };
  }

  /** As large as fits, in the middle; enlarged pixels stay square. @param {Uint8ClampedArray<ArrayBuffer>} pixels */
  paint(pixels) {
    if (!this.surface) return;
    const { image: size } = this.layout;
    const { width, height } = this.surface.canvas;
    const small = new OffscreenCanvas(size, size);
    small.getContext("2d")?.putImageData(new ImageData(pixels.slice(), size, size), 0, 0);
    const side = Math.min(width, height);
    this.surface.clearRect(0, 0, width, height);
    this.surface.imageSmoothingEnabled = side < size;
    this.surface.drawImage(small, (width - side) / 2, (height - side) / 2, side, side);
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
  /** @param {any} request @param {Layout} layout @param {number} stepMs */
  constructor(request, layout, stepMs) {
    super(request, layout, stepMs);
    const grainAt = (/** @type {number} */ cell) => this.grains[layout.regionOf(cell)];
    const rank = layout.all.map((cell) => this.random() - 0.6 * grainAt(cell));
    this.leader = layout.all.map((cell) => layout.leader(cell, grainAt(cell)));
    const leader = this.leader;
    this.queue = layout.all.filter((cell) => !this.kept[cell]).sort((a, b) => rank[leader[a]] - rank[leader[b]] || leader[a] - leader[b]);
    this.order = new Uint16Array(layout.all.length);
  }

  /** @override @param {number} count */
  step(count) {
    const total = this.request.steps;
    const tokens = this.layout.tokens(this.grains);
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
    for (const at of this.layout.pixelsOf(this.layout.all.filter((cell) => !known[cell]))) image.set(GREY, at * 4);
    const grains = Uint8Array.from(this.grains);
    const undecided = new Uint8Array(grains.length);
    return { total, done: count === total, image, grains, undecided, known, tokens, codes, order: this.order.slice() };
  }
}

/** One code after the other, a stream for each granularity, the coarsest first; each leaves out what is finer. */
export class ArGeneration extends Generation {
  /** @override @param {number} count */
  step(count) {
    const { every } = this.request;
    const { layout } = this;
    const finest = layout.granularities - 1;
    const regions = Array.from(this.grains, (_, region) => region);
    const stream = Array.from({ length: layout.granularities }, (_, grain) =>
      regions.filter((region) => this.grains[region] === grain).flatMap((region) =>
        layout.codesOf(region, grain).map((cells) => ({ grain, region, cells })),
      ),
    ).flat();
    const codes = Math.min(count * every, stream.length);
    const order = new Uint16Array(layout.all.length);
    for (const [at, { cells }] of stream.slice(0, codes).entries()) for (const cell of cells) order[cell] = at + 1;
    const known = Uint8Array.from(order, (place) => Number(place > 0));
    const newest = codes ? stream[codes - 1] : null;
    // A region is settled when a code of it is there, or when all coarser streams have left it out. That a stream has
    // ended is known once the next has a code.
    const passed = (/** @type {number} */ region) =>
      newest !== null && (newest.grain === finest || (newest.grain === finest - 1 && newest.region > region));
    const settled = regions.map((region) => Boolean(known[layout.cellsOf[region][0]]) || (this.grains[region] === finest && passed(region)));
    const grains = Uint8Array.from(regions, (region) => (settled[region] ? this.grains[region] : finest));
    const undecided = Uint8Array.from(settled, (is) => Number(!is));
    const tokens = layout.tokens(grains);
    const done = codes === stream.length;
    return { total: Math.ceil(tokens / every), done, image: this.#roughly(known), grains, undecided, known, tokens, codes, order };
  }

  /** Unknown cells in the mean colour of the nearest known one. @param {Uint8Array} known */
  #roughly(known) {
    const { all, cells: side, pixelsOf } = this.layout;
    const image = new Uint8ClampedArray(this.image);
    const there = all.filter((cell) => known[cell]);
    const means = new Map(there.map((cell) => [cell, this.#mean(cell)]));
    const distance = (/** @type {number} */ a, /** @type {number} */ b) =>
      Math.hypot((a % side) - (b % side), Math.floor(a / side) - Math.floor(b / side));
    for (const cell of all.filter((one) => !known[one])) {
      const like = there.reduce((best, other) => (distance(cell, other) < distance(cell, best) ? other : best), there[0]);
      for (const at of pixelsOf([cell])) image.set(means.get(like) ?? GREY, at * 4);
    }
    return image;
  }

  /** @param {number} cell */
  #mean(cell) {
    const pixels = this.layout.pixelsOf([cell]);
    const sums = [0, 1, 2].map((channel) => pixels.reduce((sum, at) => sum + this.image[at * 4 + channel] / pixels.length, 0));
    return [...sums, 255];
  }
}

/**
 * @param {Uint8ClampedArray} image
 * @param {number[]} shares
 * @param {Layout} layout
 */
function densest(image, shares, layout) {
  const spread = layout.cellsOf.map((cells) => {
    let [sum, squares, count] = [0, 0, 0];
    for (const at of layout.pixelsOf(cells)) {
      const grey = (image[at * 4] + 2 * image[at * 4 + 1] + image[at * 4 + 2]) / 4;
      sum += grey;
      squares += grey * grey;
      count++;
    }
    return squares / count - (sum / count) ** 2;
  });
  const ranked = spread.map((_, region) => region).sort((a, b) => spread[b] - spread[a]);
  return layout.spread(ranked, countsOf(shares, ranked.length));
}
