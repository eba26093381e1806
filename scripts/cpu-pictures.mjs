#!/usr/bin/env node
/**
 * Pictures on the processor in a browser here, in whole numbers and in floats: milliseconds of every step, and the memory
 * of the wasm module afterwards.
 *
 *     scripts/wasm.sh && node scripts/cpu-pictures.mjs [MODEL]        all of them
 *
 * On an idle machine. Every picture has a page and a worker of its own; seeds are fixed, classes are "any".
 */
import { launch, openBlank, startServer } from "../tests/web/helpers.js";
import { realMounts } from "../tests/web/real.js";

/** @type {readonly [string, import("../www/varigrain.js").GenerateOptions][]} */
const PICTURES = [
  ["portraits-256", { mode: "nar", steps: 8, seed: 1 }],
  ["portraits-256", { mode: "nar", steps: 4, seed: 2 }],
  ["portraits-256", { mode: "ar", every: 32, seed: 1 }],
  ["photos-256", { mode: "nar", steps: 8, seed: 1 }],
  ["emoji-128", { mode: "nar", seed: 1 }],
];

const server = await startServer({ mounts: realMounts("/"), pack: null });
const browser = await launch();
const [only] = process.argv.slice(2);
for (const [model, request] of PICTURES.filter(([model]) => !only || model === only)) {
  for (const plain of [false, true]) {
    const page = await openBlank(browser, server);
    const found = await page.evaluate(async ([model, request, plain]) => {
      const from = performance.now();
      const modes = /** @type {const} */ ([request.mode ?? "nar"]);
      const vg = await load({ model: `./models/${model}/`, backend: "cpu", modes, ...(plain ? { kernels: [] } : {}) });
      const loaded = performance.now();
      const times = [];
      let codes = 0;
      for await (const step of vg.generate(request)) {
        times.push(Math.round(step.ms));
        codes = step.codes;
      }
      const picture = performance.now() - loaded;
      const { wasm } = await vg.memory();
      vg.close();
      return { kernels: vg.kernels.join() || "f32", load: loaded - from, picture, codes, times, wasm };
    }, /** @type {[string, any, boolean]} */ ([model, request, plain]));
    const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(1)} s`;
    console.log(`${model}, ${request.mode}, ${found.kernels}: ready after ${seconds(found.load)}, ${found.codes} codes in ${seconds(found.picture)}; steps ${found.times.join(" ")} ms; ${(found.wasm / 1e6).toFixed(0)} MB`);
    await page.context().close();
  }
}
await browser.close();
await server.stop();
