#!/usr/bin/env node
/**
 * Takes the measured numbers that the tutorial's charts show out of docs/results/*.json and writes
 * www/recordings/tutorial-results.json. No number is copied by hand; a test compares the two.
 *
 *     node scripts/tutorial-data.mjs
 */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const root = new URL("..", import.meta.url);
const TARGET = new URL("www/recordings/tutorial-results.json", root);

/** @typedef {{ mean: number, spread?: number, n: number }} Cell */
/** @typedef {Record<string, any>} Row by the names of the columns */

/** The rows of a table of results. @param {string} name @returns {Row[]} */
function table(name) {
  const { columns, rows } = JSON.parse(readFileSync(new URL(`docs/results/${name}.json`, root), "utf8"));
  return rows.map((/** @type {unknown[]} */ row) =>
    Object.fromEntries(row.map((value, at) => [columns[at].name, value])),
  );
}

/** @param {Cell} cell @param {number} [digits] */
const rounded = ({ mean, spread }, digits = 2) => ({
  mean: Number(mean.toFixed(digits)),
  ...(spread ? { spread: Number(spread.toFixed(digits)) } : {}),
});

export function results() {
  const ratio = table("tokenizer").map((row) => ({
    ...{ r: Number(row.fine.replace("r = ", "")), codes: rounded(row.codes, 1).mean, bits: rounded(row.bits, 0).mean },
    psnr: rounded(row.PSNR).mean,
  }));
  const fixed = table("a1").map((row) => ({
    ...{ name: row.variant, codes: rounded(row.codes, 0).mean, bits: rounded(row.bits, 0).mean, psnr: rounded(row.PSNR) },
  }));
  const measures = table("a2").map((row) => ({ name: row.allocator, psnr: rounded(row.PSNR) }));
  const schedules = table("nar-schedules").map((row) => ({ name: row.setting, beta: row["β"]?.mean ?? null, fd: rounded(row["FD-lite"]) }));
  const share = (/** @type {Row} */ row) => rounded(row["closer than nearest other style"], 1).mean;
  const byFeatures = (/** @type {string} */ name) => table(name).filter((row) => row["distance by"] === "features");
  const pairs = ["cells-nar", "cells-ar"].flatMap((name, at) =>
    byFeatures(name).filter((row) => !at || row.images.startsWith("DGiT")).map((row) => ({ name: row.images, share: share(row) })),
  );
  const generators = ["generator-nar", "generator-ar"].flatMap((name, at) =>
    table(name).filter((row) => row["FD-lite"] && (!at || !/training|reconstructions|held/.test(row.setting)))
      .map((row) => ({ name: row.setting, from: name, fd: rounded(row["FD-lite"]).mean })),
  );
  return { ratio, fixed, measures, schedules, pairs, generators };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(TARGET, `${JSON.stringify(results(), null, 1)}\n`);
}
