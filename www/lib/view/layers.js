/**
 * The layers: what is drawn over (or instead of) a picture in one of its steps, one at a time. Each is a
 * small function of the step on a square canvas, and has a legend of the same marks.
 */
import { Marks, grainColour, shapeOf } from "../grain-look.js";
import { drawGrains, drawUnknown } from "../grain-pattern.js";
import { colourAt, drawOrder } from "../order-trail.js";
import { freshCodes } from "./step.js";

/** @typedef {import("./step.js").Step} Step */
/** @typedef {import("./step.js").Mode} Mode */
/** @typedef {import("../grain-look.js").Colours} Colours */
/** @typedef {(typeof LAYER_NAMES)[number]} Layer */
/**
 * @typedef {object} Scene
 * @property {Step} step
 * @property {Step} [previous] the step before
 * @property {Mode} mode
 * @property {Colours} colours
 * @property {number} [scale] pixels of the canvas to one of the page
 */

export const LAYER_NAMES = Object.freeze(
  /** @type {const} */ (["picture", "known", "grains", "new", "order", "confidence", "guesses"]),
);

/** @type {Readonly<Record<Layer, { title: string, about: string }>>} */
export const LAYERS = Object.freeze({
  picture: { title: "Picture", about: "The picture. While it is drawn, dots stand for codes that are still open: the coarser the code, the larger its dot." },
  known: { title: "Known", about: "Which codes are settled (filled) and which are still open (dots)." },
  grains: { title: "Grain map", about: "Where the codes go: every square is one code, however large it is." },
  new: { title: "New", about: "The codes that came with this step." },
  order: { title: "Order", about: "When each code came, from night blue to amber." },
  confidence: { title: "Confidence", about: "How sure the model was of each code when it chose it, from dark (hardly) to light." },
  guesses: { title: "Guesses", about: "What the model would put where nothing is decided yet, seen through paper." },
});

/** Guesses are seen through the paper: enough to tell what they are, too little to take them for known. */
const GUESS_COVER = 0.45;
/** How much of the picture is kept from competing with marks that are filled. */
const VEIL = 0.62;

/** @param {unknown} name @returns {name is Layer} */
export function isLayer(name) {
  return LAYER_NAMES.includes(/** @type {Layer} */ (name));
}

/**
 * The layers that there is something to show of.
 *
 * @param {readonly { steps: readonly Pick<Step, "confidence">[], whole?: boolean }[]} tracks
 * @returns {Layer[]}
 */
export function layersFor(tracks) {
  if (tracks.length && tracks.every(({ whole }) => whole)) return ["picture", "grains"];
  const sure = tracks.some(({ steps }) => steps.some(({ confidence }) => confidence));
  return LAYER_NAMES.filter((name) => name !== "confidence" || sure);
}

/**
 * Draws a layer over the picture, which lies on a canvas below.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} size side of the canvas in its own pixels
 * @param {Layer} layer
 * @param {Scene} scene
 */
export function drawLayer(context, size, layer, { step, previous, mode, colours, scale = 1 }) {
  const { undecided: open } = step;
  const cover = layer === "guesses" ? GUESS_COVER : 1;
  switch (layer) {
    case "known":
      return drawKnown(context, size, step, colours, open);
    case "confidence":
      drawUnknown(context, size, step, colours, { open });
      return drawConfidence(context, size, step);
    case "order":
      drawUnknown(context, size, step, colours, { open });
      return drawOrder(context, size, step, { mode, paper: colours.paper, scale });
    case "new":
      drawUnknown(context, size, step, colours, { open });
      return drawFresh(context, size, freshCodes(step, previous), colours, step.grid);
    case "grains":
      drawUnknown(context, size, step, colours, { open });
      return drawGrains(context, size, step, colours, open);
    default:
      drawUnknown(context, size, step, colours, { cover, open });
  }
}

/**
 * Settled codes as filled squares over a faint picture, the others as the dots that stand for them.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {Pick<Step, "grid" | "grains" | "known">} step
 * @param {Colours} colours
 * @param {ArrayLike<number>} open
 */
