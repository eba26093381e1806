#!/usr/bin/env node
/**
 * Records what the tutorial shows without the model: one picture encoded at several budgets, drawings of
 * the generators, and one portrait on three grain maps. Writes www/recordings/tutorial-*.json.
 *
 *     node scripts/record-tutorial.mjs              all of them
 *     node scripts/record-tutorial.mjs coded        those named: coded, ar, maps
 *
 * Needs pkg/ (scripts/wasm.sh) and Chromium ($CHROMIUM). The picture that is encoded is kept without loss: the tutorial
 * computes densities from its pixels. How far off each budget is was measured on what the decoder made.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, withBlankPage } from "./recorder.mjs";

/** @typedef {import("../www/lib/request.js").Wish} Wish */

/** By name: an id of the list of models, and what it is asked for. @type {Record<string, readonly [string, Wish]>} */
const WISHES = {
  // A step for 32 codes: with one for each the file would be many times as large.
  ar: ["portraits-256", { prompt: { style: "adventurer", "hair-colour": "pink", "hair-length": "long", expression: "smiling" }, seed: 3, mode: "ar", every: 32 }],
};
/** Whose grain map: the portrait, and a drawing that training did not see. */
const MAPS = {
  wish: /** @type {Wish} */ ({ prompt: { style: "toon-head", "hair-colour": "red", "hair-length": "long", expression: "smiling", background: "green" }, seed: 3, mode: "nar" }),
  other: "models/portraits-256/examples/open-peeps.png",
};
/** What is encoded, a drawing that training did not see: all regions in four, then a budget a row, as regions in four and in sixteen, of 64. */
const CODED = {
  model: "portraits-256",
  picture: "portraits-256/examples/big-ears.png",
  title: "a portrait",
  budgets: [[64, 0], [0, 0], [8, 2], [12, 4], [16, 8], [19, 19], [25, 25], [0, 64]],
};

/** @param {string[]} names */
async function record(names) {
  await withBlankPage(async (page) => {
    for (const name of names) {
      const file = name === "coded" ? await page.evaluate(encode, CODED) : name === "maps" ? await page.evaluate(drawMaps, MAPS) : await page.evaluate(draw, WISHES[name]);
      const text = JSON.stringify(file);
      writeFileSync(join(root, `www/recordings/tutorial-${name}.json`), `${text}\n`);
      console.log(`tutorial-${name}: ${(text.length / 1000).toFixed(0)} kB`);
    }
  });
}

/** In the page. @param {(typeof WISHES)[string]} wanted */
async function draw([model, wish]) {
  const at = (/** @type {string} */ path) => new URL(path, document.baseURI).href;
  const { Varigrain } = await import(at("varigrain.js"));
  const { encodeRecording } = await import(at("lib/recording.js"));
  const { requestFor } = await import(at("lib/request.js"));
  const { thingOf } = await import(at("lib/drawn.js"));
  const mode = wish.mode === "ar" ? "ar" : "nar";
  const vg = await Varigrain.load({ model: at(`models/${model}/`), backend: "cpu", kernels: [], modes: [mode] });
  const { description } = vg;
  const steps = [];
  for await (const step of vg.generate(requestFor(wish, mode, description))) steps.push(step);
  const { name, version, grid } = description;
  const title = thingOf(wish, description);
  vg.close();
  const image = async (/** @type {ImageData} */ { width, height }, /** @type {ImageData} */ data) => {
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext("2d")?.putImageData(data, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.92 });
    return new Uint8Array(await blob.arrayBuffer());
  };
  const tracks = [{ mode, seed: wish.seed, steps }];
  const write = (/** @type {ImageData} */ data) => image(data, data);
  return encodeRecording({ model: name, version: String(version), title, request: wish, grid, tracks }, write);
}

/**
 * In the page: the same portrait with the same seed on three grain maps: the model's own, that of another drawing,
 * and its own dealt to other regions. Of each the last step.
 *
 * @param {typeof MAPS} maps
 */
