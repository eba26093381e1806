#!/usr/bin/env node
/**
 * Draws how time grows with size, measured beside what it would be if it were proportional to work: docs/bench/growth.svg.
 *
 *     node scripts/growth.mjs [RESULTS] [--out FILE]
 *
 * RESULTS: what the part `lists` of the benchmark page reported, as docs/bench/ has it. Each of its rows tells the
 * multiplications of a pass (`Engine::work`, from the sizes of the network: src/dgit/config.rs, src/dqvae/cost.rs), which
 * are polynomials of the size: of the tokens to the second power, of a side to the fourth.
 */
import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ticks } from "../www/components/chart.js";

/** @typedef {{ median: number, q1: number, q3: number, n: number, work: { multiplications: number } }} Timed */
/** @typedef {Timed & { tokens: number, batch: number }} ListRow */
/** @typedef {Timed & { side: number }} PictureRow */
/** @typedef {{ rows: ListRow[], pictures: PictureRow[] }} Lists */
/** @typedef {Timed & { size: number }} Point */
/** @typedef {{ name: string, kind: "main" | "other", points: Point[], at: (size: number) => number }} Course `at`: milliseconds by work alone */
/** @typedef {{ title: string, axis: string, marks: number[], courses: Course[] }} Panel */

const root = fileURLToPath(new URL("..", import.meta.url));
const RESULTS = "docs/bench/h200-portraits-256-half-and-lists.json";
export const OUT = "docs/bench/growth.svg";

const [WIDTH, HEIGHT] = [760, 430];
const [TOP, BOTTOM, LEFT, RIGHT] = [70, 118, 40, 24];
/** The site's own colours (www/styles/tokens.css): a picture in a text has none of its page's styles. */
const COLOURS = {
  ground: ["#f5f6f3", "#1c1312"],
  ink: ["#16201c", "#f4e8e3"],
  muted: ["#55615b", "#b79f97"],
  grid: ["#c6cec7", "#3b2a27"],
  main: ["#c02f18", "#ff6043"],
  other: ["#1b57c4", "#86b1ff"],
};
const SANS = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif";

/**
 * The polynomial through these points.
 *
 * @param {readonly (readonly [number, number])[]} points
 * @returns {(x: number) => number}
 */
export function through(points) {
  const weight = (/** @type {number} */ x, /** @type {number} */ at) =>
    points.reduce((product, [other], which) => (which === at ? product : (product * (x - other)) / (points[at][0] - other)), 1);
  return (x) => points.reduce((sum, [, y], at) => sum + y * weight(x, at), 0);
}

/**
 * @param {string} name
 * @param {"main" | "other"} kind
 * @param {Point[]} points the largest last
 * @param {number} power of the size that the work is a polynomial of
 * @returns {Course}
 */
function course(name, kind, points, power) {
  const work = through(points.map(({ size, work }) => [size ** power, work.multiplications]));
  const { median, work: most } = points[points.length - 1];
  return { name, kind, points, at: (size) => (median * work(size ** power)) / most.multiplications };
}

/** @param {Lists} lists @returns {Panel[]} */
export function panels({ rows, pictures }) {
  const lists = (/** @type {number} */ batch) => rows.filter((row) => row.batch === batch).map((row) => ({ ...row, size: row.tokens }));
  const sides = pictures.map((row) => ({ ...row, size: row.side }));
  return [
    {
      title: "Transformer, a pass",
      axis: "tokens of a list",
      marks: lists(1).map(({ size }) => size).filter((size) => size !== 130),
      courses: [course("two lists", "other", lists(2), 1), course("one list", "main", lists(1), 1)],
    },
    { title: "Decoder, a picture", axis: "pixels a side", marks: sides.map(({ size }) => size), courses: [course("", "main", sides, 2)] },
  ];
}

/** @param {number} value */
const short = (value) => String(Number(value.toFixed(2)));
/** @param {string} d @param {string} [more] */
const path = (d, more = "") => `<path d="${d}"${more}/>`;
/** @param {string} words @param {number} x @param {number} y @param {string} [more] */
const text = (words, x, y, more = "") => `<text x="${short(x)}" y="${short(y)}"${more}>${words}</text>`;
const DASHED = ' stroke-dasharray="6 5"';

