#!/usr/bin/env node
/**
 * What WebP and JPEG make of pictures in so many bytes: PSNR, SSIM and bytes of each, by the same program as the page's
 * comparison (www/lib/ordinary-codec.js), in Chromium.
 *
 *     node scripts/codec-table.mjs --pictures FOLDER --bytes 621 --bytes 1536 --out table.json [--shown FOLDER]
 *
 * FOLDER has square PNGs, nothing of them transparent. Bytes are of files with their headers, but without colour profiles; every size and
 * quality that fits competes by PSNR. Where nothing fits, the entry says how few bytes the smallest file had. Needs
 * Chromium ($CHROMIUM). --shown keeps what is shown of each as FOLDER/webp-621/NAME.png, for `varigrain eval pairs`.
 */
import { mkdirSync, readFileSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { createStaticServer, parseMount } from "./serve.mjs";
import { ssim } from "./ssim.mjs";

/** @typedef {{ psnr: number, ssim: number, bytes: number, size: number, quality: number }} Found */
/** @typedef {{ found: Found | null, least: number }} Tried */
/** @typedef {{ picture: string, budget: number, webp: Tried, jpeg: Tried }} Row */

const FORMATS = /** @type {const} */ (["webp", "jpeg"]);

/** A browser with a page of the site that has nothing on it. */
async function openPage() {
  const server = createStaticServer([parseMount(fileURLToPath(new URL("../www", import.meta.url)))]);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(null)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--headless=new", "--no-sandbox"] });
  const page = await browser.newPage();
  // The page's own policy would not let it read what is handed to it.
  await page.route("**/blank.html", (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<!doctype html><title>Table</title>" }));
  await page.goto(`http://localhost:${port}/blank.html`);
  const close = async () => {
    await browser.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { page, version: browser.version(), close };
}

/**
 * @param {import("playwright-core").Page} page
 * @param {Buffer} png
 * @param {number} budget
 * @param {typeof FORMATS[number]} format
 * @returns {Promise<Tried & { file: Buffer }>} the file is a PNG of what is shown, empty where nothing fits
 */
async function measure(page, png, budget, format) {
  const { original, shown, file, ...rest } = await page.evaluate(
    async ([base64, budget, format]) => {
      const { JPEG, WEBP, ordinary } = await import(new URL("lib/ordinary-codec.js", location.href).href);
      const { opaque } = await import(new URL("lib/scaled.js", location.href).href);
      const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
      if (bitmap.width !== bitmap.height) throw new Error("the picture is no square");
      const context = opaque(bitmap.width);
      context.drawImage(bitmap, 0, 0);
      const picture = context.getImageData(0, 0, bitmap.width, bitmap.width);
      const { fit, least } = await ordinary(picture, budget, { formats: [format === "webp" ? WEBP : JPEG] });
      const text = (/** @type {Uint8ClampedArray} */ data) => Array.from(data, (byte) => String.fromCharCode(byte)).join("");
      const { psnr, bytes, size, quality } = fit ?? {};
      let file = "";
      if (fit) {
        context.putImageData(fit.image, 0, 0);
        const blob = await context.canvas.convertToBlob({ type: "image/png" });
        file = btoa(text(new Uint8ClampedArray(await blob.arrayBuffer())));
      }
      return { file, found: fit && { psnr, bytes, size, quality }, least, original: btoa(text(picture.data)), shown: fit && btoa(text(fit.image.data)) };
    },
    /** @type {[string, number, string]} */ ([png.toString("base64"), budget, format]),
  );
  const bytes = (/** @type {string} */ base64) => new Uint8Array(Buffer.from(base64, "base64"));
  return { file: Buffer.from(file, "base64"), least: rest.least, found: rest.found && { ...rest.found, ssim: ssim(bytes(original), bytes(shown)) } };
}

/** @param {readonly number[]} values */
const mean = (values) => (values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null);

/** @param {readonly Row[]} rows @param {number} budget */
function summary(rows, budget) {
  const own = rows.filter((row) => row.budget === budget);
  const of = (/** @type {typeof FORMATS[number]} */ format) => {
    const found = own.flatMap((row) => row[format].found ?? []);
    const [psnr, similarity, bytes, size] = /** @type {const} */ (["psnr", "ssim", "bytes", "size"]).map((key) => mean(found.map((one) => one[key])));
    return { fits: found.length, psnr, ssim: similarity, bytes, size };
  };
  return { budget, pictures: own.length, webp: of("webp"), jpeg: of("jpeg") };
}

/** @param {{ pictures: string, budgets: readonly number[], shown?: string }} options */
export async function codecTable({ pictures, budgets, shown }) {
  const names = readdirSync(pictures).filter((name) => name.endsWith(".png")).sort();
  const { page, version, close } = await openPage();
  /** @type {Row[]} */
  const rows = [];
  try {
    for (const name of names) {
      const png = readFileSync(join(pictures, name));
      for (const budget of budgets) {
        const [webp, jpeg] = [await measure(page, png, budget, "webp"), await measure(page, png, budget, "jpeg")].map(({ file, ...tried }, at) => {
          if (shown && file.length) {
            const folder = join(shown, `${FORMATS[at]}-${budget}`);
            mkdirSync(folder, { recursive: true });
            writeFileSync(join(folder, name), file);
          }
          return tried;
        });
        rows.push({ picture: name.replace(/\.png$/, ""), budget, webp, jpeg });
      }
    }
  } finally {
    await close();
  }
  const command = `node scripts/codec-table.mjs --pictures ${basename(pictures)} ${budgets.map((budget) => `--bytes ${budget}`).join(" ")}`;
  return { command, encoder: `Chromium ${version}`, means: budgets.map((budget) => summary(rows, budget)), rows };
}

/** Digits beyond these say nothing. @param {string} key @param {unknown} value */
function rounded(key, value) {
  if (typeof value !== "number" || Number.isInteger(value)) return value;
  return Number(value.toFixed(key === "ssim" ? 4 : 3));
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { pictures: { type: "string" }, bytes: { type: "string", multiple: true }, out: { type: "string" }, shown: { type: "string" } } });
  const budgets = (values.bytes ?? []).map(Number);
  if (!values.pictures || !values.out || !budgets.length || budgets.some((budget) => !(Number.isInteger(budget) && budget > 0))) {
    console.error("usage: node scripts/codec-table.mjs --pictures FOLDER --bytes N [--bytes N …] --out FILE");
    process.exit(2);
  }
  const table = await codecTable({ pictures: values.pictures, budgets, shown: values.shown });
  writeFileSync(values.out, `${JSON.stringify(table, rounded, 1)}\n`);
  console.log(JSON.stringify(table.means, rounded, 1));
}
