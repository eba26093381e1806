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
import { before, describe, it } from "node:test";
import { DEFAULTS_ONLY, assertDefaults } from "../default-limits.js";
import { TIMEOUT, launch, openBlank, useSite } from "../helpers.js";
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

/** A case for each kernel that has such memory. It is slow in software. */
const ZEROED = [
  "modulated linear, GELU",
  "attention of 273 tokens",
  "attention over a 16×16 map",
  "norm, SiLU, convolution",
  "norm of a large group, convolution",
  "guided drawing",
  "choice of codes",
  "class vectors",
  "nearest codes of three granularities",
];

/** What kernels that are asked for change, and how far they may be from the usual formula: int8 rounds its inputs. */
const KINDS = [
  { kind: "subgroups", names: ["drawing", "guided drawing", "norm, SiLU, convolution", "norm of a large group, convolution"], tolerance: TOLERANCE },
  { kind: "int8", names: ["modulated linear", "gated linear", "linear, by large tiles", "linear, by tiles in between"], tolerance: 2e-2 },
];

/**
 * @param {{ browser: import("playwright-core").Browser, server: Awaited<ReturnType<typeof import("../helpers.js").startServer>> }} site
 * @param {number[]} wanted numbers of cases
 * @param {string[]} [kinds] of kernels, on a device that has what they need
 */
async function compute({ browser, server }, wanted, kinds = []) {
  const page = await openBlank(browser, server);
  await page.evaluate(kinds.length ? "globalThis.devices = []" : DEFAULTS_ONLY);
  const computed = await page.evaluate(async ({ wanted, kinds }) => {
    const url = new URL("pkg/varigrain_gpu.js", location.href).href;
    const module = await import(url);
    await module.default();
    if (kinds.includes("subgroups")) (await import(new URL("lib/tuning.js", location.href).href)).askForSubgroups();
    const engine = await module.Engine.create("webgpu");
    const tuning = Object.fromEntries(kinds.filter((kind) => engine.kernels.includes(kind)).map((kind) => [kind, true]));
    engine.tune(JSON.stringify({ products: 0, attention: 0, windows: 0, ...tuning }));
    /** @type {(number[] | null)[]} */
    const all = [];
    for (const index of wanted) {
      const values = await engine.kernelCase(index);
      all.push(values ? [...values] : null);
    }
    const offered = (await navigator.gpu.requestAdapter())?.features.has("subgroups") ?? false;
    return { all, devices, kinds: Object.keys(tuning), offered };
  }, { wanted, kinds });
  await page.context().close();
  return computed;
}

/**
 * @param {readonly number[]} values of the formula
 * @param {readonly number[] | null} got
 * @param {number} [tolerance]
 */
function assertClose(values, got, tolerance = TOLERANCE) {
  assert.equal(got?.length, values.length);
  const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const differences = values.map((value, i) => Math.abs(value - (got?.[i] ?? NaN)));
  const worst = differences.reduce((worst, difference) => (difference <= worst ? worst : difference), 0);
  assert.ok(worst <= tolerance * scale, `differs by ${worst} where values reach ${scale}`);
}

describe("The kernels", { timeout: 5 * TIMEOUT }, () => {
  const cases = formulas();
  const site = useSite({ mounts: realMounts("/"), pack: null });
  /** @type {Awaited<ReturnType<typeof compute>>} */
  let computed;

  before(async () => {
    computed = await compute(site, [...cases.keys(), cases.length]);
  });

  it("have a case each in both builds", () => {
    assert.ok(cases.length > 0);
    assert.ok(computed.all.slice(0, -1).every(Boolean) && computed.all.at(-1) === null);
  });

  it("run on a device with the default limits", () => {
    assertDefaults(computed.devices);
  });

  for (const [index, { name, values }] of cases.entries()) {
    it(`compute the formula: ${name}`, () => assertClose(values, computed.all[index]));
  }

  it("compute it too where workgroup memory begins as zeros, as browsers have it by default", async () => {
    const wanted = ZEROED.map((name) => cases.findIndex((one) => one.name === name));
    const browser = await launch({ zeroed: true });
    const { all } = await compute({ browser, server: site.server }, wanted);
    await browser.close();
    for (const [at, index] of wanted.entries()) assertClose(cases[index].values, all[at]);
  });

  for (const { kind, names, tolerance } of KINDS) {
    it(`compute it too with kernels of the kind ${kind}, where they can be had`, async () => {
      const wanted = names.map((name) => cases.findIndex((one) => one.name === name));
      const { all, kinds, offered } = await compute(site, wanted, [kind]);
      assert.equal(kinds.includes(kind), kind === "int8" || offered);
      for (const [at, index] of wanted.entries()) {
        assertClose(cases[index].values, all[at], tolerance);
        const same = all[at]?.every((value, i) => value === computed.all[index]?.[i]);
        if (tolerance > TOLERANCE) assert.equal(same, !kinds.includes(kind), `${names[at]}: only other kernels give other numbers`);
      }
    });
  }
});
