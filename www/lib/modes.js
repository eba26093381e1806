/**
 * The two generators of a pack: what they are called and which files they need. Beside them, what encoding a
 * picture needs.
 *
 * "nar" fills in many codes a step, all over the picture; "ar" writes one code after the other, first
 * those of all smooth regions, then those of more detailed ones.
 */

/** @typedef {(typeof MODES)[number]} Mode */
/** @typedef {(typeof METHODS)[number]} Method what the page offers: a generator, or both of them */
/** @typedef {Mode | "encode" | "decode"} Part what of a model is loaded by itself: a generator, the encoder, the decoder */
/** @typedef {import("./protocol.js").PackFile} PackFile */

export const MODES = Object.freeze(/** @type {const} */ (["nar", "ar"]));
export const METHODS = Object.freeze(/** @type {const} */ ([...MODES, "both"]));

/** What they are called on the page. */
export const METHOD_NAMES = Object.freeze(
  /** @type {const} */ ({ nar: "Everywhere at once", ar: "Coarse to fine", both: "Side by side" }),
);

/** As the paper has them. */
export const PAPER_NAMES = Object.freeze(/** @type {const} */ ({ nar: "DGiT-NAR", ar: "DGiT-AR" }));

/** What a model cannot do without them. */
export const PART_NAMES = Object.freeze(/** @type {const} */ ({ ...PAPER_NAMES, encode: "encoder", decode: "decoder" }));

/** What each part uses; other files of a pack stay on the server. */
const ROLES = Object.freeze(
  /** @type {Record<Part, readonly string[]>} */ ({
    nar: ["decoder", "grain-map", "nar"],
    ar: ["decoder", "ar"],
    encode: ["decoder", "encoder"],
    decode: ["decoder"],
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
 * @param {unknown} value
 * @returns {value is Part}
 */
export function isPart(value) {
  return value === "encode" || value === "decode" || isMode(value);
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
 * The generators that a pack has all files of.
 *
 * @param {readonly PackFile[]} files
 * @returns {Mode[]}
 */
export function offered(files) {
  return MODES.filter((mode) => isThere(files, mode));
}

/**
 * What is loaded first if nothing is said: nothing of a pack that only encodes.
 *
 * @param {readonly PackFile[]} files
 * @returns {readonly Mode[]}
 */
export function firstOf(files) {
  return offered(files).slice(0, 1);
}

/**
 * Whether a pack has all files of a part.
 *
 * @param {readonly PackFile[]} files
 * @param {Part} part
 */
export function isThere(files, part) {
  return ROLES[part].every((wanted) => files.some(({ role }) => role === wanted));
}

/**
 * The files that some parts need, in the order of the pack.
 *
 * @template {PackFile} File
 * @param {readonly File[]} files
 * @param {readonly Part[]} parts
 */
export function filesFor(files, parts) {
  return files.filter(({ role }) => parts.some((part) => ROLES[part].includes(role)));
}
