/**
 * Shows results as tables and bars.
 */
import { el, svg } from "../dom.js";
import { duration } from "../view/step.js";

/** @typedef {import("./parts.js").Result} Result */
/** @typedef {string | number | null} Cell */
/** @typedef {{ label: string, value: number, low?: number, high?: number, peer?: boolean }} Bar */

/** @type {Record<string, (result: Result) => Node[]>} */
const SHOW = { machine, answer, start, passes, ops, race, lists, peer, images, endurance, switches, error };

/** @type {Record<string, string>} */
const TITLES = {
  machine: "This browser",
  answer: "What it computes",
  start: "From navigation to the first image",
  passes: "One pass of each network",
  ops: "Operations on the GPU",
  race: "Tilings of the kernels",
  lists: "Long lists of codes",
  peer: "Beside another engine",
  images: "One image",
  endurance: "Many images in one page",
  switches: "From model to model",
  error: "A part that failed",
};

/** @param {Result} result @param {"h2" | "h3"} [heading] @returns {HTMLElement} */
export function show(result, heading = "h2") {
  return el("section", { class: "result" }, el(heading, {}, TITLES[result.part]), ...SHOW[result.part](result));
}

/** @param {number} ms */
const time = (ms) => (ms < 10 ? `${ms.toFixed(2)} ms` : duration(ms));
/** @param {number | null | undefined} bytes */
const megabytes = (bytes) => (bytes == null ? "not told" : `${(bytes / 1e6).toFixed(1)} MB`);
/** @param {string} text */
const hint = (text) => el("p", { class: "hint" }, text);

/**
 * @param {string} caption
 * @param {string[]} head
 * @param {Cell[][]} rows the first cell of each is its heading
 */
function table(caption, head, rows) {
  const cells = (/** @type {Cell[]} */ row) =>
    row.map((cell, at) => el(at ? "td" : "th", at ? {} : { scope: "row" }, cell === null ? "–" : String(cell)));
  return el(
    "div",
    // Wide tables scroll by themselves; whoever has no pointer needs a way in.
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el(
      "table",
      {},
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, ...head.map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...cells(row)))),
    ),
  );
}

/**
 * Bars beside each other on one scale, with whiskers from quartile to quartile.
 *
 * @param {string} caption
 * @param {Bar[]} bars
 */
function chart(caption, bars) {
  const longest = Math.max(...bars.map(({ value, high = value }) => high), Number.MIN_VALUE);
  const share = (/** @type {number} */ value) => (100 * value) / longest;
  return el(
    "figure",
    { class: "chart" },
    el("figcaption", {}, caption),
    ...bars.map(({ label, value, low, high, peer }) => {
      const parts = [svg("rect", { x: 0, y: 0, width: share(value), height: 10, class: peer ? "bar other" : "bar" })];
      if (low !== undefined && high !== undefined) {
        parts.push(svg("rect", { x: share(low), y: 4, width: share(high - low), height: 2, class: "whisker" }));
      }
      const drawing = svg("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" }, ...parts);
      return el("div", { class: "line" }, el("span", {}, label), drawing, el("span", { class: "figure" }, time(value)));
    }),
  );
}

/**
 * How something went along: from nothing to its largest value.
 *
 * @param {string} caption
 * @param {number[]} values
 * @param {string} largest in words
 */
function course(caption, values, largest) {
  const top = Math.max(...values, Number.MIN_VALUE);
  const points = values.map((value, at) => `${(100 * at) / Math.max(1, values.length - 1)},${40 - (38 * value) / top}`);
  const line = svg("polyline", { points: points.join(" "), class: "course" });
  return el(
    "figure",
    { class: "chart" },
    el("figcaption", {}, `${caption}, up to ${largest}`),
    svg("svg", { viewBox: "0 0 100 40", preserveAspectRatio: "none", class: "wide", "aria-hidden": "true" }, line),
  );
}

/** @param {import("./stats.js").Summary} summary @returns {Cell[]} */
const figures = ({ median, iqr, min, n }) => [time(median), time(iqr), time(min), n];
const FIGURES = ["median", "IQR", "fastest", "runs"];
/** @param {boolean} read */
const reading = (read) => (read ? "read back" : "left on the GPU");

