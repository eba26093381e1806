/** `<vg-tut-measured of="fixed">` and its kin: what was measured, as a chart. The numbers are those of docs/results. */
import { define } from "../../lib/define.js";
import { barChart, numbers, rangeOf } from "../chart.js";
import { differenceChart, signed } from "../difference-chart.js";
import { Figure, results } from "./figure.js";

/** @typedef {import("./figure.js").Results} Results */
/** @typedef {import("../chart.js").Bar} Bar */
/** @typedef {import("../difference-chart.js").Difference} Difference */
/** @typedef {{ label: string, bars: Bar[], range: [number, number], unit: string, digits?: number, head: string, more?: readonly (readonly string[])[] }} Table `more`: further columns of the table beneath, head first */
/** @typedef {{ label: string, rows: Difference[], zero: string, unit: string, digits?: number, head: string, columns: readonly string[] }} Differences `columns`: what a row is, without pairing */

/** What the tables call them, and what the text does. @type {Record<string, string>} */
const NAMES = {
  variable: "variable, 136 codes",
  "fixed 12 x 12": "fixed 12 × 12, 144 codes",
  random: "random regions",
  "sharp-entropy": "entropy, narrow bins",
  entropy: "entropy",
  deviation: "deviation",
  "coarse-error": "error of the coarse code",
  oracle: "oracle: true gain",
  "truth after the tokenizer": "the truth, re-encoded",
  "right style, other concept": "right style, wrong thing",
  truth: "of the training drawing itself",
  model: "of the grain-map model",
  empirical: "of some other drawing",
  dealt: "the model’s, dealt at random",
};

/** An order as the text calls it. @param {{ name: string, beta: number | null }} order */
function orderName({ name, beta }) {
  const base = { strict: "density alone", "two-phase": "finest first, two phases", "Halton + β": "Halton", "confidence + β": "confidence" }[name] ?? name;
  return beta ? `${base} + ${beta} × density` : base;
}

/**
 * The orders of portraits, each minus confidence alone with the same prompts and seeds.
 *
 * @param {Results} results
 * @param {"fd" | "asked"} what
 * @param {Omit<Differences, "rows" | "columns" | "zero">} words
 * @returns {Differences}
 */
function orders({ portraits }, what, words) {
  const others = portraits.orders.filter(({ name, beta }) => name !== "confidence + β" || beta);
  /** @type {Difference[]} */
  const rows = others.map((order) => ({ name: orderName(order), values: what === "fd" ? order.fdMore : order.askedMore, kind: order.name === "confidence + β" ? "main" : "other" }));
  const told = rows.map(({ name, values }) => `${name}: ${values.map((value) => signed(value, 2)).join(", ")}`);
  const columns = others.map((order) => `${order[what].mean.toFixed(2)} ± ${(order[what].spread ?? 0).toFixed(2)}`);
  return { ...words, label: `${words.label}: ${told.join("; ")}`, rows, columns, zero: "confidence alone" };
}

