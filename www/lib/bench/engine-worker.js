/**
 * Our engine, one pass at a time. The page's own worker knows whole images only.
 */
import { PackLoader } from "../pack-loader.js";
import { ProgressMeter } from "../progress.js";
import { USUAL, askForSubgroups, raced, remember, useRemembered } from "../tuning.js";
import { loadWasm } from "../wasm-module.js";
import { serve } from "./serve.js";
import { repeat, warmUp } from "./timing.js";

/** @typedef {import("./inputs.js").TransformerInputs} TransformerInputs */
/** @typedef {import("./timing.js").Effort} Effort */
/** @typedef {{ pass: string, op: string, count: number, ms: number }} OpTime */

/**
 * What the engine has for measuring only (src/web/bench.rs).
 *
 * @typedef {object} Passes
 * @property {(batch: number, codes: Int32Array, grains: Int32Array, rows: Int32Array, columns: Int32Array, padding: Float32Array, classes: Int32Array, read: boolean, times: number) => Promise<Float32Array>} transformerPass
 * @property {(cells: Int32Array, read: boolean, times: number) => Promise<Float32Array>} decoderPass
 * @property {(cells: Int32Array) => Promise<Int32Array>} picturePass
 * @property {(read: boolean) => Promise<Float32Array>} roundTrip
 * @property {(tokens: number) => Promise<string>} profile
 * @property {(tokens: number) => Promise<string>} work what passes ask of a processor, see `Asked`
 * @property {() => ListBench} listBench
 * @property {(side: number) => PictureBench} pictureBench
 */

/**
 * Passes with random weights.
 *
 * @typedef {{ pass: (tokens: number, batch: number) => Promise<void>, work: (tokens: number, batch: number) => Promise<string>, free: () => void }} ListBench
 * @typedef {{ pass: () => Promise<void>, work: () => Promise<string>, free: () => void }} PictureBench
 */

/** @typedef {{ multiplications: number, launches: number, bytes: number }} Asked `bytes`: of the buffers that each launch is given; launches and bytes are 0 on the CPU */

/** @type {import("../wasm-module.js").Engine & Passes} */
let engine;

serve({ load, bare, race, lists, pictures, first, output, measure, profile, work, memory });

/** @param {{ wasm: string, model: string, backend: "webgpu" | "cpu", kernels: import("../tuning.js").Kind[] | undefined }} args */
async function load({ wasm, model, backend, kernels }) {
  const from = performance.now();
  const meter = new ProgressMeter(() => {});
  const loader = new PackLoader(model);
  const modes = /** @type {const} */ (["nar"]);
  const [module, manifest] = await Promise.all([loadWasm(wasm, meter), loader.prefetch(modes, meter)]);
  if (kernels?.includes("subgroups")) askForSubgroups();
  engine = /** @type {any} */ (await module.Engine.create(backend));
  await useRemembered(engine, kernels);
  const { grid, axes, defaults } = await loader.open(engine, manifest);
  await loader.install(engine, modes, meter);
  const { architecture } = JSON.parse(new TextDecoder().decode(manifest));
  return {
    backend: engine.backend,
    ms: performance.now() - from,
    tuning: engine.tuning?.() ?? USUAL,
    sizes: { vocabulary: architecture.nar.vocabulary, grid, axes: axes.length, shares: defaults.nar?.shares ?? [] },
  };
}

/** The engine without a model. @param {{ wasm: string, backend: "webgpu" | "cpu" }} args */
async function bare({ wasm, backend }) {
  const module = await loadWasm(wasm, new ProgressMeter(() => {}));
  engine = /** @type {any} */ (await module.Engine.create(backend));
  return { backend: engine.backend };
}

/**
 * Passes over lists of these lengths, in turns: a processor that grows warm then slows down all of them.
 *
 * @param {{ lengths: number[], batch: number, rounds: number, effort: Effort }} args
 * @returns {Promise<{ first: number, samples: number[], work: Asked }[]>} of each length
 */
async function lists({ lengths, batch, rounds, effort }) {
  const bench = engine.listBench();
  const found = [];
  for (const tokens of lengths) {
    const from = performance.now();
    await bench.pass(tokens, batch);
    const first = performance.now() - from;
    found.push({ first, samples: /** @type {number[]} */ ([]), work: JSON.parse(await bench.work(tokens, batch)) });
  }
  for (let round = 0; round < rounds; round++) {
    for (const [at, tokens] of lengths.entries()) {
      const pass = () => bench.pass(tokens, batch);
      if (!round) await warmUp(pass, effort);
      found[at].samples.push(...(await repeat(pass, effort)));
    }
  }
  bench.free();
  return found;
}

/**
 * Passes of decoders for pictures of these sides, one after the other: the largest takes most of the memory.
 *
 * @param {{ sides: number[], effort: Effort }} args
 * @returns {Promise<{ first: number, samples: number[], work: Asked }[]>} of each side
 */
async function pictures({ sides, effort }) {
  const found = [];
  for (const side of sides) {
    const bench = engine.pictureBench(side);
    const from = performance.now();
    await bench.pass();
    const first = performance.now() - from;
    await warmUp(() => bench.pass(), effort);
    found.push({ first, samples: await repeat(() => bench.pass(), effort), work: JSON.parse(await bench.work()) });
    bench.free();
  }
  return found;
}

/** Every tiling that the kernels have, one after the other; the winner is used from now on. @param {{ tokens: number }} args */
async function race({ tokens }) {
  const result = await raced(engine, tokens, (work) => work());
  await remember(engine, result.winner);
  return result;
}

/** @param {{ tokens: number }} args @returns {Promise<({ pass: string } & Asked)[]>} */
async function work({ tokens }) {
  return JSON.parse(await engine.work(tokens));
}

/** @typedef {{ graph: "transformer", inputs: TransformerInputs } | { graph: "decoder", inputs: Int32Array }} Pass what a peer computes, too */

/** @typedef {Pass | { graph: "nothing" }} Work */

/** @param {Work} pass @param {boolean} read @param {number} [times] so often in a row, with one wait at the end */
async function run(pass, read, times = 1) {
  if (pass.graph === "nothing") return engine.roundTrip(read);
  if (pass.graph === "decoder") return engine.decoderPass(pass.inputs, read, times);
  const { batch, codes, grains, rows, columns, padding, classes } = pass.inputs;
  return engine.transformerPass(batch, codes, grains, rows, columns, padding, classes, read, times);
}

/** The first time that this pass is run, compiling included. @param {{ pass: Work }} args */
async function first({ pass }) {
  const from = performance.now();
  await run(pass, true);
  return performance.now() - from;
}

/** @param {{ pass: Pass }} args */
async function output({ pass }) {
  // A view into wasm memory would copy all of it on its way to the page.
  return (await run(pass, true)).slice();
}

/**
 * Pictures are read as bytes, as a page does.
 *
 * @param {{ pass: Work, read: boolean, times: number, warm: boolean, effort: Effort }} args
 * @returns {Promise<number[]>} milliseconds of a pass
 */
async function measure({ pass, read, times, warm, effort }) {
  const work = () => (pass.graph === "decoder" && read ? engine.picturePass(pass.inputs) : run(pass, read, times));
  if (warm) await warmUp(work, effort);
  return (await repeat(work, effort)).map((ms) => ms / times);
}

/** @param {{ tokens: number }} args @returns {Promise<OpTime[]>} */
async function profile({ tokens }) {
  return JSON.parse(await engine.profile(tokens));
}

function memory() {
  return JSON.parse(engine.memory());
}