/** @param {Result} result */
function answer({ model, version, codes, native, same, pixels, backend }) {
  const verdict = same === null ? "not known natively" : same ? "as natively" : "not as natively";
  const rows = [
    ["Known answers of the pack", backend === "cpu" ? "not asked of a processor" : "given"],
    ["Codes", `${codes}, ${verdict}`],
    ["Codes natively", native],
    ["Pixels", pixels],
  ];
  const words = "One picture with a fixed seed. Its codes are to be those of the native program; its pixels may differ by one level, and then have another hash.";
  return [table(`${model} ${version}: hashes`, ["what", "value"], rows), hint(words)];
}

/** @param {Result} result */
function machine({ userAgent, cores, isolated, adapter }) {
  const rows = [
    ["Browser", userAgent],
    ["Processor threads", cores],
    ["Cross-origin isolated", isolated ? "yes" : "no"],
  ];
  if (!adapter) return [table("Browser", ["what", "value"], [...rows, ["WebGPU", "no adapter"]])];
  rows.push(
    ["Adapter", adapter.name],
    ["Vendor", adapter.vendor || "not told"],
    ["Architecture", adapter.architecture || "not told"],
    ["Subgroups", adapter.subgroups || "not told"],
    ["Features", adapter.features.join(", ")],
    ...Object.entries(adapter.limits),
  );
  const warning = "This adapter imitates a graphics processor in software. Its times say nothing about one.";
  const notice = el("div", { class: "notice" }, el("p", {}, warning));
  return [
    ...(adapter.software ? [el("div", { "data-kind": "problem" }, notice)] : []),
    table("Browser and adapter", ["what", "value"], rows),
  ];
}

/** @param {Result} result */
function start({ cold, warm, steps }) {
  const rows = [
    ["downloaded", "compile"],
    ["built, warming up", "warm-up"],
    ["ready", "ready"],
    ["first step shown", "firstStep"],
    [`image of ${steps} steps shown`, "image"],
  ].map(([label, mark]) => [label, ...[cold, warm].map((marks) => (mark in marks ? time(marks[mark]) : null))]);
  return [
    chart("Until the image is there", [
      { label: "nothing stored", value: cold.image },
      { label: "second visit", value: warm.image },
    ]),
    table("Since navigation", ["until", "nothing stored", "second visit"], rows),
    hint("The browser's own cache cannot be emptied from a page: only in a fresh profile is the first visit really the first."),
  ];
}

/** Sorts of kernels, and what they are timed by. @type {Record<string, string>} */
const SORTS = { products: "products, by a pass of the transformer", attention: "attention, by the same", windows: "convolutions, by a pass of the decoder" };

/** @param {Result} result */
function race({ rows, winner, tokens }) {
  if (!rows.length) return [hint("There is nothing to choose between here.")];
  const won = JSON.parse(winner);
  return [
    table(
      `A race of tilings, ${tokens} codes`,
      ["kernels", "candidate", "time", ""],
      rows.map((/** @type {import("../tuning.js").Timed} */ { sort, candidate, ms }) => [SORTS[sort], candidate, time(ms), won[sort] === candidate ? "used from now on" : ""]),
    ),
  ];
}

/**
 * What a pass asks of a processor, and how much of it is done in a second: to be put against what a processor can.
 *
 * @param {import("./engine-worker.js").Asked} work
 * @param {number} ms
 * @returns {Cell[]}
 */
const achieved = ({ multiplications, launches, bytes }, ms) => [
  (multiplications / 1e9).toFixed(2),
  (multiplications / 1e9 / ms).toFixed(2),
  launches || "–",
  bytes ? (bytes / 1e6).toFixed(0) : "–",
  bytes ? (bytes / 1e6 / ms).toFixed(0) : "–",
];
const ACHIEVED = ["10⁹ multiplications", "10¹² of them a second", "launches", "MB given to them", "GB a second"];

/** @param {Result} result */
function passes({ rows, tokens, length = tokens, loadMs, memory, backend, work = [] }) {
  // Recorded results of before have none.
  const asked = work.map((/** @type {any} */ one) => {
    const { median } = rows.find((/** @type {any} */ row) => row.name.startsWith(one.pass) && !row.read);
    return [one.pass, time(median), ...achieved(one, median)];
  });
  return [
    chart(
      "Median time, with quartiles",
      rows.map((/** @type {any} */ row) => ({
        label: `${row.name}, ${reading(row.read)}`,
        value: row.median,
        low: row.q1,
        high: row.q3,
      })),
    ),
    table(
      `Passes on ${backend}, ${tokens === length ? tokens : `${tokens} padded to ${length}`} tokens`,
      ["pass", "output", ...FIGURES, "very first"],
      rows.map((/** @type {any} */ row) => [row.name, reading(row.read), ...figures(row), time(row.first)]),
    ),
    ...(asked.length ? [table("What a pass asks of a processor, batch 1", ["pass", "median", ...ACHIEVED], asked)] : []),
    hint(`Program and model were loaded in ${time(loadMs)}. ${inMemory(memory)}`),
  ];
}

