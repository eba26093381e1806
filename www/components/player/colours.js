/**
 * A player's colours. To read them makes the browser work out the styles of whatever was changed before, and one change of
 * a player paints several canvases: so they are read once for all that a script does in one go.
 */
import { coloursOf } from "../../lib/grain-look.js";

/** @typedef {import("../../lib/grain-look.js").Palette} Palette */

/** @type {Map<Element, Palette>} */
const read = new Map();

/** @param {Element} player @returns {Palette} */
export function coloursIn(player) {
  const known = read.get(player);
  if (known) return known;
  const colours = coloursOf(player, "--_");
  if (!read.size) queueMicrotask(() => read.clear());
  read.set(player, colours);
  return colours;
}

/** They are others from now on. @param {Element} player */
export const forgetColours = (player) => read.delete(player);
