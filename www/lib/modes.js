/**
 * The two generators of a pack: what they are called, which files they need, and which options of a
 * request only one of them heeds.
 *
 * "nar" fills in many codes a step, all over the picture; "ar" writes one code after the other, first
 * those of all smooth regions, then those of the detailed ones.
 */

/** @typedef {(typeof MODES)[number]} Mode */
/** @typedef {(typeof METHODS)[number]} Method what the page offers: a generator, or both of them */
/** @typedef {import("./protocol.js").PackFile} PackFile */

export const MODES = Object.freeze(/** @type {const} */ (["nar", "ar"]));
export const METHODS = Object.freeze(/** @type {const} */ ([...MODES, "both"]));

/** What they are called on the page. */
export const METHOD_NAMES = Object.freeze(
  /** @type {const} */ ({ nar: "Everywhere at once", ar: "Coarse to fine", both: "Side by side" }),
);

/** As the paper has them. */
export const PAPER_NAMES = Object.freeze(/** @type {const} */ ({ nar: "DGiT-NAR", ar: "DGiT-AR" }));

/** What drawing uses; other files of a pack stay on the server. */
const ROLES = Object.freeze(
  /** @type {Record<Mode, readonly string[]>} */ ({ nar: ["decoder", "grain-map", "nar"], ar: ["decoder", "ar"] }),
);

/** Options that only one of the two heeds. */
export const OWN_OPTIONS = Object.freeze(
  /** @type {const} */ ({
    nar: ["steps", "priority", "schedule"],
    ar: ["every", "topK", "topP", "positionTemperature", "positionTopK", "positionTopP"],
  }),
);

/**
 * @param {unknown} value
 * @returns {value is Mode}
 */
export function isMode(value) {
  return MODES.includes(/** @type {Mode} */ (value));
}

/**
 * The generators that a method takes.
 *
 * @param {Method} [method]
 * @returns {readonly Mode[]}
 */
export function modesOf(method = "nar") {
  return method === "both" ? MODES : [method];
}

/**
 * Whether a method heeds an option.
 *
 * @param {Method | undefined} method
 * @param {string} option
 */
export function heeds(method, option) {
  const own = MODES.filter((mode) => /** @type {readonly string[]} */ (OWN_OPTIONS[mode]).includes(option));
  return !own.length || own.some((mode) => modesOf(method).includes(mode));
}

/**
 * The generators that a pack has all files of.
 *
 * @param {readonly PackFile[]} files
 * @returns {Mode[]}
 */
export function offered(files) {
  return MODES.filter((mode) => ROLES[mode].every((wanted) => files.some(({ role }) => role === wanted)));
}

/**
 * The files that some generators need, in the order of the pack.
 *
 * @template {PackFile} File
 * @param {readonly File[]} files
 * @param {readonly Mode[]} modes
 */
export function filesFor(files, modes) {
  return files.filter(({ role }) => modes.some((mode) => ROLES[mode].includes(role)));
}
