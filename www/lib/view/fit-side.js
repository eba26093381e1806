/**
 * How large pictures are shown: at whole multiples of their own size, counted in the screen's pixels, where there is room
 * for that; else as large as there is room.
 */

/** The column of map and figures beside a picture is at least so wide, and so far from it. */
const SIDE = 170;
const SIDE_GAP = 24;
/** From this width on they stand beside it anyway. */
const WIDE = 540;
/** Between pictures of one method, and the lines around each. */
const GAP = 6;
const LINES = 2;
/** A picture that would lose more than this by being whole is shown as large as there is room. */
const LEAST = 0.75;
/** What is above or below may be pushed aside by as much, if the picture becomes twice as large by it. */
const MORE = 1.125;

/**
 * @param {object} look
 * @param {number} look.width of the player
 * @param {number} look.room what the page lets the pictures have
 * @param {number} look.image pixels along a side of a picture
 * @param {number} [look.ratio] pixels of the screen for one of the page
 * @param {number} [look.columns] of pictures
 * @param {boolean} [look.side] whether there are map or figures to stand beside
 * @returns {{ side: number | null, beside: boolean }} `side`: width of all pictures together; null: as it comes
 */
export function fitSide({ width, room, image, ratio = 1, columns = 1, side = false }) {
  const wide = side && width >= WIDE;
  const most = wide ? Math.min(0.64 * width, width - SIDE - SIDE_GAP) : width;
  const there = Math.min(most, room);
  const step = image / ratio;
  const between = GAP * (columns - 1);
  const multiple = (/** @type {number} */ width) => Math.floor((width - between) / columns / step - LINES / step + 1e-6);
  const whole = (/** @type {number} */ times) => columns * (times * step + LINES) + between;
  let times = multiple(there);
  if (times < 1) return { side: null, beside: wide };
  if (times === 1 && multiple(Math.min(most, room * MORE)) > 1) times = 2;
  const taken = whole(times);
  if (wide || taken >= LEAST * there) return { side: taken, beside: wide };
  // What is left over is not wasted where map and figures have room in it.
  const beside = side && width - taken - SIDE_GAP >= SIDE;
  return { side: beside ? taken : null, beside };
}
