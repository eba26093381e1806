/**
 * The tokenizers of portraits and photographs in a real browser: three granularities, weights as int8, 256 × 256 pixels. What WebGPU
 * (on the CPU, by SwiftShader; with SLOW=1) and the wasm CPU backend make of a drawing, against the native program.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TIMEOUT, inRepo, launch, openBlank, startServer } from "../helpers.js";
import { difference, withoutAlpha } from "../pictures.js";
import { nativelyEncoded, realMounts } from "../real.js";

// WebGPU in software takes minutes for pictures of this size; its kernels have tests of their own.
/** @type {readonly ("cpu" | "webgpu")[]} */
const BACKENDS = process.env.SLOW ? ["cpu", "webgpu"] : ["cpu"];

/** Model, a picture that training did not see, how many regions are middle and fine, and a PSNR that it surely reaches. */
const MODELS = /** @type {const} */ ([
  ["portraits-256", "adventurer.png", [19, 19], 22],
  ["photos-256", "shoes.jpg", [44, 14], 22],
]);

describe("Encoding a picture of 256 × 256 pixels with the shipped weights", { timeout: 10 * TIMEOUT }, () => {
  for (const [model, example, counts, least] of MODELS) for (const backend of BACKENDS) {
    it(`gives on ${backend} the codes and the picture that the native program finds: ${model}`, async () => {
      const server = await startServer({ mounts: realMounts("/"), pack: null });
      const browser = await launch();
      const page = await openBlank(browser, server);
      const found = await page.evaluate(async ([model, example, backend, counts]) => {
        const blob = await (await fetch(`models/${model}/examples/${example}`)).blob();
        const context = new OffscreenCanvas(256, 256).getContext("2d");
        context?.drawImage(await createImageBitmap(blob), 0, 0);
        const image = /** @type {ImageData} */ (context?.getImageData(0, 0, 256, 256));
        const vg = await load({ model: `./models/${model}/`, backend, modes: [] });
        const { grid } = vg.description;
        const { cells, grains, psnr, image: made } = await vg.encode(image, { counts });
        vg.close();
        return { grid, cells: [...cells], grains: [...grains], psnr, rgba: [...made.data], pixels: [...image.data] };
      }, /** @type {const} */ ([model, example, backend, counts]));
      await browser.close();
      await server.stop();
      assert.deepEqual([found.grid.granularities, found.grid.cells], [3, 32]);
      const golden = nativelyEncoded(inRepo(`www/models/${model}`), found.pixels, ["--counts", counts.join(",")]);
      assert.deepEqual(found.grains, golden.grains);
      const others = found.cells.filter((code, cell) => code !== golden.cells[cell]).length;
      const apart = difference(withoutAlpha(found.rgba), golden.rgb);
      console.log(`# ${model}, ${backend}: ${others} of 1024 cells differ, pictures by ${apart.toFixed(4)}; ${found.psnr.toFixed(2)} dB`);
      assert.ok(others <= 4, `${others} codes differ`);
      assert.ok(apart <= 1 && Math.abs(found.psnr - golden.psnr) < 0.1);
      assert.ok(found.psnr > least, `${found.psnr} dB`);
    });
  }
});
