/**
 * Charts as SVG built by code, in the page's own pixels, so that their letters are as large as the text's.
 * Beneath each lies a table with the same numbers.
 */
import { el, svg } from "../lib/dom.js";

/** @typedef {{ x: number, y: number, spread?: number }} Point */
/** @typedef {{ name: string, points: readonly Point[], kind?: "main" | "other", below?: boolean }} Series the name stands above its end, or below */
/** @typedef {{ name: string, value: number, spread?: number, kind?: "main" | "other" | "aim" }} Bar */

const LINE_HEIGHT = 322;
const ROW = 38;

/** @param {string} name @param {number} x @param {number} y @param {Record<string, string | number>} [more] */
export const text = (name, x, y, more = {}) => svg("text", { x, y, ...more }, document.createTextNode(name));

/**
 * Round numbers for the axis of a chart, about as many as wanted.
 *
 * @param {readonly [number, number]} range
 * @param {number} about
 * @returns {number[]}
 */
export function ticks([from, to], about) {
  const raw = (to - from) / Math.max(1, about);
  if (!(raw > 0)) return [];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= raw * 0.999) ?? 10 * power;
  const list = [];
  for (let n = Math.ceil(from / step - 1e-9); n * step <= to + step * 1e-9; n++) list.push(Number((n * step).toPrecision(6)));
  return list;
}

/**
 * Where an axis begins and ends so that all of the values are on it with their spreads, at round numbers with room beside.
 *
 * @param {readonly { mean: number, spread?: number }[]} values
 * @returns {[number, number]}
 */
export function rangeOf(values) {
  const low = Math.min(...values.map(({ mean, spread = 0 }) => mean - spread));
  const high = Math.max(...values.map(({ mean, spread = 0 }) => mean + spread));
  const room = (high - low) / 8 || 1;
  const [first, second] = ticks([low - 4 * room, high + 4 * room], 12);
  const step = second - first;
  const round = (/** @type {number} */ steps) => Number((steps * step).toPrecision(6));
  return [round(Math.floor((low - room) / step)), round(Math.ceil((high + room) / step))];
}

/** Lines of text keep at least so far apart. */
const APART = 15;

/**
 * Draws again whenever the width is another.
 *
 * @param {string} label
 * @param {(width: number) => SVGElement} draw
 */
export function responsive(label, draw) {
  const element = el("div", { class: "chart", role: "img", "aria-label": label });
  let width = 0;
  const paint = () => element.replaceChildren(draw(width || 640));
  new ResizeObserver(() => {
    const now = Math.round(element.clientWidth);
    if (!now || now === width) return;
    width = now;
    paint();
  }).observe(element);
  return { element, paint };
}

/**
 * @param {object} chart
 * @param {string} chart.label for those who do not see it
 * @param {readonly Series[]} chart.series
 * @param {string} chart.x
 * @param {string} chart.y
 * @param {[number, number]} chart.xRange
 * @param {[number, number]} chart.yRange
 * @param {readonly { name: string, y: number }[]} [chart.levels] straight lines to compare with
 * @param {() => number | null} [chart.marker] where one is
 */
