/**
 * What the fake engine says of a manifest: the description of a model, with the real engine's names and ranges.
 */

const BOTH = ["nar", "ar"];
/** @type {Record<string, string[]>} */
export const ROLES = { nar: ["decoder", "grain-map", "nar"], ar: ["decoder", "ar"], encode: ["decoder", "encoder"], decode: ["decoder"] };

/** @type {[string, string, string, number, boolean][]} */
const SCHEDULES = [
  ["priority", "Information first", "Dense codes first, then the surest.", 4, true],
  ["confidence", "Confidence", "The surest codes first.", 0, false],
  ["random", "Random", "In random order.", 0, true],
  ["halton", "Halton", "Evenly over the picture.", 0, true],
  ["strict", "Strict", "All finer codes before the coarser ones.", 0, false],
  ["two-phase", "Two phases", "Finer codes, then the coarser ones, a schedule for each.", 0, false],
];
/** @type {[string, string, string][]} */
const MEASURES = [
  ["deviation", "Deviation", "How much the colours vary."],
  ["entropy", "Entropy", "How many brightnesses there are, and how evenly."],
  ["sharp-entropy", "Sharp entropy", "Entropy with finer bins."],
  ["coarse-error", "Coarse error", "Where one code comes out wrong."],
  ["oracle", "Oracle", "Where four codes help most."],
  ["random", "Random", "By lot."],
];

const LIMITS = {
  seed: { low: 0, high: 2 ** 53 - 1, whole: true, generators: BOTH },
  steps: { low: 1, high: 64, whole: true, generators: ["nar"] },
  guidance: { low: 0, high: 10, generators: BOTH },
  temperature: { low: 0.1, high: 2, generators: BOTH },
  priority: { low: 0, high: 100, generators: ["nar"] },
  noise: { low: 0, high: 20, generators: ["nar"] },
  every: { low: 1, high: 64, whole: true, generators: ["ar"] },
  topK: { low: 1, high: 65536, whole: true, generators: ["ar"] },
  topP: { low: 0.01, high: 1, generators: ["ar"] },
  positionTemperature: { low: 0.1, high: 2, generators: BOTH },
  positionTopK: { low: 1, high: 65536, whole: true, generators: ["ar"] },
  positionTopP: { low: 0.01, high: 1, generators: ["ar"] },
};

/** @type {Record<string, any>} */
const USUAL = {
  ...{ schedule: "priority", steps: 12, guidance: 0, temperature: 0.7, priority: 4, noise: 1, every: 4, topK: null, topP: 1 },
  ...{ positionTemperature: 0.5, positionTopK: null, positionTopP: 1 },
};

/** What a generator heeds of it. @param {"nar" | "ar"} mode */
const usual = (mode) =>
  Object.fromEntries(Object.entries(USUAL).filter(([name]) => (name === "schedule" ? mode === "nar" : /** @type {any} */ (LIMITS)[name].generators.includes(mode))));

/** What so many granularities are called. */
const NAMES = [[""], ["coarse", "fine"], ["coarse", "middle", "fine"], ["coarse", "middle", "fine", "finest"]];

/** @param {any} manifest */
export function describe({ name, version, classes, architecture, defaults = {}, files }) {
  const { image, grid } = architecture.tokenizer;
  const count = grid.granularities - 1;
  const has = (/** @type {string} */ part) => ROLES[part].every((role) => files.some((/** @type {any} */ file) => file.role === role));
  /** So much of the regions is finer than coarse, each granularity as much. @param {number} share */
  const shares = (share) => Array.from({ length: count }, () => share / count);
  const generators = BOTH.filter(has);
  // As the engine says it, whatever the order of a file.
  const axes = classes.axes.map((/** @type {any} */ { id, name, ...rest }) => ({ id, name, ...rest }));
  const { trained } = classes;
  return {
    ...{ name, version, image, axes, ...(trained ? { trained } : {}), generators, encodes: has("encode") },
    grid: { ...grid, cells: grid.regions * 2 ** count, names: NAMES[count] },
    schedules: SCHEDULES.map(([id, title, about, priority, prioritised]) => ({ id, name: title, about, priority, prioritised })),
    measures: MEASURES.map(([id, title, about]) => ({ id, name: title, about })),
    measure: "deviation",
    limits: { ...LIMITS, shares: { low: 0, high: 1, count, generators: BOTH } },
    defaults: {
      ...(generators.includes("nar") ? { nar: { ...usual("nar"), shares: shares(0.75), ...defaults.nar } } : {}),
      ...(generators.includes("ar") ? { ar: { ...usual("ar"), temperature: 0.3, shares: shares(0.5), ...defaults.ar } } : {}),
      encode: { shares: shares(0.5) },
    },
    files,
  };
}
