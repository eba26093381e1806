/**
 * Looking at decisions again with the real engine: on WebGPU (on the CPU, by SwiftShader) and on the wasm CPU backend the
 * probabilities are those that codes were drawn with, and both say the same of the same picture.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, it } from "node:test";
import { TIMEOUT, inRepo, openBlank, openPage, useSite } from "../helpers.js";
import { TOLERANCE, difference } from "../pictures.js";
import { realMounts, useTinyPacks } from "../real.js";

const REQUEST = { prompt: { style: "noto", concept: "cat-face" }, shares: [0.25, 0.2], seed: 6, guidance: 1, temperature: 0.9, steps: 3 };
const OFF = 1e-3;

/** What the page finds; the first backend draws the picture that both look at. @typedef {{ grains: number[], known: number[], cells: number[], order: number[], confidence: number[], rgba: number[] }} Drawn */

describe("a decision looked at again", { timeout: 20 * TIMEOUT }, () => {
  const site = useTinyPacks({ tiny: ["--granularities", "3", "--regions", "4", "--image", "64"] });

  it("is the one that was made, on either backend, and both see the same", async () => {
    /** @type {any[]} */
    const found = [];
    for (const backend of /** @type {const} */ (["cpu", "webgpu"])) {
      const page = await openBlank(site.browser, site.server);
      found.push(
        await page.evaluate(
          async ([backend, request, before]) => {
            const vg = await load({ model: "./models/tiny/", backend, kernels: [] });
            const plain = (/** @type {any} */ { grains, known, cells, order, confidence, image }) => ({ grains: [...grains], known: [...known], cells: [...cells], order: [...order], confidence: [...confidence], rgba: [...image.data] });
            const steps = await all(vg, request);
            const last = plain(steps.at(-1));
            const drawing = before ?? last;
            const look = async (/** @type {any} */ step, /** @type {number} */ cell) => {
              const { logits, attention, aside, grid: _, ...rest } = await vg.inspect(step, cell, request);
              return { ...rest, logits: [...logits], attention: [...attention], aside: [...aside] };
            };
            const seen = [];
            for (let cell = 0; cell < drawing.cells.length; cell += 5) seen.push(await look(drawing, cell));
            // In the middle of it, of a code that the next step chooses.
            const next = steps[1].order.indexOf(2);
            const half = [await look(steps[0], next), await look(steps[1], next)];
            const { image } = await vg.decode(drawing);
            vg.close();
            return { last, seen, half, decoded: [...image.data] };
          },
          /** @type {[any, any, Drawn | null]} */ ([backend, REQUEST, found[0]?.last ?? null]),
        ),
      );
      await page.context().close();
    }
    const [cpu, gpu] = found;
    const { last } = cpu;
    const cells = last.cells.length;
    for (const [at, one] of cpu.seen.entries()) {
      const cell = 5 * at;
      const most = Math.max(...one.logits);
      const powers = one.logits.map((/** @type {number} */ logit) => Math.exp((logit - most) / REQUEST.temperature));
      const chance = powers[one.code] / powers.reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b);
      assert.deepEqual([one.code, one.step, one.known], [last.cells[cell], last.order[cell], true]);
      assert.ok(Math.abs(chance / last.confidence[cell] - 1) < OFF, `cell ${cell}: ${chance}, ${last.confidence[cell]}`);
      assert.ok(one.levels === 16 && one.level >= 0 && one.level < one.levels);
      assert.equal(one.attention.length, one.layers * cells);
      const other = gpu.seen[at];
      for (const name of ["logits", "attention", "aside"]) {
        const off = Math.max(...one[name].map((/** @type {number} */ value, /** @type {number} */ n) => Math.abs(value - other[name][n])));
        assert.ok(off < OFF, `cell ${cell}: ${name} differ by ${off}`);
      }
      const { logits: _1, attention: _2, aside: _3, ...told } = one;
      const { logits: _4, attention: _5, aside: _6, ...also } = other;
      assert.deepEqual(told, also);
    }
    assert.ok(new Set(cpu.seen.map((/** @type {any} */ { step }) => step)).size === 3, "codes of every step were looked at");
    for (const { half: [open, chosen], decoded } of found) {
      assert.deepEqual([open.known, open.step, chosen.known, chosen.step], [false, 0, true, 2]);
      assert.equal(open.before, chosen.before);
      assert.deepEqual(open.logits, chosen.logits);
      assert.ok(difference(decoded, last.rgba) <= TOLERANCE);
    }
  });

  it("names what is wrong, and goes on", async () => {
    const page = await openBlank(site.browser, site.server);
    const codes = await page.evaluate(async (request) => {
      const vg = await load({ model: "./models/tiny/", backend: "cpu" });
      const step = /** @type {any} */ ((await all(vg, request)).at(-1));
      const code = (/** @type {object} */ more, cell = 3, asked = /** @type {object} */ (request)) => codeOf(() => vg.inspect({ ...step, ...more }, cell, asked));
      const codes = [
        await code({}, 256),
        await code({}, NaN),
        await code({ grains: new Uint8Array(3) }),
        await code({ cells: step.cells.map(() => 5000) }),
        await code({ order: step.order.map(() => 9) }),
        await code({ known: new Uint8Array(256) }),
        await code({ cells: step.cells.map((/** @type {number} */ _, /** @type {number} */ at) => at % 64), grains: new Uint8Array(16) }),
        await code({}, 3, { mode: "ar" }),
        await code({}, 3, { style: "oil" }),
        await code({}, 3, { stpes: 2 }),
        await codeOf(() => vg.inspect(step, 3, request, { signal: AbortSignal.abort() })),
        await codeOf(() => vg.decode({ grains: step.grains, cells: [1] })),
        await codeOf(() => vg.decode({ grains: step.grains, cells: step.cells.map(() => 5000) })),
        await code({}),
      ];
      vg.close();
      return codes;
    }, REQUEST);
    const bad = "bad-request";
    assert.deepEqual(codes, ["out-of-range", bad, bad, "out-of-range", "out-of-range", bad, bad, bad, "unknown-class", bad, "aborted", bad, "out-of-range", "none"]);
    await page.context().close();
  });
});

