/**
 * onnxruntime-web, one session at a time, on the same inputs as our engine.
 *
 * Its files lie in `peer/` beside the page, the networks of each model in a folder of its name. They are no part of the
 * site: `make bench` puts them there.
 */
import { serve } from "./serve.js";
import { repeat, warmUp } from "./timing.js";

/** @typedef {import("./engine-worker.js").Pass} Pass */
/** @typedef {import("./timing.js").Effort} Effort */
/** @typedef {{ layout: "NCHW" | "NHWC", capture: boolean, subgroups: boolean }} Variant */

/** The runtime; its types would make the site depend on its package. @type {any} */
let ort;
let networks = "";
/** @type {Map<string, ArrayBuffer>} */
const models = new Map();
/** @type {{ session: any, run: (read: boolean, waits?: boolean) => Promise<Float32Array>, free: () => void } | null} */
let opened = null;

serve({ start, open, first, measure, close });

/** @param {{ peer: "webgpu" | "jspi", base: string, model: string }} args */
async function start({ peer, base, model }) {
  networks = new URL(`${encodeURIComponent(model)}/`, base).href;
  ort = await import(new URL(`ort.${peer}.bundle.min.mjs`, base).href);
  ort.env.wasm.wasmPaths = base;
  // Without cross-origin isolation there are no threads, and on the GPU none are needed.
  ort.env.wasm.numThreads = 1;
  ort.env.webgpu.powerPreference = "high-performance";
  return { version: ort.env.versions?.web ?? ort.env.versions?.common ?? "" };
}

/** @param {string} graph */
async function model(graph) {
  const known = models.get(graph);
  if (known) return known;
  const response = await fetch(new URL(`${graph}.onnx`, networks));
  if (!response.ok) throw new Error(`this model's networks are not among the peer's files: the server answered ${response.status} for ${response.url}`);
  const bytes = await response.arrayBuffer();
  models.set(graph, bytes);
  return bytes;
}

/**
 * A variant that this browser or this version cannot do is a result, not a failure.
 *
 * @param {{ pass: Pass, read: boolean, variant: Variant }} args
 * @returns {Promise<{ ms: number } | { why: string }>}
 */
async function open({ pass, read, variant }) {
  await close();
  const bytes = await model(pass.graph);
  const sizes = pass.graph === "transformer" ? { batch: pass.inputs.batch, tokens: pass.inputs.length } : {};
  const from = performance.now();
  try {
    const onGpu = variant.capture || !read;
    const own = variant.subgroups ? {} : { device: await withoutSubgroups() };
    const session = await ort.InferenceSession.create(new Uint8Array(bytes), {
      executionProviders: [{ name: "webgpu", preferredLayout: variant.layout, ...own }],
      freeDimensionOverrides: sizes,
      graphOptimizationLevel: "all",
      enableGraphCapture: variant.capture,
      ...(onGpu ? { preferredOutputLocation: "gpu-buffer" } : {}),
    });
    const device = own.device ?? (await ort.env.webgpu.device);
    opened = { session, ...(variant.capture ? captured : plain)(session, pass, device) };
    return { ms: performance.now() - from };
  } catch (error) {
    return { why: String(error instanceof Error ? error.message : error) };
  }
}

/** @type {Promise<GPUDevice> | undefined} */
let bare;

/**
 * The runtime's fused attention goes wrong where subgroups are very small (four lanes, in version
 * 1.30); on a device without them it takes another way.
 */
function withoutSubgroups() {
  bare ??= (async () => {
    const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
    if (!adapter) throw new Error("no adapter");
    /** @type {Record<string, number>} */
    const requiredLimits = {};
    for (const name in adapter.limits) {
      const limit = /** @type {any} */ (adapter.limits)[name];
      if (typeof limit === "number") requiredLimits[name] = limit;
    }
    return adapter.requestDevice({ requiredLimits });
  })();
  return bare;
}

