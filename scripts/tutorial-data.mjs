#!/usr/bin/env node
/**
 * Takes the measured numbers that the tutorial's charts show out of docs/results/ and docs/training/ and writes
 * www/recordings/tutorial-results.json. No number is copied by hand; a test compares the two.
 *
 *     node scripts/tutorial-data.mjs
 */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const root = new URL("..", import.meta.url);
const TARGET = new URL("www/recordings/tutorial-results.json", root);

/** @typedef {{ mean: number, spread?: number, n: number, values: number[] }} Cell */
/** @typedef {Record<string, any>} Row by the names of the columns */

/** @param {string} name @returns {{ columns: { name: string }[], rows: unknown[][] }} */
const file = (name) => JSON.parse(readFileSync(new URL(`docs/results/${name}.json`, root), "utf8"));

/** The rows of a table of results. @param {string} name @returns {Row[]} */
function table(name) {
  const { columns, rows } = file(name);
  return rows.map((/** @type {unknown[]} */ row) =>
    Object.fromEntries(row.map((value, at) => [columns[at].name, value])),
  );
}

/** @param {Pick<Cell, "mean" | "spread">} cell @param {number} [digits] */
const rounded = ({ mean, spread }, digits = 2) => ({
  mean: Number(mean.toFixed(digits)),
  ...(spread ? { spread: Number(spread.toFixed(digits)) } : {}),
});

/** The axes of a table of portraits: how often each is seen as asked. @param {string} name */
function axes(name) {
  const names = file(name).columns.map((column) => column.name);
  return names.slice(names.indexOf("style"));
}

/** @param {readonly number[]} values */
const average = (values) => values.reduce((a, b) => a + b, 0) / values.length;

/** Mean and sample standard deviation over seeds. @param {readonly number[]} values */
function overSeeds(values) {
  const mean = average(values);
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  return rounded({ mean, spread });
}

/** Seen as asked, in percent, mean of all axes: of each seed. @param {Row} row @param {readonly string[]} names */
const asAsked = (row, names) => row[names[0]].values.map((/** @type {unknown} */ _, /** @type {number} */ seed) => average(names.map((name) => row[name].values[seed])));

/** DGiT-NAR on portraits: 200 samples a row and seed, three seeds. */
function portraits() {
  const of = (/** @type {string} */ sweep) => {
    const name = `portraits-nar-${sweep}`;
    const names = axes(name);
    return table(name).map((row) => ({ row, fd: rounded(row["FD-lite"]), fds: /** @type {number[]} */ (row["FD-lite"].values), asked: /** @type {number[]} */ (asAsked(row, names)) }));
  };
  const minus = (/** @type {readonly number[]} */ a, /** @type {readonly number[]} */ b) => a.map((value, seed) => Number((value - b[seed]).toFixed(2)));
  const steps = of("steps");
  const orders = of("schedules").map(({ row, ...more }) => ({ ...more, name: /** @type {string} */ (row.setting), beta: /** @type {number | null} */ (row["β"]?.mean ?? null) }));
  // The other sweeps are drawn in the program's own order, which is that of β = 4, with as many steps as here.
  const usual = steps.find(({ row }) => row.steps.mean === 12);
  const last = orders.findLastIndex(({ name }) => name === "confidence + β");
  if (usual) orders.splice(last + 1, 0, { ...orders[last], ...usual, ...{ row: undefined }, beta: 4 });
  const confidence = orders.find(({ name, beta }) => name === "confidence + β" && !beta) ?? orders[0];
  return {
    orders: orders.map(({ name, beta, fd, fds, asked }) => ({ name, beta, fd, asked: overSeeds(asked), ...{ fdMore: minus(fds, confidence.fds), askedMore: minus(asked, confidence.asked) } })),
    steps: steps.map(({ row, fd, asked }) => ({ steps: /** @type {number} */ (row.steps.mean), fd, asked: overSeeds(asked) })),
    maps: of("maps").map(({ row, fd, asked }) => ({ name: /** @type {string} */ (row.setting), fd, asked: overSeeds(asked), hair: rounded(row["hair-length"], 1).mean })),
  };
}

export function results() {
  /** @type {{ counts: number[], codes: number, psnr: number, images: number }[]} */
  const heldOut = JSON.parse(readFileSync(new URL("docs/training/pictures-portraits.json", root), "utf8")).held_out;
  const ratio = heldOut.map(({ counts, codes, psnr, images }) => ({ counts, codes, psnr: rounded({ mean: psnr }).mean, images })).sort((a, b) => a.codes - b.codes);
  const fixed = table("a1").map((row) => ({
    ...{ name: row.variant, codes: rounded(row.codes, 0).mean, bits: rounded(row.bits, 0).mean, psnr: rounded(row.PSNR) },
  }));
  const measures = table("a2").map((row) => ({ name: row.allocator, psnr: rounded(row.PSNR) }));
  const share = (/** @type {Row} */ row) => rounded(row["closer than nearest other style"], 1).mean;
  const byFeatures = (/** @type {string} */ name) => table(name).filter((row) => row["distance by"] === "features");
  const pairs = ["cells-nar", "cells-ar"].flatMap((name, at) =>
    byFeatures(name).filter((row) => !at || row.images.startsWith("DGiT")).map((row) => ({ name: row.images, share: share(row) })),
  );
  const generators = ["generator-nar", "generator-ar"].flatMap((name, at) =>
    table(name).filter((row) => row["FD-lite"] && (!at || !/training|reconstructions|held/.test(row.setting)))
      .map((row) => ({ name: row.setting, from: name, fd: rounded(row["FD-lite"]).mean })),
  );
  return { ratio, fixed, measures, pairs, generators, portraits: portraits() };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(TARGET, `${JSON.stringify(results(), null, 1)}\n`);
}