const THERE = existsSync(inRepo("www/models/emoji-128/manifest.json"));

describe("look inside with the shipped weights", { timeout: 10 * TIMEOUT, skip: !THERE && "no weights in this checkout" }, () => {
  const site = useSite({ mounts: realMounts("/"), pack: null }, { webgpu: false });

  it("shows on the processor what else might stand in a place, and what was looked at", async () => {
    const { page, context, problems } = await openPage(site.browser);
    await page.goto(`${site.server.url}?backend=cpu#model=emoji-128&concept=cat-face&style=noto&seed=4&steps=4`);
    await page.waitForSelector("[data-ready]");
    await page.locator("vg-prompt").getByRole("button", { name: "Draw", exact: true }).click();
    await page.locator(".seen", { hasText: /^Done in/ }).waitFor();
    await page.getByRole("tab", { name: "Look inside" }).click();
    const panel = page.locator("vg-inside");
    await panel.locator(".candidate[data-shown]").nth(4).waitFor();
    await panel.getByRole("slider", { name: "Temperature" }).fill("1");
    const text = async (/** @type {string} */ term) => String(await panel.locator(".side-figures > div", { hasText: term }).locator("dd").textContent());
    assert.match(await text("Chosen"), /^in step [1-4] of 4$/);
    assert.match(await text("Density of its region"), /^\d+ of 15$/);
    const chances = (await panel.locator(".candidate-chance").allTextContents()).slice(0, 5).map((chance) => Number(chance.match(/[\d.]+/)?.[0]));
    assert.deepEqual(chances, chances.toSorted((a, b) => b - a));
    assert.equal(await panel.locator(".candidate .small", { hasText: "stands here" }).count(), 1);
    await panel.getByText(/% at the strongest code, [\d.]+\s% at what was asked for/).waitFor();
    assert.deepEqual(problems, []);
    await context.close();
  });
});
