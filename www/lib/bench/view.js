/**
 * Shows results as tables and bars; those of the networks by themselves are in network-view.js.
 */
import { el } from "../dom.js";
import { FIGURES, chart, course, figures, hint, inMemory, megabytes, table, time } from "./charts.js";
import { lists, ops, passes, peer, race } from "./network-view.js";

/** @typedef {import("./parts.js").Result} Result */

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

/** What was recorded earlier says `half` instead of `kernels`. @param {Result} result */
function images({ rows, steps, settings, memory, backend, kernels, half, ar }) {
  return [
    chart(
      "Median time of an image",
      [...rows, ...(ar?.rows ?? [])].map((/** @type {any} */ row) => ({ label: row.name, value: row.median, low: row.q1, high: row.q3 })),
    ),
    table(
      `${steps} steps${guided(settings)}, on ${backend}${kernels?.length || half ? ` (${kernels?.join(", ") ?? "half"})` : ""}`,
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
