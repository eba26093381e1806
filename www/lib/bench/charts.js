/**
 * Figures on the benchmark page: tables, bars, courses, and how times and bytes are written.
 */
import { el, svg } from "../dom.js";
import { duration } from "../view/step.js";

/** @typedef {string | number | null} Cell */
/** @typedef {{ label: string, value: number, low?: number, high?: number, peer?: boolean }} Bar */

/** @param {number} ms */
export const time = (ms) => (ms < 10 ? `${ms.toFixed(2)} ms` : duration(ms));
/** @param {number | null | undefined} bytes */
export const megabytes = (bytes) => (bytes == null ? "not told" : `${(bytes / 1e6).toFixed(1)} MB`);
/** @param {string} text */
export const hint = (text) => el("p", { class: "hint" }, text);

/**
 * @param {string} caption
 * @param {string[]} head
 * @param {Cell[][]} rows the first cell of each is its heading
 */
export function table(caption, head, rows) {
  const cells = (/** @type {Cell[]} */ row) =>
    row.map((cell, at) => el(at ? "td" : "th", at ? {} : { scope: "row" }, cell === null ? "–" : String(cell)));
  return el(
    "div",
    // Wide tables scroll by themselves; whoever has no pointer needs a way in.
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el(
      "table",
      {},
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, ...head.map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...cells(row)))),
    ),
  );
}

/**
 * Bars beside each other on one scale, with whiskers from quartile to quartile.
 *
 * @param {string} caption
 * @param {Bar[]} bars
 */
export function chart(caption, bars) {
  const longest = Math.max(...bars.map(({ value, high = value }) => high), Number.MIN_VALUE);
  const share = (/** @type {number} */ value) => (100 * value) / longest;
  return el(
    "figure",
    { class: "chart" },
    el("figcaption", {}, caption),
    ...bars.map(({ label, value, low, high, peer }) => {
      const parts = [svg("rect", { x: 0, y: 0, width: share(value), height: 10, class: peer ? "bar other" : "bar" })];
      if (low !== undefined && high !== undefined) {
        parts.push(svg("rect", { x: share(low), y: 4, width: share(high - low), height: 2, class: "whisker" }));
      }
      const drawing = svg("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" }, ...parts);
      return el("div", { class: "line" }, el("span", {}, label), drawing, el("span", { class: "figure" }, time(value)));
    }),
  );
}

/**
 * How something went along: from nothing to its largest value.
 *
 * @param {string} caption
 * @param {number[]} values
 * @param {string} largest in words
 */
export function course(caption, values, largest) {
  const top = Math.max(...values, Number.MIN_VALUE);
  const points = values.map((value, at) => `${(100 * at) / Math.max(1, values.length - 1)},${40 - (38 * value) / top}`);
  const line = svg("polyline", { points: points.join(" "), class: "course" });
  return el(
    "figure",
    { class: "chart" },
    el("figcaption", {}, `${caption}, up to ${largest}`),
    svg("svg", { viewBox: "0 0 100 40", preserveAspectRatio: "none", class: "wide", "aria-hidden": "true" }, line),
  );
}

/** @param {import("./stats.js").Summary} summary @returns {Cell[]} */
export const figures = ({ median, iqr, min, n }) => [time(median), time(iqr), time(min), n];
export const FIGURES = ["median", "IQR", "fastest", "runs"];

/** @param {any} memory */
export function inMemory(memory) {
  if (!memory) return "Memory is not told.";
  const { wasm, gpuReserved, gpuInUse } = memory;
  return `Memory: wasm ${megabytes(wasm)}; GPU ${megabytes(gpuReserved)} reserved, ${megabytes(gpuInUse)} in use.`;
}
