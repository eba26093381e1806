/**
 * How codes are drawn: one dot for a coarse region, four small ones for the next granularity, and so on. The same marks
 * stand for what is not yet known and for the download's progress, so that a visitor learns to read them
 * before the first picture is finished.
 */

/** @typedef {import("./grid.js").Grid} Grid */
/** @typedef {{ grid: Grid, grains: ArrayLike<number> }} Mapped where the codes of a picture are */
/** @typedef {Mapped & { known: ArrayLike<number> }} Look and which of them are there */

/**
 * @typedef {object} Colours
 * @property {string} paper behind what is not yet known
 * @property {string} dot
 * @property {string} coarse outline of the coarsest codes
 * @property {string} fine outline of the finest codes; what lies between is mixed of both
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
 * The colour of a granularity.
 *
 * @param {Pick<Colours, "coarse" | "fine">} colours
 * @param {number} grain
 * @param {{ finest: number }} grid
 */
export function grainColour({ coarse, fine }, grain, { finest }) {
  if (grain <= 0) return coarse;
  if (grain >= finest) return fine;
  return `color-mix(in oklab, ${fine} ${Math.round((100 * grain) / finest)}%, ${coarse})`;
}

/**
 * What granularities are called, the coarsest first. Where there is only one, nothing needs a name.
 *
 * @param {number} granularities
 * @returns {string[]}
 */
export function grainNames(granularities) {
  if (granularities <= 4) return [[""], ["coarse", "fine"], ["coarse", "middle", "fine"], ["coarse", "middle", "fine", "finest"]][granularities - 1];
  const between = Array.from({ length: granularities - 2 }, (_, at) => `level ${at + 2}`);
  return ["coarse", ...between, "finest"];
}

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
  const marks = Array.from(grains, (grain, region) => (open[region] ? 0 : grain));
  grid.eachCode(marks, (row, column, span, region) => {
    if (known[row * grid.cells + column]) return;
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
    if (open[region]) ring(context, x, y, side * 0.16, colours.dot);
    else dot(context, x, y, side * 0.2, colours.dot);
  });
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
  grid.eachCode(grains, (row, column, span, region) => {
    const filled = Math.min(1, Math.max(0, full - region));
    const side = cell * span;
    const radius = side * (0.2 + 0.2 * filled);
    const colour = filled > 0 ? colours.coarse : colours.dot;
    dot(context, (column + span / 2) * cell, (row + span / 2) * cell, radius, colour);
  });
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