async function drawMaps({ wish, other }) {
  const at = (/** @type {string} */ path) => new URL(path, document.baseURI).href;
  const { Varigrain } = await import(at("varigrain.js"));
  const { encodeRecording } = await import(at("lib/recording.js"));
  const { requestFor } = await import(at("lib/request.js"));
  const { thingOf } = await import(at("lib/drawn.js"));
  const vg = await Varigrain.load({ model: at("models/portraits-256/"), backend: "cpu", kernels: [], modes: ["nar"] });
  const { description } = vg;
  const request = requestFor(wish, "nar", description);
  const last = async (/** @type {object} */ more) => {
    let step;
    for await (step of vg.generate({ ...request, ...more }));
    return step;
  };
  const own = await last({});
  const picture = await createImageBitmap(await (await fetch(at(other))).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const c = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  c.drawImage(picture, 0, 0);
  const another = await vg.encode(c.getImageData(0, 0, picture.width, picture.height));
  // A shuffle that is the same every time.
  const dealt = Uint8Array.from(own.grains);
  let state = 1;
  for (let n = dealt.length - 1; n > 0; n--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const to = state % (n + 1);
    [dealt[n], dealt[to]] = [dealt[to], dealt[n]];
  }
  const regions = new Uint8Array(dealt.length).fill(1);
  const on = (/** @type {Uint8Array} */ grains) => last({ repaint: { grains, cells: own.cells, regions } });
  const drawn = [own, await on(another.grains), await on(dealt)];
  const { name, version, grid } = description;
  const title = thingOf(wish, description);
  vg.close();
  const write = async (/** @type {ImageData} */ { width, height }, /** @type {ImageData} */ data) => {
    const board = new OffscreenCanvas(width, height);
    board.getContext("2d")?.putImageData(data, 0, 0);
    const blob = await board.convertToBlob({ type: "image/webp", quality: 0.92 });
    return new Uint8Array(await blob.arrayBuffer());
  };
  const tracks = drawn.map((step) => ({ mode: "nar", seed: wish.seed, steps: [step] }));
  return encodeRecording({ model: name, version: String(version), title, request: wish, grid, tracks }, (/** @type {ImageData} */ data) => write(data, data));
}

/**
 * In the page: a picture that training did not see, and what comes of it at several budgets. The first step is the picture,
 * the second has every region in the middle granularity, each other one a budget.
 *
 * @param {typeof CODED} wanted
 */
async function encode({ model, picture, title, budgets }) {
  const at = (/** @type {string} */ path) => new URL(path, document.baseURI).href;
  const { Varigrain } = await import(at("varigrain.js"));
  const { encodeRecording } = await import(at("lib/recording.js"));
  const vg = await Varigrain.load({ model: at(`models/${model}/`), backend: "cpu", kernels: [], modes: [] });
  const bitmap = await createImageBitmap(await (await fetch(at(`models/${picture}`))).blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const c = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  c.drawImage(bitmap, 0, 0);
  const original = c.getImageData(0, 0, bitmap.width, bitmap.height);
  const step = (/** @type {any} */ coded, /** @type {ImageData} */ image, /** @type {number} */ index) => {
    const { grid, grains, cells, codes, ms } = coded;
    const order = new Uint16Array(grid.cellCount).fill(1);
    const undecided = new Uint8Array(grid.regionCount);
    const psnr = index ? coded.psnr : undefined;
    return { index, total: budgets.length + 1, done: index === budgets.length, tokens: codes, codes, ms, grid, grains, undecided, cells, order, psnr, image };
  };
  const steps = [];
  for (const counts of budgets) {
    const coded = await vg.encode(original, { counts });
    if (!steps.length) steps.push(step(coded, original, 0));
    steps.push(step(coded, coded.image, steps.length));
  }
  const { name, version, grid } = vg.description;
  vg.close();
  const write = async (/** @type {ImageData} */ image) => {
    c.putImageData(image, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/webp", quality: image === original ? 1 : 0.9 });
    return new Uint8Array(await blob.arrayBuffer());
  };
  const tracks = [{ mode: "nar", seed: 0, steps }];
  return encodeRecording({ model: name, version: String(version), title, request: {}, grid, tracks }, write);
}

const known = ["coded", "maps", ...Object.keys(WISHES)];
const unknown = process.argv.slice(2).filter((name) => !known.includes(name));
if (unknown.length) {
  console.error(`record-tutorial: nothing to record is called ${unknown.join(", ")}`);
  process.exitCode = 2;
} else await record(process.argv.length > 2 ? process.argv.slice(2) : known);
