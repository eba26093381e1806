/**
 * onnxruntime-web, one session at a time, on the same inputs as our engine.
 *
 * Its files lie in `peer/` beside the page and are no part of the site: `make bench` puts them there.
 */
import { serve } from "./serve.js";
import { repeat, warmUp } from "./timing.js";

/** @typedef {import("./engine-worker.js").Pass} Pass */
/** @typedef {import("./timing.js").Effort} Effort */
/** @typedef {{ layout: "NCHW" | "NHWC", capture: boolean }} Variant */

/** The runtime; its types would make the site depend on its package. @type {any} */
let ort;
let folder = "";
/** @type {Map<string, ArrayBuffer>} */
const models = new Map();
/** @type {{ session: any, run: (read: boolean) => Promise<Float32Array>, free: () => void } | null} */
let opened = null;

serve({ start, open, first, output, measure, close });

/** @param {{ peer: "webgpu" | "jspi", base: string }} args */
async function start({ peer, base }) {
  folder = base;
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
  const response = await fetch(new URL(`${graph}.onnx`, folder));
  if (!response.ok) throw new Error(`the server answered ${response.status} for ${response.url}`);
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
    const session = await ort.InferenceSession.create(new Uint8Array(bytes), {
      executionProviders: [{ name: "webgpu", preferredLayout: variant.layout }],
      freeDimensionOverrides: sizes,
      graphOptimizationLevel: "all",
      enableGraphCapture: variant.capture,
      ...(onGpu ? { preferredOutputLocation: "gpu-buffer" } : {}),
    });
    opened = { session, ...(variant.capture ? await captured(session, pass) : plain(session, pass)) };
    return { ms: performance.now() - from };
  } catch (error) {
    return { why: String(error instanceof Error ? error.message : error) };
  }
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
    ["classes", classes, [batch, 3]],
  ];
}

/** @param {Int32Array | Float32Array} values */
const typeOf = (values) => (values instanceof Int32Array ? "int32" : "float32");

/** As anyone would use it: inputs go up with each call, like ours. @param {any} session @param {Pass} pass */
function plain(session, pass) {
  const run = async (/** @type {boolean} */ read) => {
    const feeds = inputsOf(pass).map(([name, values, shape]) => [name, new ort.Tensor(typeOf(values), values, shape)]);
    const output = /** @type {any} */ (Object.values(await session.run(Object.fromEntries(feeds)))[0]);
    // Of the same session the first run is read, and later ones may stay where they are.
    if (read) return output.location === "gpu-buffer" ? output.getData(true) : output.data;
    await (await ort.env.webgpu.device).queue.onSubmittedWorkDone();
    output.dispose();
    return new Float32Array();
  };
  return { run, free: () => {} };
}

/**
 * With its commands recorded once and replayed: needs inputs and output in buffers that stay.
 *
 * @param {any} session
 * @param {Pass} pass
 */
async function captured(session, pass) {
  /** @type {GPUDevice} */
  const device = await ort.env.webgpu.device;
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
  const [{ name, shape }] = session.outputMetadata;
  const dims = shape.map((/** @type {number | string} */ size) => {
    const { batch, length } = /** @type {import("./inputs.js").TransformerInputs} */ (pass.inputs);
    return typeof size === "number" ? size : { batch, tokens: length }[size];
  });
  const bytes = dims.reduce((/** @type {number} */ product, /** @type {number} */ size) => product * size, 4);
  const result = buffer(bytes);
  const staging = device.createBuffer({ size: bytes, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const fetches = { [name]: ort.Tensor.fromGpuBuffer(result, { dataType: "float32", dims }) };
  const run = async (/** @type {boolean} */ read) => {
    for (const { values, gpu } of inputs) device.queue.writeBuffer(gpu, 0, /** @type {any} */ (values));
    await session.run(feeds, fetches);
    if (!read) {
      await device.queue.onSubmittedWorkDone();
      return new Float32Array();
    }
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(result, 0, staging, 0, bytes);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const copy = new Float32Array(staging.getMappedRange().slice(0));
    staging.unmap();
    return copy;
  };
  const free = () => [...inputs.map(({ gpu }) => gpu), result, staging].forEach((gpu) => gpu.destroy());
  return { run, free };
}

function current() {
  if (!opened) throw new Error("no session is open");
  return opened;
}

/** @returns {Promise<{ ms: number } | { why: string }>} */
async function first() {
  const from = performance.now();
  try {
    await current().run(true);
    return { ms: performance.now() - from };
  } catch (error) {
    return { why: String(error instanceof Error ? error.message : error) };
  }
}

async function output() {
  return (await current().run(true)).slice();
}

/** @param {{ read: boolean, warm: boolean, effort: Effort }} args */
async function measure({ read, warm, effort }) {
  if (warm) await warmUp(() => current().run(read), effort);
  return repeat(() => current().run(read), effort);
}

async function close() {
  const last = opened;
  opened = null;
  last?.free();
  await last?.session.release();
}
