/**
 * Every WebGPU kernel (on the CPU, by SwiftShader) against its formula, which the native program
 * computes from the same seeded inputs. The device has what WebGPU promises on any machine and no more:
 * no kernel may need a limit or a feature beyond that.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { TIMEOUT, launch, openBlank, startServer } from "../helpers.js";
import { realMounts, varigrain } from "../real.js";

/** Largest difference allowed, as a share of the largest value. */
const TOLERANCE = 1e-5;

/** @returns {{ name: string, values: number[] }[]} */
function formulas() {
  const folder = mkdtempSync(join(tmpdir(), "varigrain-cases-"));
  const out = join(folder, "cases.json");
  execFileSync(varigrain, ["kernel-cases", "--out", out]);
  const cases = JSON.parse(readFileSync(out, "utf8"));
  rmSync(folder, { recursive: true });
  return cases;
}

/** The limits that kernels come near, as the specification has them by default. */
const LIMITS = {
  maxComputeWorkgroupStorageSize: 16_384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxStorageBuffersPerShaderStage: 8,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxStorageBufferBindingSize: 134_217_728,
  maxBufferSize: 268_435_456,
};

describe("The kernels", { timeout: 5 * TIMEOUT }, () => {
  const cases = formulas();
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {{ all: number[][], devices: { limits: Record<string, number>, features: string[] }[] }} */
  let computed;

  before(async () => {
    server = await startServer({ mounts: realMounts("/"), pack: null });
    browser = await launch({ zeroed: true }); // as browsers do by default
    const page = await openBlank(browser, server);
    computed = await page.evaluate(async (names) => {
      /** @type {any[]} */
      const devices = [];
      // The engine asks for all that the adapter has; it is given a device as it is for whoever asks for nothing.
      const prototype = /** @type {any} */ (globalThis).GPUAdapter.prototype;
      const requestDevice = prototype.requestDevice;
      prototype.requestDevice = async function () {
        const device = await requestDevice.call(this);
        const limits = Object.fromEntries(names.map((name) => [name, device.limits[name]]));
        devices.push({ limits, features: [...device.features] });
        return device;
      };
      const url = new URL("pkg/varigrain_gpu.js", location.href).href;
      const module = await import(url);
      await module.default();
      const engine = await module.Engine.create("webgpu");
      const all = [];
      for (let index = 0; ; index++) {
        const values = await engine.kernelCase(index);
        if (values === undefined) return { all, devices };
        all.push([...values]);
      }
    }, Object.keys(LIMITS));
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it("have a case each in both builds", () => {
    assert.ok(cases.length > 0);
    assert.equal(computed.all.length, cases.length);
  });

  it("run on a device with the default limits", () => {
    assert.equal(computed.devices.length, 1);
    assert.deepEqual(computed.devices[0].limits, LIMITS);
    const beyond = computed.devices[0].features.filter((name) => name !== "core-features-and-limits");
    assert.deepEqual(beyond, []);
  });

  for (const [index, { name, values }] of cases.entries()) {
    it(`compute the formula: ${name}`, () => {
      const got = computed.all[index] ?? [];
      assert.equal(got.length, values.length);
      const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
      const differences = values.map((value, i) => Math.abs(value - (got[i] ?? NaN)));
      const worst = differences.reduce((worst, difference) => (difference <= worst ? worst : difference), 0);
      assert.ok(worst <= TOLERANCE * scale, `differs by ${worst} where values reach ${scale}`);
    });
  }
});
