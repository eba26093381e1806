#!/usr/bin/env node
/**
 * A very long visit: 1,000 pictures on the processor and on WebGPU (in software), with 50 lost devices, 50 crashed
 * workers, 20 changes of the model, and no network in every second round. The same seed must draw the same picture to
 * the end, every failure must say what it is, and memory must stay as it was.
 *
 *     node scripts/soak.mjs [--rounds 50] [--out FILE.json]
 *
 * Needs pkg/ and the native program, which makes the tiny models. Takes seven minutes on two cores; `make test` leaves it out.
 */
import assert from "node:assert/strict";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { keepDevice, launch, openPage, startServer } from "../tests/web/helpers.js";
import { makeTinyPack, packOf } from "../tests/web/real.js";
import { gatherSite } from "../tests/web/site.js";

const { values: options } = parseArgs({ options: { rounds: { type: "string", default: "50" }, out: { type: "string" } } });
const ROUNDS = Number(options.rounds);
const SMALL = ["--image", "64", "--regions", "4"];
const MODELS = { "emoji-128": ["--axes", "3"], other: ["--axes", "1", "--granularities", "3"] };
/** What is drawn in a round on the processor before it fails, and on WebGPU. */
const SEEDS = { cpu: 8, webgpu: 2 };
/** What may grow: a share of what was there, and bytes for what is only now and then freed. */
const ALLOWED = { share: 0.1, bytes: 4e6 };

/** @typedef {"cpu" | "webgpu"} Backend */

