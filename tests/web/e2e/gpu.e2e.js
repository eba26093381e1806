/**
 * A graphics processor that promises and then fails, is silent, or computes something else: at every point it comes to a
 * picture, on the processor in the end, with the reason and a way to try again.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, inRepo, makePack, openPage, useBlankPage, useSite, workerWith } from "../helpers.js";

const source = (/** @type {string} */ path) => readFileSync(inRepo(path), "utf8");
const script = (/** @type {string} */ body) => ({ body, type: "text/javascript" });

/**
 * Waits as the page does, only not as long. A busy machine needs some seconds until a worker says its first word or a
 * graphics processor that is imitated in software answers: only what a test is about may be shorter.
 *
 * @param {number} [seconds]
 * @param {Record<string, number>} [others] by what is waited for
 */
function hurried(seconds = 2, others = {}) {
  const text = source("www/lib/patience.js");
  const all = /** @type {Record<string, number>} */ ({ worker: 15, ...others });
  const body = text.replace(/^( +(\w+)): \d+,$/gm, (_, start, what) => `${start}: ${all[what] ?? seconds},`);
  assert.notEqual(body, text);
  return script(body);
}

/** A method that is another the first `times` times. @param {string} owner @param {string} method @param {string} instead @param {number} [times] */
const broken = (owner, method, instead, times = Infinity) => `{
  const { prototype } = ${owner};
  const own = prototype.${method};
  let left = ${times};
  prototype.${method} = function (...args) { return left-- > 0 ? (${instead})(...args) : own.apply(this, args); };
}`;

const STUCK = "for (;;) ;";
const NEVER = "() => new Promise(() => {})";
const REFUSES = '() => { throw new TypeError("the driver said no"); }';
const REJECTS = '() => Promise.reject(new DOMException("the driver said no", "OperationError"))';
/** @param {number} [times] */
const noAdapter = (times) => broken("GPU", "requestAdapter", "async () => null", times);

/** The stand-in for the GPU's program, with another `method`. @param {"warmUp" | "add"} method @param {string} body */
function engineWith(method, body) {
  return script(`import * as fake from "./engine.js";
export default fake.default;
export class Engine extends fake.Engine { static built = "webgpu"; ${method === "warmUp" ? "async " : ""}${method}(...args) { ${body}; return super.${method}(...args); } }`);
}

