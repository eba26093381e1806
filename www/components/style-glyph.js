/**
 * A small face in the manner of each drawing style, for the style picker. Drawn here and not taken
 * from the sets: they only have to tell the styles apart.
 */
import { freshId, svg } from "../lib/dom.js";

const INK = "#5b3a1d";
const YELLOW = "#ffcc4d";

/** @type {Record<string, () => SVGElement[]>} */
const FACES = {
  noto: () => [
    circle(16, 16, 13, "#fcc21b"),
    svg("path", { d: "M3.6 19a13 13 0 0 0 24.8 0a14 10 0 0 1-24.8 0z", fill: "#f5a912" }),
    ...eyes(10.5, 13, 2, 2.6, "#4a2c17"),
    smile("M9 19c3 5 11 5 14 0", "#4a2c17", 1.8),
  ],
  "noto-v1": () => [
    // The blob: flat-topped and heavier below.
    svg("path", { d: "M16 4c9 0 12.5 8 13 16c.3 6-4 8-13 8s-13.3-2-13-8c.5-8 4-16 13-16z", fill: "#fcc21b" }),
    ...eyes(11, 14.5, 2.1, 2.6, "#2f2f2f"),
    smile("M10 20.5c3 3.5 9 3.5 12 0", "#2f2f2f", 1.8),
  ],
  fxemoji: () => [
    circle(16, 16, 13, "#ffb636"),
    ...eyes(10.5, 14, 2.6, 2.6, "#2b3b47"),
    svg("path", { d: "M8 19h16a8 7 0 0 1-16 0z", fill: "#2b3b47" }),
  ],
  fluent: () => {
    const id = freshId("glow");
    const stop = (/** @type {string} */ offset, /** @type {string} */ colour) =>
      svg("stop", { offset, "stop-color": colour });
    return [
      svg("radialGradient", { id, cx: 0.62, cy: 0.28, r: 0.8 }, stop("0", "#fff478"), stop("0.55", "#ffb02e"), stop("1", "#f0843c")),
      circle(16, 16, 13, `url(#${id})`),
      ...eyes(10.5, 13.5, 2.2, 3, "#482641"),
      smile("M9.5 20c3 3.5 10 3.5 13 0", "#482641", 2),
    ];
  },
  "fluent-flat": () => [
    circle(16, 16, 13, "#ffb02e"),
    circle(10.5, 14, 3.6, "#fff"),
    circle(21.5, 14, 3.6, "#fff"),
    ...eyes(10.9, 14, 2, 2.2, "#402a32"),
    smile("M11 21.5c3 2 7 2 10 0", "#402a32", 1.8),
  ],
  twemoji: () => [
    circle(16, 16, 13, YELLOW),
    ...eyes(11, 13, 1.9, 2.9, "#664500"),
    svg("path", { d: "M7.5 18.5q8.5 2.5 17 0c0 5-3.5 8-8.5 8s-8.5-3-8.5-8z", fill: "#664500" }),
    svg("path", { d: "M9 19.5q7 1.600 14 0c0 1.600-1 2.5-2 2.5h-10c-1 0-2-.9-2-2.5z", fill: "#fff" }),
  ],
  emojione: () => [
    circle(16, 16, 13, "#ffdd67"),
    ...eyes(10.5, 13.5, 2.4, 2.4, "#664e27"),
    svg("path", { d: "M8 18h16c1.300 0-.5 8-8 8s-9.300-8-8-8z", fill: "#664e27" }),
    svg("path", { d: "M11.5 24.300c2.5-2.600 6.500-2.600 9 0a9 9 0 0 1-9 0z", fill: "#ff717f" }),
  ],
};

/**
 * @param {string | null} style id; null stands for "any style"
 * @returns {SVGElement}
 */
export function styleGlyph(style) {
  const parts = style === null ? anyFace() : (FACES[style]?.() ?? plainFace());
  return svg("svg", { viewBox: "0 0 32 32", "aria-hidden": "true", class: "glyph" }, ...parts);
}

/** Dots, as for everything that is still open. */
function anyFace() {
  const dots = [];
  for (let at = 0; at < 16; at++) {
    const [x, y] = [at % 4, at >> 2];
    if ((x === 0 || x === 3) && (y === 0 || y === 3)) continue;
    dots.push(circle(5.5 + 7 * x, 5.5 + 7 * y, 2.2, "currentColor"));
  }
  return dots;
}

/** For a style that came after this page. */
function plainFace() {
  return [circle(16, 16, 13, YELLOW), ...eyes(11, 13.5, 2, 2.5, INK), smile("M10 20h12", INK, 2)];
}

/** @param {number} x @param {number} y @param {number} rx @param {number} ry @param {string} fill */
function eyes(x, y, rx, ry, fill) {
  return [x, 32 - x].map((cx) => svg("ellipse", { cx, cy: y, rx, ry, fill }));
}

/** @param {number} cx @param {number} cy @param {number} r @param {string} fill */
function circle(cx, cy, r, fill) {
  return svg("circle", { cx, cy, r, fill });
}

/** @param {string} d @param {string} stroke @param {number} width */
function smile(d, stroke, width) {
  return svg("path", { d, fill: "none", stroke, "stroke-width": width, "stroke-linecap": "round" });
}
