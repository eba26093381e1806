/**
 * How codes are drawn: one dot for a coarse region, four small ones for a fine one. The same marks
 * stand for what is not yet known and for the download's progress, so that a visitor learns to read them
 * before the first picture is finished.
 */

/** Regions a side, and fine cells a side. */
export const REGIONS = 8;
export const CELLS = 16;

/**
 * @typedef {object} Colours
 * @property {string} paper behind what is not yet known
 * @property {string} dot
 * @property {string} coarse outline of regions with one code
 * @property {string} fine outline of cells with a code of their own
 */

/** @typedef {Colours & { ink: string, line: string, accent: string, "fine-ink": string }} Palette */

/**
 * The palette belongs to the style sheet; canvases have to ask for it.
 *
 * @param {Element} element
 * @param {string} [prefix] what the names of its properties begin with
 * @returns {Palette}
 */
export function coloursOf(element, prefix = "--") {
  const style = getComputedStyle(element);
  const read = (/** @type {string} */ name) => style.getPropertyValue(prefix + name).trim();
  const marks = { paper: read("paper"), dot: read("dot"), coarse: read("coarse"), fine: read("fine") };
  return { ...marks, ink: read("ink"), line: read("line"), accent: read("accent"), "fine-ink": read("fine-ink") };
}

/**
 * Covers every cell that is not known with its undeveloped mark.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} size side of the canvas in its own pixels
 * @param {ArrayLike<number>} grains
 * @param {ArrayLike<number>} known
 * @param {Colours} colours
 * @param {object} [options]
 * @param {boolean} [options.dots] false for pictures too small to tell the marks apart
 * @param {number} [options.cover] how much the paper hides of what is below, 0 to 1
 * @param {ArrayLike<number>} [options.open] 1 for regions of which it is not decided how many codes they
 *   get; a ring stands for them
 */
export function drawUnknown(context, size, grains, known, colours, { dots = true, cover = 1, open = [] } = {}) {
  const cell = size / CELLS;
  const marks = Array.from(grains, (grain, region) => (open[region] ? 0 : grain));
  eachCode(marks, (row, column, span) => {
    if (known[row * CELLS + column]) return;
    context.fillStyle = colours.paper;
    const side = cell * span;
    // On whole pixels, or neighbours would blend into hairlines where they meet.
    const [left, top] = [Math.round(column * cell), Math.round(row * cell)];
    const [right, bottom] = [Math.round(column * cell + side), Math.round(row * cell + side)];
    context.globalAlpha = cover;
    context.fillRect(left, top, right - left, bottom - top);
    context.globalAlpha = 1;
    if (!dots) return;
    const [x, y] = [(column + span / 2) * cell, (row + span / 2) * cell];
    if (open[(row >> 1) * REGIONS + (column >> 1)]) ring(context, x, y, side * 0.16, colours.dot);
    else dot(context, x, y, side * 0.2, colours.dot);
  });
}

/**
 * The grain map as a drawing: one frame for each code.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {ArrayLike<number>} grains
 * @param {Colours} colours
 * @param {ArrayLike<number>} [open] 1 for regions that have no frames yet
 */
export function drawGrains(context, size, grains, colours, open = []) {
  const cell = size / CELLS;
  // Fine frames first: where the two kinds touch, the coarse one is the boundary that matters.
  for (const wanted of [1, 2]) {
    context.strokeStyle = wanted === 1 ? colours.fine : colours.coarse;
    context.lineWidth = Math.max(1, size / 400);
    const inset = context.lineWidth;
    eachCode(grains, (row, column, span) => {
      if (span !== wanted || open[(row >> 1) * REGIONS + (column >> 1)]) return;
      const side = cell * span - 2 * inset;
      context.strokeRect(column * cell + inset, row * cell + inset, side, side);
    });
  }
}

/**
 * The download: regions fill from the top as bytes arrive.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {ArrayLike<number>} grains
 * @param {number} share 0 to 1
 * @param {Colours} colours
 */
export function drawProgress(context, size, grains, share, colours) {
  const cell = size / CELLS;
  context.fillStyle = colours.paper;
  context.fillRect(0, 0, size, size);
  const full = share * REGIONS * REGIONS;
  eachCode(grains, (row, column, span) => {
    const region = (row >> 1) * REGIONS + (column >> 1);
    const filled = Math.min(1, Math.max(0, full - region));
    const side = cell * span;
    const radius = side * (0.2 + 0.2 * filled);
    const colour = filled > 0 ? colours.coarse : colours.dot;
    dot(context, (column + span / 2) * cell, (row + span / 2) * cell, radius, colour);
  });
}

/** A grain map to show before there is one: fine along a ring, as around the rim of a face. */
export function restingGrains() {
  return Uint8Array.from({ length: REGIONS * REGIONS }, (_, region) => {
    const x = (region % REGIONS) - 3.5;
    const y = (region >> 3) - 3.5;
    const eyes = y === -0.5 && Math.abs(x) === 1.5;
    const mouth = y === 1.5 && Math.abs(x) <= 1.5;
    const radius = Math.hypot(x, y);
    return Number((radius > 3 && radius < 4.3) || eyes || mouth);
  });
}

/**
 * @param {ArrayLike<number>} grains
 * @param {(row: number, column: number, span: number) => void} visit in fine cells; span 1 or 2
 */
export function eachCode(grains, visit) {
  for (let region = 0; region < REGIONS * REGIONS; region++) {
    const row = (region >> 3) * 2;
    const column = (region % REGIONS) * 2;
    if (!grains[region]) visit(row, column, 2);
    else for (let sub = 0; sub < 4; sub++) visit(row + (sub >> 1), column + (sub & 1), 1);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {string} colour
 */
function dot(context, x, y, radius, colour) {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {string} colour
 */
function ring(context, x, y, radius, colour) {
  context.strokeStyle = colour;
  context.lineWidth = radius * 0.36;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
}
