/**
 * The worker that owns the engine. See lib/protocol.js for what it is asked and what it answers.
 *
 * Everything slow happens here: compiling, verifying, drawing. The page stays responsive, and a
 * crash of the engine costs this worker only.
 */
import { EngineStart } from "./lib/engine-start.js";
import { VarigrainError, asVarigrainError, crashed, toPlain } from "./lib/errors.js";
import { isMode } from "./lib/modes.js";
import { checkCoded, checkDecision, checkStep } from "./lib/plausible.js";
import { ProgressMeter } from "./lib/progress.js";
import { PackLoader } from "./lib/pack-loader.js";
import { compileAhead, shadersOf } from "./lib/pipelines.js";
import { Runs } from "./lib/runs.js";
import { buffers, owned } from "./lib/transfers.js";
import { NO_TRUST, trustIn } from "./lib/trusted.js";
import { askForSubgroups, kindsInUse, useRemembered, usualCodes } from "./lib/tuning.js";
import { askLater, raceLater, warmUp, warmUpTuned } from "./lib/warm-up.js";

/** @typedef {import("./lib/protocol.js").Call} Call */
/** @typedef {import("./lib/protocol.js").Reply} Reply */
/** @typedef {import("./lib/modes.js").Mode} Mode */
/** @typedef {import("./lib/modes.js").Part} Part */
/** @typedef {import("./lib/wasm-module.js").Engine} Engine */

/**
 * The checker knows pages, whose postMessage differs; this is the worker's.
 *
 * @type {{ postMessage(message: Reply, transfer?: Transferable[]): void }}
 */
const page = /** @type {any} */ (globalThis);

/** Milliseconds between two signs of life; far fewer than the page waits for one. */
const BEAT_MS = 1000;

/** @type {Engine | undefined} */
let engine;
/** @type {PackLoader | undefined} */
let loader;
/** @type {Map<Part, Promise<unknown>>} the parts that are there, or on their way */
const ready = new Map();
const runs = new Runs();

/** @type {Record<import("./lib/protocol.js").CallType, (args: any) => Promise<unknown>>} */
const handlers = {
  load: (args) => runs.inTurn(() => load(args)),
  // Takes its turn when its files are here.
  prepare,
  canvas: async ({ canvas, surface }) => runs.keepCanvas(canvas, surface),
  generate,
  next,
  encode,
  write: (args) => runs.inTurn(async () => loadedEngine().write(args.grains, args.cells)),
  read,
  decode,
  inspect,
  abort: ({ run }) => runs.drop(run),
  memory: () => runs.inTurn(memory),
};
/** Whose answers are moved to the page. */
const LARGE = ["next", "encode", "read", "decode", "inspect"];

globalThis.addEventListener("message", (/** @type {MessageEvent<Call>} */ { data }) => void serve(data));
globalThis.addEventListener("unhandledrejection", (event) => {
  page.postMessage({ type: "error", id: null, error: toPlain(crashed(String(event.reason))) });
});

// On the processor a step keeps the worker from saying anything: the page is told not to expect it.
const beat = setInterval(() => page.postMessage({ type: "alive", more: true }), BEAT_MS);
page.postMessage({ type: "alive", more: true });
const start = new EngineStart(() => {
  clearInterval(beat);
  page.postMessage({ type: "alive", more: false });
});

/** @typedef {import("./lib/protocol.js").Progress} Progress */
/** @param {Progress} progress @param {Partial<Progress>} more */
const tell = (progress, more) => page.postMessage({ type: "progress", progress: { ...progress, ...more } });

/** @param {Call} call */
async function serve({ id, type, args }) {
  try {
    const value = await handlers[type](args);
    page.postMessage({ type: "ok", id, value }, LARGE.includes(type) ? buffers(value) : []);
  } catch (error) {
    page.postMessage({ type: "error", id, error: toPlain(asVarigrainError(error)) });
  }
}

