/**
 * What the page and its worker say to each other. Only types: there is nothing to run here.
 *
 * The page sends calls, each with an `id`; the worker answers each one once, with `ok` or `error`.
 * In order of a visit:
 *
 *     load       find a backend; download, verify and build the model; `progress` messages meanwhile
 *     prepare    the same for a part that was not loaded with the rest; at once if it is there
 *     canvas     take a canvas that is moved to the worker, to be drawn on from now on
 *     generate   prepare one run (validates the request, draws nothing)
 *     next       one step of a run; answered with the step, or with null after the last
 *     encode     encode one picture; answered with what it comes to
 *     write      a picture as bytes
 *     read       the picture of such bytes
 *     decode     the picture of a grain map and codes
 *     inspect    look again at how one code was chosen; answered with what the network made of it
 *     abort      drop a run; no step of it, and no encoding, is begun after this arrives
 *     memory     how much the engine holds
 *
 * A step is computed only when `next` asks for it, so a slow reader never piles up images. Whatever needs the engine
 * takes its turn in one queue, in the order in which it arrives: a turn is one step, one encoding, one warm-up. So
 * several runs share the engine step by step, however many they are and whoever asked. What is dropped before its
 * turn never begins. Only the network is waited for outside of this order, so that a download does not hold up what
 * is being drawn.
 */

/** @typedef {import("./errors.js").PlainError} PlainError */
/** @typedef {import("./modes.js").Mode} Mode */
/** @typedef {import("./modes.js").Part} Part */
/** @typedef {"webgpu" | "cpu"} Backend */
/** @typedef {import("./tuning.js").Kind} Kind */

/**
 * Absolute addresses of what wasm-bindgen wrote; a `binary` that is not named lies beside its script.
 *
 * @typedef {{ script: string, binary?: string }} Program
 */

/**
 * @typedef {object} LoadArgs
 * @property {string} model absolute address of the pack's folder, with a slash at the end
 * @property {Record<Backend, Program>} wasm of each backend
 * @property {"auto" | Backend} backend
 * @property {readonly Mode[] | null} modes the generators to load at once; null: the first that the model has
 * @property {readonly Kind[] | null} kernels kinds of kernels to use where they can be had; null: what is usual
 */

/**
 * `alive` is said every second as long as there is `more` of it to come, so that silence is heard.
 *
 * `kernels`: the kinds in use. `reason`: why not WebGPU, if that was not for us to choose. `description`: what the engine says of the manifest, see
 * lib/description.js, still plain. `warmUpMs`: of the first generator. `full`: the browser had no room to keep all
 * files, so they will have to be downloaded again.
 *
 * @typedef {{ backend: Backend, kernels: Kind[], reason: string | null, description: any, warmUpMs: number, full: boolean }} LoadReply
 */

/** @typedef {{ part: Part }} PrepareArgs answered with `{ full }` */
/** @typedef {{ canvas: number, surface: OffscreenCanvas | null }} CanvasArgs `canvas`: the page's number; null: forget it */
/**
 * `canvas`: every step is painted on it. `images`: false for steps without.
 *
 * @typedef {{ run: number, request: string, canvas?: number, images?: boolean }} GenerateArgs
 */
/** @typedef {{ run: number }} RunArgs */
/** @typedef {{ run: number, pixels: Uint8ClampedArray, options: string }} EncodeArgs `pixels`: RGBA */

/** @typedef {{ grains: Uint8Array, cells: Uint16Array }} WriteArgs answered with bytes */
/** @typedef {{ run: number, bytes: Uint8Array }} ReadArgs */
/** @typedef {{ run: number, grains: Uint8Array, cells: Uint16Array }} DecodeArgs */
/** @typedef {{ run: number, request: string, grains: Uint8Array, known: Uint8Array, cells: Uint16Array, order: Uint16Array, cell: number }} InspectArgs */

/**
 * What a picture is drawn of: for every axis of the model an id, or null. Where "any" was asked for, it is what was
 * drawn in its place; null is what stayed any: with `repaint`, with a pack that does not tell which combinations were
 * trained, and where none fits.
 *
 * @typedef {Readonly<Record<string, string | null>>} Drawn
 */

/**
 * @typedef {object} RawStep
 * @property {number} index
 * @property {number} total
 * @property {boolean} done
 * @property {Uint8ClampedArray<ArrayBuffer> | null} image RGBA; none where nobody wants it
 * @property {number} width
 * @property {number} height
 * @property {Uint8Array} grains
 * @property {Uint8Array} undecided
 * @property {Uint8Array} known
 * @property {number} tokens
 * @property {number} codes
 * @property {Uint16Array} cells
 * @property {Uint16Array} order
 * @property {Float32Array} confidence
 * @property {Drawn} prompt
 * @property {number} ms
 */

/**
 * @typedef {object} RawCoded
 * @property {Float32Array} density
 * @property {Uint8Array} levels
 * @property {Uint8Array} grains
 * @property {Uint16Array} cells
 * @property {number} codes
 * @property {number} codeBits
 * @property {number} mapBits
 * @property {Uint8ClampedArray<ArrayBuffer>} image
 * @property {number} width
 * @property {number} height
 * @property {Float32Array} error
 * @property {number} psnr
 * @property {number} ms
 */

/**
 * @typedef {object} RawPicture
 * @property {Uint8Array} grains
 * @property {Uint16Array} cells
 * @property {number} codes
 * @property {Uint8ClampedArray<ArrayBuffer>} image
 * @property {number} width
 * @property {number} height
 */

/**
 * @typedef {object} RawDecision
 * @property {number} row
 * @property {number} column
 * @property {number} span
 * @property {number} grain
 * @property {number} code
 * @property {number} step
 * @property {boolean} known
 * @property {number} before
 * @property {number | null} level
 * @property {number} levels
 * @property {Float32Array} logits
 * @property {number} temperature
 * @property {number} layers
 * @property {Float32Array} attention
 * @property {Float32Array} aside
 */

/** @typedef {{ name: string, role: string, bytes: number, sha256: string }} PackFile */

/**
 * What an engine holds, in bytes.
 *
 * @typedef {object} Memory
 * @property {number} wasm
 * @property {number} gpuReserved taken from the GPU, for use again and again
 * @property {number} gpuInUse
 */

/**
 * @typedef {object} Progress
 * @property {"download" | "compile" | "warm-up" | "ready"} phase
 * @property {number} loaded bytes so far (parts so far in the phases after "download")
 * @property {number} total bytes in all; 0 while that is not known
 * @property {string} [file] the file that moved last
 * @property {Mode} [mode] the generator that is loaded, if it was not with the rest
 * @property {"encode" | "decode"} [part] the same for the encoder
 * @property {Backend} [backend] what it will run on, as soon as that is known
 */

/** @typedef {"load" | "prepare" | "canvas" | "generate" | "next" | "encode" | "write" | "read" | "decode" | "inspect" | "abort" | "memory"} CallType */
/** @typedef {{ id: number, type: CallType, args: any }} Call */
/**
 * @typedef {{ type: "ok", id: number, value: any }
 *   | { type: "error", id: number | null, error: PlainError }
 *   | { type: "alive", more: boolean }
 *   | { type: "progress", progress: Progress }} Reply
 */

export {};
