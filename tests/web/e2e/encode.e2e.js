/**
 * Encoding a picture and drawing a part of it again, with the real engine in a real browser: what WebGPU
 * (on the CPU, by SwiftShader) and the wasm CPU backend make of it, against the native program, with a
 * learned codebook and with a lattice.
 */
import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { TIMEOUT, inRepo, launch, openBlank, startServer } from "../helpers.js";
import { difference, varied, withoutAlpha } from "../pictures.js";
import { kernelsOf, makeTinyPack, nativelyEncoded, nativelyRepainted, nativelyWritten, packOf, realMounts } from "../real.js";

/** Mean absolute difference allowed between the pictures, in steps of 255. */
const TOLERANCE = 0.5;

/** Pixels along a side of the tiny models' pictures, and of the shipped one's. */
const [SIDE, SHIPPED_SIDE] = [64, 128];

for (const quantiser of ["vq", "fsq:8,8,4,4"]) {
  describe(`Encoding with ${quantiser}`, { timeout: 20 * TIMEOUT }, () => {
    /** @type {string} */
    let folder;
    /** @type {Awaited<ReturnType<typeof startServer>>} */
    let server;
    /** @type {import("playwright-core").Browser} */
    let browser;

    before(async () => {
      folder = makeTinyPack(quantiser, ["--image", String(SIDE)]);
      server = await startServer({ mounts: realMounts("/"), pack: packOf(folder) });
      browser = await launch();
    });
    after(async () => {
      await browser?.close();
      await server?.stop();
      rmSync(folder, { recursive: true });
    });

    /**
     * @param {"webgpu" | "cpu"} backend
     * @param {import("../../../www/varigrain.js").EncodeOptions[]} options
     */
    async function encode(backend, options) {
      const page = await openBlank(browser, server);
      const results = await page.evaluate(
        async ([backend, pixels, side, options]) => {
          const vg = await load({ backend, modes: [] });
          const image = new ImageData(Uint8ClampedArray.from(pixels), side, side);
          const results = [];
          for (const each of options) {
            const { density, levels, grains, cells, codes, codeBits, mapBits, bits, image: shown, error, psnr } = await vg.encode(image, each);
            const lists = { density: [...density], levels: [...levels], grains: [...grains], cells: [...cells], error: [...error] };
            results.push({ ...lists, codes, codeBits, mapBits, bits, psnr, rgba: [...shown.data] });
          }
          vg.close();
          return results;
        },
        /** @type {[any, number[], number, any[]]} */ ([backend, varied(SIDE), SIDE, options]),
      );
      await page.context().close();
      return results;
    }

    for (const backend of /** @type {const} */ (["webgpu", "cpu"])) {
      it(`gives with ${backend} the codes that the native program finds, whatever is asked for`, async () => {
        /** @type {[import("../../../www/varigrain.js").EncodeOptions, string[]][]} */
        const asked = [
          [{}, []],
          [{ shares: [0.75], allocation: "even" }, ["--shares", "0.75", "--even"]],
          [{ counts: [24], measure: "entropy" }, ["--counts", "24", "--measure", "entropy"]],
          [{ counts: [10], measure: "oracle" }, ["--counts", "10", "--measure", "oracle"]],
        ];
        const found = await encode(backend, asked.map(([options]) => options));
        for (const [at, [, options]] of asked.entries()) {
          const [own, golden] = [found[at], nativelyEncoded(folder, varied(SIDE), options)];
          assert.deepEqual(own.grains, golden.grains, "the grain maps differ");
          assert.deepEqual(own.levels, golden.levels, "the levels differ");
          assert.deepEqual(own.cells, golden.cells, "the codes differ");
          assert.deepEqual([own.codes, own.codeBits, own.mapBits], [golden.codes, golden.codeBits, golden.mapBits]);
          assert.equal(own.bits, own.codeBits + own.mapBits);
          assert.ok(own.density.every((value, region) => Math.abs(value - golden.density[region]) < 1e-4));
          const off = difference(withoutAlpha(own.rgba), golden.rgb);
          console.log(`# ${backend}: mean absolute difference ${off.toFixed(4)} of 255`);
          assert.ok(off <= TOLERANCE, `the pictures differ by ${off} of 255`);
          assert.ok(Math.abs(own.psnr - golden.psnr) < 0.05 && own.error.length === SIDE * SIDE);
        }
      });

      it(`draws with ${backend} a part of it again as the native program does, and leaves the rest`, async () => {
        const page = await openBlank(browser, server);
        const { base, again, steps, kept } = await page.evaluate(
          async ([backend, pixels, side]) => {
            const vg = await load({ backend });
            const image = new ImageData(Uint8ClampedArray.from(pixels), side, side);
            const coded = await vg.encode(image);
            const { grains, cells } = coded;
            const regions = Uint8Array.from({ length: 64 }, (_, region) => Number(region % 8 > 4));
            const drawn = await all(vg, { seed: 4, steps: 2, guidance: 2, repaint: { grains, cells, regions } });
            const [bytes, drawnBytes] = [await vg.toBytes(coded), await vg.toBytes(drawn[drawn.length - 1])];
            const [back, drawnBack] = [await vg.fromBytes(bytes), await vg.fromBytes(drawnBytes)];
            const same = (/** @type {any} */ a, /** @type {any} */ b) => a.length === b.length && a.every((/** @type {number} */ one, /** @type {number} */ at) => one === b[at]);
            const spoilt = Uint8Array.from(bytes, (byte, at) => (at === 20 ? byte ^ 1 : byte));
            const kept = {
              bytes: [...bytes],
              same: same(back.grains, grains) && same(back.cells, cells) && same(back.image.data, coded.image.data),
              drawn: same(drawnBack.cells, drawn[drawn.length - 1].cells) && drawnBack.codes === drawn[drawn.length - 1].tokens,
              codes: [await codeOf(() => vg.fromBytes(spoilt)), await codeOf(() => vg.fromBytes(new Uint8Array(0))), await codeOf(() => vg.toBytes({ grains, cells: cells.slice(1) }))],
            };
            vg.close();
            const base = { grains: [...grains], cells: [...cells], regions: [...regions] };
            const last = drawn[drawn.length - 1];
            const again = { grains: [...last.grains], cells: [...last.cells], rgba: [...last.image.data] };
            const parts = drawn.map(({ cells, known, order, confidence }) => [[...cells], [...known], [...order], [...confidence]]);
            return { base, again, steps: parts, kept };
          },
          /** @type {[any, number[], number]} */ ([backend, varied(SIDE), SIDE]),
        );
        assert.equal(steps.length, 2);
        for (const [cells, known, order, confidence] of steps) {
          for (let cell = 0; cell < 256; cell++) {
            const kept = !base.regions[(cell >> 5) * 8 + ((cell & 15) >> 1)];
            if (kept) assert.deepEqual([cells[cell], known[cell], order[cell]], [base.cells[cell], 1, 0]);
            assert.equal(confidence[cell] > 0, !kept && known[cell] === 1);
          }
        }
        // As bytes it is what the native program writes, and comes back.
        assert.deepEqual(kept, { bytes: nativelyWritten(folder, varied(SIDE)), same: true, drawn: true, codes: ["picture-damaged", "picture-damaged", "bad-request"] });
        const golden = nativelyRepainted(folder, base, [...kernelsOf(backend), "--seed", "4", "--steps", "2", "--guidance", "2", "--prompt", "any"]);
        assert.deepEqual(again.grains, golden.grains);
        assert.deepEqual(again.cells, golden.cells, "the codes differ");
        assert.ok(difference(withoutAlpha(again.rgba), golden.rgb) <= TOLERANCE);
        await page.context().close();
      });
    }
  });
}

