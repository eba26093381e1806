#!/usr/bin/env node
/**
 * Records what the tutorial shows without the model: one picture encoded at several fine ratios, drawings of
 * the generators, and one portrait on three grain maps. Writes www/recordings/tutorial-*.json.
 *
 *     node scripts/record-tutorial.mjs              all of them
 *     node scripts/record-tutorial.mjs coded        those named: coded, nar, ar, maps
 *
 * Needs pkg/ (scripts/wasm.sh) and Chromium ($CHROMIUM). The encoded picture is drawn here, by hand, so
 * that the model cannot know it; its recording has a step for each ratio, and the picture itself as the
 * first one. All its images are lossless: the tutorial computes densities and errors from their pixels.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, withBlankPage } from "./recorder.mjs";

/** @typedef {import("../www/lib/request.js").Wish} Wish */

/** By name: an id of the list of models, and what it is asked for. @type {Record<string, readonly [string, Wish]>} */
const WISHES = {
  nar: ["emoji-128", { prompt: { style: "twemoji", concept: "grinning-face" }, seed: 2, mode: "nar", shares: [0.5] }],
  // A step for 32 codes: with one for each the file would be many times as large.
  ar: ["portraits-256", { prompt: { style: "adventurer", "hair-colour": "pink", "hair-length": "long", expression: "smiling" }, seed: 3, mode: "ar", every: 32 }],
};
/** Whose grain map: the portrait, and a drawing that training did not see. */
const MAPS = {
  wish: /** @type {Wish} */ ({ prompt: { style: "toon-head", "hair-colour": "red", "hair-length": "long", expression: "smiling", background: "green" }, seed: 3, mode: "nar" }),
  other: "models/portraits-256/examples/open-peeps.png",
};
/** Regions with four codes, of 64. */
const FINE = [0, 4, 8, 12, 16, 20, 24, 32, 40, 48, 64];

/** @param {string[]} names */
async function record(names) {
  await withBlankPage(async (page) => {
    for (const name of names) {
      const file = name === "coded" ? await page.evaluate(encode, FINE) : name === "maps" ? await page.evaluate(drawMaps, MAPS) : await page.evaluate(draw, WISHES[name]);
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
  const vg = await Varigrain.load({ model: at(`models/${model}/`), backend: "cpu", modes: [mode] });
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
  const vg = await Varigrain.load({ model: at("models/portraits-256/"), backend: "cpu", modes: ["nar"] });
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

/** In the page. @param {number[]} fine */
async function encode(fine) {
  const at = (/** @type {string} */ path) => new URL(path, document.baseURI).href;
  const { Varigrain } = await import(at("varigrain.js"));
  const { encodeRecording } = await import(at("lib/recording.js"));
  const canvas = new OffscreenCanvas(128, 128);
  const c = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  c.fillStyle = "#bfe3f4";
  c.fillRect(0, 0, 128, 128);
  const disc = (/** @type {string} */ colour, /** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ r) => {
    c.fillStyle = colour;
    c.beginPath();
    c.arc(x, y, r, 0, 2 * Math.PI);
    c.fill();
  };
  const shape = (/** @type {string} */ colour, /** @type {number[]} */ ...points) => {
    c.fillStyle = colour;
    c.beginPath();
    for (let n = 0; n < points.length; n += 2) c.lineTo(points[n], points[n + 1]);
    c.fill();
  };
  disc("#ffc83d", 26, 26, 13);
  disc("#8fc46a", 30, 196, 108);
  disc("#6cab4c", 118, 190, 96);
  // The house.
  shape("#f6efe2", 46, 66, 92, 66, 92, 102, 46, 102);
  shape("#c8452f", 40, 68, 69, 42, 98, 68);
  shape("#a8341f", 80, 44, 88, 44, 88, 60, 80, 53);
  shape("#7b4a2c", 63, 82, 75, 82, 75, 102, 63, 102);
  for (const x of [49, 79]) {
    shape("#3f6fa8", x, 76, x + 10, 76, x + 10, 88, x, 88);
    c.fillStyle = "#f6efe2";
    c.fillRect(x + 4.25, 76, 1.5, 12);
    c.fillRect(x, 81.25, 10, 1.5);
  }
  // A tree.
  shape("#7b4a2c", 108, 84, 112, 84, 112, 104, 108, 104);
  disc("#2f7a45", 110, 72, 12);
  disc("#2f7a45", 103, 80, 8);
  disc("#2f7a45", 117, 80, 8);
  for (const [x, y] of [[105, 70], [112, 66], [110, 78], [117, 76], [102, 81]]) disc("#e2452f", x, y, 2.2);
  const picture = c.getImageData(0, 0, 128, 128);
  const vg = await Varigrain.load({ model: at("models/emoji-128/"), backend: "cpu" });
  const step = (/** @type {any} */ coded, /** @type {ImageData} */ image, /** @type {number} */ index) => {
    const { grid, grains, cells, codes, ms } = coded;
    const order = new Uint16Array(grid.cellCount).fill(1);
    const undecided = new Uint8Array(grid.regionCount);
    return { index, total: fine.length + 1, done: index === fine.length, tokens: codes, codes, ms, grid, grains, undecided, cells, order, image };
  };
  const steps = [];
  for (const count of fine) {
    const coded = await vg.encode(picture, { counts: [count] });
    if (!steps.length) steps.push(step(coded, picture, 0));
    steps.push(step(coded, coded.image, steps.length));
  }
  const { name, version, grid } = vg.description;
  vg.close();
  const write = async (/** @type {ImageData} */ image) => {
    c.putImageData(image, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/webp", quality: 1 });
    return new Uint8Array(await blob.arrayBuffer());
  };
  const tracks = [{ mode: "nar", seed: 0, steps }];
  return encodeRecording({ model: name, version: String(version), title: "a house on a hill", request: {}, grid, tracks }, write);
}

const known = ["coded", "maps", ...Object.keys(WISHES)];
const unknown = process.argv.slice(2).filter((name) => !known.includes(name));
if (unknown.length) {
  console.error(`record-tutorial: nothing to record is called ${unknown.join(", ")}`);
  process.exitCode = 2;
} else await record(process.argv.length > 2 ? process.argv.slice(2) : known);