describe("a graphics processor that fails", { timeout: 10 * TIMEOUT }, () => {
  const site = useSite({ pack: makePack({ filler: 0, stepMs: 5 }).contents });
  const blank = useBlankPage(site);

  /** @param {Record<string, { body: string, type: string } | undefined>} files by the end of their path */
  function serve(files) {
    site.server.hooks.override = (path) => Object.entries(files).find(([name]) => path.endsWith(name))?.[1] ?? null;
  }

  /** Loads and draws. @param {string} [backend] */
  const outcome = (backend = "auto") =>
    blank.page.evaluate(async (backend) => {
      try {
        const vg = await load({ backend: /** @type {"auto"} */ (backend) });
        const steps = await all(vg, { seed: 5, steps: 3 });
        return { code: "none", backend: vg.backend, reason: vg.reason ?? "", again: vg.mayRetryGpu, steps: steps.length };
      } catch (error) {
        const { code, message } = /** @type {{ code: string, message: string }} */ (error);
        return { code, backend: "", reason: message, again: false, steps: 0 };
      }
    }, backend);

  for (const [what, prelude] of /** @type {[string, string][]} */ ([
    ["answers null the first time", noAdapter(1)],
    ["rejects the first time", broken("GPU", "requestAdapter", REJECTS, 1)],
    ["is silent the first time", broken("GPU", "requestAdapter", NEVER, 1)],
    ["refuses the device the first time", broken("GPUAdapter", "requestDevice", REJECTS, 1)],
    ["refuses a pipeline the first time", broken("GPUDevice", "createComputePipeline", REFUSES, 1)],
  ])) {
    it(`is asked once more when it ${what}`, async () => {
      serve({ "/worker.js": workerWith(prelude), "/patience.js": hurried(10) });
      assert.deepEqual(await outcome(), { code: "none", backend: "webgpu", reason: "", again: false, steps: 3 });
    });
  }

  for (const [what, prelude, reason] of /** @type {[string, string, RegExp][]} */ ([
    ["has no adapter", noAdapter(), /no graphics processor/],
    ["never answers for an adapter", broken("GPU", "requestAdapter", NEVER), /does not answer/],
    ["refuses the device", broken("GPUAdapter", "requestDevice", REJECTS), /the driver said no/],
    ["never gives a device", broken("GPUAdapter", "requestDevice", NEVER), /does not answer/],
    ["refuses a shader", broken("GPUDevice", "createShaderModule", REFUSES), /the driver said no/],
    ["refuses a pipeline", broken("GPUDevice", "createComputePipeline", REFUSES), /the driver said no/],
    ["never gives back a buffer", broken("GPUBuffer", "mapAsync", NEVER), /does not answer/],
    ["refuses to give back a buffer", broken("GPUBuffer", "mapAsync", REJECTS), /the driver said no/],
    ["loses its device at once", broken("GPUQueue", "submit", REFUSES), /the driver said no/],
    ["computes zeros", broken("GPUBuffer", "getMappedRange", "() => new ArrayBuffer(256)"), /wrong numbers/],
    ["computes no numbers", broken("GPUBuffer", "getMappedRange", "() => new Float32Array(64).fill(NaN).buffer"), /wrong numbers/],
  ])) {
    it(`leads to the processor when it ${what}, and says so where it was insisted on`, async () => {
      serve({ "/worker.js": workerWith(prelude), "/patience.js": hurried(prelude.includes(NEVER) ? 2 : 10) });
      const { reason: told, ...rest } = await outcome();
      assert.deepEqual(rest, { code: "none", backend: "cpu", again: true, steps: 3 });
      assert.match(told, reason);
      const insisted = await outcome("webgpu");
      assert.equal(insisted.code, "no-webgpu");
      assert.match(insisted.reason, reason);
    });
  }

  for (const [what, method, body, reason] of /** @type {[string, "warmUp" | "add", string, RegExp][]} */ ([
    ["a panic in the warm-up", "warmUp", 'throw new WebAssembly.RuntimeError("unreachable")', /failed twice.*unreachable/],
    ["an uncaught error in the warm-up", "warmUp", 'setTimeout(() => { throw new Error("createComputePipeline") }); await new Promise(() => {})', /failed twice.*createComputePipeline/],
    ["silence in the warm-up", "warmUp", "await new Promise(() => {})", /failed twice.*not answered/],
    ["a worker that is stuck in the warm-up", "warmUp", STUCK, /failed twice.*stopped answering/],
    ["a device that is lost while the model is built", "add", 'throw Object.assign(new Error("It was taken away."), { code: "device-lost" })', /took the graphics processor away twice/],
  ])) {
    it(`${what}: once more, then the processor, with the reason`, async () => {
      serve({ "/varigrain_gpu.js": engineWith(method, body), "/patience.js": hurried(3, { adapter: 10, device: 10, worker: body === STUCK ? 8 : 15 }) });
      const { reason: told, ...rest } = await outcome();
      assert.deepEqual(rest, { code: "none", backend: "cpu", again: true, steps: 3 });
      assert.match(told, reason);
      assert.equal(site.server.requests.filter((path) => path.endsWith("/varigrain_gpu.js")).length >= 2, true);
    });
  }

  it("a panic in the first warm-up only: the second worker draws on it", async () => {
    const once = 'const first = await caches.open("once"); if (!(await first.match("/once"))) { await first.put("/once", new Response("")); throw new WebAssembly.RuntimeError("unreachable"); }';
    serve({ "/varigrain_gpu.js": engineWith("warmUp", once) });
    assert.deepEqual(await outcome(), { code: "none", backend: "webgpu", reason: "", again: false, steps: 3 });
  });

  it("a program that this browser cannot compile: the processor's", async () => {
    site.server.hooks.override = (path) => (path.endsWith("varigrain_gpu_bg.wasm") ? { body: Buffer.from([0, 0x61, 0x73, 0x6d, 9, 0, 0, 0]), type: "application/wasm" } : null);
    const { backend, reason } = await outcome();
    assert.equal(backend, "cpu");
    assert.match(reason, /failed twice/);
  });

  /** Steps of the stand-in's program for the GPU, with something done to the second. @param {string} body */
  const stepsWith = (body) =>
    script(`import * as fake from "./engine.js";
export default fake.default;
export class Engine extends fake.Engine {
  static built = "webgpu";
  start(json) {
    const generation = super.start(json);
    const next = generation.next.bind(generation);
    generation.next = async () => { const step = await next(); if (step?.index === 1) { ${body} } return step; };
    return generation;
  }
}`);

  for (const [what, body, code] of [
    ["silence", "await new Promise(() => {})", "device-lost"],
    ["numbers that are none", "step.confidence.fill(NaN)", "device-lost"],
    ["a panic", 'throw new WebAssembly.RuntimeError("unreachable")', "worker-crashed"],
  ]) {
    it(`${what} while drawing: says so twice, then draws on the processor, and takes the other again when asked to`, async () => {
      serve({ "/varigrain_gpu.js": stepsWith(body), "/patience.js": hurried(2, { adapter: 10, device: 10 }) });
      const { codes, backend, reason, again } = await blank.page.evaluate(async () => {
        const vg = await load();
        const codes = [await codeOf(() => all(vg, { steps: 4 })), await codeOf(() => all(vg, { steps: 4 })), await codeOf(() => all(vg, { steps: 4 }))];
        const { backend, reason, mayRetryGpu: again } = vg;
        await vg.retryGpu();
        return { codes, backend, reason, again: [again, vg.backend, vg.reason, vg.mayRetryGpu] };
      });
      assert.deepEqual(codes, [code, code, "none"]);
      assert.equal(backend, "cpu");
      assert.match(reason ?? "", /twice/);
      assert.deepEqual(again, [true, "webgpu", null, false]);
    });
  }

  it("a worker that says nothing at all: an end of waiting, and what to call it", async () => {
    serve({ "/worker.js": script("export {};"), "/patience.js": hurried(2, { worker: 2 }) });
    const { code, reason } = await outcome();
    assert.equal(code, "engine-missing");
    assert.match(reason, /did not start/);
  });

  it("what does not stop is given up, and the next picture is drawn", async () => {
    serve({ "/varigrain_cpu.js": script(stepsWith("for (;;) ;").body.replace('"webgpu"', '"cpu"')), "/patience.js": hurried() });
    const codes = await blank.page.evaluate(async () => {
      const vg = await load({ backend: "cpu" });
      const stuck = await codeOf(() => all(vg, { steps: 4, signal: AbortSignal.timeout(300) }));
      await pause(4000);
      return [stuck, await codeOf(() => all(vg, { steps: 1 }))];
    });
    assert.deepEqual(codes, ["aborted", "none"]);
  });
});

