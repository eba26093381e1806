/**
 * The generators of 256 × 256 pixels in a real browser, with the shipped weights as int8: what the wasm CPU backend draws (with SLOW=1
 * also WebGPU by SwiftShader), against the native program. Few steps and small shares: each code is a fifth of a second.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TIMEOUT, inRepo, launch, openBlank, startServer } from "../helpers.js";
import { difference, withoutAlpha } from "../pictures.js";
import { kernelsOf, realMounts, sampleNatively } from "../real.js";

/** @type {readonly ("cpu" | "webgpu")[]} */
const BACKENDS = process.env.SLOW ? ["cpu", "webgpu"] : ["cpu"];
const PORTRAIT = { style: "micah", "hair-colour": "pink", expression: "smiling" };
/**
 * Model, generator, prompt, shares that leave some of each granularity, a temperature and a seed. Guidance of 5 makes a difference in the last digit
 * eleven times as large: of DGiT-AR's seeds 5 to 8, 5 ends with another granularity of one region. At the photographs' own temperature of 1 thousands of
 * codes are about equally likely: in the last digit of a float one code of 193 became another, on one backend as likely as on the other.
 * @type {readonly [string, "nar" | "ar", Record<string, string>, number[], number, number][]}
 */
const CASES = [
  ["portraits-256", "nar", PORTRAIT, [0.2, 0.1], 0.8, 5],
  ["portraits-256", "ar", PORTRAIT, [0.06, 0.04], 0.8, 6],
  ["photos-256", "nar", { subject: "sunflower" }, [0.2, 0.1], 0.2, 5],
  ["photos-256", "ar", { kind: "flower" }, [0.08, 0.06], 0.2, 3],
];
const STEPS = 3;

describe("Drawing a picture of 256 × 256 pixels with the shipped weights", { timeout: 10 * TIMEOUT }, () => {
  for (const backend of BACKENDS) for (const [model, mode, classes, shares, temperature, seed] of CASES) {
    it(`gives by ${mode} of ${model} on ${backend} what the native program draws`, async () => {
      const server = await startServer({ mounts: realMounts("/"), pack: null });
      const browser = await launch();
      const page = await openBlank(browser, server);
      const drawn = await page.evaluate(async ([model, request, backend]) => {
        const vg = await load({ model: `./models/${model}/`, backend, modes: [request.mode] });
        let last;
        for await (const step of vg.generate(request)) last = step;
        vg.close();
        if (!last) throw new Error("no step");
        return { cells: [...last.cells], grains: [...last.grains], rgba: [...last.image.data] };
      }, /** @type {const} */ ([model, { prompt: classes, mode, seed, shares, temperature, steps: STEPS, every: 16 }, backend]));
      await browser.close();
      await server.stop();
      const prompt = Object.entries(classes).map((pair) => pair.join("=")).join(",");
      const options = ["--prompt", prompt, "--mode", mode, "--seed", `${seed}`, "--shares", shares.join(","), "--temperature", `${temperature}`];
      const golden = sampleNatively(inRepo(`www/models/${model}`), [...options, ...kernelsOf(backend), ...(mode === "nar" ? ["--steps", `${STEPS}`] : ["--every", "16"])]);
      assert.deepEqual(drawn.grains, golden.grains);
      assert.deepEqual([...new Set(drawn.grains)].sort(), [0, 1, 2]);
      const others = drawn.cells.filter((code, cell) => code !== golden.cells[cell]).length;
      const apart = difference(withoutAlpha(drawn.rgba), golden.rgb);
      console.log(`# ${model}, ${mode}, ${backend}: ${others} of 1024 cells differ, pictures by ${apart.toFixed(4)}`);
      assert.equal(others, 0);
      assert.ok(apart <= 1);
    });
  }
});