/** @param {Panel} panel @param {number} from @param {number} width */
function drawn({ title, axis, marks, courses }, from, width) {
  const [left, right, bottom] = [from + LEFT, from + width - RIGHT, HEIGHT - BOTTOM];
  const points = courses.flatMap((one) => one.points);
  const sizes = points.map(({ size }) => size);
  const [least, largest] = [Math.min(...sizes), Math.max(...sizes)];
  const levels = ticks([0, Math.max(...points.map(({ q3 }) => q3))], 5);
  const highest = levels[levels.length - 1] + (levels[1] - levels[0]);
  const px = (/** @type {number} */ size) => left + (size / largest) * (right - left);
  const py = (/** @type {number} */ ms) => bottom - (ms / highest) * (bottom - TOP);
  const line = (/** @type {readonly (readonly [number, number])[]} */ places) => `M${places.map(([x, y]) => `${short(px(x))} ${short(py(y))}`).join("L")}`;
  const between = Array.from({ length: 33 }, (_, at) => least + ((largest - least) * at) / 32);

  const grid = [...levels, highest].map((ms) => path(`M${left} ${short(py(ms))}H${right}`));
  const foot = marks.map((size) => path(`M${short(px(size))} ${bottom}v5`));
  const numbers = [
    ...[...levels, highest].map((ms) => text(String(ms), left - 8, py(ms) + 4.5, ' text-anchor="end"')),
    ...marks.map((size) => text(String(size), px(size), bottom + 21, ' text-anchor="middle"')),
    text("ms", left - 8, TOP - 14, ' text-anchor="end"'),
    text(axis, (left + right) / 2, bottom + 42, ' text-anchor="middle"'),
  ];
  const series = courses.map(({ name, kind, points, at }) => {
    const spreads = points.map(({ size, q1, q3 }) => path(`M${short(px(size))} ${short(py(q1))}V${short(py(q3))}`, ' stroke-width="6" opacity="0.35"'));
    const dots = points.map(({ size, median }) => `<circle cx="${short(px(size))}" cy="${short(py(median))}" r="4" fill="currentColor" stroke="none"/>`);
    // Above the upper line, and beneath the lower one's end.
    const [next, last] = points.slice(-2);
    const [x, y] = kind === "other" ? [px(next.size) - 12, py(next.median) - 14] : [px(last.size), py(last.median) + 44];
    const named = name ? [text(name, x, y, ' text-anchor="end" fill="currentColor" stroke="none" font-weight="600"')] : [];
    return [
      `<g class="${kind}" color="${COLOURS[kind][0]}" stroke="currentColor" fill="none" stroke-width="2">`,
      path(line(between.map((size) => /** @type {const} */ ([size, at(size)]))), DASHED),
      ...spreads,
      path(line(points.map(({ size, median }) => /** @type {const} */ ([size, median])))),
      ...dots,
      ...named,
      "</g>",
    ];
  });
  return [
    `<g class="grid" color="${COLOURS.grid[0]}" stroke="currentColor">`,
    ...grid,
    ...foot,
    "</g>",
    `<g class="muted" color="${COLOURS.muted[0]}" fill="currentColor">`,
    ...numbers,
    "</g>",
    `<g class="ink" color="${COLOURS.ink[0]}" fill="currentColor" font-size="16" font-weight="600">`,
    text(title, left, 28),
    "</g>",
    ...series.flat(),
  ];
}

/** What the lines are. @param {number} runs */
function legend(runs) {
  const [first, second] = [HEIGHT - 42, HEIGHT - 18];
  return [
    `<g class="ink" color="${COLOURS.ink[0]}" stroke="currentColor" stroke-width="2">`,
    path(`M${LEFT} ${first - 5}h36`),
    `<circle cx="${LEFT + 18}" cy="${first - 5}" r="4" fill="currentColor" stroke="none"/>`,
    path(`M${LEFT} ${second - 5}h36`, DASHED),
    "</g>",
    `<g class="ink" color="${COLOURS.ink[0]}" fill="currentColor">`,
    text(`measured: median of ${runs} and quartiles`, LEFT + 48, first),
    text("if time were proportional to multiplications, from the largest size down", LEFT + 48, second),
    "</g>",
  ];
}

/** @param {Panel} panel */
const told = ({ title, axis, courses }) =>
  courses.map(({ name, points, at }) => {
    const [small, large] = [points[0], points[points.length - 1]];
    const where = (/** @type {Point} */ { size, median }) => `${short(median)} ms for ${size} ${axis}`;
    return `${[title, name].filter(Boolean).join(", ")}: ${where(small)}, where work alone would give ${short(at(small.size))} ms, and ${where(large)}.`;
  });

/** @param {Lists} lists @returns {string} the SVG */
export function growth(lists) {
  const both = panels(lists);
  const wide = Math.round(WIDTH * 0.56);
  const dark = Object.entries(COLOURS).map(([name, [, colour]]) => `.${name}{color:${colour}}`);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title desc" font-family="${SANS}" font-size="14">`,
    '<title id="title">Time of a pass over its size, beside what the work alone would give</title>',
    `<desc id="desc">${both.flatMap(told).join(" ")}</desc>`,
    `<style>@media (prefers-color-scheme:dark){${dark.join("")}}</style>`,
    `<rect class="ground" color="${COLOURS.ground[0]}" width="${WIDTH}" height="${HEIGHT}" fill="currentColor"/>`,
    ...drawn(both[0], 0, wide),
    ...drawn(both[1], wide, WIDTH - wide),
    ...legend(lists.rows[0].n),
    "</svg>",
  ].join("\n")}\n`;
}

/** @param {string} file @returns {Lists} */
export function listsOf(file) {
  /** @type {any[]} */
  const results = JSON.parse(readFileSync(file, "utf8"));
  const found = results.find(({ part, pictures }) => part === "lists" && pictures);
  if (!found) throw new Error(`${file}: nothing of the part “lists” with pictures`);
  return found;
}

export const usual = () => listsOf(resolve(root, RESULTS));

/** @param {string[]} args */
function main(args) {
  const options = /** @type {const} */ ({ out: { type: "string", default: resolve(root, OUT) } });
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const lists = positionals[0] ? listsOf(positionals[0]) : usual();
  for (const { title, axis, courses } of panels(lists)) {
    for (const { name, points, at } of courses) {
      console.log([title, name].filter(Boolean).join(", "));
      console.table(points.map(({ size, median, work }) => ({ [axis]: size, ms: Number(short(median)), "by work": Number(short(at(size))), "10⁹ a ms": Number(short(work.multiplications / median / 1e9)) })));
    }
  }
  writeFileSync(values.out, growth(lists));
  console.log(relative(process.cwd(), resolve(values.out)));
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
