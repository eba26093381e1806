/**
 * The order in which codes became known, drawn over the picture. Each code is a bead, the larger the
 * coarser it is, coloured by when it came: night blue first, amber last. Where
 * codes come one by one, a line leads from bead to bead and the figures count codes; where many come
 * at once there is no line, and the figures count steps.
 *
 * The colours are the same by day and in the dark, and grow lighter evenly, so that they can be told
 * apart without seeing hues.
 */

/** @typedef {import("./modes.js").Mode} Mode */
/** @typedef {[number, number, number]} Rgb */
/** @typedef {import("./grid.js").Grid} Grid */
/** @typedef {{ row: number, column: number, span: number, grain: number, order: number }} Placed in cells */
/** @typedef {{ grid: Grid, grains: ArrayLike<number>, order: ArrayLike<number>, total: number, tokens: number }} Ordered */

/** @type {[number, Rgb][]} */
const RAMP = [
  [0, [34, 53, 127]],
  [0.35, [139, 54, 124]],
  [0.65, [210, 60, 34]],
  [1, [255, 194, 77]],
];
const LIGHT = "#ffffff";
const DARK = "#1d0803";

/** Smaller figures than this, in pixels of the page, are not read by anyone. */
const SMALLEST_FIGURE = 9;
/** Where there is no room for all figures, these are left. */
const FIGURE_EVERY = 10;
/** How much of the picture below is kept from competing with the beads. */
const VEIL = 0.55;
/** A line that leads to the left by more regions than this is a return to the margin, and is drawn faintly. */
const FAR = 2;

/**
 * The codes that are known, the earliest first.
 *
 * @param {Pick<Ordered, "grid" | "grains" | "order">} step
 * @returns {Placed[]}
 */
export function placedCodes({ grid, grains, order }) {
  /** @type {Placed[]} */
  const codes = [];
  grid.eachCode(grains, (row, column, span, _, grain) => {
    const place = order[row * grid.cells + column];
    if (place) codes.push({ row, column, span, grain, order: place });
  });
  return codes.sort((a, b) => a.order - b.order);
}

/**
 * The same in words, for those who do not see the beads.
 *
 * @param {Ordered} step
 * @param {Mode} mode
 */
export function describeOrder(step, mode) {
  const codes = placedCodes(step);
  if (mode === "ar") {
    const parts = step.grid.names.flatMap((name, at) => {
      const own = codes.filter(({ grain }) => grain === at);
      return own.length ? [`${name} codes ${range(own)}`.trim()] : [];
    });
    const text = parts.join(", ") || "no codes yet";
    return `Order: ${text}.`;
  }
  const last = codes.at(-1)?.order ?? 0;
  const counts = Array.from({ length: last }, (_, at) => codes.filter(({ order }) => order === at + 1).length);
  return `Codes settled in each step: ${counts.join(", ")}.`;
}

/** @param {Placed[]} codes */
function range(codes) {
  const [first, last] = [codes[0].order, codes[codes.length - 1].order];
  return first === last ? `${first}` : `${first}–${last}`;
}

/** @param {number} share 0: the first code, 1: the last @returns {Rgb} */
export function colourAt(share) {
  const at = Math.min(1, Math.max(0, share));
  const above = Math.max(1, RAMP.findIndex(([stop]) => stop >= at));
  const [[from, a], [to, b]] = [RAMP[above - 1], RAMP[above]];
  const part = (at - from) / (to - from);
  return /** @type {Rgb} */ (a.map((value, channel) => Math.round(value + part * (b[channel] - value))));
}

/** Whatever of the two is read more easily on a colour. @param {Rgb} colour */
export function inkOn(colour) {
  const linear = colour.map((value) => (value / 255) ** 2.2);
  const luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  return luminance > 0.2 ? DARK : LIGHT;
}

/**
 * Which codes get their figure: those whose bead has room for it; of the others each tenth, and the ends of the stream
 * of their granularity.
 *
 * @param {Placed[]} codes the earliest first
 * @param {(span: number) => boolean} room whether beads of so many cells a side have room for a figure
 * @returns {Set<Placed>}
 */