describe("the page before a graphics processor that fails", { timeout: 10 * TIMEOUT }, () => {
  const site = useSite({ pack: makePack({ filler: 0, stepMs: 5 }).contents });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;
  afterEach(() => opened.context.close());

  /** @param {Record<string, { body: string, type: string }>} files @param {string} [hash] */
  async function visit(files, hash = "") {
    site.server.hooks.override = (path) => Object.entries(files).find(([name]) => path.endsWith(name))?.[1] ?? null;
    opened = await openPage(site.browser);
    await opened.page.goto(site.server.url + hash);
    return opened.page;
  }

  it("says why the processor draws, and tries the other again on demand", async () => {
    const files = { "/varigrain_gpu.js": engineWith("warmUp", 'throw new WebAssembly.RuntimeError("unreachable")') };
    const page = await visit(files);
    await page.getByRole("button", { name: "Details" }).click();
    await page.getByText(/failed twice.*The processor draws the same pictures/).waitFor();
    assert.match((await page.locator("#backend").textContent()) ?? "", /the processor/);
    site.server.hooks.override = () => null;
    // A fresh worker gets it anew.
    await page.getByRole("button", { name: "Try the graphics processor again" }).click();
    await page.locator("#backend", { hasText: "WebGPU" }).waitFor();
    await page.locator("vg-prompt").getByRole("button", { name: "Draw", exact: true }).click();
    await page.locator(".seen", { hasText: /^Done in/ }).waitFor();
  });

  it("offers the processor while the other is waited for, and draws what was asked for", async () => {
    const body = source("www/waiting.js").replace(/LONG = \d+/, "LONG = 1");
    // Longer than a slow computer takes to get as far as the button: after it the page switches by itself.
    const patient = script(source("www/lib/patience.js").replace(/adapter: \d+/, "adapter: 600"));
    const silent = { "/worker.js": workerWith(broken("GPU", "requestAdapter", NEVER)), "/waiting.js": script(body), "/patience.js": patient };
    const page = await visit(silent);
    await page.locator(".seen", { hasText: /^Waiting for the graphics processor/ }).waitFor();
    await page.locator("vg-prompt").getByRole("button", { name: "Draw", exact: true }).click();
    await page.getByRole("button", { name: "Use the processor" }).click();
    await page.locator(".seen", { hasText: /^Done in/ }).waitFor();
    assert.match((await page.locator("#backend").textContent()) ?? "", /the processor/);
    assert.equal(await page.locator(".notice").count(), 0);
  });
});
