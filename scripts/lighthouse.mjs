#!/usr/bin/env node
/**
 * Lighthouse over the pages of the gathered site, as a phone and as a desk: performance, accessibility and
 * best practices. Fails where the first is below 95 or one of the others below 100.
 *
 *     node scripts/lighthouse.mjs                    of dist/ (make site)
 *     node scripts/lighthouse.mjs --runs 5           of so many runs the one with the median performance
 *     node scripts/lighthouse.mjs --out FILE.json    what was measured, as a file as well
 *
 * Lighthouse loads a page at full speed and computes from what it saw how long a slow phone or a desk's
 * line would take. So its times depend on this computer: a busy one has longer tasks. The site is as a
 * visitor gets it, compressed, and the playground downloads its weights meanwhile; the bytes in the table
 * are those of all else. Needs Chromium ($CHROMIUM).
 */
import { existsSync, realpathSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import lighthouse, { desktopConfig } from "lighthouse";
import { chromium } from "playwright-core";
import { createStaticServer, parseMount } from "./serve.mjs";

export const PAGES = ["index.html", "tutorial.html", "embed.html", "bench.html", "doc.html?page=results"];
export const DEVICES = /** @type {const} */ (["phone", "desk"]);
export const CATEGORIES = /** @type {const} */ (["performance", "accessibility", "best-practices"]);
const WEIGHTS = /\.safetensors$/;
/** Of 100, by category. @type {Readonly<Record<typeof CATEGORIES[number], number>>} */
export const LEAST = { performance: 95, accessibility: 100, "best-practices": 100 };

/** @typedef {typeof DEVICES[number]} Device */
/** @typedef {import("lighthouse").Result} Result */

/** A port that nobody listens to. @returns {Promise<number>} */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(null)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * A browser for Lighthouse, which talks to it through a port.
 *
 * @param {string[]} args
 */
export async function launchFor(args = []) {
  const port = await freePort();
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const flags = ["--headless=new", "--no-sandbox", `--remote-debugging-port=${port}`, ...args];
  const browser = await chromium.launch({ executablePath, args: flags });
  return { port, close: () => browser.close() };
}

/**
 * @param {number} port of the browser
 * @param {string} url
 * @param {Device} device
 * @returns {Promise<Result>}
 */
export async function examine(port, url, device) {
  const flags = { port, onlyCategories: [...CATEGORIES], logLevel: /** @type {const} */ ("error") };
  const outcome = await lighthouse(url, flags, device === "desk" ? desktopConfig : undefined);
  if (!outcome || outcome.lhr.runtimeError) throw new Error(`${url}: ${outcome?.lhr.runtimeError?.message ?? "not measured"}`);
  return outcome.lhr;
}

/** Of 100, by category. @param {Result} result @returns {Record<typeof CATEGORIES[number], number>} */
export function scores({ categories }) {
  return /** @type {any} */ (Object.fromEntries(CATEGORIES.map((id) => [id, Math.round(100 * (categories[id].score ?? 0))])));
}

/** What of a category is not as it should be, by name. @param {Result} result @param {typeof CATEGORIES[number]} category */
export function faults({ categories, audits }, category) {
  return categories[category].auditRefs
    .filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 0.9)
    .map(({ id }) => `${id}: ${audits[id].displayValue ?? audits[id].title}`);
}

/** @param {Result} result */
function figures(result) {
  const value = (/** @type {string} */ id) => result.audits[id].numericValue ?? NaN;
  const requests = /** @type {{ items: { url: string, transferSize: number }[] }} */ (/** @type {unknown} */ (result.audits["network-requests"].details)).items;
  return {
    ...scores(result),
    firstPaintMs: Math.round(value("first-contentful-paint")),
    largestPaintMs: Math.round(value("largest-contentful-paint")),
    blockedMs: Math.round(value("total-blocking-time")),
    speedIndexMs: Math.round(value("speed-index")),
    layoutShift: Number(value("cumulative-layout-shift").toFixed(3)),
    requests: requests.length,
    bytes: requests.reduce((sum, { url, transferSize }) => sum + (WEIGHTS.test(url) ? 0 : transferSize), 0),
  };
}

/** @param {string[]} args */
async function main(args) {
  const { values } = parseArgs({ args, options: { runs: { type: "string", default: "1" }, out: { type: "string" } } });
  const dist = fileURLToPath(new URL("../dist", import.meta.url));
  if (!existsSync(join(dist, "index.html"))) throw new Error("dist/ is missing; run 'make site'");
  const server = createStaticServer([parseMount(dist)]);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(null)));
  const at = /** @type {import("node:net").AddressInfo} */ (server.address()).port;
  const browser = await launchFor(["--enable-unsafe-webgpu"]);
  const rows = [];
  try {
    for (const page of PAGES) {
      for (const device of DEVICES) {
        const runs = [];
        for (let run = 0; run < Number(values.runs); run++) {
          const result = await examine(browser.port, `http://localhost:${at}/${page}`, device);
          for (const category of CATEGORIES) for (const fault of faults(result, category)) console.error(`${page}, ${device}, ${category}: ${fault}`);
          runs.push({ version: result.lighthouseVersion, ...figures(result) });
        }
        runs.sort((a, b) => a.performance - b.performance);
        const { version, ...median } = runs[runs.length >> 1];
        rows.push({ page, device, ...median });
        if (rows.length === 1) console.log(`Lighthouse ${version}\n`);
      }
    }
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
  console.table(rows);
  if (values.out) writeFileSync(values.out, `${JSON.stringify({ runs: Number(values.runs), rows }, null, 1)}\n`);
  const low = rows.flatMap((row) => CATEGORIES.filter((id) => row[id] < LEAST[id]).map((id) => `${row.page}, ${row.device}: ${id} ${row[id]}, below ${LEAST[id]}`));
  for (const one of low) console.error(one);
  process.exitCode = low.length ? 1 : 0;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
