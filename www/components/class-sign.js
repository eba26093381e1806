/**
 * The small sign of a class: the thumbnail that its model pack has for it, or its glyph. The name stands beside it, so
 * a sign says nothing to those who do not see it.
 */
import { el, svg } from "../lib/dom.js";

/** @typedef {import("../lib/description.js").Class} Class */

/**
 * @param {Class} entry
 * @returns {Element | null} null where the class has neither
 */
export function classSign({ thumbnail, glyph }) {
  if (thumbnail) return el("img", { class: "glyph", src: thumbnail, alt: "", width: 38, height: 38 });
  return glyph ? el("span", { class: "glyph sign", "aria-hidden": "true" }, glyph) : null;
}

/** For "any": dots, as for everything that is still open. */
export function anySign() {
  const dots = [];
  for (let at = 0; at < 16; at++) {
    const [x, y] = [at % 4, at >> 2];
    if ((x === 0 || x === 3) && (y === 0 || y === 3)) continue;
    dots.push(svg("circle", { cx: 5.5 + 7 * x, cy: 5.5 + 7 * y, r: 2.2, fill: "currentColor" }));
  }
  return svg("svg", { viewBox: "0 0 32 32", "aria-hidden": "true", class: "glyph" }, ...dots);
}
