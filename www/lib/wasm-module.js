/**
 * Loads the module that wasm-bindgen wrote, counting the bytes of the binary on their way in.
 */
import { NoAnswer, ask } from "./ask.js";
import { VarigrainError, asVarigrainError, crashed } from "./errors.js";
import { WEB_PAGE, isWebPage, whatCame } from "./what-came.js";

/** @typedef {import("./protocol.js").Backend} Backend */
/** @typedef {import("./protocol.js").RawStep} RawStep */
/** @typedef {import("./protocol.js").RawCoded} RawCoded */
/** @typedef {import("./progress.js").ProgressMeter} ProgressMeter */

/**
 * @typedef {object} Generation
 * @property {(canvas: OffscreenCanvas, direct: boolean) => boolean} paintOn every step to come is painted on it, too;
 *   `direct`: by the graphics processor if it takes it, which is answered
 * @property {() => void} withoutImages steps to come have no image
 * @property {() => Promise<Omit<RawStep, "ms"> | undefined>} next
 * @property {() => void} free
 */

/**
 * @typedef {object} Engine
 * @property {Backend} backend
 * @property {(manifest: Uint8Array) => string} open the model's description, as JSON
 * @property {(name: string, bytes: Uint8Array, digest?: Uint8Array) => void} add `digest`: SHA-256 of the bytes
 * @property {() => string} adapter what the graphics processor says of itself, as JSON; null on the CPU
 * @property {string[]} [kernels] kinds of kernels beside the plain ones that can be had, see `KINDS` in tuning.js
 * @property {(tuning: string) => void} [tune] lets kernels be of these tilings and kinds, JSON
 * @property {() => string} [tuning] those in use, JSON
 * @property {(tokens: number) => Race} [race] of tilings; not on the CPU
 * @property {() => unknown} gpuDevice the browser's own; undefined on the CPU
 * @property {(mode: import("./modes.js").Mode) => Promise<string[]>} shaders WGSL texts that this generator needs
 * @property {(mode: import("./modes.js").Mode) => Promise<void>} warmUp with the files of this generator
 * @property {(requestJson: string) => Generation} start
 * @property {(pixels: Uint8Array, optionsJson: string) => Promise<Omit<RawCoded, "ms">>} encode RGBA
 * @property {(grains: Uint8Array, cells: Uint16Array) => Uint8Array<ArrayBuffer>} write
 * @property {(bytes: Uint8Array) => Promise<import("./protocol.js").RawPicture>} read
 * @property {(grains: Uint8Array, cells: Uint16Array) => Promise<import("./protocol.js").RawPicture>} decode
 * @property {(request: string, grains: Uint8Array, known: Uint8Array, cells: Uint16Array, order: Uint16Array, cell: number) => Promise<import("./protocol.js").RawDecision>} inspect
 * @property {() => string} memory as JSON, see `Memory` in protocol.js
 * @property {() => void} free
 */

/** @typedef {{ next: () => Promise<string | undefined>, winner: () => string, free: () => void }} Race */

/**
 * @typedef {object} WasmModule
 * @property {(arg?: object) => Promise<unknown>} default
 * @property {{ create(backend: Backend): Promise<Engine> }} Engine
 */

/**
 * @param {string} url of the `.js` file
 * @param {ProgressMeter} meter
 * @param {string} [binary] if left out, it lies beside the script as `…_bg.wasm`
 * @returns {Promise<WasmModule>}
 */
export async function loadWasm(url, meter, binary = url.replace(/\.js(?=$|\?)/, "_bg.wasm")) {
  try {
    const [module, compiled] = await Promise.all([
      /** @type {Promise<WasmModule>} */ (import(/* @vite-ignore */ /* webpackIgnore: true */ url)),
      fetchCounted(binary, meter).then(compile),
    ]);
    await module.default({ module_or_path: compiled });
    return module;
  } catch (cause) {
    // A panic during start-up is a crash like any other, not a failed download.
    if (cause instanceof WebAssembly.RuntimeError) throw asVarigrainError(cause);
    if (cause instanceof WebAssembly.CompileError && /content security|unsafe-eval|disallowed by embedder/i.test(cause.message)) {
      throw new VarigrainError("engine-missing", FORBIDDEN, { cause });
    }
    // It came, and this browser cannot make a program of it; of another one it perhaps can.
    if (cause instanceof WebAssembly.CompileError || cause instanceof WebAssembly.LinkError) throw crashed(cause.message, cause);
    // An import says of a script only that it failed.
    const came = cause instanceof NoAnswer ? "" : await whatCame(url);
    const why = came || (cause instanceof Error ? cause.message : String(cause));
    const message = `The drawing engine could not be loaded from ${url} (${why}).`;
    throw new VarigrainError("engine-missing", message, { cause });
  }
}

const FORBIDDEN =
  "The drawing engine may not start: the page's content security policy does not allow WebAssembly; its script-src must have 'wasm-unsafe-eval'.";

/**
 * While it streams, and without waiting for the script. Not from a host that gives the file another
 * type: browsers then refuse to stream.
 *
 * @param {Response} response
 */
async function compile(response) {
  if (response.headers.get("content-type") === "application/wasm") return WebAssembly.compileStreaming(response);
  const bytes = await response.arrayBuffer();
  if (isWebPage(new Uint8Array(bytes))) throw new NoAnswer(WEB_PAGE("the program"));
  return WebAssembly.compile(bytes);
}

/**
 * The untouched response goes to the compiler, which can then compile while it streams and reuse the
 * browser's code cache; a clone of it is read only to be counted.
 *
 * @param {string} url
 * @param {ProgressMeter} meter
 */
async function fetchCounted(url, meter) {
  const response = await ask(url);
  const name = new URL(url).pathname.split("/").pop() ?? url;
  // With a content encoding the header gives the compressed length, which is not what we count.
  const encoded = response.headers.has("content-encoding");
  let announced = encoded ? 0 : Number(response.headers.get("content-length")) || 0;
  meter.expect(announced);
  meter.totalKnown();
  void count(response.clone(), (bytes) => {
    const unannounced = Math.max(0, bytes - announced);
    announced -= bytes - unannounced;
    if (unannounced) meter.expect(unannounced);
    meter.advance(bytes, name);
  });
  return response;
}

/**
 * @param {Response} response
 * @param {(bytes: number) => void} onBytes
 */
async function count(response, onBytes) {
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const piece = await reader?.read();
      if (!piece || piece.done) return;
      onBytes(piece.value.byteLength);
    }
  } catch {
    // The compiler reads the other half of the stream and reports what went wrong.
  }
}