describe("Encoding with the shipped weights", { timeout: 10 * TIMEOUT }, () => {
  it("gives on WebGPU the codes that the native program finds", async (t) => {
    const shipped = inRepo("www/models/emoji-128");
    if (!existsSync(join(shipped, "encoder.safetensors"))) {
      t.skip("no encoder in this checkout");
      return;
    }
    const server = await startServer({ mounts: realMounts("/"), pack: null });
    const browser = await launch();
    const page = await openBlank(browser, server);
    const { cells, grains, psnr } = await page.evaluate(async ([pixels, side]) => {
      const vg = await load({ backend: "webgpu", modes: [] });
      const { cells, grains, psnr } = await vg.encode(new ImageData(Uint8ClampedArray.from(pixels), side, side));
      vg.close();
      return { cells: [...cells], grains: [...grains], psnr };
    }, /** @type {[number[], number]} */ ([varied(SHIPPED_SIDE), SHIPPED_SIDE]));
    const golden = nativelyEncoded(shipped, varied(SHIPPED_SIDE), []);
    assert.deepEqual(grains, golden.grains);
    // Of a few cells two codes may be equally near but for rounding.
    const others = cells.filter((code, cell) => code !== golden.cells[cell]).length;
    console.log(`# ${others} of 256 cells differ; ${psnr.toFixed(2)} dB`);
    assert.ok(others <= 2, `${others} codes differ`);
    assert.ok(Math.abs(psnr - golden.psnr) < 0.1);
    await browser.close();
    await server.stop();
  });
});