/** @param {any} memory */
function inMemory(memory) {
  if (!memory) return "Memory is not told.";
  const { wasm, gpuReserved, gpuInUse } = memory;
  return `Memory: wasm ${megabytes(wasm)}; GPU ${megabytes(gpuReserved)} reserved, ${megabytes(gpuInUse)} in use.`;
}

/** @param {Result} result */
function ops({ rows, runs }) {
  if (!rows.length) return [hint("This browser does not tell the time of single operations (timestamp-query).")];
  /** @type {string[]} */
  const kinds = [...new Set(rows.map((/** @type {any} */ row) => row.pass))];
  return kinds.flatMap((kind) => {
    const own = rows.filter((/** @type {any} */ row) => row.pass === kind);
    const total = own.reduce((/** @type {number} */ sum, /** @type {any} */ row) => sum + row.ms, 0);
    return [
      chart(kind, own.slice(0, 8).map((/** @type {any} */ row) => ({ label: row.op, value: row.ms }))),
      table(
        `${kind}: ${time(total)} on the GPU, median of ${runs}`,
        ["operation", "times run", "together", "share"],
        own.map((/** @type {any} */ row) => [row.op, row.count, time(row.ms), `${((100 * row.ms) / total).toFixed(0)} %`]),
      ),
    ];
  });
}

/** @param {Result} result */
function lists({ rows, pictures, backend }) {
  return [
    chart(
      "Time of a code in a pass",
      rows.map((/** @type {any} */ row) => ({ label: `${row.tokens} codes, batch ${row.batch}`, value: row.perToken })),
    ),
    table(
      `A transformer of random weights on ${backend}`,
      ["codes", "batch", ...FIGURES, "µs a code", "of the shortest list's", "very first", ...ACHIEVED],
      rows.map((/** @type {any} */ row) => [
        row.tokens,
        row.batch,
        ...figures(row),
        (row.perToken * 1000).toFixed(2),
        `${row.ratio.toFixed(2)} ×`,
        time(row.first),
        ...achieved(row.work, row.median),
      ]),
    ),
    table(
      `A decoder of random weights on ${backend}`,
      ["pixels a side", ...FIGURES, "very first", ...ACHIEVED],
      pictures.map((/** @type {any} */ row) => [row.side, ...figures(row), time(row.first), ...achieved(row.work, row.median)]),
    ),
  ];
}

/** @param {Result} result */
function peer({ peer: name, agrees, checks, rows, failed }) {
  /** @type {HTMLElement[]} */
  const nodes = [
    table(
      `Same numbers? Ours against ${name}`,
      ["pass", "variant", "largest difference", "of the largest value", "same choice", "agrees"],
      checks.map((/** @type {any} */ check) => [
        check.name,
        check.variant,
        check.largest.toExponential(1),
        check.relative.toExponential(1),
        check.sameChoice === undefined ? null : `${(100 * check.sameChoice).toFixed(2)} %`,
        check.agrees ? "yes" : "NO",
      ]),
    ),
  ];
  if (!agrees) nodes.push(hint("Where the engines do not agree, no times are taken; for some pass here they never did."));
  if (rows.length) {
    nodes.unshift(
      chart(
        "Median time, output read back",
        rows
          .filter((/** @type {any} */ row) => row.read)
          .flatMap((/** @type {any} */ row) => [
            { label: `${row.name}: ours`, value: row.ours.median, low: row.ours.q1, high: row.ours.q3 },
            { label: `${row.name}: peer, ${row.variant}`, value: row.peer.median, low: row.peer.q1, high: row.peer.q3, peer: true },
          ]),
      ),
    );
    nodes.push(
      table(
        `Ours and ${name}, taking turns`,
        ["pass", "output", "variant", "ours", "IQR", "peer", "IQR", "peer ÷ ours", "first: ours", "first: peer", "session"],
        rows.map((/** @type {any} */ row) => [
          row.name,
          reading(row.read),
          row.variant,
          time(row.ours.median),
          time(row.ours.iqr),
          time(row.peer.median),
          time(row.peer.iqr),
          row.ratio.toFixed(2),
          time(row.ours.firstMs),
          time(row.peer.firstMs),
          time(row.peer.sessionMs),
        ]),
      ),
    );
  }
  for (const { name: pass, variant, why } of failed) nodes.push(hint(`${pass}, ${variant}: not possible here (${why}).`));
  return nodes;
}

