/**
 * The parts of the benchmark. Each measures one thing and hands over plain objects, which are shown,
 * copied and reported as they are.
 */
import { el } from "../dom.js";
import { aborted } from "../errors.js";
import { answer } from "./answer.js";
import { compare } from "./compare.js";
import { endurance, images } from "./images.js";
import { decoderInputs, transformerInputs } from "./inputs.js";
import { Lab } from "./lab.js";
import { BUDGET_MS } from "./options.js";
import { summarise } from "./stats.js";
import { switches } from "./switches.js";
import { TUNING_CACHE } from "../tuning.js";

/** @typedef {import("./options.js").Options} Options */
/** @typedef {import("./options.js").Part} Part */
/** @typedef {import("./stats.js").Summary} Summary */
/** @typedef {import("./engine-worker.js").Pass} Pass */
/** @typedef {{ part: string, [field: string]: any }} Result */

/**
 * What a part is given.
 *
 * @typedef {object} Bench
 * @property {Options} options
 * @property {AbortSignal} signal
 * @property {(text: string, share: number) => void} progress `share` of this part
 * @property {(side: number) => HTMLCanvasElement} canvas a fresh one on the page
 * @property {HTMLElement} nursery where frames are put
 */

/** The peer and we take turns: a processor that grows warm then slows down both. */
const ROUNDS = 5;

/** @type {Record<Part, (bench: Bench) => Promise<Result>>} */
export const RUN = { answer, start, race, passes, ops, lists, peer, images, endurance, switches };

/** @param {Bench} bench @param {(lab: Lab) => Promise<Result>} work */
async function inLab({ options, signal }, work) {
  const lab = new Lab(options, signal);
  try {
    return await work(lab);
  } finally {
    lab.close();
  }
}

/**
 * @param {import("./inputs.js").Sizes} sizes
 * @param {Options} options
 * @returns {{ name: string, pass: Pass }[]}
 */
function cases(sizes, { tokens }) {
  return [
    ...[1, 2].map((batch) => ({
      name: `transformer, batch ${batch}`,
      pass: { graph: /** @type {const} */ ("transformer"), inputs: transformerInputs(sizes, tokens, batch) },
    })),
    { name: "decoder", pass: { graph: /** @type {const} */ ("decoder"), inputs: decoderInputs(sizes, tokens) } },
  ];
}

/**
 * How a pass is timed: its output is read back, or only waited for; many in a row with one wait say what each takes
 * where a browser notices its end a millisecond or two late.
 */
const WAYS = [
  { read: true, times: 1 },
  { read: false, times: 1 },
  { read: false, times: 10 },
];

/** @param {Bench} bench @returns {Promise<Result>} */
function passes(bench) {
  return inLab(bench, async (lab) => {
    const { options, progress } = bench;
    progress("loading the model", 0);
    const { call, loaded } = await lab.engine();
    // The round trip says what of the others is the browser's own.
    const nothing = { name: "a round trip alone", pass: /** @type {const} */ ({ graph: "nothing" }) };
    const all = [nothing, ...cases(loaded.sizes, options)];
    const effort = { runs: options.runs, budgetMs: BUDGET_MS };
    const rows = [];
    for (const { name, pass } of all) {
      progress(name, rows.length / WAYS.length / all.length);
      const first = await call("first", { pass });
      for (const way of WAYS) {
        if (pass.graph === "nothing" && way.times > 1) continue;
        const samples = await call("measure", { pass, ...way, warm: true, effort });
        rows.push({ name, ...way, first, ...summarise(samples) });
      }
    }
    const { tokens, length } = transformerInputs(loaded.sizes, options.tokens, 1);
    const memory = await call("memory").catch(() => null);
    const work = await call("work", { tokens: length });
    return { part: "passes", backend: loaded.backend, tuning: loaded.tuning, tokens, length, loadMs: loaded.ms, rows, work, memory };
  });
}