export function drawKnown(context, size, { grid, grains, known }, colours, open) {
  drawUnknown(context, size, { grid, grains, known }, colours, { open });
  const cell = size / grid.cells;
  const gap = Math.max(1, size / 320);
  grid.eachCode(grains, (row, column, span, _, grain) => {
    if (!known[row * grid.cells + column]) return;
    context.globalAlpha = VEIL;
    context.fillStyle = colours.paper;
    context.fillRect(column * cell, row * cell, span * cell, span * cell);
    context.globalAlpha = grain === grid.finest ? 0.9 : 0.78;
    context.fillStyle = grainColour(colours, grain, grid);
    context.fillRect(column * cell + gap, row * cell + gap, span * cell - 2 * gap, span * cell - 2 * gap);
  });
  context.globalAlpha = 1;
}

/**
 * The grain map by itself, small: a mark for each code, in colour once it is settled.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {Pick<Step, "grid" | "grains" | "known">} step
 * @param {Colours} colours
 * @param {ArrayLike<number>} [open] 1 for regions that are not decided yet
 */
export function drawMap(context, size, { grid, grains, known }, colours, open = []) {
  const cell = size / grid.cells;
  context.clearRect(0, 0, size, size);
  context.fillStyle = colours.paper;
  context.fillRect(0, 0, size, size);
  // Of a region that is open there is one mark, as of a coarse one.
  const marked = Array.from(grains, (grain, region) => (open[region] ? 0 : grain));
  const marks = new Marks();
  grid.eachCode(marked, (row, column, span, region, grain) => {
    const settled = known[row * grid.cells + column] && !open[region];
    const radius = span * cell * (open[region] ? 0.1 : 0.32);
    marks.add(settled ? grainColour(colours, grain, grid) : colours.dot, shapeOf(grain, grid), (column + span / 2) * cell, (row + span / 2) * cell, radius);
  });
  marks.fill(context);
}

/**
 * New codes in their own colours with a frame, all else behind a veil.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {readonly import("./step.js").Code[]} codes
 * @param {Colours} colours
 * @param {import("../grid.js").Grid} grid
 */
export function drawFresh(context, size, codes, colours, grid) {
  const { cells, cellCount } = grid;
  const cell = size / cells;
  const line = Math.max(1.5, size / 260);
  const fresh = new Set(codes.flatMap((code) => grid.cellsUnder(code)));
  context.globalAlpha = VEIL;
  context.fillStyle = colours.paper;
  for (let at = 0; at < cellCount; at++) {
    if (fresh.has(at)) continue;
    const [left, right] = [at % cells, (at % cells) + 1].map((x) => Math.round(x * cell));
    const [top, bottom] = [Math.floor(at / cells), Math.floor(at / cells) + 1].map((y) => Math.round(y * cell));
    context.fillRect(left, top, right - left, bottom - top);
  }
  context.globalAlpha = 1;
  context.lineWidth = line;
  for (const { row, column, span, grain } of codes) {
    context.strokeStyle = grainColour(colours, grain, grid);
    const side = span * cell - line;
    context.strokeRect(column * cell + line / 2, row * cell + line / 2, side, side);
  }
}

/**
 * How sure the model was of each settled code, as a heat map that hides the picture.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} size
 * @param {Pick<Step, "grid" | "grains" | "known" | "confidence">} step
 */
export function drawConfidence(context, size, { grid, grains, known, confidence }) {
  if (!confidence) return;
  const cell = size / grid.cells;
  const gap = Math.max(1, size / 400);
  grid.eachCode(grains, (row, column, span) => {
    const at = row * grid.cells + column;
    if (!known[at]) return;
    context.globalAlpha = 0.9;
    context.fillStyle = heat(confidence[at]);
    const side = span * cell - gap;
    context.fillRect(column * cell + gap / 2, row * cell + gap / 2, side, side);
  });
  context.globalAlpha = 1;
}

/**
 * The colours of the order, which grow lighter evenly; not a number is the darkest.
 *
 * @param {number} share 0 to 1
 * @returns {string}
 */
export function heat(share) {
  return `rgb(${colourAt(Number.isFinite(share) ? share : 0).join(" ")})`;
}
