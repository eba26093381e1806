#!/usr/bin/env node
/**
 * Makes the pictures that other programs show of the page: icons out of the logo, and the picture of a shared link out of a
 * sheet of generated portraits, nothing picked (docs/portraits-nar.jpg). Needs Chromium ($CHROMIUM).
 *
 *     node scripts/icons.mjs
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** The page's own ground by day (--bg). */
const GROUND = "#e8ebe6";
/** Pixels, and the logo's share of the side: a mask may cut all that lies outside of a circle of four fifths. */
const ICONS = /** @type {const} */ ([
  ["icon-192.png", 192, 0.88],
  ["icon-512.png", 512, 0.88],
  ["icon-512-maskable.png", 512, 0.6],
]);
const OG = { width: 1200, height: 630 };

/** @param {string} path @param {string} type */
const dataOf = (path, type) => `data:${type};base64,${readFileSync(ROOT + path).toString("base64")}`;

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--headless=new", "--no-sandbox"] });
const page = await browser.newPage();

/** @param {{ width: number, height: number }} size @param {string} image @param {string} css */
async function show(size, image, css) {
  await page.setViewportSize(size);
  await page.setContent(`<style>body{margin:0;display:grid;place-content:center;height:100vh;background:${GROUND}}img{${css}}</style><img src="${image}">`);
  await page.evaluate(() => document.querySelector("img")?.decode());
}

mkdirSync(`${ROOT}www/icons`, { recursive: true });
for (const [name, side, share] of ICONS) {
  await show({ width: side, height: side }, dataOf("www/logo.svg", "image/svg+xml"), `width:${Math.round(side * share)}px`);
  writeFileSync(`${ROOT}www/icons/${name}`, await page.screenshot({ type: "png" }));
}
await show(OG, dataOf("docs/portraits-nar.jpg", "image/jpeg"), `width:${OG.width}px;height:${OG.height}px;object-fit:cover`);
writeFileSync(`${ROOT}www/og.jpg`, await page.screenshot({ type: "jpeg", quality: 82 }));
await browser.close();
