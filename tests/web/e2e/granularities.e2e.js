/**
 * Models of one to four granularities, with the real engine: the wasm CPU backend draws the codes that the native
 * program draws, with both generators, the page shows them, and sizes beyond all bounds are refused. The packs have
 * random weights; trained.e2e.js has WebGPU.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { TIMEOUT, openBlank, openPage, showMore } from "../helpers.js";
import { TOLERANCE, difference, markedOn, pixelsOf, withoutAlpha } from "../pictures.js";
import { kernelsOf, sampleNatively, useTinyPacks } from "../real.js";

/** Shares asked for of models of so many granularities: few fine regions, which take long. */
const SHARES = /** @type {Record<string, number[]>} */ ({ 1: [], 3: [0.1, 0.05], 4: [0.1, 0.05, 0.05] });

/**
 * WebGPU in software only with `SLOW=1`: with random weights DGiT-AR writes nearly all codes that there are, 1,024 take
 * two minutes. The kernels have cases of 1,028 tokens.
 */
const CASES = Object.keys(SHARES).flatMap((count) => {
  const whole = { id: `grains-${count}`, count, options: ["--granularities", count] };
  return [
    { ...whole, backend: /** @type {const} */ ("cpu") },
    ...(process.env.SLOW ? [{ ...whole, backend: /** @type {const} */ ("webgpu") }] : []),
  ];
});

/**
 * Random weights make a thousand values about equally likely, and they are drawn in the order of their numbers. With
 * seed 5 one code is 957 on WebGPU and 958 elsewhere, as if a random number lay at the bound of these two.
 */
const SEED = 6;

