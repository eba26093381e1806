/**
 * How long a picture takes on this device, in words a visitor can plan with. Measured here and now:
 * a table of devices would be wrong for most of them.
 */

/** A wait that is still fun. On the processor the steps start at as many as fit into it. */
const COMFORT_MS = 20_000;
/** Beyond this even the fewest steps are not what anyone came for, and the page says so. */
const PATIENCE_MS = 60_000;
const FEWER = [8, 6, 4];

/**
 * @param {number} stepMs
 * @param {number} usual how many steps the model takes if nothing is said
 * @returns {{ steps: number, ms: number, slow: boolean }} how many steps to propose, what they take,
 *   and whether that is too long to be called usable
 */
export function propose(stepMs, usual) {
  const choices = [usual, ...FEWER.filter((count) => count < usual)];
  const steps = choices.find((count) => count * stepMs <= COMFORT_MS) ?? choices[choices.length - 1];
  return { steps, ms: steps * stepMs, slow: steps * stepMs > PATIENCE_MS };
}

/**
 * What the steps still to come will take, judged by those that were taken.
 *
 * @param {ArrayLike<{ ms: number, total: number }>} steps
 * @returns {number} milliseconds
 */
export function remaining(steps) {
  const taken = Array.from(steps);
  if (!taken.length) return 0;
  // The first draws the grain map too and may compile; as soon as there are others it misleads.
  const like = taken.length > 1 ? taken.slice(1) : taken;
  const mean = like.reduce((sum, { ms }) => sum + ms, 0) / like.length;
  // Where the end is not known from the beginning, the last word on it is the best.
  return mean * Math.max(0, taken[taken.length - 1].total - taken.length);
}

/**
 * No more digits than an estimate deserves.
 *
 * @param {number} ms
 */
export function about(ms) {
  const seconds = ms / 1000;
  if (seconds < 1.5) return "about a second";
  if (seconds < 20) return `about ${Math.round(seconds)} seconds`;
  if (seconds < 90) return `about ${Math.round(seconds / 5) * 5} seconds`;
  if (seconds < 5400) return `about ${Math.round(seconds / 60)} minutes`;
  return `about ${Math.round(seconds / 3600)} hours`;
}
