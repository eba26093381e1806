#!/usr/bin/env node
/**
 * Opens the benchmark page in a browser without a window and prints what it reports.
 *
 *     node scripts/bench.mjs dist-bench ["runs=20&only=passes,peer"]
 *
 * The results as JSON go to bench.json. Environment: CHROMIUM, BROWSER_GPU=software, PORT.
 */
import { existsSync, writeFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { createStaticServer, parseMount } from "./serve.mjs";

const [folder, parameters = ""] = process.argv.slice(2);
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const found = existsSync(executablePath);
/** @type {any[]} */
const results = [];
let done = () => {};
const finished = new Promise((resolve) => (done = () => resolve(null)));

const server = createStaticServer([folder].map(parseMount), (request, response) => {
  if (request.method !== "POST" || request.url !== "/report") return false;
  let body = "";
  request.on("data", (piece) => (body += piece));
  request.on("end", () => {
    response.end();
    if (body === "DONE") return done();
    const result = JSON.parse(body);
    results.push(result);
    print(result);
  });
  return true;
});
await new Promise((resolve) => server.listen(found ? 0 : Number(process.env.PORT ?? 8080), "127.0.0.1", () => resolve(null)));
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
const address = `http://localhost:${port}/bench.html?auto&report&${parameters || "peer"}`;
if (found) {
  const gpu =
    process.env.BROWSER_GPU === "software"
      ? ["--use-webgpu-adapter=swiftshader", "--enable-unsafe-swiftshader"]
      : ["--enable-features=Vulkan", "--use-vulkan=native", "--use-angle=vulkan", "--disable-vulkan-surface", "--ignore-gpu-blocklist"];
  const browser = await chromium.launch({
    executablePath,
    args: ["--headless=new", "--no-sandbox", "--enable-unsafe-webgpu", ...gpu],
  });
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(`bench: ${error}`));
  page.on("crash", () => done());
  await page.goto(address);
  await finished;
  await browser.close();
} else {
  console.log(`bench: no browser at ${executablePath}; open ${address} in one, results are printed here`);
  await finished;
}
server.close();
server.closeAllConnections();
writeFileSync("bench.json", `${JSON.stringify(results, null, 1)}\n`);
console.log("\nbench.json has all of it");
if (results.some((result) => result.adapter?.software)) loud();

function loud() {
  const line = "!".repeat(78);
  console.log(`${line}\n! WebGPU IN SOFTWARE: these times say nothing about a GPU. Do not publish them.\n${line}`);
}

/** @param {any} result */
function print(result) {
  console.log(`\n== ${result.part}`);
  if (result.part === "machine") {
    const { adapter, userAgent } = result;
    console.log(adapter ? `${adapter.name} (${adapter.vendor} ${adapter.architecture})` : "no WebGPU adapter");
    console.log(userAgent);
    if (adapter?.software) loud();
  } else if (result.part === "error") {
    console.log(`${result.of} failed: ${result.message}`);
  } else if (result.part === "start") {
    console.table({ cold: rounded(result.cold), warm: rounded(result.warm) });
  } else if (result.part === "peer") {
    console.log(`${result.peer}; the same numbers: ${result.agrees ? "yes" : "NO"}`);
    console.table(result.checks.map((/** @type {any} */ { agrees, ...check }) => check));
    console.table(
      result.rows.map((/** @type {any} */ { name, variant, read, times, ours, peer, ratio }) => ({
        name,
        variant,
        read,
        times,
        ...rounded({ ours: ours.median, "±": ours.iqr, peer: peer.median, "± ": peer.iqr, "peer/ours": ratio }),
        ...rounded({ "first ours": ours.firstMs, "first peer": peer.firstMs, session: peer.sessionMs }),
      })),
    );
    for (const { name, variant, why } of result.failed) console.log(`${name}, ${variant}: ${why}`);
  } else if (result.part === "endurance") {
    console.log(`${result.images} images, memory ${result.flat ? "flat" : "NOT FLAT"}`);
    console.table(result.points.map(rounded));
  } else if (result.part === "switches") {
    console.log(`${result.switches} switches, memory ${result.flat ? "flat" : "NOT FLAT"}`);
    console.table(result.points.map(rounded));
  } else if (result.part === "answer") {
    console.log(`${result.model} ${result.version}: codes ${result.codes}, natively ${result.native}, pixels ${result.pixels}`);
  } else {
    console.table(result.rows.map(rounded));
    if (result.memory) console.log("memory", result.memory);
    if (result.ar) {
      console.log(`DGiT-AR, a step for every ${result.ar.every} codes`);
      console.table(result.ar.rows.map(rounded));
      console.log("memory", result.ar.memory);
    }
  }
}

/** @param {Record<string, any>} row */
function rounded({ q1, q3, max, perToken, ...row }) {
  if (perToken) row["µs a token"] = perToken * 1000;
  const entries = Object.entries(row).map(([key, value]) => [key, typeof value === "number" ? Math.round(value * 100) / 100 : value]);
  return Object.fromEntries(entries);
}