/** @param {Result} result */
function images({ rows, steps, settings, memory, backend, ar }) {
  return [
    chart(
      "Median time of an image",
      [...rows, ...(ar?.rows ?? [])].map((/** @type {any} */ row) => ({ label: row.name, value: row.median, low: row.q1, high: row.q3 })),
    ),
    table(
      `${steps} steps${guided(settings)}, on ${backend}`,
      ["how", "codes", ...FIGURES],
      rows.map((/** @type {any} */ row) => [row.name, row.codes?.toFixed(1) ?? null, ...figures(row)]),
    ),
    hint(`${inMemory(memory)} A screen shows some 60 frames a second, so ${steps} steps that are all shown take at least ${time((steps * 1000) / 60)}.`),
    ...(ar ? arTable(ar, backend) : []),
  ];
}

/** What was recorded earlier was guided and does not say how strongly. @param {{ guidance?: number } | undefined} settings */
const guided = (settings) => (settings === undefined ? ", guided" : settings.guidance ? `, guidance ${settings.guidance}` : ", without guidance");

/** @param {any} ar @param {string} backend */
function arTable({ every, settings, rows, memory }, backend) {
  return [
    table(
      `The second generator (DGiT-AR), a step for every ${every} codes${guided(settings)}, on ${backend}`,
      ["how", "codes", "steps", "mean", ...FIGURES],
      rows.map((/** @type {any} */ row) => [row.name, row.codes.toFixed(1), row.steps.toFixed(1), time(row.mean), ...figures(row)]),
    ),
    hint(`Each image has its own seed. With both generators: ${inMemory(memory)}`),
  ];
}

/** @param {Result} result */
function endurance({ images: count, points, memory, settled, flat }) {
  const times = points.map((/** @type {any} */ point) => point.ms);
  const held = points.map((/** @type {any} */ point) => (point.wasm ?? 0) + (point.gpuReserved ?? 0));
  const verdict = points.length < 2 || points[points.length - 1].image <= settled ? "too few images to say" : flat ? "flat" : "NOT FLAT";
  return [
    table(
      `${count} images; memory after the ${settled}th: ${verdict}`,
      ["what", `after ${settled}`, "highest", "growth"],
      Object.entries(memory).map(([name, figure]) =>
        figure ? [name, megabytes(figure.first), megabytes(figure.highest), megabytes(figure.growth)] : [name, null, null, null],
      ),
    ),
    course("Median time", times, time(Math.max(...times))),
    course("Memory, wasm and GPU", held, megabytes(Math.max(...held))),
    el(
      "details",
      {},
      el("summary", {}, "Along the way"),
      table(
        "Median of ten images each",
        ["image", "median time", "wasm", "GPU reserved", "GPU in use", "page"],
        points.map((/** @type {any} */ point) => [
          point.image,
          time(point.ms),
          ...[point.wasm, point.gpuReserved, point.gpuInUse, point.heap].map(megabytes),
        ]),
      ),
    ),
  ];
}

/** @param {Result} result */
function switches({ switches: count, points, memory, flat }) {
  return [
    table(
      `${count} switches; memory of each model from one time to the next: ${flat ? "flat" : "NOT FLAT"}`,
      ["model", "wasm and GPU at first", "highest", "growth"],
      Object.entries(memory).flatMap(([id, figure]) => (figure ? [[id, ...[figure.first, figure.highest, figure.growth].map(megabytes)]] : [])),
    ),
    table(
      "Each switch, and the picture after it",
      ["switch", "model", "ready after", "picture", "wasm", "GPU reserved", "page"],
      points.map((/** @type {any} */ point) => [
        point.at,
        point.model,
        time(point.loaded),
        point.picture === null ? null : time(point.picture),
        ...[point.wasm, point.gpuReserved, point.heap].map(megabytes),
      ]),
    ),
  ];
}

/** @param {Result} result */
function error({ of, message }) {
  return [hint(`${TITLES[of] ?? of}: ${message}`)];
}
