/**
 * Every WebGPU kernel (on the CPU, by SwiftShader) against its formula, which the native program
 * computes from the same seeded inputs.
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

describe("The kernels", { timeout: 5 * TIMEOUT }, () => {
  const cases = formulas();
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {number[][]} */
  let computed;

  before(async () => {
    server = await startServer({ mounts: realMounts("/"), pack: null });
    browser = await launch();
    const page = await openBlank(browser, server);
    computed = await page.evaluate(async () => {
      const url = new URL("pkg/varigrain_gpu.js", location.href).href;
      const module = await import(url);
      await module.default();
      const engine = await module.Engine.create("webgpu");
      const all = [];
      for (let index = 0; ; index++) {
        const values = await engine.kernelCase(index);
        if (values === undefined) return all;
        all.push([...values]);
      }
    });
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it("have a case each in both builds", () => {
    assert.ok(cases.length > 0);
    assert.equal(computed.length, cases.length);
  });

  for (const [index, { name, values }] of cases.entries()) {
    it(`compute the formula: ${name}`, () => {
      const got = computed[index] ?? [];
      assert.equal(got.length, values.length);
      const scale = Math.max(...values.map(Math.abs));
      const differences = values.map((value, i) => Math.abs(value - (got[i] ?? NaN)));
      const worst = differences.reduce((worst, difference) => (difference <= worst ? worst : difference), 0);
      assert.ok(worst <= TOLERANCE * scale, `differs by ${worst} where values reach ${scale}`);
    });
  }
});
