/**
 * Mask schedules, as the engine has them (src/sampler): how many codes are settled in each step, and which
 * ones are first. Pure functions, for the tutorial's figures.
 */

/** @typedef {import("../grid.js").Grid} Grid */
/** @typedef {{ row: number, column: number, span: number, grain: number, density: number, sure: number }} Candidate */
/** @typedef {(typeof ORDERS)[number]} Order */

export const ORDERS = Object.freeze(/** @type {const} */ (["priority", "halton", "random", "strict"]));

/**
 * MaskGIT's cosine: the codes known after each step, few at first, at least one a step.
 *
 * @param {number} steps
 * @param {number} tokens
 * @returns {number[]}
 */
export function cosine(steps, tokens) {
  return Array.from({ length: steps }, (_, at) => {
    const t = at + 1;
    const masked = Math.floor(tokens * Math.cos((Math.PI / 2) * (t / steps)) + 1e-9);
    const known = t === steps ? tokens : tokens - masked;
    return Math.min(tokens - Math.min(steps - t, tokens), Math.max(Math.min(t, tokens), known));
  });
}

/** What came with each step, of what is known after each. @param {readonly number[]} known */
export const perStep = (known) => known.map((count, at) => count - (known[at - 1] ?? 0));

/**
 * One step's share is changed by hand; the others make up for it, in the proportions they have, so that
 * the sum stays as it was and no step goes without a code.
 *
 * @param {readonly number[]} counts codes of each step
 * @param {number} at
 * @param {number} wanted
 * @returns {number[]}
 */
export function refill(counts, at, wanted) {
  const sum = counts.reduce((a, b) => a + b, 0);
  const others = counts.length - 1;
  if (!others) return [sum];
  const value = Math.min(sum - others, Math.max(1, Math.round(wanted)));
  const left = sum - value - others;
  const weight = sum - counts[at] - others;
  let given = 0;
  let seen = 0;
  let place = 0;
  return counts.map((count, n) => {
    if (n === at) return value;
    seen += weight ? count - 1 : 1;
    place++;
    const until = place === others ? left : Math.round((left * seen) / (weight || others));
    const own = until - given;
    given = until;
    return own + 1;
  });
}

/** @param {number} index @param {number} base */
function vanDerCorput(index, base) {
  let [value, digit] = [0, 1];
  for (let left = index; left > 0; left = Math.floor(left / base)) {
    digit /= base;
    value += digit * (left % base);
  }
  return value;
}

/**
 * When a two-dimensional Halton sequence comes by each place: a permutation.
 *
 * @param {readonly { row: number, column: number, span: number }[]} codes
 * @param {number} cells along a side
 * @returns {number[]} rank of each
 */
export function haltonRanks(codes, cells) {
  const rank = new Array(codes.length).fill(0);
  const left = codes.map((_, at) => at);
  for (let order = 0; order < codes.length; order++) {
    const [y, x] = [vanDerCorput(order + 1, 2) * cells, vanDerCorput(order + 1, 3) * cells];
    let best = 0;
    let least = Infinity;
    for (const [n, at] of left.entries()) {
      const { row, column, span } = codes[at];
      const far = (row + span / 2 - y) ** 2 + (column + span / 2 - x) ** 2;
      if (far < least) [best, least] = [n, far];
    }
    rank[left.splice(best, 1)[0]] = order;
  }
  return rank;
}

/**
 * The codes of a finished picture as a schedule sees them.
 *
 * @param {{ grid: Grid, grains: ArrayLike<number>, confidence?: ArrayLike<number> }} step
 * @param {readonly number[]} levels density of each region, from 0 to 1
 * @returns {Candidate[]}
 */
export function candidates({ grid, grains, confidence }, levels) {
  /** @type {Candidate[]} */
  const codes = [];
  grid.eachCode(grains, (row, column, span, region, grain) => {
    codes.push({ row, column, span, grain, density: levels[region], sure: confidence?.[row * grid.cells + column] || 1 / 255 });
  });
  return codes;
}

/**
 * Which codes are first: by the engine's score, without its noise. For "priority" that is log p + β × density.
 *
 * @param {readonly Candidate[]} codes
 * @param {Order} order
 * @param {number} beta
 * @param {number} cells along a side
 * @returns {number[]} indices, first to last
 */
export function sorted(codes, order, beta, cells) {
  const halton = order === "halton" ? haltonRanks(codes, cells) : [];
  const score = codes.map(({ density, sure }, at) => {
    if (order === "halton") return beta * density - halton[at] / codes.length;
    if (order === "random") return shuffled(at);
    return Math.log(sure) + (order === "strict" ? 1e6 : beta) * density;
  });
  return codes.map((_, at) => at).sort((a, b) => score[b] - score[a] || a - b);
}

/** Looks random, and is the same every time. @param {number} at @returns {number} 0 to 1 */
function shuffled(at) {
  const mixed = Math.imul(at + 1, 0x9e3779b1) ^ (Math.imul(at + 7, 0x85ebca6b) >>> 13);
  return (Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35) >>> 0) / 2 ** 32;
}

/**
 * The step in which each cell's code is settled.
 *
 * @param {readonly Candidate[]} codes
 * @param {readonly number[]} first indices, first to last
 * @param {readonly number[]} counts codes of each step
 * @param {Grid} grid
 * @returns {Uint16Array} of each cell, from 1
 */
export function stepsOf(codes, first, counts, grid) {
  const order = new Uint16Array(grid.cellCount);
  let at = 0;
  for (const [step, count] of counts.entries()) {
    for (const index of first.slice(at, at + count)) {
      for (const cell of grid.cellsUnder(codes[index])) order[cell] = step + 1;
    }
    at += count;
  }
  return order;
}
