/**
 * A pack of three granularities that was trained: every network of a tiny pack a few steps, by the native program.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeTinyPack, varigrain } from "./real.js";

/** Pixels along a side of the pictures. */
const SIDE = 64;

/** Options of every training: enough steps that no weight is what it was. */
const PACE = ["--steps", "12", "--batch", "6", "--warm-up", "2", "--learning-rate", "3e-3", "--log-every", "12"];

/** Sizes of the generators. */
const SMALL = ["--variants", "1", "--layers", "2", "--width", "32", "--heads", "2"];

/**
 * A disc, a ring or a square in one of two colours, on white. RGB.
 *
 * @param {number} style @param {number} shape
 */
function drawing(style, shape) {
  const ink = style === 0 ? [220, 40, 30] : [30, 60, 210];
  return Array.from({ length: SIDE * SIDE }, (_, at) => {
    const [y, x] = [Math.abs(Math.floor(at / SIDE) - 31.5), Math.abs((at % SIDE) - 31.5)];
    const distance = shape < 2 ? Math.hypot(y, x) : Math.max(y, x);
    return distance < 22 && (shape !== 1 || distance > 14) ? ink : [255, 255, 255];
  }).flat();
}

/** Writes a data set of the classes of a tiny pack. @param {string} folder @param {object} classes */
function writeDrawings(folder, classes) {
  const pairs = [0, 1, 2].flatMap((concept) => [0, 1].map((style) => [style, concept]));
  const items = pairs.map(([style, concept], at) => {
    return { classes: [style, Math.floor(concept / 2), concept], split: at === 4 ? "test-cells" : "train" };
  });
  const pixels = pairs.flatMap(([style, concept]) => drawing(style, concept));
  mkdirSync(folder);
  writeFileSync(join(folder, "images.rgb"), Uint8Array.from(pixels));
  writeFileSync(join(folder, "index.json"), JSON.stringify({ size: SIDE, seed: 1, classes, items, sources: [] }));
}

/** @returns {string} a new folder with the pack: 4×4 regions, the weights of three networks as int8 */
export function makeTrainedPack() {
  const root = mkdtempSync(join(tmpdir(), "varigrain-trained-"));
  const pack = mkdtempSync(join(tmpdir(), "varigrain-tiny-"));
  const at = (/** @type {string} */ name) => join(root, name);
  const start = makeTinyPack("fsq:8,8,4,4", ["--granularities", "3", "--regions", "4", "--image", String(SIDE)]);
  writeDrawings(at("data"), JSON.parse(readFileSync(join(start, "manifest.json"), "utf8")).classes);
  const train = (/** @type {string} */ what, /** @type {string[]} */ options) =>
    execFileSync(varigrain, ["train", what, "--data", at("data"), "--out", at(what), ...PACE, ...options]);
  train("tokenizer", ["--from", start]);
  for (const what of ["grain-map", "nar", "ar"]) train(what, ["--tokenizer", at("tokenizer"), ...SMALL]);
  const runs = ["tokenizer", "grain-map", "nar", "ar"].flatMap((what) => [`--${what}`, at(what)]);
  execFileSync(varigrain, ["pack", "--data", at("data"), ...runs, "--int8", "decoder,encoder,nar", "--out", pack]);
  for (const folder of [root, start]) rmSync(folder, { recursive: true });
  return pack;
}
