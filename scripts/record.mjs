#!/usr/bin/env node
/**
 * Records generations for the page to show before its model is there: draws them in a headless
 * Chromium and writes www/recordings/NAME.json. Of the drawing that the page opens with it also writes NAME-pair.json:
 * the same picture encoded in as many codes as it has, with variable length and on a fixed grid.
 *
 *     node scripts/record.mjs                 all that are listed below
 *     node scripts/record.mjs red-heart       those named
 *
 * Needs pkg/ (scripts/wasm.sh) and Chromium ($CHROMIUM). Draws on the processor, so that the numbers do
 * not depend on a driver; the times in the file are that processor's, and the page calls it recorded.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, withBlankPage } from "./recorder.mjs";

/** What is recorded, by file name: an id of the list of models, and what it is asked for. @type {Record<string, readonly [string, import("../www/lib/request.js").Wish]>} */
const WISHES = {
  "red-heart": ["emoji-128", { prompt: { style: "fluent", concept: "red-heart" }, seed: 4, mode: "nar" }],
  "red-heart-both": ["emoji-128", { prompt: { style: "fluent", concept: "red-heart" }, seed: 3, mode: "both" }],
  "cat-face": ["emoji-128", { prompt: { style: "noto", concept: "cat-face" }, seed: 1, mode: "nar" }],
  "portrait": ["portraits-256", { prompt: { style: "toon-head", "hair-colour": "red", "hair-length": "long", expression: "smiling", background: "green" }, seed: 10, mode: "nar" }],
  "sunflower": ["photos-256", { prompt: { subject: "sunflower" }, seed: 2, mode: "nar" }],
};

/** Drawings of which the pair is recorded too. */
const PAIRS = ["portrait"];

const folder = join(root, "www/recordings");

/** @param {string[]} names */
async function record(names) {
  await withBlankPage(async (page) => {
    mkdirSync(folder, { recursive: true });
    for (const name of names) {
      const { file, pair } = await page.evaluate(draw, { wanted: WISHES[name], paired: PAIRS.includes(name) });
      write(name, file);
      if (pair) write(`${name}-pair`, pair);
    }
  });
}

/** @param {string} name @param {object} file */
function write(name, file) {
  const text = JSON.stringify(file);
  writeFileSync(join(folder, `${name}.json`), `${text}\n`);
  console.log(`${name}: ${(text.length / 1000).toFixed(0)} kB`);
}

/**
 * In the page. @param {{ wanted: (typeof WISHES)[string], paired: boolean }} what
 */
async function draw({ wanted: [model, wish], paired }) {
  const at = (/** @type {string} */ path) => new URL(path, document.baseURI).href;
  const { Varigrain } = await import(at("varigrain.js"));
  const { encodeRecording } = await import(at("lib/recording.js"));
  const { modesOf } = await import(at("lib/modes.js"));
  const { requestFor } = await import(at("lib/request.js"));
  const { thingOf } = await import(at("lib/drawn.js"));
  const { resolveModel } = await import(at("lib/models.js"));
  const vg = await Varigrain.load({ model: await resolveModel(model), backend: "cpu", kernels: [] });
  const { description } = vg;
  const tracks = [];
  for (const mode of modesOf(wish.mode)) {
    const steps = [];
    for await (const step of vg.generate(requestFor(wish, mode, description))) steps.push(step);
    tracks.push({ mode, seed: wish.seed, steps });
  }
  const { name, version, grid } = description;
  const title = thingOf(wish, description);
  const pair = paired ? await pairOf(tracks[0].steps.at(-1)) : null;
  vg.close();
  return { file: await encodeRecording({ model: name, version: String(version), title, request: wish, grid, tracks }, encodeImage), pair };

  /** The drawing, encoded with as many regions of each granularity as it has. @param {{ image: ImageData, grains: Uint8Array }} last */
  async function pairOf({ image, grains }) {
    const { encodeCoding } = await import(at("lib/recorded-coding.js"));
    const { evenCounts } = await import(at("lib/even-counts.js"));
    const measure = description.defaults.encode.measure ?? description.measure;
    const counts = Array.from({ length: description.grid.granularities - 1 }, (_, at) => grains.filter((grain) => grain === at + 1).length);
    const shares = counts.map((count) => count / grains.length);
    const variable = await vg.encode(image, { counts, measure: measure === description.measure ? undefined : measure });
    const even = await vg.encode(image, { counts: evenCounts(variable.grid, variable.codes), allocation: "even" });
    const measured = description.measures.find((/** @type {{ id: string }} */ { id }) => id === measure)?.name.toLowerCase();
    const picture = await sha256(Uint8Array.from(image.data));
    return encodeCoding({ model: name, version: String(version), picture, settings: { shares, measure }, measured, variable, even }, (/** @type {ImageData} */ one) => encodeImage(one, 0.9));
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  async function sha256(bytes) {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /** @param {ImageData} image @param {number} [quality] */
  async function encodeImage(image, quality = image.width > 128 ? 0.8 : 0.92) {
    const canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext("2d")?.putImageData(image, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/webp", quality });
    return new Uint8Array(await blob.arrayBuffer());
  }
}

const unknown = process.argv.slice(2).filter((name) => !(name in WISHES));
if (unknown.length) {
  console.error(`record: nothing to record is called ${unknown.join(", ")}`);
  process.exitCode = 2;
} else await record(process.argv.length > 2 ? process.argv.slice(2) : Object.keys(WISHES));