/** @param {Bench} bench @returns {Promise<Result>} */
function ops(bench) {
  return inLab(bench, async (lab) => {
    const { options, progress } = bench;
    progress("loading the model", 0);
    const { call, loaded } = await lab.engine();
    const { length } = transformerInputs(loaded.sizes, options.tokens, 1);
    await call("profile", { tokens: length });
    const runs = Math.min(options.runs, 10);
    /** @type {Map<string, { pass: string, op: string, count: number, samples: number[] }>} */
    const found = new Map();
    for (let run = 0; run < runs; run++) {
      progress("time per operation", run / runs);
      for (const { pass, op, count, ms } of await call("profile", { tokens: length })) {
        const key = `${pass} ${op}`;
        const entry = found.get(key) ?? { pass, op, count, samples: /** @type {number[]} */ ([]) };
        entry.samples.push(ms);
        found.set(key, entry);
      }
    }
    const rows = [...found.values()]
      .map(({ samples, ...rest }) => ({ ...rest, ms: summarise(samples).median }))
      .sort((a, b) => a.pass.localeCompare(b.pass) || b.ms - a.ms);
    return { part: "ops", backend: loaded.backend, tokens: length, runs, rows };
  });
}

/** @param {Bench} bench @returns {Promise<Result>} */
function race(bench) {
  return inLab(bench, async (lab) => {
    bench.progress("a race of tilings", 0);
    const { call, loaded } = await lab.engine();
    const { tokens } = transformerInputs(loaded.sizes, bench.options.tokens, 1);
    return { part: "race", backend: loaded.backend, tokens, ...(await call("race", { tokens })) };
  });
}

/** Lengths of the lists; the longest must cost no more than twice as much a token as the first. */
const LENGTHS = [64, 130, 256, 406, 661, 1024];
/** Sides of pictures, in pixels. */
const SIDES = [128, 256, 512];

/** @typedef {{ first: number, samples: number[], work: import("./engine-worker.js").Asked }} Timed */

/** @param {Bench} bench @returns {Promise<Result>} */
function lists(bench) {
  return inLab(bench, async (lab) => {
    const { options, progress } = bench;
    progress("making a network of random weights", 0);
    const { call, backend } = await lab.bare();
    const effort = { runs: Math.ceil(options.runs / ROUNDS), budgetMs: BUDGET_MS / ROUNDS };
    const rows = [];
    const batches = [1, 2];
    for (const batch of batches) {
      progress(`lists of ${LENGTHS.join(", ")} codes, batch ${batch}`, rows.length / LENGTHS.length / batches.length);
      const found = await call("lists", { lengths: LENGTHS, batch, rounds: ROUNDS, effort });
      const own = found.map((/** @type {Timed} */ { first, samples, work }, /** @type {number} */ at) => {
        const summary = summarise(samples);
        return { tokens: LENGTHS[at], batch, first, ...summary, perToken: summary.median / LENGTHS[at] / batch, work };
      });
      rows.push(...own.map((/** @type {any} */ row) => ({ ...row, ratio: row.perToken / own[0].perToken })));
    }
    progress(`pictures of ${SIDES.join(", ")} pixels`, 1);
    const drawn = await call("pictures", { sides: SIDES, effort: { ...effort, runs: options.runs } });
    const pictures = drawn.map((/** @type {Timed} */ { first, samples, work }, /** @type {number} */ at) => ({ side: SIDES[at], first, ...summarise(samples), work }));
    return { part: "lists", backend, rows, pictures };
  });
}

/**
 * What of the peer is tried: its layouts, with and without recorded commands.
 *
 * @param {Pass} pass
 * @param {boolean} subgroups
 */
function variants({ graph }, subgroups) {
  // The transformer has no convolutions, which are all that the layout is about.
  /** @type {("NCHW" | "NHWC")[]} */
  const layouts = graph === "decoder" ? ["NCHW", "NHWC"] : ["NCHW"];
  return layouts.flatMap((layout) =>
    [false, true].map((capture) => ({
      name: [graph === "decoder" ? layout : "plain", capture && "graph capture", !subgroups && "no subgroups"].filter(Boolean).join(", "),
      variant: { layout, capture, subgroups },
    })),
  );
}