/** Bytes that all hold that a process has started; what several share is divided among them. @param {number} root */
function processBytes(root) {
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const name of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const stat = attempt(() => readFileSync(`/proc/${name}/stat`, "utf8"));
    const parent = Number(stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const all = [root];
  for (const one of all) all.push(...(children.get(one) ?? []));
  return all.slice(1).reduce((sum, pid) => {
    const rollup = attempt(() => readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"));
    return sum + 1024 * Number(/^Pss:\s+(\d+)/m.exec(rollup ?? "")?.[1] ?? 0);
  }, 0);
}

/** Processes come and go. @template T @param {() => T} work */
function attempt(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** @param {number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

const site = gatherSite({ real: true });
const folders = Object.fromEntries(Object.entries(MODELS).map(([id, kind]) => [id, makeTinyPack("vq", [...kind, ...SMALL])]));
const server = await startServer({ mounts: [`/=${site.folder}`], pack: packOf(folders["emoji-128"]), more: { other: packOf(folders.other) } });
const browser = await launch();
const { page, context } = await openPage(browser);
const devtools = await context.newCDPSession(page);
/** @type {Record<Backend, import("playwright-core").Worker | undefined>} */
const workers = { cpu: undefined, webgpu: undefined };
/** @type {Backend} */
let opening = "cpu";
page.on("worker", (worker) => {
  workers[opening] = worker;
  void keepDevice(worker).catch(() => {});
});

/** Loads a model in place of the one before. @param {Backend} backend @param {string} model */
async function load(backend, model) {
  opening = backend;
  await page.evaluate(
    async ([backend, model]) => {
      const { Varigrain } = await import(new URL("varigrain.js", document.baseURI).href);
      const held = /** @type {any} */ (globalThis);
      held.soak ??= {};
      held.soak[backend]?.close();
      held.soak[backend] = await Varigrain.load({ model: `./models/${model}/`, backend });
    },
    /** @type {const} */ ([backend, model]),
  );
}

/** A picture as a hash of its codes and pixels, or the code of what went wrong. @param {Backend} backend @param {object} request */
async function draw(backend, request) {
  opening = backend;
  return page.evaluate(
    async ([backend, request]) => {
      try {
        let last;
        for await (last of /** @type {any} */ (globalThis).soak[/** @type {string} */ (backend)].generate(request));
        const bytes = Uint8Array.from([...last.grains, ...last.cells.map((/** @type {number} */ code) => code % 251), ...last.image.data]);
        return [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      } catch (error) {
        return /** @type {any} */ (error).code ?? String(error);
      }
    },
    /** @type {[string, object]} */ ([backend, request]),
  );
}

/** @type {Map<string, string>} what was drawn first, by model, backend, generator and seed */
const first = new Map();
let pictures = 0;
/** @param {Backend} backend @param {string} model @param {"nar" | "ar"} mode @param {number} seed */
async function drawSame(backend, model, mode, seed) {
  const drawn = await draw(backend, { mode, seed, steps: 2, every: 64 });
  assert.match(drawn, /^[0-9a-f]{64}$/, `${model} ${backend} ${mode} ${seed}`);
  const key = [model, backend, mode, seed].join(" ");
  assert.equal(drawn, first.get(key) ?? drawn, `another picture: ${key}`);
  first.set(key, drawn);
  pictures++;
}

/** @param {Backend} backend */
const memoryOf = (backend) => page.evaluate((backend) => /** @type {any} */ (globalThis).soak[backend].memory(), backend);

const begun = performance.now();
/** @type {Record<string, number>[]} */
const rounds = [];
const counts = { "device-lost": 0, "worker-crashed": 0, changes: 0, offline: 0 };
try {
  await page.goto(`${server.url}?backend=cpu`);
  await page.waitForSelector("[data-ready]");
  // A first visit is not served by what it has just kept.
  const kept = await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    const { keepProgram } = await import(new URL("lib/offline.js", document.baseURI).href);
    return Promise.all(["cpu", "webgpu"].map(keepProgram));
  });
  assert.deepEqual(kept, ["kept", "kept"]);
  await page.reload();
  await page.waitForSelector("[data-ready]");
  let model = Object.keys(MODELS)[0];
  await load("webgpu", model);
  await draw("webgpu", { seed: 0, steps: 1 });
  for (const id of Object.keys(MODELS)) await load("cpu", id);
  await load("cpu", model);
  for (let round = 0; round < ROUNDS; round++) {
    const offline = round % 2 === 1;
    await context.setOffline(offline);
    server.hooks.override = offline ? () => ({ status: 503 }) : () => null;
    counts.offline += Number(offline);
    if (round % 5 === 2 || round % 5 === 4) {
      model = Object.keys(MODELS)[++counts.changes % 2];
      await load("cpu", model);
    }
    for (let seed = 0; seed < SEEDS.cpu; seed++) {
      await drawSame("cpu", model, "nar", seed);
      await drawSame("cpu", model, "ar", seed);
    }
    // A fault while it draws: this picture is lost, the next one is drawn by another worker.
    const drawing = draw("cpu", { mode: "nar", seed: 0, steps: 64 });
    await workers.cpu?.evaluate(() => void setTimeout(() => { throw new Error("a fault made for a test"); }));
    const crash = await drawing;
    assert.equal(crash, "worker-crashed");
    counts["worker-crashed"]++;
    await drawSame("cpu", model, "nar", 0);
    for (let seed = 0; seed < SEEDS.webgpu; seed++) await drawSame("webgpu", "emoji-128", "nar", seed);
    await workers.webgpu?.evaluate(() => /** @type {any} */ (globalThis).device.destroy());
    const lost = await draw("webgpu", { seed: 0, steps: 2 });
    assert.equal(lost, "device-lost");
    counts["device-lost"]++;
    await drawSame("webgpu", "emoji-128", "nar", 0);

    await devtools.send("HeapProfiler.collectGarbage");
    const { usedSize } = await devtools.send("Runtime.getHeapUsage");
    const [cpu, gpu] = [await memoryOf("cpu"), await memoryOf("webgpu")];
    const held = { heap: usedSize, processes: processBytes(process.pid), cpuWasm: cpu.wasm, gpuWasm: gpu.wasm, gpuReserved: gpu.gpuReserved, gpuInUse: gpu.gpuInUse };
    rounds.push(held);
    const words = Object.entries(held).map(([name, bytes]) => `${name} ${(bytes / 1e6).toFixed(1)}`);
    console.log(`round ${round + 1}, ${model}${offline ? ", offline" : ""}: ${pictures} pictures; MB: ${words.join(", ")}`);
  }
} finally {
  await browser.close();
  await server.stop();
  site.remove();
  for (const folder of Object.values(folders)) rmSync(folder, { recursive: true });
}

// The two models take turns: each half of a visit has as many rounds of both.
const half = rounds.length >> 1;
const growth = Object.keys(rounds[0]).map((name) => {
  const [before, after] = [rounds.slice(0, half), rounds.slice(half)].map((some) => median(some.map((held) => held[name])));
  return { name, before, after, flat: after <= before * (1 + ALLOWED.share) + ALLOWED.bytes };
});
console.log(`${pictures} pictures, ${JSON.stringify(counts)}, ${Math.round((performance.now() - begun) / 1000)} s`);
for (const { name, before, after, flat } of growth) console.log(`${name.padStart(12)}: median ${(before / 1e6).toFixed(1)} MB in the first half, ${(after / 1e6).toFixed(1)} MB in the second${flat ? "" : "  GROWS"}`);
if (options.out) writeFileSync(options.out, JSON.stringify({ pictures, counts, growth, rounds }, null, 1));
process.exit(growth.every(({ flat }) => flat) ? 0 : 1);