/** @type {Record<string, (results: Results) => Table | Differences>} */
const TABLES = {
  fixed: ({ fixed }) => ({
    label: `Reconstruction at equal bits: ${fixed.map(({ name, psnr }) => `${NAMES[name]}: ${psnr.mean} dB`).join("; ")}`,
    bars: fixed.map(({ name, psnr }, at) => ({ name: NAMES[name], value: psnr.mean, spread: psnr.spread, kind: at ? "other" : "main" })),
    ...{ range: rangeOf(fixed.map(({ psnr }) => psnr)), unit: "dB PSNR", head: "Code" },
  }),
  measures: ({ measures }) => ({
    label: `Reconstruction by who spends the codes: ${measures.map(({ name, psnr }) => `${NAMES[name]}: ${psnr.mean} dB`).join("; ")}`,
    bars: [...measures].sort((a, b) => a.psnr.mean - b.psnr.mean).map(({ name, psnr }) => ({
      ...{ name: NAMES[name], value: psnr.mean, spread: psnr.spread, kind: name === "deviation" ? "main" : "other" },
    })),
    ...{ range: rangeOf(measures.map(({ psnr }) => psnr)), unit: "dB PSNR", head: "Who decides" },
  }),
  pairs: ({ pairs }) => ({
    label: `Closer to the truth than the nearest other style: ${pairs.map(({ name, share }) => `${NAMES[name] ?? name}: ${share} percent`).join("; ")}. The aim was 60.`,
    bars: [
      ...[...pairs].sort((a, b) => a.share - b.share).map(({ name, share }) => ({ name: NAMES[name] ?? name, value: share, kind: name.startsWith("DGiT") ? /** @type {const} */ ("main") : /** @type {const} */ ("other") })),
      { name: "what we aimed at", value: 60, kind: "aim" },
    ],
    ...{ range: [0, 70], unit: "%", digits: 1, head: "Drawings" },
  }),
  generators: ({ generators }) => ({
    label: `Distance to the training pictures, less is better: ${generators.map(({ name, fd }) => `${name}: ${fd}`).join("; ")}`,
    bars: generators.map(({ name, fd }) => ({ name, value: fd, kind: name.startsWith("DGiT") ? "main" : "other" })),
    ...{ range: [0, rangeOf(generators.map(({ fd }) => ({ mean: fd })))[1]], unit: "FD-lite", digits: 1, head: "Pictures" },
  }),
  steps: ({ portraits: { steps } }) => ({
    label: `FD-lite of portraits by steps, less is better: ${steps.map(({ steps, fd }) => `${steps} steps: ${fd.mean}`).join("; ")}`,
    bars: steps.map(({ steps, fd }) => ({ name: `${steps} steps`, value: fd.mean, spread: fd.spread, kind: steps === 12 ? "main" : "other" })),
    ...{ range: rangeOf(steps.map(({ fd }) => fd)), unit: "FD-lite", digits: 1, head: "Steps" },
    more: [["shown as asked (%)", ...steps.map(({ asked }) => `${asked.mean.toFixed(1)} ± ${(asked.spread ?? 0).toFixed(1)}`)]],
  }),
  maps: ({ portraits: { maps } }) => {
    const sorted = [...maps].sort((a, b) => a.fd.mean - b.fd.mean);
    const name = (/** @type {string} */ source) => NAMES[source === "random" ? "dealt" : source];
    return {
      label: `FD-lite of portraits by whose grain map, less is better: ${sorted.map((map) => `${name(map.name)}: ${map.fd.mean}`).join("; ")}`,
      bars: sorted.map((map) => ({ name: name(map.name), value: map.fd.mean, spread: map.fd.spread, kind: map.name === "model" ? "main" : "other" })),
      ...{ range: [0, rangeOf(maps.map(({ fd }) => fd))[1]], unit: "FD-lite", digits: 1, head: "Map" },
      more: [["shown as asked (%)", ...sorted.map(({ asked }) => asked.mean.toFixed(1))], ["hair length as asked (%)", ...sorted.map(({ hair }) => hair.toFixed(1))]],
    };
  },
  "orders-fd": (results) => orders(results, "fd", { label: "FD-lite minus that of confidence alone, seed by seed, less is better", unit: "FD-lite, less is better", head: "Order" }),
  "orders-asked": (results) => orders(results, "asked", { label: "Percent shown as asked minus that of confidence alone, seed by seed, more is better", unit: "points of 100, more is better", digits: 1, head: "Order" }),
};

/** @param {Differences} table */
function differences(table) {
  const { rows, columns, head, digits = 2 } = table;
  const cells = rows.map(({ name, values }, at) => [name, columns[at], ...values.map((value) => signed(value, digits))]);
  return [differenceChart(table).element, numbers([head, "measured", ...rows[0].values.map((_, seed) => `seed ${seed + 1}`)], cells)];
}

/** @param {Table} table */
function bars(table) {
  const { bars, head, unit, digits = 2, more = [] } = table;
  const cells = bars.map(({ name, value, spread }, at) => [name, `${value.toFixed(digits)}${spread ? ` ± ${spread.toFixed(digits)}` : ""}`, ...more.map((column) => column[at + 1])]);
  return [barChart(table).element, numbers([head, unit, ...more.map(([name]) => name)], cells)];
}

export class MeasuredFigure extends Figure {
  /** @override */
  async build() {
    const table = TABLES[this.getAttribute("of") ?? ""](await results());
    this.replaceChildren(...("rows" in table ? differences(table) : bars(table)));
  }
}

define("vg-tut-measured", MeasuredFigure);
