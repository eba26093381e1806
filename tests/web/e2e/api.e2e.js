/**
 * The public interface in a real browser with the fake engine: what it yields, how it stops, and
 * that every failure has its code.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TIMEOUT, makePack, useBlankPage, useSite } from "../helpers.js";

describe("Varigrain in the browser", { timeout: 10 * TIMEOUT }, () => {
  // Below a sub-path, as on many static hosts.
  const site = useSite({ pack: makePack({ filler: 0 }).contents, base: "/some/where/" });
  const blank = useBlankPage(site);

  it("tells of download, compiling, warm-up and ready, and fetches only what drawing needs", async () => {
    const { phases, last, description, frozen, backend, model } = await blank.page.evaluate(async () => {
      /** @type {import("../../../www/varigrain.js").Progress[]} */
      const seen = [];
      const vg = await load({ onProgress: (progress) => seen.push(progress) });
      const phases = [...new Set(seen.map(({ phase }) => phase))];
      const last = seen.filter(({ phase }) => phase === "download").at(-1);
      return { phases, last, description: vg.description, frozen: Object.isFrozen(vg.description.axes[0]), backend: vg.backend, model: vg.model };
    });
    assert.deepEqual(phases.slice(-4), ["download", "compile", "warm-up", "ready"]);
    assert.equal(last?.loaded, last?.total);
    assert.ok((last?.total ?? 0) >= 450_000);
    assert.equal(backend, "webgpu");
    assert.deepEqual([description.name, description.image, description.grid], ["emoji-128", 128, { regions: 8, cells: 16, granularities: 2, names: ["coarse", "fine"] }]);
    assert.deepEqual([description.generators, description.encodes, frozen], [["nar", "ar"], true, true]);
    assert.equal(model, `${site.server.url}models/emoji-128/`);
    const cat = description.axes.find(({ id }) => id === "concept")?.classes.find(({ id }) => id === "cat-face");
    assert.deepEqual(cat, { id: "cat-face", name: "cat face", glyph: "🐱", parent: "animal-mammal" });
    const files = site.server.requests.filter((path) => path.includes("/models/")).map((path) => path.split("/").pop());
    assert.deepEqual(files.sort(), ["decoder.safetensors", "grain-map.safetensors", "manifest.json", "nar.safetensors"]);
  });

  it("yields each step with its picture, and the same picture for the same request", async () => {
    const { steps, same, other } = await blank.page.evaluate(async () => {
      const vg = await load();
      const request = { prompt: { style: "twemoji", concept: "cat-face" }, seed: 7, steps: 4 };
      const [a, b, c] = [await all(vg, request), await all(vg, request), await all(vg, { ...request, seed: 8 })];
      const sum = (/** @type {any[]} */ run) => run.at(-1).image.data.reduce((/** @type {number} */ s, /** @type {number} */ v, /** @type {number} */ i) => (s + v * (i % 251)) % 1e9, 0);
      const steps = a.map(({ index, total, done, image, grid, grains, undecided, known, order, tokens, codes, ms, prompt }) => ({
        ...{ index, total, done, tokens, codes, ms, prompt, counted: grid.tokens(grains) },
        shape: [image instanceof ImageData, image.width, image.height, grains.length, undecided.length, known.length, order.length],
      }));
      return { steps, same: sum(a) === sum(b), other: sum(a) !== sum(c) };
    });
    assert.deepEqual(steps.map(({ index, done }) => [index, done]), [[0, false], [1, false], [2, false], [3, true]]);
    for (const { shape, total, ms, tokens, counted, prompt } of steps) {
      assert.deepEqual(shape, [true, 128, 128, 64, 64, 256, 256]);
      assert.deepEqual([total, tokens], [4, counted]);
      assert.deepEqual(prompt, { style: "twemoji", category: "animal-mammal", concept: "cat-face" });
      assert.ok(ms > 0);
    }
    assert.equal(steps[3].codes, steps[3].tokens);
    assert.ok(same && other);
  });

  it("computes a step only when asked for it", async () => {
    const begun = await blank.page.evaluate(async () => {
      const vg = await load();
      const steps = countSteps();
      for await (const step of vg.generate({ seed: 1, steps: 8 })) {
        if (step.index === 1) break;
        await pause(150);
      }
      await pause(150);
      return steps.length;
    });
    assert.equal(begun, 2);
  });

  it("stops within one step when the signal says so", async () => {
    const result = await blank.page.evaluate(async () => {
      const vg = await load();
      const steps = countSteps();
      const controller = new AbortController();
      let seen = 0;
      const code = await codeOf(async () => {
        for await (const step of vg.generate({ seed: 1, steps: 40, signal: controller.signal })) {
          seen = step.index + 1;
          // While the step after next is being computed.
          if (step.index === 2) setTimeout(() => controller.abort(), 5);
        }
      });
      await pause(200);
      const early = await codeOf(() => all(vg, { signal: AbortSignal.abort() }));
      const next = await all(vg, { seed: 2, steps: 3 });
      return { code, seen, begun: steps.filter(({ seed }) => seed === 1).length, early, next: next.length };
    });
    assert.equal(result.code, "aborted");
    assert.ok(result.begun <= result.seen + 1, `${result.begun} begun, ${result.seen} seen`);
    assert.ok(result.seen < 10);
    assert.deepEqual([result.early, result.next], ["aborted", 3]);
  });

  it("interleaves loops that run at once without mixing them up", async () => {
    const { together, alone, order } = await blank.page.evaluate(async () => {
      const vg = await load();
      const steps = countSteps();
      const both = await Promise.all([all(vg, { seed: 3, steps: 5 }), all(vg, { seed: 4, steps: 5 })]);
      await pause(50);
      const order = steps.map(({ seed }) => seed).join("");
      const one = [await all(vg, { seed: 3, steps: 5 }), await all(vg, { seed: 4, steps: 5 })];
      const print = (/** @type {any[][]} */ runs) => runs.map((run) => String(run.at(-1).image.data.slice(30_000, 34_000)));
      return { together: print(both), alone: print(one), order };
    });
    assert.deepEqual(together, alone);
    assert.match(order, /3434/);
  });

  it("names what is wrong with a request, and goes on", async () => {
    const codes = await blank.page.evaluate(async () => {
      const vg = await load();
      /** @type {any[]} */
      const requests = [{ style: "x" }, { prompt: { category: "x" } }, { prompt: { mood: "x" } }, { steps: 65 }, { seed: NaN }, { stpes: 1 }, { seed: "1" }, { shares: [0.1, 0.1] }];
      const codes = [];
      for (const request of requests) codes.push(await codeOf(() => all(vg, request)));
      const { axis } = await all(vg, { concept: "x" }).catch((error) => error);
      return [...codes, axis, (await all(vg, { steps: 2 })).length];
    });
    const unknown = ["unknown-class", "unknown-class", "unknown-axis"];
    assert.deepEqual(codes, [...unknown, "out-of-range", "out-of-range", "bad-request", "bad-request", "bad-request", "concept", 2]);
  });

  for (const [seed, code] of /** @type {const} */ ([
    [666001, "worker-crashed"],
    [666002, "worker-crashed"],
    [666003, "device-lost"],
  ])) {
    it(`reports ${code} (${seed}) and recovers by itself, without another download`, async () => {
      site.server.requests.length = 0;
      const result = await blank.page.evaluate(async (seed) => {
        const vg = await load();
        let steps = 0;
        const code = await codeOf(async () => {
          for await (const step of vg.generate({ seed })) steps = step.index + 1;
        });
        const next = await all(vg, { seed: 5, steps: 3 });
        return { code, steps, next: next.length };
      }, seed);
      assert.deepEqual(result, { code, steps: 2, next: 3 });
      const fetched = site.server.requests.filter((path) => path.endsWith("nar.safetensors"));
      assert.equal(fetched.length, 1);
    });
  }

  it("starts one new worker when several loops want one at once", async () => {
    const { codes, counts } = await blank.page.evaluate(async () => {
      const vg = await load();
      const codes = await Promise.all([
        codeOf(() => all(vg, { seed: 666002 })),
        codeOf(() => all(vg, { seed: 9, steps: 60 })),
      ]);
      const loops = [1, 2, 3].map((seed) => all(vg, { seed, steps: 3 }));
      return { codes, counts: (await Promise.all(loops)).map((steps) => steps.length) };
    });
    assert.deepEqual(codes, ["worker-crashed", "worker-crashed"]);
    assert.deepEqual(counts, [3, 3, 3]);
  });

  it("takes the processor after the GPU was lost twice", async () => {
    const result = await blank.page.evaluate(async () => {
      const vg = await load();
      const codes = [await codeOf(() => all(vg, { seed: 666003 })), await codeOf(() => all(vg, { seed: 666003 }))];
      await all(vg, { seed: 1, steps: 1 });
      return { codes, backend: vg.backend, reason: vg.reason };
    });
    assert.deepEqual(result.codes, ["device-lost", "device-lost"]);
    assert.equal(result.backend, "cpu");
    assert.match(result.reason ?? "", /taken|took/);
  });

  it("ends everything on close()", async () => {
    const codes = await blank.page.evaluate(async () => {
      const vg = await load();
      const running = codeOf(() => all(vg, { steps: 60 }));
      await pause(60);
      vg.close();
      return [await running, await codeOf(() => all(vg, {}))];
    });
    assert.deepEqual(codes, ["closed", "closed"]);
  });
});
