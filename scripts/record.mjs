#!/usr/bin/env node
/**
 * Records generations for the page to show before its model is there: draws them with the site's usual model
 * in a headless Chromium and writes www/recordings/NAME.json.
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

/** What is recorded, by file name. @type {Record<string, import("../www/lib/request.js").Wish>} */
const WISHES = {
  "red-heart": { prompt: { style: "fluent", concept: "red-heart" }, seed: 4, mode: "nar" },
  "red-heart-both": { prompt: { style: "fluent", concept: "red-heart" }, seed: 3, mode: "both" },
  "cat-face": { prompt: { style: "noto", concept: "cat-face" }, seed: 1, mode: "nar" },
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
 * In the page. @param {import("../www/lib/request.js").Wish} wish
 */
async function draw(wish) {
  const at = (/** @type {string} */ path) => new URL(path, document.baseURI).href;
  const { Varigrain } = await import(at("varigrain.js"));
  const { encodeRecording } = await import(at("lib/recording.js"));
  const { modesOf } = await import(at("lib/modes.js"));
  const { requestFor } = await import(at("lib/request.js"));
  const { thingOf } = await import(at("lib/drawn.js"));
  const { loadModels } = await import(at("lib/models.js"));
  const vg = await Varigrain.load({ model: (await loadModels()).usual.address, backend: "cpu" });
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
    const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.92 });
    return new Uint8Array(await blob.arrayBuffer());
  };
  return encodeRecording({ model: name, version: String(version), title, request: wish, grid, tracks }, encodeImage);
}

const unknown = process.argv.slice(2).filter((name) => !(name in WISHES));
if (unknown.length) {
  console.error(`record: nothing to record is called ${unknown.join(", ")}`);
  process.exitCode = 2;
} else await record(process.argv.length > 2 ? process.argv.slice(2) : Object.keys(WISHES));
