/**
 * Every failure that leaves this library is a `VarigrainError`: a stable `code` for programs and a
 * sentence for people. Codes cross the worker boundary as plain objects, because structured clone
 * drops an Error's own fields in some browsers.
 */

/**
 * The codes a program may test for.
 *
 * - `no-webgpu`       WebGPU was asked for and cannot be had (the message says why)
 * - `unsupported`     the browser has no WebAssembly, or no workers that are modules
 * - `engine-missing`  the program itself (worker or wasm) could not be loaded
 * - `pack-missing`    a file of the model could not be downloaded (the message has its address)
 * - `pack-version`    the model was made for another version of the program
 * - `pack-damaged`    a file of the model is not what its manifest says
 * - `worker-crashed`  the engine stopped; the next `generate()` starts a fresh one
 * - `device-lost`     the browser took the GPU away; the next `generate()` asks for it again
 * - `aborted`         your signal said stop
 * - `closed`          `close()` was called
 * - `bad-image`       the picture to encode does not have the model's size
 * - `picture-damaged` what is to be opened is no picture, or only a part of one
 * - `picture-version` it is of another model, or of another version of it
 * - `bad-canvas`      the canvas to draw on cannot be drawn on (the message says why)
 * - `unknown-axis`    the model has no such axis of classes
 * - `unknown-class`   the axis has no such class; the error's `axis` says which one
 * - `out-of-range`, `bad-request`
 */
export const CODES = Object.freeze(
  /** @type {const} */ ([
    "no-webgpu",
    "unsupported",
    "engine-missing",
    "pack-missing",
    "pack-version",
    "pack-damaged",
    "worker-crashed",
    "device-lost",
    "aborted",
    "closed",
    "unknown-axis",
    "unknown-class",
    "out-of-range",
    "bad-request",
    "bad-image",
    "picture-damaged",
    "picture-version",
    "bad-canvas",
  ]),
);

/** @typedef {(typeof CODES)[number]} Code */
/** @typedef {{ code: Code, message: string, axis?: string }} PlainError `axis`: of an unknown class */

/** Characters of the longest message. Names and addresses in it may come from anywhere, and be of any length. */
const LONGEST = 600;

/** Without its middle, if it is too long: what went wrong stands at its ends. @param {string} message */
function shortened(message) {
  if (message.length <= LONGEST) return message;
  return `${message.slice(0, LONGEST / 2)} … ${message.slice(-LONGEST / 2)}`;
}

/** After these the engine's memory cannot be trusted, so its worker is thrown away. */
const FATAL = /** @type {readonly string[]} */ (["worker-crashed", "device-lost"]);

export class VarigrainError extends Error {
  /**
   * @param {Code} code
   * @param {string} message a whole sentence that a visitor of the page understands
   * @param {ErrorOptions & { axis?: string }} [options]
   */
  constructor(code, message, options) {
    super(shortened(message), options);
    this.name = "VarigrainError";
    /** @readonly */
    this.code = code;
    /** The axis that lacks the class, if that is what is wrong. @readonly */
    this.axis = options?.axis;
  }

  /** True if the worker that reported this must not be used again. */
  get fatal() {
    return FATAL.includes(this.code);
  }
}

/**
 * @param {unknown} value
 * @returns {value is Code}
 */
export function isCode(value) {
  return CODES.includes(/** @type {Code} */ (value));
}

/**
 * Turns whatever was thrown into one of our errors.
 *
 * Anything without a known code is a fault in the program rather than in its input: a wasm panic
 * arrives as `RuntimeError: unreachable`. Such an engine may hold half-written state, hence
 * "worker-crashed" and not something milder.
 *
 * @param {unknown} thrown
 * @returns {VarigrainError}
 */
export function asVarigrainError(thrown) {
  if (thrown instanceof VarigrainError) return thrown;
  const { code, message, axis } = /** @type {{ code?: unknown, message?: unknown, axis?: unknown }} */ (
    typeof thrown === "object" && thrown !== null ? thrown : { message: thrown }
  );
  const text = typeof message === "string" && message ? message : String(thrown);
  if (isCode(code)) return new VarigrainError(code, text, { cause: thrown, ...(typeof axis === "string" ? { axis } : {}) });
  return crashed(text, thrown);
}

/**
 * @param {string} detail what the engine said last, for a bug report
 * @param {unknown} [cause]
 */
export function crashed(detail, cause) {
  return new VarigrainError(
    "worker-crashed",
    `The drawing engine stopped unexpectedly (${detail}). It starts afresh with the next image.`,
    { cause },
  );
}

/** @returns {VarigrainError} */
export function aborted() {
  return new VarigrainError("aborted", "Stopped before the image was finished.");
}

/**
 * @param {VarigrainError} error
 * @returns {PlainError}
 */
export function toPlain({ code, message, axis }) {
  return { code, message, ...(axis === undefined ? {} : { axis }) };
}

/**
 * @param {PlainError} plain
 * @returns {VarigrainError}
 */
export function fromPlain({ code, message, axis }) {
  return new VarigrainError(code, message, axis === undefined ? undefined : { axis });
}
