/**
 * The race of tilings, on WebGPU in software: every candidate is timed, drawing between gives what it gave before, and
 * a worker that finds a remembered winner uses it.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TIMEOUT, openBlank } from "../helpers.js";
import { useTinyPacks } from "../real.js";

const OPTIONS = { prompt: {}, seed: 3, steps: 2 };

describe("A race of tilings", { timeout: 4 * TIMEOUT }, () => {
  const site = useTinyPacks({ tiny: ["--granularities", "3", "--told", "--image", "64", "--regions", "4"] });

  it("times every candidate, and what is drawn then does not depend on who won", async () => {
    const page = await openBlank(site.browser, site.server);
    const found = await page.evaluate(async (request) => {
      const at = (/** @type {string} */ path) => new URL(path, location.href).href;
      const module = await import(at("pkg/varigrain_gpu.js"));
      const { raced, remember, remembered } = await import(at("lib/tuning.js"));
      await module.default();
      const engine = await module.Engine.create("webgpu");
      const bytes = async (/** @type {string} */ name) => new Uint8Array(await (await fetch(at(`models/tiny/${name}`))).arrayBuffer());
      const { files } = JSON.parse(engine.open(await bytes("manifest.json")));
      for (const { name, role } of files) if (["decoder", "grain-map", "nar"].includes(role)) engine.add(name, await bytes(name));
      const draw = async () => {
        const generation = engine.start(JSON.stringify({ mode: "nar", ...request }));
        let last;
        for (let step; (step = await generation.next()); ) last = step;
        generation.free();
        return { cells: [...last.cells], image: [...last.image] };
      };
      const drawn = [await draw()];
      const { rows, winner } = await raced(engine, 40, async (/** @type {() => Promise<unknown>} */ work) => {
        const result = await work();
        if (drawn.length === 1) drawn.push(await draw());
        return result;
      });
      for (const candidate of [1, 2]) {
        engine.tune(JSON.stringify({ products: candidate, attention: candidate, windows: candidate }));
        drawn.push(await draw());
      }
      const refused = ["", "{}", '{"products":3,"attention":0,"windows":0}', '{"products":0,"attention":0,"windows":0,"more":1}'].map((text) => {
        try {
          engine.tune(text);
          return null;
        } catch (error) {
          return /** @type {any} */ (error).code;
        }
      });
      // Half precision is for processors that have it.
      let half;
      try {
        engine.tune(JSON.stringify({ ...JSON.parse(winner), half: true }));
        half = JSON.parse(engine.tuning()).half;
      } catch (error) {
        half = /** @type {any} */ (error).code;
      }
      engine.tune(winner);
      const asTold = { hasHalf: engine.kernels.includes("half"), half, tuning: engine.tuning() };
      await remember(engine, winner);
      const kept = await remembered(engine);
      return { rows, winner, drawn, refused, kept, asTold };
    }, OPTIONS);
    const all = ["products", "attention", "windows"].flatMap((sort) => [0, 1, 2].map((candidate) => [sort, candidate]));
    // Where a pass takes long, as on a busy computer, the race is over.
    const slow = found.rows.at(-1)?.ms > 500;
    assert.deepEqual(found.rows.map((/** @type {any} */ { sort, candidate }) => [sort, candidate]), slow ? all.slice(0, found.rows.length) : all);
    assert.ok(found.rows.every((/** @type {any} */ { ms }) => ms > 0));
    const winner = JSON.parse(found.winner);
    assert.deepEqual(Object.keys(winner).sort(), ["attention", "products", "windows"]);
    assert.equal(found.kept, found.winner);
    assert.deepEqual(found.refused, Array(4).fill("bad-request"));
    const { hasHalf, half, tuning } = found.asTold;
    assert.deepEqual([half, tuning], [hasHalf ? true : "bad-request", found.winner]);
    const [first, ...others] = found.drawn;
    for (const { cells, image } of others) {
      assert.deepEqual(cells, first.cells);
      assert.ok(image.every((/** @type {number} */ value, /** @type {number} */ i) => Math.abs(value - first.image[i]) <= 1));
    }

    // The page's own worker takes what is kept.
    const seen = await page.evaluate(async (request) => {
      const asked = await load({ model: "./models/tiny/", backend: "webgpu", modes: ["nar"], kernels: ["half", "int8", "subgroups"] });
      const codes = [];
      for await (const step of asked.generate({ mode: "nar", ...request })) codes.push(step.codes);
      asked.close();
      const vg = await load({ model: "./models/tiny/", backend: "webgpu", modes: ["nar"] });
      let last;
      for await (const step of vg.generate({ mode: "nar", ...request })) last = step;
      vg.close();
      return { cells: last ? [...last.cells] : [], usual: vg.kernels, kernels: asked.kernels, codes, all: last?.codes };
    }, /** @type {any} */ (OPTIONS));
    assert.deepEqual([seen.cells, seen.usual], [first.cells, []]);
    // Kernels that were asked for draw as well, but perhaps other codes.
    assert.deepEqual(seen.kernels, [...(hasHalf ? ["half"] : []), "int8", ...(seen.kernels.includes("subgroups") ? ["subgroups"] : [])]);
    assert.equal(seen.codes.at(-1), seen.all);
    await page.context().close();
  });
});