describe("Models of any number of granularities", { timeout: 20 * TIMEOUT }, () => {
  const small = ["--granularities", "3", "--regions", "4", "--image", "64"];
  const site = useTinyPacks({ ...Object.fromEntries(CASES.map(({ id, options }) => [id, options])), "few-3": small });

  for (const { id, count, backend } of CASES) {
    const shares = SHARES[count];
    it(`draw with ${backend} what the native program draws: ${id}`, async () => {
      const page = await openBlank(site.browser, site.server);
      const drawn = await page.evaluate(
        async ([model, backend, shares, seed]) => {
          const vg = await load({ model, backend, modes: ["nar", "ar"] });
          const results = [];
          for (const mode of /** @type {const} */ (["nar", "ar"])) {
            const prompt = { style: "noto", concept: "cat-face" };
            const last = (await all(vg, { mode, prompt, shares, seed, guidance: 1, steps: 2, every: 64 })).at(-1);
            if (!last) throw new Error("not one step");
            results.push({ grains: [...last.grains], cells: [...last.cells], rgba: [...last.image.data] });
          }
          const { granularities } = vg.description.grid;
          await vg.close();
          return { granularities, results };
        },
        /** @type {[string, any, number[], number]} */ ([`./models/${id}/`, backend, shares, SEED]),
      );
      assert.equal(drawn.granularities, Number(count));
      for (const [at, mode] of ["nar", "ar"].entries()) {
        const steps = mode === "nar" ? ["--steps", "2"] : ["--every", "64"];
        const asked = shares.length > 0 ? ["--shares", shares.join(",")] : [];
        const golden = sampleNatively(site.folders[id], [...kernelsOf(backend), "--mode", mode, "--seed", String(SEED), "--guidance", "1", ...steps, ...asked, "--prompt", "style=noto,concept=cat-face"]);
        const result = drawn.results[at];
        assert.deepEqual(result.grains, golden.grains, `${mode}: the grain maps differ`);
        assert.deepEqual(result.cells, golden.cells, `${mode}: the codes differ`);
        assert.ok(difference(withoutAlpha(result.rgba), golden.rgb) <= TOLERANCE, `${mode}: the pictures differ`);
      }
      await page.context().close();
    });
  }

  it("are drawn by the page by both generators, shown in every layer, and kept as GIF and SVG", async () => {
    const { page, context, problems } = await openPage(site.browser);
    const [picture, marks] = ["picture", "marks"].map((name) => page.locator(`varigrain-player .plate .${name}`).first());
    const layer = (/** @type {string} */ name) => page.getByRole("radio", { name, exact: true }).check();
    const save = async (/** @type {string} */ name) => {
      await showMore(page);
      const button = page.getByRole("group", { name: "Keep it" }).getByRole("button", { name });
      const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
      return readFile(await download.path());
    };
    for (const mode of ["nar", "ar"]) {
      const request = `style=noto&concept=cat-face&seed=${SEED}&guidance=1&shares=0.25,0.2&mode=${mode}${mode === "nar" ? "&steps=2" : ""}`;
      await page.goto("about:blank");
      await page.goto(`${site.server.url}?backend=cpu#model=few-3&${request}`);
      await page.waitForSelector("[data-ready]");
      await page.locator("vg-prompt").getByRole("button", { name: "Draw", exact: true }).click();
      await page.locator(".seen", { hasText: /^Done in/ }).waitFor();
      const options = ["--guidance", "1", "--shares", "0.25,0.2", ...(mode === "nar" ? ["--steps", "2"] : [])];
      const golden = sampleNatively(site.folders["few-3"], [...kernelsOf("cpu"), "--prompt", "style=noto,concept=cat-face", "--mode", mode, "--seed", String(SEED), ...options]);
      assert.ok(difference(await pixelsOf(picture), golden.rgb) <= TOLERANCE, `${mode}: the pictures differ`);
      const regions = [0, 1, 2].map((grain) => golden.grains.filter((one) => one === grain).length);
      assert.ok(mode === "ar" || regions.every(Boolean), `all granularities are drawn: ${regions}`);
      const figures = page.getByRole("group", { name: "Figures" });
      await figures.getByText(`${regions[0]} coarse, ${regions[1]} middle, ${regions[2]} fine`).waitFor();
      const codes = regions.map((count, grain) => count * 4 ** grain);
      const all = codes.reduce((sum, count) => sum + count);
      assert.match(String(await figures.textContent()), new RegExp(`${all}of ${all} codes`));
      for (const text of ["coarse = 1 code", "middle = 4 codes", "fine = 16 codes"]) await page.locator("#player").getByText(text).waitFor();
      for (const name of ["Grain map", "New", "Order", "Confidence"]) {
        await layer(name);
        assert.ok((await markedOn(marks)) > 100, `${mode}: nothing is shown as ${name}`);
      }
      await layer("Order");
      if (mode === "nar") {
        await layer("Guesses");
        assert.equal((await save("Grain map (SVG)")).subarray(0, 4).toString(), "<svg");
        continue;
      }
      // Coarse codes first, then middle, then fine ones; of what there is none, nothing is said.
      const names = ["coarse", "middle", "fine"];
      const spans = codes.map((count, grain) => {
        const before = codes.slice(0, grain).reduce((sum, one) => sum + one, 0);
        const last = count > 1 ? `–${before + count}` : "";
        return count > 0 ? `${names[grain]} codes ${before + 1}${last}` : "";
      });
      await page.getByRole("img", { name: `Order: ${spans.filter(Boolean).join(", ")}.` }).waitFor();
      assert.equal((await save("GIF")).subarray(0, 6).toString(), "GIF89a");
    }
    assert.deepEqual(problems, []);
    await context.close();
  });

  it("are refused where a product of sizes does not fit 32 bits, before memory is taken", async () => {
    const manifest = JSON.parse(readFileSync(join(site.folders["few-3"], "manifest.json"), "utf8"));
    /** Each is a change of one part of the sizes. @type {[string[], object][]} */
    const changes = [
      [["tokenizer", "grid"], { regions: 2 ** 31 }],
      [["tokenizer", "grid"], { regions: 2 ** 32 + 4 }],
      // 65,536² is 0 in 32 bits.
      [["tokenizer", "grid"], { regions: 2 ** 16 }],
      [["tokenizer"], { grid: { regions: 2 ** 16, granularities: 1 }, image: 2 ** 20 }],
      // 4 << 30, 4 << 32 and 4 << 34 are 0, 4 and 16 there, or an overflow.
      ...[31, 33, 35].map((granularities) => /** @type {[string[], object]} */ ([["tokenizer", "grid"], { granularities }])),
      [["tokenizer"], { channels: Array(36).fill(8), decoder_channels: Array(34).fill(8) }],
      [["nar"], { cells: 2 ** 16 }],
      [["nar", "sketch"], { regions: 2 ** 16 }],
      [["ar", "transformer"], { granularities: 33 }],
    ];
    const texts = changes.map(([path, change]) => {
      const own = structuredClone(manifest);
      Object.assign(path.reduce((part, name) => part[name], own.architecture), change);
      return JSON.stringify(own);
    });
    const page = await openBlank(site.browser, site.server);
    const found = await page.evaluate(async ([texts, whole]) => {
      const module = await import(new URL("pkg/varigrain_cpu.js", location.href).href);
      const { memory } = await module.default();
      const engine = await module.Engine.create("cpu");
      const open = (/** @type {string} */ text) => codeOf(async () => engine.open(new TextEncoder().encode(text)));
      const fits = await open(whole);
      const before = memory.buffer.byteLength;
      const codes = [];
      for (const text of texts) codes.push(await open(text));
      return { fits, codes, grown: memory.buffer.byteLength - before };
    }, /** @type {[string[], string]} */ ([texts, JSON.stringify(manifest)]));
    assert.deepEqual(found, { fits: "none", codes: texts.map(() => "pack-damaged"), grown: 0 });
    // The same through the library.
    site.server.hooks.override = (path) => (path.endsWith("few-3/manifest.json") ? { body: texts[3] } : null);
    assert.equal(await page.evaluate(() => codeOf(() => load({ model: "./models/few-3/", backend: "cpu" }))), "pack-damaged");
    site.server.hooks.override = () => null;
    await page.context().close();
  });
});
