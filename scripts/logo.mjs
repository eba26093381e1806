#!/usr/bin/env node
/**
 * Makes www/logo.svg, the sign of the page and of its tabs, out of a picture that the model drew.
 *
 *     node scripts/logo.mjs                              of the recording that the page opens with
 *     node scripts/logo.mjs cat-face                     of another recording, www/recordings/NAME.json
 *     node scripts/logo.mjs twemoji sun 5                drawn now: style, concept, seed
 *     node scripts/logo.mjs twemoji sun 5 --mode ar      by the other generator
 *     ... --out FILE                                     somewhere else
 *
 * It is the picture as its codes have it: a large square for each coarse region and four small ones for
 * each fine region, in the colours of what the model drew there. The ground is left out, so that it lies
 * on any colour; squares that the drawing covers in part are as much smaller.
 *
 * Needs Chromium ($CHROMIUM); to draw, also pkg/ (scripts/wasm.sh) and the weights.
 */
import { realpathSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Grid } from "../www/lib/grid.js";
import { root, withBlankPage } from "./recorder.mjs";

/** @typedef {{ width: number, data: ArrayLike<number> }} Picture square, four bytes a pixel */
/** @typedef {{ row: number, column: number, side: number }} Square in pixels */

/** Side of the view; a small square is 2 wide, so that it fills whole pixels at 16, 32, 64 … */
const VIEW = 32;
/**
 * Between squares, in units of the view, below and to the right of each: halved between all sides it would
 * lie on two pixels and be seen on neither.
 */
const GAP = 0.3;
/** How far from the ground's colour a pixel may be and still belong to it, in the channel that differs most. */
const NEAR = 48;
/** Squares of which the drawing covers less are left out. */
const LEAST = 0.2;
/** Bytes; a drawing of more squares than fit is none that anyone recognises in a tab. */
const MOST = 12_000;

/** The recording that is shown first. */
const DEFAULT = "red-heart";

/**
 * Which pixels are drawn on: all but those of the ground's colour that lead to the edge. What is enclosed,
 * such as the white of an eye, belongs to the drawing.
 *
 * @param {Picture} picture
 * @returns {Uint8Array} 1 for what is drawn
 */
export function drawnOn({ width, data }) {
  const drawn = new Uint8Array(width * width).fill(1);
  const ground = [0, 1, 2].map((channel) => median(border(width).map((at) => data[4 * at + channel])));
  const isGround = (/** @type {number} */ at) => ground.every((value, channel) => Math.abs(data[4 * at + channel] - value) <= NEAR);
  const open = border(width);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (!drawn[at] || !isGround(at)) continue;
    drawn[at] = 0;
    open.push(...neighbours(at, width));
  }
  return drawn;
}

/** @param {number} width */
const border = (width) => Array.from({ length: width }, (_, at) => [at, width * width - 1 - at, at * width, at * width + width - 1]).flat();

/** @param {number[]} values */
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/** @param {number} at @param {number} width */
function neighbours(at, width) {
  const column = at % width;
  const beside = [...(column ? [at - 1] : []), ...(column < width - 1 ? [at + 1] : [])];
  return [...beside, at - width, at + width].filter((other) => other >= 0 && other < width * width);
}

/**
 * One square for each code.
 *
 * @param {Grid} grid
 * @param {ArrayLike<number>} grains granularity of each region
 * @param {number} width of the picture
 * @returns {Square[]}
 */
export function squares(grid, grains, width) {
  const cell = width / grid.cells;
  /** @type {Square[]} */
  const found = [];
  grid.eachCode(grains, (row, column, span) => found.push({ row: row * cell, column: column * cell, side: span * cell }));
  return found;
}

/**
 * What the drawing is like within a square.
 *
 * @param {Picture} picture
 * @param {Uint8Array} drawn
 * @param {Square} square
 */
function look({ width, data }, drawn, { row, column, side }) {
  const [all, inner] = [[], []].map((list) => /** @type {number[]} */ (list));
  for (let y = row; y < row + side; y++) {
    for (let x = column; x < column + side; x++) {
      const at = y * width + x;
      if (!drawn[at]) continue;
      all.push(at);
      // Pixels at the drawing's edge have something of the ground's colour.
      if (neighbours(at, width).every((other) => drawn[other])) inner.push(at);
    }
  }
  /** @param {number[]} list @param {(at: number) => number} value */
  const mean = (list, value) => list.reduce((sum, at) => sum + value(at), 0) / list.length;
  const seen = inner.length ? inner : all;
  return {
    cover: all.length / side ** 2,
    x: mean(all, (at) => (at % width) + 0.5),
    y: mean(all, (at) => Math.floor(at / width) + 0.5),
    colour: [0, 1, 2].map((channel) => mean(seen, (at) => data[4 * at + channel])),
  };
}

