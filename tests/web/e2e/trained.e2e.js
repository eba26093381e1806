/**
 * A pack of three granularities that was trained, with the real engine: WebGPU (on the CPU, by SwiftShader), on a
 * device with the default limits, and the wasm CPU backend draw, encode and repaint as the native program does. The
 * weights of tokenizer and DGiT-NAR are int8.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DEFAULTS_ONLY, assertDefaults } from "../default-limits.js";
import { TIMEOUT, openBlank, workerWith } from "../helpers.js";
import { TOLERANCE, difference, varied, withoutAlpha } from "../pictures.js";
import { kernelsOf, nativelyEncoded, nativelyRepainted, sampleNatively, useTinyPacks } from "../real.js";
import { makeTrainedPack } from "../trained.js";

/** Pixels along a side of the pictures. */
const SIDE = 64;

/** What is drawn, and the same for the native program. */
const REQUEST = { prompt: { style: "noto", concept: "cat-face" }, shares: [0.25, 0.2], seed: 6, guidance: 1, steps: 2, every: 64 };
const OPTIONS = ["--prompt", "style=noto,concept=cat-face", "--shares", "0.25,0.2", "--seed", "6", "--guidance", "1"];

/** How a picture is encoded. */
const ENCODINGS = /** @type {[import("../../../www/varigrain.js").EncodeOptions, string[]][]} */ ([
  [{ counts: [6, 4] }, ["--counts", "6,4"]],
  [{ shares: [0.25, 0.5], allocation: "even" }, ["--shares", "0.25,0.5", "--even"]],
]);

/** @param {number[]} grains */
const kinds = (grains) => [...new Set(grains)].sort();

describe("A trained pack of three granularities", { timeout: 20 * TIMEOUT }, () => {
  const site = useTinyPacks({ trained: makeTrainedPack });

  for (const backend of /** @type {const} */ (["cpu", "webgpu"])) {
    it(`draws, encodes and repaints with ${backend} as the native program does`, async () => {
      site.server.hooks.override = (path) => (backend === "webgpu" && path.endsWith("/worker.js") ? workerWith(DEFAULTS_ONLY) : null);
      const page = await openBlank(site.browser, site.server);
      const found = await page.evaluate(
        async ([backend, request, pixels, side, encodings]) => {
          const vg = await load({ model: "./models/trained/", backend, modes: ["nar", "ar"] });
          const last = async (/** @type {object} */ more) => {
            const step = (await all(vg, { ...request, ...more })).at(-1);
            if (!step) throw new Error("not one step");
            return { grains: [...step.grains], cells: [...step.cells], rgba: [...step.image.data] };
          };
          const drawn = { nar: await last({ mode: "nar" }), ar: await last({ mode: "ar" }) };
          const image = new ImageData(Uint8ClampedArray.from(pixels), side, side);
          const coded = [];
          for (const options of encodings) {
            const { density, grains, cells, codes, codeBits, mapBits, image: shown, psnr } = await vg.encode(image, options);
            coded.push({ density: [...density], grains: [...grains], cells: [...cells], codes, codeBits, mapBits, psnr, rgba: [...shown.data] });
          }
          // The right half is drawn again.
          const { grains, cells } = coded[0];
          const regions = Array.from({ length: 16 }, (_, region) => Number(region % 4 > 1));
          const again = await last({ repaint: { grains: Uint8Array.from(grains), cells: Uint16Array.from(cells), regions: Uint8Array.from(regions) } });
          return { drawn, coded, regions, again, granularities: vg.description.grid.granularities };
        },
        /** @type {[any, object, number[], number, any[]]} */ ([backend, REQUEST, varied(SIDE), SIDE, ENCODINGS.map(([options]) => options)]),
      );
      if (backend === "webgpu") assertDefaults(await page.workers()[0].evaluate(() => devices));
      await page.context().close();

      assert.equal(found.granularities, 3);
      const folder = site.folders.trained;
      /** @param {{ grains: number[], cells: number[], rgba: number[] }} own @param {{ grains: number[], cells: number[], rgb: number[] }} golden @param {string} what */
      const assertSame = (own, golden, what) => {
        assert.deepEqual(own.grains, golden.grains, `${what}: the grain maps differ`);
        assert.deepEqual(own.cells, golden.cells, `${what}: the codes differ`);
        const off = difference(withoutAlpha(own.rgba), golden.rgb);
        assert.ok(off <= TOLERANCE, `${what}: the pictures differ by ${off} of 255`);
      };
      for (const mode of /** @type {const} */ (["nar", "ar"])) {
        const golden = sampleNatively(folder, [...kernelsOf(backend), "--mode", mode, ...(mode === "nar" ? ["--steps", "2"] : []), ...OPTIONS]);
        assertSame(found.drawn[mode], golden, mode);
      }
      assert.deepEqual(kinds(found.drawn.nar.grains), [0, 1, 2], "all granularities are drawn");

      for (const [at, [, options]] of ENCODINGS.entries()) {
        const [own, golden] = [found.coded[at], nativelyEncoded(folder, varied(SIDE), options)];
        assertSame(own, golden, options.join(" "));
        assert.deepEqual([own.codes, own.codeBits, own.mapBits], [golden.codes, golden.codeBits, golden.mapBits]);
        assert.ok(own.density.every((value, region) => Math.abs(value - golden.density[region]) < 1e-4));
        assert.ok(Math.abs(own.psnr - golden.psnr) < 0.05);
      }
      assert.deepEqual(kinds(found.coded[0].grains), [0, 1, 2]);

      const { regions, again } = found;
      const { grains, cells } = found.coded[0];
      assertSame(again, nativelyRepainted(folder, { grains, cells, regions }, ["--steps", "2", ...OPTIONS]), "repaint");
      assert.deepEqual(again.grains, grains);
      const kept = cells.map((_, cell) => !regions[(cell >> 6) * 4 + ((cell & 15) >> 2)]);
      assert.ok(kept.every((stays, cell) => !stays || again.cells[cell] === cells[cell]), "what is kept changed");
      assert.ok(kept.some((stays, cell) => !stays && again.cells[cell] !== cells[cell]), "nothing was drawn again");
    });
  }
});
