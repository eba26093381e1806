/**
 * What the views say of a step: which codes came with it, and what its variable length is worth against
 * a fixed grid. Pure functions of the step, for canvases, words and tests alike.
 */
/** @typedef {import("../modes.js").Mode} Mode */
/**
 * A step as the generator yields it. Not every recording tells how sure the model was of each code when it chose it,
 * and none what the picture is drawn of: recordings have a title. `psnr`: of a picture that was encoded, in dB.
 *
 * @typedef {Omit<import("../../varigrain.js").Step, "confidence" | "prompt">
 *   & { confidence?: Float32Array, psnr?: number, prompt?: import("../protocol.js").Drawn }} Step
 */
/**
 * One picture: everything that was generated of it. `whole`: it came as it is, nobody knows by which steps.
 *
 * @typedef {{ mode: Mode, seed: number, steps: Step[], whole?: boolean }} Track
 */
/** @typedef {{ row: number, column: number, span: number, grain: number }} Code in cells; 0 is the coarsest grain */

/**
 * The codes that became known with a step.
 *
 * @param {Pick<Step, "grid" | "grains" | "known">} step
 * @param {Pick<Step, "known"> | undefined} previous the step before; none: everything known is new
 * @returns {Code[]}
 */
export function freshCodes({ grid, grains, known }, previous) {
  /** @type {Code[]} */
  const codes = [];
  grid.eachCode(grains, (row, column, span, _, grain) => {
    const cell = row * grid.cells + column;
    if (known[cell] && !previous?.known[cell]) codes.push({ row, column, span, grain });
  });
  return codes;
}

/**
 * A picture that was not drawn here, as if it had been in one step.
 *
 * @param {import("../../varigrain.js").Picture} picture
 * @returns {Track}
 */
export function wholeTrack({ grid, grains, cells, codes, image }) {
  const lists = { undecided: new Uint8Array(grid.regionCount), known: new Uint8Array(grid.cellCount).fill(1), order: new Uint16Array(grid.cellCount) };
  const step = { index: 0, total: 1, done: true, image, grid, grains, cells, tokens: codes, codes, ms: 0, ...lists };
  return { mode: "nar", seed: 0, steps: [step], whole: true };
}

/**
 * How many codes each step brought.
 *
 * @param {readonly Pick<Step, "codes">[]} steps
 * @returns {number[]}
 */
export function gains(steps) {
  return steps.map(({ codes }, at) => codes - (at ? steps[at - 1].codes : 0));
}

/**
 * @param {Pick<Step, "codes" | "tokens"> & { grid: { cellCount: number } }} step
 * @returns {{ settled: number, needed: number, fixed: number, saved: number }} `fixed`: codes that a grid of one code
 *   for each cell would take, whatever the picture; `saved`: share of it that this picture does without, 0 to 1
 */
export function budget({ codes, tokens, grid: { cellCount: fixed } }) {
  return { settled: codes, needed: tokens, fixed, saved: Math.max(0, 1 - tokens / fixed) };
}

/**
 * Milliseconds for all steps up to one; null if the first ones are not there any more.
 *
 * @param {readonly Pick<Step, "index" | "ms">[]} steps
 * @param {number} at
 */
export function spent(steps, at) {
  if (steps[0]?.index !== 0) return null;
  return steps.slice(0, at + 1).reduce((sum, { ms }) => sum + ms, 0);
}

/**
 * What stands at a place of the picture, for a pointer that asks.
 *
 * @param {Step} step
 * @param {number} x 0 to 1, from the left
 * @param {number} y 0 to 1, from above
 * @returns {{ code: Code, known: boolean, order: number, value: number, confidence?: number } | null}
 */
export function codeAt(step, x, y) {
  if (!(x >= 0 && x < 1 && y >= 0 && y < 1)) return null;
  const { grid, grains } = step;
  const { row, column, span, grain } = grid.codeAt(grains, Math.floor(y * grid.cells), Math.floor(x * grid.cells));
  const cell = row * grid.cells + column;
  const sure = step.known[cell] ? step.confidence?.[cell] : undefined;
  return {
    code: { row, column, span, grain },
    known: Boolean(step.known[cell]),
    order: step.order[cell],
    value: step.cells[cell],
    ...(sure === undefined ? {} : { confidence: sure }),
  };
}

/** Lengths of time in figures that fit beside a picture. @param {number} ms */
export function duration(ms) {
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}
