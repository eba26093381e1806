#!/usr/bin/env node
/**
 * Records what the models make of their examples, so that "Encode your own" shows it before an encoder is downloaded:
 * encodes each example of www/models/index.json that names a `recording` in a headless Chromium, as the page would, and
 * writes that file.
 *
 *     node scripts/record-examples.mjs                  of all models
 *     node scripts/record-examples.mjs photos-256       of those named
 *
 * Needs pkg/ (scripts/wasm.sh) and Chromium ($CHROMIUM). A file is of one version of its model: run this after another.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, withBlankPage } from "./recorder.mjs";

const folder = join(root, "www/models");
/** Of the WebP: what is lost of the pictures is far less than what the codes have lost. */
const QUALITY = 0.9;

/** @typedef {{ picture: string, recording?: string }} Example */
/** @type {{ models: { id: string, folder: string, encodes?: { examples?: Example[] } }[] }} */
const { models } = JSON.parse(readFileSync(join(folder, "index.json"), "utf8"));

/** In the page. @param {{ folder: string, picture: string, sha256: string, quality: number }} wanted */
async function encode({ folder, picture, sha256, quality }) {
  const at = (/** @type {string} */ path) => new URL(path, document.baseURI).href;
  const { Varigrain } = await import(at("varigrain.js"));
  const { encodeCoding } = await import(at("lib/recorded-coding.js"));
  const { evenCounts } = await import(at("lib/even-counts.js"));
  const { cropImage, sizeOf } = await import(at("lib/fit-image.js"));
  const { pictureFrom } = await import(at("lib/picture-file.js"));
  const { centralSquare } = await import(at("lib/square-crop.js"));
  const vg = await Varigrain.load({ model: at(`models/${folder}`), backend: "cpu", kernels: [], modes: [] });
  const { name, version, image: size, defaults, measures, measure: own } = vg.description;
  const original = await pictureFrom(await (await fetch(at(`models/${picture}`))).blob());
  const image = cropImage(original, centralSquare(sizeOf(original)), size);
  const { shares, measure = own } = defaults.encode;
  const variable = await vg.encode(image, { shares, measure: measure === own ? undefined : measure });
  const even = await vg.encode(image, { counts: evenCounts(variable.grid, variable.codes), allocation: "even" });
  vg.close();
  const drawn = (/** @type {ImageData} */ { width, height }, /** @type {ImageData} */ data) => {
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext("2d")?.putImageData(data, 0, 0);
    return canvas;
  };
  const written = async (/** @type {ImageData} */ data) => {
    const blob = await drawn(data, data).convertToBlob({ type: "image/webp", quality });
    return new Uint8Array(await blob.arrayBuffer());
  };
  const measured = measures.find((/** @type {{ id: string }} */ { id }) => id === measure)?.name.toLowerCase();
  const file = await encodeCoding({ model: name, version: String(version), picture: sha256, settings: { shares, measure }, measured, variable, even }, written);
  return { file, found: `${variable.codes} codes, ${variable.psnr.toFixed(2)} dB (grid ${even.psnr.toFixed(2)})` };
}

const asked = process.argv.slice(2);
const unknown = asked.filter((id) => !models.some((model) => model.id === id));
if (unknown.length) {
  console.error(`record-examples: there is no model called ${unknown.join(", ")}`);
  process.exitCode = 2;
} else {
  await withBlankPage(async (page) => {
    for (const model of models.filter(({ id }) => !asked.length || asked.includes(id))) {
      for (const { picture, recording } of model.encodes?.examples ?? []) {
        if (!recording) continue;
        const sha256 = createHash("sha256").update(readFileSync(join(folder, picture))).digest("hex");
        const { file, found } = await page.evaluate(encode, { folder: model.folder, picture, sha256, quality: QUALITY });
        const text = JSON.stringify(file);
        writeFileSync(join(folder, recording), `${text}\n`);
        console.log(`${recording}: ${(text.length / 1000).toFixed(1)} kB, ${found}`);
      }
    }
  });
}