/** @param {Pass} pass @returns {[name: string, values: Int32Array | Float32Array, shape: number[]][]} */
function inputsOf(pass) {
  if (pass.graph === "decoder") return [["cells", pass.inputs, [1, pass.inputs.length]]];
  const { batch, length, codes, grains, rows, columns, padding, classes } = pass.inputs;
  const shape = [batch, length];
  return [
    ["codes", codes, shape],
    ["grains", grains, shape],
    ["rows", rows, shape],
    ["columns", columns, shape],
    ["padding", padding, shape],
    ["classes", classes, [batch, classes.length / batch]],
  ];
}

/** @param {Int32Array | Float32Array} values */
const typeOf = (values) => (values instanceof Int32Array ? "int32" : "float32");

/**
 * As anyone would use it: inputs go up with each call, like ours.
 *
 * @param {any} session
 * @param {Pass} pass
 * @param {GPUDevice} device
 */
function plain(session, pass, device) {
  const run = async (/** @type {boolean} */ read, waits = true) => {
    const feeds = inputsOf(pass).map(([name, values, shape]) => [name, new ort.Tensor(typeOf(values), values, shape)]);
    const output = /** @type {any} */ (Object.values(await session.run(Object.fromEntries(feeds)))[0]);
    // Of the same session the first run is read, and later ones may stay where they are.
    if (read) return output.location === "gpu-buffer" ? output.getData(true) : output.data;
    if (waits) await device.queue.onSubmittedWorkDone();
    output.dispose();
    return new Float32Array();
  };
  return { run, free: () => {} };
}

/**
 * With its commands recorded once and replayed: needs inputs in buffers that stay.
 *
 * @param {any} session
 * @param {Pass} pass
 * @param {GPUDevice} device
 */
function captured(session, pass, device) {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  /** @param {number} size */
  const buffer = (size) => device.createBuffer({ size: Math.ceil(size / 16) * 16, usage });
  const inputs = inputsOf(pass).map(([name, values, shape]) => ({ name, values, shape, gpu: buffer(values.byteLength) }));
  const feeds = Object.fromEntries(
    inputs.map(({ name, values, shape, gpu }) => [
      name,
      ort.Tensor.fromGpuBuffer(gpu, { dataType: typeOf(values), dims: shape }),
    ]),
  );
  const run = async (/** @type {boolean} */ read, waits = true) => {
    for (const { values, gpu } of inputs) device.queue.writeBuffer(gpu, 0, /** @type {any} */ (values));
    // The output is left to the runtime: version 1.30 loses one of ours at the second run.
    const output = /** @type {any} */ (Object.values(await session.run(feeds))[0]);
    if (read) return output.getData(true);
    if (waits) await device.queue.onSubmittedWorkDone();
    output.dispose();
    return new Float32Array();
  };
  const free = () => inputs.forEach(({ gpu }) => gpu.destroy());
  return { run, free };
}

function current() {
  if (!opened) throw new Error("no session is open");
  return opened;
}

/**
 * The first run, and the output of a later one.
 *
 * @returns {Promise<{ ms: number, output: Float32Array } | { why: string }>}
 */
async function first() {
  const from = performance.now();
  try {
    await current().run(true);
    const ms = performance.now() - from;
    // Recorded commands are replayed only from the second run on.
    await current().run(true);
    return { ms, output: (await current().run(true)).slice() };
  } catch (error) {
    return { why: String(error instanceof Error ? error.message : error) };
  }
}

/** @param {{ read: boolean, times: number, warm: boolean, effort: Effort }} args @returns {Promise<number[]>} milliseconds of a pass */
async function measure({ read, times, warm, effort }) {
  const work = async () => {
    for (let at = 1; at < times; at++) await current().run(false, false);
    await current().run(read);
  };
  if (warm) await warmUp(work, effort);
  return (await repeat(work, effort)).map((ms) => ms / times);
}

async function close() {
  const last = opened;
  opened = null;
  last?.free();
  await last?.session.release();
}
