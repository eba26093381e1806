/**
 * A chart of paired differences: where two settings are measured with the same seeds, what lies between them is known
 * better than either. A small ring for each seed, a disc for their mean, and a line at no difference.
 */
import { svg } from "../lib/dom.js";
import { rangeOf, responsive, text, ticks } from "./chart.js";

/** @typedef {{ name: string, values: readonly number[], kind?: "main" | "other" }} Difference of each seed */

const ROW = 30;
const NARROW_ROW = 46;

/** @param {readonly number[]} values */
export const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

/** With its sign, as a difference is read. @param {number} value @param {number} digits */
export const signed = (value, digits) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;

/**
 * @param {object} chart
 * @param {string} chart.label for those who do not see it
 * @param {readonly Difference[]} chart.rows
 * @param {string} chart.zero what all are compared with
 * @param {string} chart.unit
 * @param {number} [chart.digits]
 */
export function differenceChart({ label, rows, zero, unit, digits = 2 }) {
  const range = rangeOf([0, ...rows.flatMap(({ values }) => values)].map((value) => ({ mean: value })));
  return responsive(label, (width) => {
    const narrow = width < 520;
    const [left, right, top] = [narrow ? 24 : 210, 64, 26];
    const row = narrow ? NARROW_ROW : ROW;
    const height = top + rows.length * row + 46;
    const px = (/** @type {number} */ v) => left + ((v - range[0]) / (range[1] - range[0])) * (width - left - right);
    const root = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height });
    for (const at of ticks(range, narrow ? 3 : 6)) {
      root.append(svg("path", { class: at ? "grid" : "zero", d: `M${px(at)} ${top - 6}V${height - 44}` }), text(at ? signed(at, 1) : "0", px(at), height - 26, { "text-anchor": "middle" }));
    }
    root.append(text(zero, px(0), 12, { "text-anchor": "middle", class: "axis" }));
    for (const [n, { name, values, kind = "other" }] of rows.entries()) {
      const middle = top + n * row + (narrow ? 30 : 14);
      const group = svg("g", { class: `bar ${kind}` });
      group.append(narrow ? text(name, 4, middle - 14, { class: "halo" }) : text(name, left - 12, middle + 5, { "text-anchor": "end" }));
      group.append(svg("path", { class: "spread", d: `M${px(Math.min(...values))} ${middle}H${px(Math.max(...values))}` }));
      for (const value of values) group.append(svg("circle", { class: "seed", cx: px(value), cy: middle, r: 3.5 }));
      group.append(svg("circle", { cx: px(mean(values)), cy: middle, r: 6 }), text(signed(mean(values), digits), width - 4, middle + 5, { class: "value", "text-anchor": "end" }));
      root.append(group);
    }
    root.append(text(unit, (left + width - right) / 2, height - 6, { "text-anchor": "middle", class: "axis" }));
    return root;
  });
}
