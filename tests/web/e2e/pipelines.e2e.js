/**
 * What is compiled ahead, on WebGPU in software: a generator's shaders are known from the manifest alone, and its
 * warm-up and its first step need no other.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { TIMEOUT, inRepo, openBlank } from "../helpers.js";
import { useTinyPacks } from "../real.js";

describe("Shaders known before weights are there", { timeout: 3 * TIMEOUT }, () => {
  const site = useTinyPacks({ tiny: ["--granularities", "3", "--told"] });
  for (const mode of ["nar", "ar"]) {
    it(`are those that the warm-up of ${mode} and its first step launch`, async () => {
      const page = await openBlank(site.browser, site.server);
      const found = await page.evaluate(async (mode) => {
        const at = (/** @type {string} */ path) => new URL(path, location.href).href;
        const module = await import(at("pkg/varigrain_gpu.js"));
        const { compileAhead, shadersOf } = await import(at("lib/pipelines.js"));
        await module.default();
        const engine = await module.Engine.create("webgpu");
        const bytes = async (/** @type {string} */ name) => new Uint8Array(await (await fetch(at(`models/tiny/${name}`))).arrayBuffer());
        const { files } = JSON.parse(engine.open(await bytes("manifest.json")));

        /** @type {{ when: string, code: string, async: boolean }[]} */
        const compiled = [];
        let when = "ahead";
        const { prototype } = GPUDevice;
        const codes = new WeakMap();
        const { createShaderModule, createComputePipeline, createComputePipelineAsync } = prototype;
        prototype.createShaderModule = function (descriptor) {
          const made = createShaderModule.call(this, descriptor);
          codes.set(made, descriptor.code);
          return made;
        };
        const note = (/** @type {GPUComputePipelineDescriptor} */ { compute }, async = false) => compiled.push({ when, code: codes.get(compute.module), async });
        prototype.createComputePipeline = function (descriptor) {
          note(descriptor);
          return createComputePipeline.call(this, descriptor);
        };
        prototype.createComputePipelineAsync = function (descriptor) {
          note(descriptor, true);
          return createComputePipelineAsync.call(this, descriptor);
        };

        const shaders = await shadersOf(engine, [mode]);
        await compileAhead(engine, shaders);
        when = "warm-up";
        const roles = mode === "nar" ? ["decoder", "grain-map", "nar"] : ["decoder", "ar"];
        for (const { name, role } of files) if (roles.includes(role)) engine.add(name, await bytes(name));
        await engine.warmUp(mode);
        const generation = engine.start(JSON.stringify({ mode, seed: 1 }));
        await generation.next();
        generation.free();
        return { shaders, compiled };
      }, mode);
      await page.context().close();
      const ahead = found.compiled.filter(({ when, async }) => when === "ahead" && async);
      assert.deepEqual(ahead.map(({ code }) => code).sort(), [...found.shaders].sort());
      // Ours; Burn joins two tensors by a kernel of its own.
      const used = found.compiled.filter(({ when, code }) => when === "warm-up" && code.includes("fn main(")).map(({ code }) => code);
      const without = (/** @type {string[]} */ all, /** @type {string[]} */ others) => all.filter((code) => !others.includes(code)).map((code) => code.slice(0, 300));
      assert.deepEqual(without(used, found.shaders), []);
      assert.deepEqual(without(found.shaders, used), [], "compiled in vain");
    });
  }

  it("are right in the places for half precision, too, as far as a processor without f16 can tell", async () => {
    const page = await openBlank(site.browser, site.server);
    const manifest = readFileSync(inRepo("www/models/portraits-256/manifest.json"), "utf8");
    const found = await page.evaluate(async (manifest) => {
      const at = (/** @type {string} */ path) => new URL(path, location.href).href;
      const module = await import(at("pkg/varigrain_gpu.js"));
      const { shadersOf } = await import(at("lib/pipelines.js"));
      await module.default();
      const engine = await module.Engine.create("webgpu");
      engine.open(new TextEncoder().encode(manifest));
      const device = /** @type {GPUDevice} */ (engine.gpuDevice());
      const texts = (await shadersOf(engine, ["nar"])).filter((/** @type {string} */ text) => /const HALF/.test(text));
      /** @type {string[]} */
      const wrong = [];
      for (const text of texts) {
        const shader = device.createShaderModule({ code: text.replace("const HALF = false;", "const HALF = true;") });
        for (const { type, message } of (await shader.getCompilationInfo()).messages) if (type === "error") wrong.push(message);
        await device.createComputePipelineAsync({ layout: "auto", compute: { module: shader, entryPoint: "main" } }).catch((error) => wrong.push(String(error)));
      }
      return { kinds: ["const TALL", "const ROWS = 8u;", "const CHUNK"].map((sign) => texts.filter((/** @type {string} */ text) => text.includes(sign)).length), wrong };
    }, manifest);
    await page.context().close();
    assert.deepEqual(found.wrong, []);
    assert.ok(found.kinds.every((count) => count > 0), `products, convolutions and attention: ${found.kinds}`);
  });
});