/**
 * Everything is asked for at once: model, program and graphics processor are on their way together.
 *
 * @param {import("./lib/protocol.js").LoadArgs} args
 * @returns {Promise<import("./lib/protocol.js").LoadReply>}
 */
async function load({ model, wasm, backend, modes, kernels }) {
  // The program and the model.
  const meter = new ProgressMeter((progress) => tell(progress, start.chosen ? { backend: start.chosen } : {}), 2);
  const files = (loader = new PackLoader(model));
  if (kernels?.includes("subgroups")) askForSubgroups();
  const [started, manifest] = await Promise.all([
    start.engine(wasm, backend, meter),
    files.prefetch(modes, meter),
  ]);
  engine = started.engine;
  const tuned = await useRemembered(engine, kernels);
  const description = await files.open(engine, manifest);
  const first = modes ?? description.generators.slice(0, 1);
  // While weights are on their way.
  const shaders = await shadersOf(engine, first);
  const [compiled, trust] = [compileAhead(engine, shaders), trustIn(engine, shaders)];
  await files.install(engine, first, meter);
  meter.phase("warm-up", 0, first.length);
  await start.answered(engine, compiled);
  const took = (await trust).given ? [] : await warmedUp(engine, first, tuned !== null, await trust, meter);
  for (const mode of first) ready.set(mode, Promise.resolve());
  if ((await trust).given) unasked = { modes: first, trust: await trust };
  // Once on each graphics processor, after the first picture.
  untuned = !tuned && engine.backend === "webgpu" ? usualCodes(description) : null;
  meter.phase("ready", 1, 1);
  return { backend: engine.backend, kernels: kindsInUse(engine), reason: started.reason, description, warmUpMs: took[0] ?? 0, full: files.full };
}

/**
 * Has every generator give its known answer.
 *
 * @param {Engine} own
 * @param {readonly Mode[]} modes
 * @param {boolean} tuned whether tilings were remembered
 * @param {import("./lib/trusted.js").Trust} trust given to kernels that are right
 * @param {ProgressMeter} meter
 * @returns {Promise<number[]>} how long a step takes, in milliseconds
 */
async function warmedUp(own, modes, tuned, trust, meter) {
  const tuning = own.tuning?.();
  const took = [];
  for (const mode of modes) {
    meter.phase("warm-up", took.length, modes.length);
    took.push(await (own.backend === "webgpu" && (tuned || kindsInUse(own).length) ? warmUpTuned : warmUp)(own, mode, start.answered));
  }
  // Kernels that had to give way to others are not those that were right.
  if (own.tuning?.() === tuning) await trust.give();
  return took;
}

/** Generators that were trusted, and have not given their known answers on this visit. */
let unasked = { modes: /** @type {readonly Mode[]} */ ([]), trust: NO_TRUST };

function later() {
  const { modes, trust } = unasked;
  if (!engine || !modes.length) return tuneLater();
  unasked = { modes: [], trust: NO_TRUST };
  const wrong = (/** @type {unknown} */ error) => page.postMessage({ type: "error", id: null, error: toPlain(asVarigrainError(error)) });
  askLater(engine, modes, trust, runs, start.answered).then(tuneLater, wrong);
}

/** How long a list the race of tilings is to be run with; null where there is none. @type {number | null} */
let untuned = null;

function tuneLater() {
  const tokens = untuned;
  if (!engine || !tokens || !ready.has("nar")) return;
  untuned = null;
  void raceLater(engine, tokens, runs, start.answered);
}

/**
 * All who want the same part wait for the same download.
 *
 * @param {import("./lib/protocol.js").PrepareArgs} args
 */
async function prepare({ part }) {
  let preparing = ready.get(part);
  if (!preparing) {
    preparing = bring(part);
    ready.set(part, preparing);
    // What failed may be tried again.
    preparing.catch(() => ready.delete(part));
  }
  await preparing;
  return { full: loader?.full ?? false };
}

