/**
 * The track of the timeline as a drawing: a column for each tick, as high as it brought codes, in the
 * colours of the order; what lies ahead is faint, and a line stands where one is. And the bar that holds
 * a picture's codes against those of a fixed grid.
 */
import { colourAt } from "../order-trail.js";
import { budget } from "./step.js";

/** @typedef {import("./step.js").Step} Step */
/** @typedef {{ ink: string, line: string, accent: string, paper: string }} TrackColours */

/**
 * How many codes each tick brought, over all pictures. Of a picture with fewer steps than there are
 * ticks, each step's codes are spread over its ticks.
 *
 * @param {readonly { steps: readonly Pick<Step, "codes">[] }[]} tracks
 * @param {number} ticks
 * @returns {number[]}
 */
export function columns(tracks, ticks) {
  const sums = new Array(ticks).fill(0);
  for (const { steps } of tracks) {
    let before = 0;
    for (let tick = 0; tick < ticks; tick++) {
      const codes = codesAfter(steps, ((tick + 1) * steps.length) / ticks);
      sums[tick] += codes - before;
      before = codes;
    }
  }
  return sums;
}

/** @param {readonly Pick<Step, "codes">[]} steps @param {number} count of steps, in parts of one too */
function codesAfter(steps, count) {
  const whole = Math.floor(count);
  const [before, next] = [steps[whole - 1]?.codes ?? 0, steps[whole]?.codes];
  return next === undefined ? before : before + (count - whole) * (next - before);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} width
 * @param {number} height
 * @param {readonly number[]} heights codes of each tick
 * @param {object} look
 * @param {number} look.at the tick on show
 * @param {number} [look.expected] ticks there are going to be
 * @param {TrackColours} look.colours
 */
export function drawTrack(context, width, height, heights, { at, expected = 0, colours }) {
  context.clearRect(0, 0, width, height);
  const ticks = Math.max(heights.length, expected);
  const base = Math.round(height - Math.max(2, height * 0.06));
  context.fillStyle = colours.line;
  context.fillRect(0, base, width, height - base);
  if (!ticks) return;
  const step = width / ticks;
  const gap = step > 6 ? Math.max(1, Math.round(step * 0.14)) : step > 3 ? 1 : 0;
  const most = Math.max(1, ...heights);
  for (const [tick, count] of heights.entries()) {
    const [left, right] = [Math.round(tick * step), Math.round((tick + 1) * step)];
    // A tick without codes is still a place to go to.
    const tall = Math.max(2, Math.round((count / most) * (base - 2)));
    context.globalAlpha = tick <= at ? 1 : 0.28;
    context.fillStyle = `rgb(${colourAt(ticks > 1 ? tick / (ticks - 1) : 1).join(" ")})`;
    context.fillRect(left, base - tall, Math.max(1, right - left - gap), tall);
  }
  context.globalAlpha = 1;
  if (at < 0) return;
  context.fillStyle = colours.accent;
  context.fillRect(0, base, Math.round((at + 1) * step), height - base);
  const middle = Math.round((at + 1) * step - (step + gap) / 2);
  const line = Math.max(2, Math.round(height / 28));
  context.fillStyle = colours.ink;
  context.fillRect(middle - line / 2, 0, line, height);
}

/**
 * The codes of a picture as a part of the fixed grid's: settled, still to come, and never needed.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} width
 * @param {number} height
 * @param {Pick<Step, "codes" | "tokens"> & { grid: { cellCount: number } }} step
 * @param {TrackColours} colours
 */
export function drawBudget(context, width, height, step, colours) {
  const { settled, needed, fixed } = budget(step);
  const x = (/** @type {number} */ codes) => Math.round((Math.min(codes, fixed) / fixed) * width);
  context.clearRect(0, 0, width, height);
  context.fillStyle = colours.paper;
  context.fillRect(0, 0, x(needed), height);
  context.fillStyle = colours.accent;
  context.fillRect(0, 0, x(settled), height);
  // What a fixed grid would spend besides: only its outline.
  const line = Math.max(1, Math.round(height / 10));
  context.strokeStyle = colours.line;
  context.lineWidth = line;
  context.setLineDash([3 * line, 2 * line]);
  context.strokeRect(x(needed) + line / 2, line / 2, Math.max(0, width - x(needed) - line), height - line);
  context.setLineDash([]);
}