/** @param {Bench} bench @returns {Promise<Result>} */
function peer(bench) {
  return inLab(bench, async (lab) => {
    const { options, progress } = bench;
    progress("loading both engines", 0);
    const ours = await lab.engine();
    const theirs = await lab.peer();
    const effort = { runs: Math.ceil(options.runs / ROUNDS), budgetMs: BUDGET_MS / ROUNDS };
    const all = cases(ours.loaded.sizes, options);
    const checks = [];
    /** @type {{ name: string, [figure: string]: any }[]} */
    const rows = [];
    const failed = [];
    for (const [at, { name, pass }] of all.entries()) {
      const firstOurs = await ours.call("first", { pass });
      const expected = await ours.call("output", { pass });
      // With subgroups the peer is fastest. Where it then computes something else, it may do without.
      for (const subgroups of [true, false]) {
        const tried = variants(pass, subgroups);
        let agreed = true;
        for (const [which, { name: variantName, variant }] of tried.entries()) {
          for (const { read, times } of WAYS) {
            progress(`${name}, ${variantName}`, (at + which / tried.length) / all.length);
            const opened = await theirs.call("open", { pass, read, variant });
            const first = "why" in opened ? opened : await theirs.call("first");
            const about = { name, variant: variantName, read, times };
            if ("why" in first) {
              failed.push({ ...about, why: first.why });
              continue;
            }
            const check = compare(expected, first.output, comparing(pass, ours.loaded.sizes));
            checks.push({ ...about, ...check });
            agreed &&= check.agrees;
            // Times of an engine that computes something else say nothing.
            if (!check.agrees) break;
            /** @type {[number[], number[]]} */
            const samples = [[], []];
            for (let round = 0; round < ROUNDS; round++) {
              const warm = round === 0;
              samples[0].push(...(await ours.call("measure", { pass, read, times, warm, effort })));
              samples[1].push(...(await theirs.call("measure", { read, times, warm, effort })));
            }
            const [us, them] = samples.map(summarise);
            const session = { firstMs: first.ms, sessionMs: opened.ms };
            const ratio = them.median / us.median;
            rows.push({ ...about, ours: { ...us, firstMs: firstOurs }, peer: { ...them, ...session }, ratio });
          }
        }
        if (agreed) break;
      }
      await theirs.call("close");
    }
    // Every pass has been compared, and every time shown is of the same numbers.
    const agrees = all.every(({ name }) => rows.some((row) => row.name === name));
    return { part: "peer", peer: `onnxruntime-web ${theirs.version} (${options.peer})`, agrees, checks, rows, failed };
  });
}

/** @param {Pass} pass @param {import("./inputs.js").Sizes} sizes */
function comparing(pass, { vocabulary }) {
  return pass.graph === "transformer" ? { row: vocabulary, padding: pass.inputs.padding } : {};
}

/**
 * A visit of its own in a frame, from its navigation to its first picture; once with nothing stored
 * and once more. The browser's own cache cannot be emptied from here, so only in a fresh profile the
 * first is really cold.
 *
 * @param {Bench} bench
 * @returns {Promise<Result>}
 */
async function start(bench) {
  const names = await caches.keys().catch(() => []);
  await Promise.all(names.filter((name) => name.startsWith("varigrain-pack") || name === TUNING_CACHE).map((name) => caches.delete(name)));
  bench.progress("first visit, nothing stored", 0);
  const cold = await visit(bench);
  bench.progress("second visit", 0.5);
  const warm = await visit(bench);
  return { part: "start", steps: cold.steps, cold: cold.marks, warm: warm.marks };
}

/**
 * @param {Bench} bench
 * @returns {Promise<{ marks: Record<string, number>, steps: number }>} milliseconds since the navigation; steps of the picture
 */
async function visit({ options: { backend, model, steps }, signal, nursery }) {
  const address = new URL("bench-visit.html", document.baseURI);
  address.search = String(new URLSearchParams({ backend, model, steps: String(steps) }));
  const frame = el("iframe", { src: address.href, title: "A visit that is being timed" });
  const listening = new AbortController();
  try {
    return await new Promise((resolve, reject) => {
      const { signal: until } = listening;
      signal.addEventListener("abort", () => reject(aborted()), { signal: until });
      addEventListener(
        "message",
        ({ source, data }) => {
          if (source !== frame.contentWindow) return;
          if (data.error) reject(new Error(data.error));
          else resolve(data);
        },
        { signal: until },
      );
      nursery.replaceChildren(frame);
    });
  } finally {
    listening.abort();
    frame.remove();
  }
}