/** @param {Part} part */
async function bring(part) {
  const [files, to] = [loader, engine];
  if (!files || !to) throw notLoaded();
  const meter = new ProgressMeter((progress) => tell(progress, isMode(part) ? { mode: part } : { part }));
  const compiled = isMode(part)
    ? runs.inTurn(() => shadersOf(to, [part])).then((shaders) => compileAhead(to, shaders))
    : Promise.resolve();
  await Promise.all([files.fetch([part], meter), compiled]);
  await runs.inTurn(async () => {
    await files.install(to, [part], meter);
    meter.phase("warm-up", 0, 1);
    // To encode or decode once takes longer than to find out at the first picture.
    if (isMode(part)) await warmUp(to, part, start.answered);
    meter.phase("ready", 1, 1);
  });
}

/** @param {import("./lib/protocol.js").GenerateArgs} args */
function generate({ run, request, canvas, images }) {
  return runs.begin(run, () => loadedEngine().start(request), { canvas, direct: start.paintsItself, images });
}

/**
 * @param {import("./lib/protocol.js").RunArgs} args
 * @returns {Promise<import("./lib/protocol.js").RawStep | null>}
 */
async function next({ run }) {
  const { step, ms } = await runs.next(run, (work) => start.answered(loadedEngine(), work));
  if (!step) return null;
  checkStep(step, loadedEngine().backend);
  if (step.done) later();
  const image = step.image && owned(step.image);
  const [grains, undecided] = [owned(step.grains), owned(step.undecided)];
  const [known, cells, order, confidence] = [owned(step.known), owned(step.cells), owned(step.order), owned(step.confidence)];
  return { ...step, image, grains, undecided, known, cells, order, confidence, ms };
}

/**
 * @param {import("./lib/protocol.js").EncodeArgs} args
 * @returns {Promise<import("./lib/protocol.js").RawCoded>}
 */
function encode({ run, pixels, options }) {
  return runs.inTurnOf(run, async () => {
    const from = performance.now();
    const own = loadedEngine();
    const coded = await start.answered(own, own.encode(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.length), options));
    checkCoded(coded, own.backend);
    const ms = performance.now() - from;
    const [density, levels, grains] = [owned(coded.density), owned(coded.levels), owned(coded.grains)];
    const [cells, image, error] = [owned(coded.cells), owned(coded.image), owned(coded.error)];
    return { ...coded, density, levels, grains, cells, image, error, ms };
  });
}

/**
 * @param {import("./lib/protocol.js").ReadArgs} args
 * @returns {Promise<import("./lib/protocol.js").RawPicture>}
 */
function read({ run, bytes }) {
  return picture(run, (own) => own.read(bytes));
}

/**
 * @param {import("./lib/protocol.js").DecodeArgs} args
 * @returns {Promise<import("./lib/protocol.js").RawPicture>}
 */
function decode({ run, grains, cells }) {
  return picture(run, (own) => own.decode(grains, cells));
}

/** @param {number} run @param {(own: Engine) => Promise<import("./lib/protocol.js").RawPicture>} make */
function picture(run, make) {
  return runs.inTurnOf(run, async () => {
    const own = loadedEngine();
    const made = await start.answered(own, make(own));
    return { ...made, grains: owned(made.grains), cells: owned(made.cells), image: owned(made.image) };
  });
}

/**
 * @param {import("./lib/protocol.js").InspectArgs} args
 * @returns {Promise<import("./lib/protocol.js").RawDecision>}
 */
function inspect({ run, request, grains, known, cells, order, cell }) {
  return runs.inTurnOf(run, async () => {
    const own = loadedEngine();
    const decision = await start.answered(own, own.inspect(request, grains, known, cells, order, cell));
    checkDecision(decision, own.backend);
    return { ...decision, logits: owned(decision.logits), attention: owned(decision.attention), aside: owned(decision.aside) };
  });
}

/** @returns {import("./lib/protocol.js").Memory} */
function memory() {
  return JSON.parse(loadedEngine().memory());
}

function loadedEngine() {
  if (!engine) throw notLoaded();
  return engine;
}

function notLoaded() {
  return new VarigrainError("bad-request", "The model has not been loaded yet.");
}
