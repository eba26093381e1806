/**
 * Several pictures on one canvas, for files: the methods side by side, the seeds of each in a grid.
 */
import { drawLayer } from "./layers.js";

/** @typedef {import("./step.js").Track} Track */
/** @typedef {import("./layers.js").Layer} Layer */

/**
 * @param {readonly Pick<Track, "mode">[]} tracks by method, then by seed
 * @param {number} side of a picture
 * @returns {{ width: number, height: number, places: { x: number, y: number }[] }}
 */
export function sheetLayout(tracks, side) {
  const modes = [...new Set(tracks.map(({ mode }) => mode))];
  const each = Math.max(1, tracks.length / Math.max(1, modes.length));
  const columns = Math.ceil(Math.sqrt(each));
  const places = tracks.map((_, n) => {
    const [group, at] = [Math.floor(n / each), n % each];
    return { x: (group * columns + (at % columns)) * side, y: Math.floor(at / columns) * side };
  });
  return { width: Math.max(1, modes.length) * columns * side, height: Math.ceil(each / columns) * side, places };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {readonly Track[]} tracks
 * @param {(n: number) => number} indexOf which step of each
 * @param {object} look
 * @param {number} look.side
 * @param {Layer} look.layer
 * @param {import("../grain-look.js").Colours} look.colours
 */
export function drawSheet(context, tracks, indexOf, { side, layer, colours }) {
  const { places } = sheetLayout(tracks, side);
  for (const [n, { mode, steps }] of tracks.entries()) {
    const [index, { x, y }] = [indexOf(n), places[n]];
    const step = steps[index];
    context.fillStyle = colours.paper;
    context.fillRect(x, y, side, side);
    if (!step) continue;
    const small = new OffscreenCanvas(step.image.width, step.image.height);
    small.getContext("2d")?.putImageData(step.image, 0, 0);
    context.drawImage(small, x, y, side, side);
    context.save();
    context.translate(x, y);
    drawLayer(context, side, layer, { step, previous: steps[index - 1], mode, colours });
    context.restore();
  }
}
