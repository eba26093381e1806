/**
 * Results about the networks by themselves: their passes, operations and kernels, long lists, another engine.
 */
import { FIGURES, chart, figures, hint, inMemory, table, time } from "./charts.js";

/** @typedef {import("./parts.js").Result} Result */
/** @typedef {import("./charts.js").Cell} Cell */

/** Recorded results of before have no `times`. @param {{ read: boolean, times?: number }} row */
const reading = ({ read, times = 1 }) => (read ? "read back" : times > 1 ? `left on the GPU, ${times} in a row` : "left on the GPU");

/** What kinds of kernels do. @type {Record<string, string>} */
const KINDS = {
  half: "products, 3×3 convolutions and scores of attention in half precision",
  int8: "products of int8",
  int16: "products and convolutions of whole numbers",
  subgroups: "sums by subgroups",
};

/** @param {Record<string, unknown>} tuning */
const withKinds = (tuning) => Object.keys(KINDS).filter((kind) => tuning[kind]).map((kind) => `; ${KINDS[kind]}`).join("");

/** Sorts of kernels, and what they are timed by. @type {Record<string, string>} */
const SORTS = { products: "products, by a pass of the transformer", attention: "attention, by the same", windows: "convolutions, by a pass of the decoder" };

/** @param {Result} result */
export function race({ rows, winner, tokens }) {
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
export function passes({ rows, tokens, length = tokens, loadMs, memory, backend, tuning = "{}", work = [] }) {
  // Recorded results of before have none.
  const asked = work.map((/** @type {any} */ one) => {
    const { median } = rows.findLast((/** @type {any} */ row) => row.name.startsWith(one.pass) && !row.name.endsWith("2") && !row.read);
    return [one.pass, time(median), ...achieved(one, median)];
  });
  return [
    chart(
      `Median time, with quartiles${withKinds(JSON.parse(tuning))}`,
      rows.map((/** @type {any} */ row) => ({
        label: `${row.name}, ${reading(row)}`,
        value: row.median,
        low: row.q1,
        high: row.q3,
      })),
    ),
    table(
      `Passes on ${backend}, ${tokens === length ? tokens : `${tokens} padded to ${length}`} tokens`,
      ["pass", "output", ...FIGURES, "very first"],
      rows.map((/** @type {any} */ row) => [row.name, reading(row), ...figures(row), time(row.first)]),
    ),
    ...(asked.length ? [table("What a pass asks of a processor, batch 1", ["pass", "median", ...ACHIEVED], asked)] : []),
    hint(`Program and model were loaded in ${time(loadMs)}. ${inMemory(memory)}`),
  ];
}

/** @param {Result} result */
export function ops({ rows, runs }) {
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
export function lists({ rows, pictures, backend }) {
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
export function peer({ peer: name, agrees, checks, rows, failed }) {
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
          reading(row),
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