export function figured(codes, room) {
  /** @type {Map<number, [Placed, Placed]>} */
  const ends = new Map();
  for (const code of codes) ends.set(code.span, [ends.get(code.span)?.[0] ?? code, code]);
  return new Set(codes.filter((code) => room(code.span) || ends.get(code.span)?.includes(code) || code.order % FIGURE_EVERY === 0));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} size side of the canvas in its own pixels
 * @param {Ordered} step
 * @param {object} options
 * @param {Mode} options.mode
 * @param {string} options.paper what the picture is dimmed with
 * @param {number} options.scale pixels of the canvas to one of the page
 */
export function drawOrder(context, size, step, { mode, paper, scale }) {
  const cell = size / step.grid.cells;
  const codes = placedCodes(step);
  const last = Math.max(1, (mode === "ar" ? step.tokens : step.total) - 1);
  const colourOf = (/** @type {Placed} */ { order }) => colourAt((order - 1) / last);
  context.save();
  context.globalAlpha = VEIL;
  context.fillStyle = paper;
  context.fillRect(0, 0, size, size);
  context.globalAlpha = 1;
  if (mode === "ar") drawTrail(context, codes, cell, FAR * step.grid.span, colourOf);
  const digits = String(mode === "ar" ? step.tokens : step.total).length;
  const radiusOf = (/** @type {number} */ span) => cell * (span > 1 ? 0.35 * span : 0.43);
  const room = (/** @type {number} */ span) => figureSize(radiusOf(span), digits) >= SMALLEST_FIGURE * scale;
  // Each place of a sequence is another: some are told even where they do not fit. Steps are told by their colours.
  const withFigure = mode === "ar" ? figured(codes, room) : new Set(codes.filter(({ span }) => room(span)));
  const plain = mode === "ar" ? (/** @type {number} */ span) => 0.2 * cell * span : radiusOf;
  // Those with figures last: where room is short they are larger than their cell.
  for (const code of codes) if (!withFigure.has(code)) bead(context, code, cell, plain(code.span), colourOf(code));
  for (const code of withFigure) {
    const radius = radiusOf(code.span) * (room(code.span) ? 1 : 1.3);
    bead(context, code, cell, radius, colourOf(code), String(code.order));
  }
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Placed[]} codes
 * @param {number} cell
 * @param {number} away in cells
 * @param {(code: Placed) => Rgb} colourOf
 */
function drawTrail(context, codes, cell, away, colourOf) {
  context.lineCap = "round";
  // All light edges below all lines, or each would cut the one before.
  for (const [edge, width] of /** @type {[boolean, number][]} */ ([[true, 0.2], [false, 0.1]])) {
    context.lineWidth = width * cell;
    for (const [at, code] of codes.entries()) {
      if (!at) continue;
      const [[x0, y0], [x1, y1]] = [centre(codes[at - 1], cell), centre(code, cell)];
      const far = x0 - x1 > away * cell;
      context.globalAlpha = (edge ? 0.75 : 1) * (far ? 0.3 : 1);
      context.strokeStyle = edge ? LIGHT : css(colourOf(code));
      context.beginPath();
      context.moveTo(x0, y0);
      context.lineTo(x1, y1);
      context.stroke();
    }
  }
  context.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Placed} code
 * @param {number} cell
 * @param {number} radius
 * @param {Rgb} colour
 * @param {string} [figure]
 */
function bead(context, code, cell, radius, colour, figure = "") {
  const [x, y] = centre(code, cell);
  context.fillStyle = css(colour);
  context.strokeStyle = LIGHT;
  context.lineWidth = Math.max(1, cell * 0.05);
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
  if (!figure) return;
  context.fillStyle = inkOn(colour);
  context.font = `600 ${figureSize(radius, figure.length)}px ui-monospace, "DejaVu Sans Mono", monospace`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  // Figures have no descenders: what is called their middle is a little too high.
  context.fillText(figure, x, y + radius * 0.06);
}

/** What fits into a bead. @param {number} radius @param {number} digits */
const figureSize = (radius, digits) => radius * (digits > 2 ? 0.98 : 1.2);

/** @param {Placed} code @param {number} cell @returns {[number, number]} */
function centre({ row, column, span }, cell) {
  return [(column + span / 2) * cell, (row + span / 2) * cell];
}

/** @param {Rgb} colour */
const css = (colour) => `rgb(${colour.join(" ")})`;
