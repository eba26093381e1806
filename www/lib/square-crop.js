/**
 * A square within a picture of any shape: where it may be, and what moving and resizing make of it. All numbers are
 * pixels of the picture and need not be whole.
 */

/** @typedef {{ x: number, y: number, side: number }} Square its left upper corner, and how large it is */
/** @typedef {{ width: number, height: number }} Bounds of the picture */
/** @typedef {readonly [number, number]} Anchor what stays in place, as shares of the square: [0, 0] its left upper corner */

export const CENTRE = /** @type {Anchor} */ ([0.5, 0.5]);

/** A square is at least this part of the shorter side, so that it can still be taken hold of. */
const LEAST = 1 / 12;

/** @param {number} value @param {number} low @param {number} high */
const within = (value, low, high) => Math.max(low, Math.min(high, value));

/** The largest there is, in the middle. @param {Bounds} bounds @returns {Square} */
export function centralSquare({ width, height }) {
  const side = Math.min(width, height);
  return { x: (width - side) / 2, y: (height - side) / 2, side };
}

/** @param {Square} square @param {number} dx @param {number} dy @param {Bounds} bounds @returns {Square} */
export function moved({ x, y, side }, dx, dy, { width, height }) {
  return { x: within(x + dx, 0, width - side), y: within(y + dy, 0, height - side), side };
}

/**
 * As large as asked for, or as near to that as there is room. Held by a corner, that corner stays; held by its middle,
 * it gives way at the picture's edges.
 *
 * @param {Square} square
 * @param {number} wanted its new side
 * @param {Anchor} anchor
 * @param {Bounds} bounds
 * @returns {Square}
 */
export function resized({ x, y, side }, wanted, [across, down], bounds) {
  const { width, height } = bounds;
  const [left, top] = [x + across * side, y + down * side];
  const most = Math.min(room(across, left, width), room(down, top, height));
  const now = within(wanted, Math.min(most, leastSide(bounds)), most);
  return moved({ x: left - across * now, y: top - down * now, side: now }, 0, 0, bounds);
}

/** @param {Bounds} bounds */
export const leastSide = ({ width, height }) => Math.min(width, height) * LEAST;

/** How large it can become from what stays in place. @param {number} share @param {number} at @param {number} length */
function room(share, at, length) {
  if (share === 0) return length - at;
  return share === 1 ? at : length;
}

/** Whether there is nothing to choose: the picture is a square, and all of it is taken. @param {Square} square @param {Bounds} bounds */
export const isWhole = ({ side }, { width, height }) => side >= Math.max(width, height);

/** For those who do not see it. @param {Square} square @param {Bounds} bounds */
export function inWords({ x, y, side }, { width, height }) {
  const [w, left, top] = [side, x, y].map(Math.round);
  return `${w} by ${w} of ${width} by ${height} pixels, ${left} from the left, ${top} from the top`;
}
