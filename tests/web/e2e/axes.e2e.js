/**
 * Models of no, one and three class axes, with the real engine: WebGPU (on the CPU, by SwiftShader) and the wasm CPU
 * backend draw the codes that the native program draws, with both generators; and the page draws all of them, chosen
 * through its picker. The packs have random weights.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TIMEOUT, openBlank, openPage } from "../helpers.js";
import { TOLERANCE, difference, withoutAlpha } from "../pictures.js";
import { kernelsOf, sampleNatively, useTinyPacks } from "../real.js";

const AXES = /** @type {const} */ (["0", "1", "3"]);
/** @type {Record<(typeof AXES)[number], Record<string, string>>} */
const PROMPTS = { 0: {}, 1: { concept: "cat-face" }, 3: { style: "noto", concept: "cat-face" } };

/** With random weights DGiT-AR writes nearly all codes that there are, in software a minute for 256 of them. */
const SMALL = ["--regions", "4", "--image", "64"];

describe("Models of any number of axes", { timeout: 20 * TIMEOUT }, () => {
  const site = useTinyPacks(Object.fromEntries(AXES.map((axes) => [`axes-${axes}`, ["--axes", axes, ...SMALL]])));

  for (const axes of AXES) {
    for (const backend of /** @type {const} */ (["webgpu", "cpu"])) {
      it(`draw with ${backend} what the native program draws: ${axes} axes`, async () => {
        const page = await openBlank(site.browser, site.server);
        const prompt = PROMPTS[axes];
        const drawn = await page.evaluate(
          async ([model, backend, prompt]) => {
            const vg = await load({ model, backend, modes: ["nar", "ar"] });
            const results = [];
            for (const mode of /** @type {const} */ (["nar", "ar"])) {
              const last = (await all(vg, { mode, prompt, shares: [0.1], seed: 5, guidance: 1, steps: 3, every: 64 })).at(-1);
              if (!last) throw new Error("not one step");
              results.push({ prompt: last.prompt, grains: [...last.grains], cells: [...last.cells], rgba: [...last.image.data] });
            }
            const ids = vg.description.axes.map(({ id }) => id);
            await vg.close();
            return { ids, backend: vg.backend, results };
          },
          /** @type {[string, any, any]} */ ([`./models/axes-${axes}/`, backend, prompt]),
        );
        assert.equal(drawn.ids.length, Number(axes));
        const asked = Object.entries(prompt).map(([axis, id]) => `${axis}=${id}`).join(",") || "any";
        for (const [at, mode] of ["nar", "ar"].entries()) {
          const steps = mode === "nar" ? ["--steps", "3"] : ["--every", "64"];
          const golden = sampleNatively(site.folders[`axes-${axes}`], [...kernelsOf(backend), "--mode", mode, "--seed", "5", "--shares", "0.1", "--guidance", "1", ...steps, "--prompt", asked]);
          const result = drawn.results[at];
          assert.deepEqual(result.grains, golden.grains, `${mode}: the grain maps differ`);
          assert.deepEqual(result.cells, golden.cells, `${mode}: the codes differ`);
          assert.deepEqual(Object.fromEntries(Object.entries(result.prompt).filter(([, id]) => id !== null)), golden.drawn);
          assert.ok(difference(withoutAlpha(result.rgba), golden.rgb) <= TOLERANCE, `${mode}: the pictures differ`);
        }
        await page.context().close();
      });
    }
  }

  for (const backend of /** @type {const} */ (["webgpu", "cpu"])) {
    it(`are painted on canvases by the engine itself: ${backend}`, async () => {
      const page = await openBlank(site.browser, site.server);
      const far = await page.evaluate(async (backend) => {
        const vg = await load({ model: "./models/axes-0/", backend });
        const results = [];
        for (const [width, height] of [[64, 64], [128, 128], [100, 64]]) {
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [width, height];
          document.body.append(canvas);
          const last = (await all(vg, { seed: 5, steps: 2, canvas })).at(-1);
          if (!last) throw new Error("not one step");
          const side = Math.min(width, height);
          const [seen, wanted] = [0, 1].map(() => new OffscreenCanvas(64, 64).getContext("2d"));
          if (!seen || !wanted) throw new Error("no context");
          seen.imageSmoothingEnabled = false;
          wanted.putImageData(last.image, 0, 0);
          let off = Infinity;
          // What a worker paints is shown with one of the page's next frames, on a busy machine of the next seconds.
          for (const end = performance.now() + 30_000; off >= 0.01 && performance.now() < end; ) {
            await pause(50);
            seen.clearRect(0, 0, 64, 64);
            seen.drawImage(canvas, (width - side) / 2, (height - side) / 2, side, side, 0, 0, 64, 64);
            const [a, b] = [seen, wanted].map((context) => context.getImageData(0, 0, 64, 64).data);
            off = a.reduce((sum, value, at) => sum + Math.abs(value - b[at]), 0) / a.length;
          }
          results.push(off);
        }
        // A canvas that somebody else draws on.
        const taken = document.createElement("canvas");
        taken.getContext("2d");
        const code = await codeOf(() => all(vg, { seed: 5, steps: 2, canvas: taken }));
        await vg.close();
        return { results, code };
      }, backend);
      assert.equal(far.results.length, 3);
      assert.ok(far.results.every((off) => off < 0.01), String(far.results));
      assert.equal(far.code, "bad-canvas");
      await page.context().close();
    });
  }

  it("are drawn by the page, chosen through its picker", async () => {
    const { context, page, problems } = await openPage(site.browser);
    await page.goto(`${site.server.url}?backend=cpu#model=axes-0`);
    for (const axes of AXES) {
      await page.locator("vg-model-picker").getByLabel(`The axes-${axes}`, { exact: true }).check();
      await page.waitForSelector("[data-ready]");
      await page.locator("vg-prompt").getByRole("button", { name: "Draw", exact: true }).click();
      await page.locator(".seen", { hasText: /^Done in/ }).waitFor();
      assert.match(page.url(), new RegExp(`#model=axes-${axes}&`));
    }
    assert.deepEqual(problems, []);
    await context.close();
  });
});