/**
 * @param {Grid} grid
 * @param {Picture} picture
 * @param {ArrayLike<number>} grains granularity of each region
 * @param {string} [title]
 * @returns {string} the SVG
 */
export function logo(grid, picture, grains, title = "Varigrain") {
  const scale = VIEW / picture.width;
  const drawn = drawnOn(picture);
  const parts = squares(grid, grains, picture.width)
    .map((square) => ({ square, ...look(picture, drawn, square) }))
    .filter(({ cover }) => cover >= LEAST);
  const small = picture.width / grid.cells;
  // To the middle by whole squares, or they would not fill whole pixels any more.
  const [dx, dy] = /** @type {const} */ (["column", "row"]).map((axis) => {
    const from = Math.min(...parts.map(({ square }) => square[axis]));
    const to = Math.max(...parts.map(({ square }) => square[axis] + square.side));
    return Math.round((picture.width - to - from) / 2 / small) * small;
  });
  const rects = parts.map(({ square, cover, x, y, colour }) => {
    const full = square.side * scale - GAP;
    const side = full * Math.sqrt(cover);
    /** As near to what it stands for as the square's own place allows. @param {number} centre @param {number} from @param {number} by */
    const place = (centre, from, by) => {
      const low = (from + by) * scale;
      return Math.min(low + full - side, Math.max(low, (centre + by) * scale - side / 2));
    };
    const attributes = { x: place(x, square.column, dx), y: place(y, square.row, dy), width: side, height: side, rx: side / 8 };
    const written = Object.entries(attributes).map(([name, value]) => `${name}="${Number(value.toFixed(2))}"`);
    return `<rect ${written.join(" ")} fill="${hex(colour)}"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${VIEW} ${VIEW}"><title>${title}</title>\n${rects.join("\n")}\n</svg>\n`;
}

/** @param {number[]} colour */
const hex = (colour) => `#${colour.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;

/** In the page: the last step of a recording. @param {string} name */
async function recorded(name) {
  const at = (/** @type {string} */ path) => new URL(path, document.baseURI).href;
  const { loadRecording } = await import(at("lib/recording.js"));
  const { tracks } = await loadRecording(at(`recordings/${name}.json`));
  const { image, grid, grains } = tracks[0].steps.at(-1);
  return { width: image.width, data: [...image.data], grid: grid.sizes, grains: [...grains] };
}

/** In the page: drawn on the processor, so that it does not depend on a driver. @param {import("../www/lib/request.js").Wish} wish */
async function drawnNow(wish) {
  const at = (/** @type {string} */ path) => new URL(path, document.baseURI).href;
  const { Varigrain } = await import(at("varigrain.js"));
  const { requestFor } = await import(at("lib/request.js"));
  const mode = wish.mode === "ar" ? "ar" : "nar";
  const vg = await Varigrain.load({ model: at("models/emoji-128/"), backend: "cpu", kernels: [], modes: [mode] });
  let last;
  for await (const step of vg.generate(requestFor(wish, mode, vg.description))) last = step;
  vg.close();
  const { image, grid, grains } = last;
  return { width: image.width, data: [...image.data], grid: grid.sizes, grains: [...grains] };
}

/** @param {string[]} args */
async function main(args) {
  const options = /** @type {const} */ ({ out: { type: "string", default: resolve(root, "www/logo.svg") }, mode: { type: "string", default: "nar" } });
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [first = DEFAULT, concept, seed] = positionals;
  if (![0, 1, 3].includes(positionals.length) || (seed && !/^\d+$/.test(seed)) || !["nar", "ar"].includes(values.mode)) {
    console.error("usage: logo.mjs [RECORDING | STYLE CONCEPT SEED [--mode nar|ar]] [--out FILE]");
    process.exitCode = 2;
    return;
  }
  const mode = values.mode === "ar" ? "ar" : "nar";
  await withBlankPage(async (page) => {
    const { width, data, grid, grains } = concept
      ? await page.evaluate(drawnNow, { prompt: { style: first, concept }, seed: Number(seed), mode: /** @type {"nar" | "ar"} */ (mode) })
      : await page.evaluate(recorded, first);
    const svg = logo(new Grid(grid), { width, data }, grains);
    const size = `${svg.match(/<rect/g)?.length ?? 0} squares, ${svg.length} bytes`;
    if (svg.length > MOST) throw new Error(`${size}: too much for a logo, choose a simpler picture`);
    writeFileSync(values.out, svg);
    console.log(`${relative(process.cwd(), resolve(values.out))}: ${size}`);
  });
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
