/**
 * How granularities look: each has a colour and a shape of its own, so that neither alone has to tell them apart. The
 * coarsest and the finest of two keep their looks where there are three; what is finer than fine comes fourth.
 */

/** Looks, from coarse to finest. */
const TONES = /** @type {const} */ (["coarse", "middle", "fine", "finest"]);

/** @typedef {(typeof TONES)[number]} Tone */
/**
 * The colours of marks over a picture: `paper` behind what is not yet known, `dot` for what is open, and one for each
 * granularity.
 *
 * @typedef {Record<"paper" | "dot" | Tone, string>} Colours
 */
/** @typedef {"ink" | "line" | "accent" | "middle-ink" | "fine-ink" | "finest-ink"} OnPage */
/** @typedef {Colours & Record<OnPage, string>} Palette */

/** Which looks so many granularities have. */
const LOOKS = /** @type {const} */ ([["coarse"], ["coarse", "fine"], ["coarse", "middle", "fine"], TONES]);

/**
 * @param {number} grain
 * @param {{ finest: number }} grid
 * @returns {Tone}
 */
export function toneOf(grain, { finest }) {
  const looks = LOOKS[Math.min(finest, LOOKS.length - 1)];
  // Of more granularities than there are looks, neighbours share one.
  const at = finest < LOOKS.length ? grain : Math.round((grain * (LOOKS.length - 1)) / finest);
  return looks[Math.min(looks.length - 1, Math.max(0, at))];
}

/**
 * The palette belongs to the style sheet; canvases have to ask for it.
 *
 * @param {Element} element
 * @param {string} [prefix] what the names of its properties begin with
 * @returns {Palette}
 */
export function coloursOf(element, prefix = "--") {
  const style = getComputedStyle(element);
  const names = ["paper", "dot", ...TONES, "ink", "line", "accent", "middle-ink", "fine-ink", "finest-ink"];
  return /** @type {Palette} */ (Object.fromEntries(names.map((name) => [name, style.getPropertyValue(prefix + name).trim()])));
}

/** The name of a granularity's colour on the page's own ground. @param {number} grain @param {{ finest: number }} grid */
export function inkOf(grain, grid) {
  const tone = toneOf(grain, grid);
  return tone === "coarse" ? tone : `${tone}-ink`;
}

/** The colours for marks on paper instead of a picture, where those for pictures would be too dim in the dark. @param {Palette} colours @returns {Palette} */
export const onPaper = (colours) => ({ ...colours, middle: colours["middle-ink"], fine: colours["fine-ink"], finest: colours["finest-ink"] });

/**
 * The colour of a granularity.
 *
 * @param {Pick<Colours, Tone>} colours
 * @param {number} grain
 * @param {{ finest: number }} grid
 */
export const grainColour = (colours, grain, grid) => colours[toneOf(grain, grid)];

/** What stands for a code: a disc for coarse and fine ones, a diamond for those between, a square for the finest. @type {Readonly<Record<Tone, Shape>>} */
const SHAPES = Object.freeze({ coarse: "disc", middle: "diamond", fine: "disc", finest: "square" });

/** @typedef {"disc" | "diamond" | "square"} Shape */

/** @param {number} grain @param {{ finest: number }} grid @returns {Shape} */
export const shapeOf = (grain, grid) => SHAPES[toneOf(grain, grid)];

/** Shapes of one radius have about the same area: half a diagonal of the diamond and half a side of the square, to it. */
const DIAMOND = 1.25;
const SQUARE = 0.88;

/** Marks that do not overlap. All of a colour are filled as one path: hundreds of fills take a browser many times as long. */
export class Marks {
  /** By colour. @type {Map<string, [Shape, number, number, number][]>} */
  #shapes = new Map();

  /** @param {string} colour @param {Shape} shape @param {number} x of its middle @param {number} y @param {number} radius */
  add(colour, shape, x, y, radius) {
    const same = this.#shapes.get(colour) ?? [];
    if (!same.length) this.#shapes.set(colour, same);
    same.push([shape, x, y, radius]);
  }

  /** @param {CanvasRenderingContext2D} context */
  fill(context) {
    for (const [colour, shapes] of this.#shapes) {
      context.fillStyle = colour;
      context.beginPath();
      for (const one of shapes) trace(context, ...one);
      context.fill();
    }
  }
}

/** @param {CanvasRenderingContext2D} context @param {Shape} shape @param {number} x @param {number} y @param {number} radius */
function trace(context, shape, x, y, radius) {
  if (shape === "disc") {
    // Not joined to the last one.
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  } else {
    for (const [at, [dx, dy]] of corners(shape, radius).entries()) context[at ? "lineTo" : "moveTo"](x + dx, y + dy);
    context.closePath();
  }
}

/**
 * The same as the path of a drawing.
 *
 * @param {Shape} shape
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
export function shapePath(shape, x, y, radius) {
  const r = short(radius);
  if (shape === "disc") return `M${short(x - r)} ${short(y)}a${r} ${r} 0 1 0 ${short(2 * r)} 0a${r} ${r} 0 1 0 ${short(-2 * r)} 0z`;
  return `M${corners(shape, radius).map(([dx, dy]) => `${short(x + dx)} ${short(y + dy)}`).join("L")}z`;
}

/** @param {number} value */
const short = (value) => Number(value.toFixed(2));

/** @param {"diamond" | "square"} shape @param {number} radius @returns {[number, number][]} from the middle */
function corners(shape, radius) {
  const [d, s] = [DIAMOND * radius, SQUARE * radius];
  return shape === "diamond" ? [[0, -d], [d, 0], [0, d], [-d, 0]] : [[-s, -s], [s, -s], [s, s], [-s, s]];
}
