/** `<vg-tut-measured of="fixed">` and its kin: what was measured, as a chart. The numbers are those of docs/results. */
import { define } from "../../lib/define.js";
import { barChart, numbers, rangeOf } from "../chart.js";
import { Figure, results } from "./figure.js";

/** @typedef {import("./figure.js").Results} Results */
/** @typedef {import("../chart.js").Bar} Bar */
/** @typedef {{ label: string, bars: Bar[], range: [number, number], unit: string, digits?: number, head: string }} Table */

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
};

/** @type {Record<string, (results: Results) => Table>} */
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
};

export class MeasuredFigure extends Figure {
  /** @override */
  async build() {
    const table = TABLES[this.getAttribute("of") ?? ""](await results());
    const { bars, head, unit, digits = 2 } = table;
    const rows = bars.map(({ name, value, spread }) => [name, `${value.toFixed(digits)}${spread ? ` ± ${spread.toFixed(digits)}` : ""}`]);
    this.replaceChildren(barChart(table).element, numbers([head, unit], rows));
  }
}

define("vg-tut-measured", MeasuredFigure);