export function lineChart({ label, series, x, y, xRange, yRange, levels = [], marker = () => null }) {
  return responsive(label, (width) => {
    const [left, right, top, bottom] = [46, 14, 38, 50];
    const px = (/** @type {number} */ v) => left + ((v - xRange[0]) / (xRange[1] - xRange[0])) * (width - left - right);
    const py = (/** @type {number} */ v) => LINE_HEIGHT - bottom - ((v - yRange[0]) / (yRange[1] - yRange[0])) * (LINE_HEIGHT - top - bottom);
    const root = svg("svg", { viewBox: `0 0 ${width} ${LINE_HEIGHT}`, width, height: LINE_HEIGHT });
    for (const at of ticks(yRange, 5)) {
      root.append(svg("path", { class: "grid", d: `M${left} ${py(at)}H${width - right}` }), text(String(at), left - 8, py(at) + 4, { "text-anchor": "end" }));
    }
    for (const at of ticks(xRange, width < 480 ? 4 : 8)) root.append(text(String(at), px(at), LINE_HEIGHT - bottom + 20, { "text-anchor": "middle" }));
    root.append(text(x, (left + width - right) / 2, LINE_HEIGHT - 8, { "text-anchor": "middle", class: "axis" }), text(y, 0, 12, { class: "axis" }));
    let free = Infinity;
    for (const { name, y: level } of [...levels].sort((a, b) => a.y - b.y)) {
      const at = Math.min(py(level) - 6, free);
      free = at - APART;
      root.append(svg("path", { class: "level", d: `M${left} ${py(level)}H${width - right}` }), text(name, width - right, at, { "text-anchor": "end", class: "name" }));
    }
    for (const { name, points, kind = "main", below = false } of series) {
      const group = svg("g", { class: `series ${kind}` });
      for (const { x: at, y: value, spread } of points) {
        if (spread) group.append(svg("path", { class: "spread", d: `M${px(at)} ${py(value - spread)}V${py(value + spread)}` }));
      }
      group.append(svg("path", { class: "line", d: `M${points.map((p) => `${px(p.x)} ${py(p.y)}`).join("L")}` }));
      for (const { x: at, y: value } of points) group.append(svg("circle", { cx: px(at), cy: py(value), r: 4.5 }));
      const last = points[points.length - 1];
      group.append(text(name, px(last.x), py(last.y) + (below ? 38 : -14), { "text-anchor": "end", class: "name" }));
      root.append(group);
    }
    const at = marker();
    if (at !== null) {
      const place = px(Math.min(xRange[1], Math.max(xRange[0], at)));
      root.append(svg("path", { class: "marker", d: `M${place} ${top}V${LINE_HEIGHT - bottom}` }), svg("path", { class: "head", d: `M${place - 6} ${top - 8}h12l-6 9z` }));
    }
    return root;
  });
}

/**
 * @param {object} chart
 * @param {string} chart.label
 * @param {readonly Bar[]} chart.bars
 * @param {[number, number]} chart.range where it does not begin at 0, dots stand for the values instead of bars
 * @param {string} chart.unit
 * @param {number} [chart.digits]
 */
export function barChart({ label, bars, range, unit, digits = 2 }) {
  const dots = range[0] !== 0;
  return responsive(label, (width) => {
    const narrow = width < 520;
    const [left, right] = [narrow ? 8 : 230, 92];
    const row = narrow ? ROW + 16 : ROW;
    const height = bars.length * row + 34;
    const px = (/** @type {number} */ v) => left + ((v - range[0]) / (range[1] - range[0])) * (width - left - right);
    const root = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height });
    for (const at of ticks(range, narrow ? 3 : 6)) {
      root.append(svg("path", { class: "grid", d: `M${px(at)} 4V${height - 26}` }), text(String(at), px(at), height - 8, { "text-anchor": "middle" }));
    }
    for (const [n, { name, value, spread, kind = "other" }] of bars.entries()) {
      const middle = n * row + (narrow ? 40 : 24);
      const end = px(Math.max(range[0], value));
      const group = svg("g", { class: `bar ${kind}` });
      group.append(narrow ? text(name, left, middle - 16) : text(name, left - 12, middle + 5, { "text-anchor": "end" }));
      if (dots) {
        if (spread) group.append(svg("path", { class: "spread", d: `M${px(value - spread)} ${middle}H${px(value + spread)}` }));
        group.append(svg("circle", { cx: end, cy: middle, r: 7 }));
      } else group.append(svg("rect", { x: left, y: middle - 9, width: Math.max(2, end - left), height: 18 }));
      const more = spread ? ` ± ${spread.toFixed(digits)}` : "";
      group.append(text(`${value.toFixed(digits)}${more}`, Math.max(end, px(value + (spread ?? 0))) + 12, middle + 5, { class: "value" }));
      root.append(group);
    }
    root.append(text(unit, width - 4, height - 8, { "text-anchor": "end", class: "axis" }));
    return root;
  });
}

/** The numbers of a chart, folded. @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
export function numbers(head, rows) {
  const line = (/** @type {"th" | "td"} */ tag, /** @type {readonly string[]} */ cells) => el("tr", {}, ...cells.map((cell, at) => el(at ? tag : "th", { scope: at && tag === "td" ? undefined : tag === "td" ? "row" : "col" }, cell)));
  const table = el("table", {}, el("thead", {}, line("th", head)), el("tbody", {}, ...rows.map((row) => line("td", row))));
  return el("details", {}, el("summary", {}, "The numbers"), el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "The numbers" }, table));
}
