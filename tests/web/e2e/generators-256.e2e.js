/**
 * The generators of 256 × 256 pixels in a real browser, with the shipped weights as int8: what the wasm CPU backend draws (with SLOW=1
 * also WebGPU by SwiftShader), against the native program. Few steps and small shares: each code is a fifth of a second.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TIMEOUT, inRepo, launch, openBlank, startServer } from "../helpers.js";
import { difference, withoutAlpha } from "../pictures.js";
import { realMounts, sampleNatively } from "../real.js";

/** @type {readonly ("cpu" | "webgpu")[]} */
const BACKENDS = process.env.SLOW ? ["cpu", "webgpu"] : ["cpu"];
const PROMPT = { style: "micah", "hair-colour": "pink", expression: "smiling" };
const SEED = 5;
const SHARES = { nar: [0.2, 0.1], ar: [0.06, 0.04] };
const STEPS = 3;

describe("Drawing a picture of 256 × 256 pixels with the shipped weights", { timeout: 10 * TIMEOUT }, () => {
  for (const backend of BACKENDS) for (const mode of /** @type {const} */ (["nar", "ar"])) {
    it(`gives by ${mode} on ${backend} what the native program draws`, async () => {
      const server = await startServer({ mounts: realMounts("/"), pack: null });
      const browser = await launch();
      const page = await openBlank(browser, server);
      const drawn = await page.evaluate(async ([request, backend]) => {
        const vg = await load({ model: "./models/portraits-256/", backend, modes: [request.mode] });
        let last;
        for await (const step of vg.generate(request)) last = step;
        vg.close();
        if (!last) throw new Error("no step");
        return { cells: [...last.cells], grains: [...last.grains], rgba: [...last.image.data] };
      }, /** @type {const} */ ([{ prompt: PROMPT, mode, seed: SEED, shares: SHARES[mode], steps: STEPS, every: 16 }, backend]));
      await browser.close();
      await server.stop();
      const prompt = Object.entries(PROMPT).map((pair) => pair.join("=")).join(",");
      const options = ["--prompt", prompt, "--mode", mode, "--seed", `${SEED}`, "--shares", SHARES[mode].join(",")];
      const golden = sampleNatively(inRepo("www/models/portraits-256"), [...options, ...(mode === "nar" ? ["--steps", `${STEPS}`] : ["--every", "16"])]);
      assert.deepEqual(drawn.grains, golden.grains);
      assert.deepEqual([...new Set(drawn.grains)].sort(), [0, 1, 2]);
      const others = drawn.cells.filter((code, cell) => code !== golden.cells[cell]).length;
      const apart = difference(withoutAlpha(drawn.rgba), golden.rgb);
      console.log(`# ${mode}, ${backend}: ${others} of 1024 cells differ, pictures by ${apart.toFixed(4)}`);
      assert.equal(others, 0);
      assert.ok(apart <= 1);
    });
  }
});
