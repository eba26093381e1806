/**
 * The second generator through the public interface, with the fake engine: what it yields, and that
 * its file is loaded when it is needed and not before, once, and without harm to the first.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TIMEOUT, makePack, openBlank, startServer, useBlankPage, useSite } from "../helpers.js";

describe("two generators", { timeout: 10 * TIMEOUT }, () => {
  const { contents } = makePack({ filler: 0 });
  const site = useSite({ pack: contents });
  const blank = useBlankPage(site);

  const asked = (/** @type {string} */ name = "ar.safetensors") => site.server.requests.filter((path) => path.endsWith(`/${name}`)).length;

  it("yields coarse codes, then fine ones, with totals that only shrink", async () => {
    const steps = await blank.page.evaluate(async () => {
      const vg = await load();
      const steps = await all(vg, { mode: "ar", seed: 7, every: 4, prompt: { concept: "cat-face" } });
      return steps.map(({ index, total, done, codes, tokens, grains, undecided, known, order }) => ({
        ...{ index, total, done, codes, tokens, shape: [grains.length, known.length, order.length] },
        ...{ grains: [...grains], undecided: [...undecided], known: [...known], order: [...order] },
      }));
    });
    assert.ok(steps.length > 20);
    for (const [at, step] of steps.entries()) {
      assert.deepEqual([step.index, step.done, step.shape], [at, at === steps.length - 1, [64, 256, 256]]);
      assert.deepEqual(step.known, step.order.map((place) => Number(place > 0)));
      assert.equal(Math.max(...step.order), step.codes);
      const before = steps[at - 1];
      if (before) assert.ok(step.total <= before.total && step.tokens <= before.tokens);
      // What is decided stays so, and what is not counts as fine.
      if (before) assert.ok(step.undecided.every((open, region) => before.undecided[region] || (!open && step.grains[region] === before.grains[region])));
      assert.ok(step.undecided.every((open, region) => !open || step.grains[region] === 1));
    }
    assert.ok(steps[0].undecided.some(Boolean) && !steps.at(-1)?.undecided.some(Boolean));
    const last = steps.at(-1);
    assert.deepEqual([last?.codes, last?.total], [last?.tokens, steps.length]);
  });

  it("tells with the other generator in which step each code came", async () => {
    const orders = await blank.page.evaluate(async () => {
      const vg = await load();
      return (await all(vg, { seed: 7, steps: 4 })).map(({ order, known }) => [...order].map((step, cell) => [step, known[cell]]));
    });
    for (const [index, cells] of orders.entries()) {
      for (const [step, known] of cells) assert.ok(known ? step >= 1 && step <= index + 1 : step === 0);
    }
    assert.deepEqual([...new Set(orders[3].map(([step]) => step))].sort(), [1, 2, 3, 4]);
  });

  it("loads the file of the second when it is asked for, once for all who ask, and tells of it", async () => {
    const loaded = await blank.page.evaluate(async () => {
      /** @type {string[]} */
      const warmUps = [];
      new BroadcastChannel("fake-engine-warm-ups").onmessage = ({ data }) => warmUps.push(data);
      /** @type {import("../../../www/varigrain.js").Progress[]} */
      const seen = [];
      const vg = await load({ onProgress: (progress) => seen.push(progress) });
      await all(vg, { seed: 1, steps: 2 });
      await pause(50);
      const before = { warmUps: [...warmUps], told: seen.filter(({ mode }) => mode).length };
      const loops = [vg.prepare("ar"), all(vg, { mode: "ar", seed: 1, every: 64 }), all(vg, { mode: "ar", seed: 2, every: 64 })];
      await Promise.all(loops);
      await vg.prepare("ar");
      await vg.prepare("nar");
      await pause(50);
      const told = seen.filter(({ mode }) => mode === "ar");
      const download = told.filter(({ phase }) => phase === "download").at(-1);
      return { modes: vg.description.generators, before, warmUps, phases: [...new Set(told.map(({ phase }) => phase))], download };
    });
    assert.deepEqual(loaded.modes, ["nar", "ar"]);
    assert.deepEqual(loaded.before, { warmUps: ["nar"], told: 0 });
    assert.deepEqual(loaded.warmUps, ["nar", "ar"]);
    assert.deepEqual(loaded.phases, ["download", "compile", "warm-up", "ready"]);
    assert.deepEqual([loaded.download?.loaded, loaded.download?.total], [150_000, 150_000]);
    assert.deepEqual([asked(), asked("decoder.safetensors")], [1, 1]);
  });

  it("has not asked for it before", async () => {
    await blank.page.evaluate(async () => all(await load(), { seed: 1, steps: 2 }));
    assert.equal(asked(), 0);
  });

  it("finds it in the cache on the next visit, and offline", async () => {
    await blank.page.evaluate(async () => (await load()).prepare("ar"));
    site.server.hooks.override = (path) => (path.includes("/models/") ? { status: 503 } : null);
    const count = await blank.page.evaluate(async () => (await all(await load(), { mode: "ar", every: 64 })).length);
    assert.ok(count > 1);
    assert.equal(asked(), 1);
  });

  it("loads up front what it is told to, be it the second alone", async () => {
    const counts = await blank.page.evaluate(async () => {
      const both = await load({ modes: ["nar", "ar"] });
      both.close();
      const vg = await load({ modes: ["ar"] });
      return [(await all(vg, { mode: "ar", every: 64 })).length > 1, (await all(vg, { steps: 2 })).length];
    });
    assert.deepEqual([counts, asked()], [[true, 2], 1]);
  });

  it("goes on drawing while the file is on its way, and when it does not come", async () => {
    let come = false;
    site.server.hooks.override = (path) => (path.endsWith("/ar.safetensors") ? { status: 404, until: () => come } : null);
    const first = await blank.page.evaluate(async () => {
      const vg = await load();
      Object.assign(globalThis, { vg });
      // Kept for later; its failure is looked at then.
      Object.assign(globalThis, { waiting: codeOf(() => all(vg, { mode: "ar", every: 64 })) });
      return (await all(vg, { seed: 2, steps: 3 })).length;
    });
    assert.equal(first, 3);
    come = true;
    const { code, after } = await blank.page.evaluate(async () => {
      const { vg, waiting } = /** @type {any} */ (globalThis);
      return { code: await waiting, after: (await all(vg, { seed: 3, steps: 3 })).length };
    });
    assert.deepEqual([code, after, asked("nar.safetensors")], ["pack-missing", 3, 1]);
    // And once more, with better luck.
    site.server.hooks.override = () => null;
    assert.ok((await blank.page.evaluate(async () => all(/** @type {any} */ (globalThis).vg, { mode: "ar", every: 64 }))).length > 1);
  });

  it("refuses a damaged file, tries again when asked again, and keeps nothing of it", async () => {
    site.server.hooks.override = (path) => (path.endsWith("/ar.safetensors") ? { body: Buffer.alloc(150_000) } : null);
    const codes = await blank.page.evaluate(async () => {
      const vg = await load();
      Object.assign(globalThis, { vg });
      return [await codeOf(() => vg.prepare("ar")), String((await all(vg, { steps: 2 })).length)];
    });
    assert.deepEqual([codes, asked()], [["pack-damaged", "2"], 2]);
    site.server.hooks.override = () => null;
    const again = await blank.page.evaluate(() => codeOf(() => /** @type {any} */ (globalThis).vg.prepare("ar")));
    assert.deepEqual([again, asked()], ["none", 3]);
  });

  it("says so where the model has no second generator, and of nonsense", async () => {
    const poor = await startServer({ pack: makePack({ filler: 0, ar: false }).contents });
    const other = await openBlank(site.browser, poor);
    const result = await other.evaluate(async () => {
      const vg = await load();
      const codes = [
        await codeOf(() => all(vg, { mode: "ar" })),
        await codeOf(() => vg.prepare("ar")),
        await codeOf(() => vg.prepare(/** @type {any} */ ("xr"))),
        await codeOf(() => load({ modes: /** @type {any} */ (["xr"]) })),
        await codeOf(() => load({ modes: ["ar"] })),
      ];
      return { modes: vg.description.generators, codes, drawn: (await all(vg, { steps: 2 })).length };
    });
    await other.context().close();
    await poor.stop();
    assert.deepEqual(result.modes, ["nar"]);
    assert.deepEqual(result.codes, ["pack-missing", "pack-missing", "bad-request", "bad-request", "pack-missing"]);
    assert.equal(result.drawn, 2);
  });

  for (const [seed, code] of /** @type {const} */ ([[666001, "worker-crashed"], [666003, "device-lost"]])) {
    it(`comes back by itself after ${code}, without another download`, async () => {
      const result = await blank.page.evaluate(async (seed) => {
        const vg = await load();
        const code = await codeOf(() => all(vg, { mode: "ar", seed }));
        const both = await Promise.all([all(vg, { seed: 5, steps: 3 }), all(vg, { mode: "ar", seed: 5, every: 64 })]);
        return { code, counts: both.map((steps) => steps.length) };
      }, seed);
      assert.equal(result.code, code);
      assert.deepEqual([result.counts[0], result.counts[1] > 1, asked()], [3, true, 1]);
    });
  }

  it("stops waiting for the file when the signal says so", async () => {
    site.server.hooks.override = (path) => (path.endsWith("/ar.safetensors") ? { body: contents.get("ar.safetensors"), delayMs: 2000 } : null);
    const { code, waited, then } = await blank.page.evaluate(async () => {
      const vg = await load();
      const from = performance.now();
      const code = await codeOf(() => all(vg, { mode: "ar", signal: AbortSignal.timeout(100) }));
      const waited = performance.now() - from;
      return { code, waited, then: (await all(vg, { mode: "ar", every: 64 })).length };
    });
    assert.equal(code, "aborted");
    assert.ok(waited < 1500 && then > 1);
    assert.equal(asked(), 1);
  });

  it("draws with both at once, step by step in turns", async () => {
    const { order, same } = await blank.page.evaluate(async () => {
      const vg = await load({ modes: ["nar", "ar"] });
      const begun = countSteps();
      const requests = /** @type {const} */ ([{ seed: 3, steps: 6 }, { mode: "ar", seed: 3, every: 16 }]);
      const print = (/** @type {any[]} */ steps) => String(steps.at(-1).image.data.slice(30_000, 34_000));
      const together = await Promise.all(requests.map((request) => all(vg, request)));
      await pause(50);
      const order = begun.map(({ mode }) => mode).join(" ");
      const alone = [await all(vg, requests[0]), await all(vg, requests[1])];
      return { order, same: together.every((steps, at) => print(steps) === print(alone[at])) };
    });
    assert.match(order, /nar ar nar ar nar ar/);
    assert.ok(same);
  });
});
