/**
 * How codes are drawn: one mark for a coarse region, four small ones for the next granularity, and so on. The same marks
 * stand for what is not yet known and for the download's progress, so that a visitor learns to read them
 * before the first picture is finished.
 */
import { Marks, grainColour, shapeOf } from "./grain-look.js";

/** @typedef {import("./grid.js").Grid} Grid */
/** @typedef {{ grid: Grid, grains: ArrayLike<number> }} Mapped where the codes of a picture are */
/** @typedef {Mapped & { known: ArrayLike<number> }} Look and which of them are there */

/** @typedef {import("./grain-look.js").Colours} Colours */

/**
 * Covers every cell that is not known with its undeveloped mark.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} size side of the canvas in its own pixels
 * @param {Look} look
 * @param {Colours} colours
 * @param {object} [options]
 * @param {boolean} [options.dots] false for pictures too small to tell the marks apart
 * @param {number} [options.cover] how much the paper hides of what is below, 0 to 1
 * @param {ArrayLike<number>} [options.open] 1 for regions of which it is not decided how many codes they
 *   get; a ring stands for them
 */
export function drawUnknown(context, size, { grid, grains, known }, colours, { dots = true, cover = 1, open = [] } = {}) {
  const cell = size / grid.cells;
  const marked = Array.from(grains, (grain, region) => (open[region] ? 0 : grain));
  const marks = new Marks();
  context.fillStyle = colours.paper;
  context.globalAlpha = cover;
  grid.eachCode(marked, (row, column, span, region, grain) => {
    if (known[row * grid.cells + column]) return;
    const side = cell * span;
    // On whole pixels, or neighbours would blend into hairlines where they meet.
    const [left, top] = [Math.round(column * cell), Math.round(row * cell)];
    const [right, bottom] = [Math.round(column * cell + side), Math.round(row * cell + side)];
    context.fillRect(left, top, right - left, bottom - top);
    if (dots && !open[region]) marks.add(colours.dot, shapeOf(grain, grid), (column + span / 2) * cell, (row + span / 2) * cell, side * 0.2);
  });
  context.globalAlpha = 1;
  marks.fill(context);
  if (dots && open.length) rings(context, { grid, grains: marked, known }, open, cell, colours.dot);
}

/**
 * The grain map as a drawing: one frame for each code.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {Mapped} look
 * @param {Colours} colours
 * @param {ArrayLike<number>} [open] 1 for regions that have no frames yet
 */
export function drawGrains(context, size, { grid, grains }, colours, open = []) {
  const cell = size / grid.cells;
  // Fine frames first: where two kinds touch, the coarser one is the boundary that matters.
  for (let wanted = grid.finest; wanted >= 0; wanted--) {
    context.strokeStyle = grainColour(colours, wanted, grid);
    context.lineWidth = Math.max(1, size / 400);
    const inset = context.lineWidth;
    grid.eachCode(grains, (row, column, span, region, grain) => {
      if (grain !== wanted || open[region]) return;
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
 * @param {Mapped} look
 * @param {number} share 0 to 1
 * @param {Colours} colours
 */
export function drawProgress(context, size, { grid, grains }, share, colours) {
  const cell = size / grid.cells;
  context.fillStyle = colours.paper;
  context.fillRect(0, 0, size, size);
  const full = share * grid.regionCount;
  const marks = new Marks();
  grid.eachCode(grains, (row, column, span, region, grain) => {
    const filled = Math.min(1, Math.max(0, full - region));
    const side = cell * span;
    const radius = side * (0.2 + 0.2 * filled);
    marks.add(filled > 0 ? colours.coarse : colours.dot, shapeOf(grain, grid), (column + span / 2) * cell, (row + span / 2) * cell, radius);
  });
  marks.fill(context);
}

/**
 * A grain map to show before there is one: fine along a ring, as around the rim of a face.
 *
 * @param {Grid} grid
 * @returns {Uint8Array}
 */
export function restingGrains({ regions, regionCount, finest }) {
  return Uint8Array.from({ length: regionCount }, (_, region) => {
    // In eighths of the side, from the middle.
    const [x, y] = [region % regions, Math.floor(region / regions)].map((at) => ((at + 0.5) * 8) / regions - 4);
    const eyes = Math.abs(y + 0.5) < 0.5 && Math.abs(Math.abs(x) - 1.5) < 0.5;
    const mouth = Math.abs(y - 1.5) < 0.5 && Math.abs(x) < 2;
    const radius = Math.hypot(x, y);
    return (radius > 3 && radius < 4.3) || eyes || mouth ? finest : 0;
  });
}

/**
 * Around the middle of every open region.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Look} look with open regions as coarse ones
 * @param {ArrayLike<number>} open
 * @param {number} cell side of one in pixels
 * @param {string} colour
 */
function rings(context, { grid, grains, known }, open, cell, colour) {
  const radius = grid.span * cell * 0.16;
  context.strokeStyle = colour;
  context.lineWidth = radius * 0.36;
  context.beginPath();
  grid.eachCode(grains, (row, column, span, region) => {
    if (!open[region] || known[row * grid.cells + column]) return;
    const [x, y] = [(column + span / 2) * cell, (row + span / 2) * cell];
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  });
  context.stroke();
}
