#!/usr/bin/env node
/**
 * Records generations for the page to show before its model is there: draws them in a headless
 * Chromium and writes www/recordings/NAME.json.
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
  "portrait": ["portraits-256", { prompt: { style: "toon-head", "hair-colour": "red", "hair-length": "long", expression: "smiling", background: "green" }, seed: 3, mode: "nar" }],
  "sunflower": ["photos-256", { prompt: { subject: "sunflower" }, seed: 2, mode: "nar" }],
};

const folder = join(root, "www/recordings");

/** @param {string[]} names */
async function record(names) {
  await withBlankPage(async (page) => {
    mkdirSync(folder, { recursive: true });
    for (const name of names) {
      const file = await page.evaluate(draw, WISHES[name]);
      const text = JSON.stringify(file);
      writeFileSync(join(folder, `${name}.json`), `${text}\n`);
      console.log(`${name}: ${(text.length / 1000).toFixed(0)} kB`);
    }
  });
}

/**
 * In the page. @param {(typeof WISHES)[string]} wanted
 */
async function draw([model, wish]) {
  const at = (/** @type {string} */ path) => new URL(path, document.baseURI).href;
  const { Varigrain } = await import(at("varigrain.js"));
  const { encodeRecording } = await import(at("lib/recording.js"));
  const { modesOf } = await import(at("lib/modes.js"));
  const { requestFor } = await import(at("lib/request.js"));
  const { thingOf } = await import(at("lib/drawn.js"));
  const { resolveModel } = await import(at("lib/models.js"));
  const vg = await Varigrain.load({ model: await resolveModel(model), backend: "cpu" });
  const { description } = vg;
  const tracks = [];
  for (const mode of modesOf(wish.mode)) {
    const steps = [];
    for await (const step of vg.generate(requestFor(wish, mode, description))) steps.push(step);
    tracks.push({ mode, seed: wish.seed, steps });
  }
  const { name, version, grid } = description;
  const title = thingOf(wish, description);
  vg.close();
  const encodeImage = async (/** @type {ImageData} */ image) => {
    const canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext("2d")?.putImageData(image, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/webp", quality: image.width > 128 ? 0.8 : 0.92 });
    return new Uint8Array(await blob.arrayBuffer());
  };
  return encodeRecording({ model: name, version: String(version), title, request: wish, grid, tracks }, encodeImage);
}

const unknown = process.argv.slice(2).filter((name) => !(name in WISHES));
if (unknown.length) {
  console.error(`record: nothing to record is called ${unknown.join(", ")}`);
  process.exitCode = 2;
} else await record(process.argv.length > 2 ? process.argv.slice(2) : Object.keys(WISHES));
