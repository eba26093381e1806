/**
 * Whether WebGPU can be had in this context, and in words a visitor understands, why not.
 *
 * Asked in the worker, because that is where it is used: some browsers offer WebGPU to pages only.
 */
import { PATIENCE, within } from "./patience.js";

/** @typedef {{ info?: { isFallbackAdapter?: boolean }, isFallbackAdapter?: boolean }} Adapter */
/** @typedef {{ requestAdapter(options?: object): Promise<unknown> }} Gpu */

/** Milliseconds between two times of asking: a driver that is being restarted takes a moment. */
const PAUSE_MS = 300;

/**
 * @param {object} [options]
 * @param {boolean} [options.software] accept an adapter that computes on the processor. It is there
 *   for trying WebGPU out; for drawing, our own processor backend is many times faster.
 * @param {object} [options.scope] the global to look at; tests pass their own
 * @param {boolean} [options.scope.isSecureContext]
 * @param {{ gpu?: Gpu }} [options.scope.navigator]
 * @param {(adapter: any) => Promise<string | null>} [options.check] what is wrong with what the adapter gives, as a
 *   sentence; asked a second time, with another adapter, before that counts
 * @returns {Promise<string | null>} null if there is an adapter, else the reason as a sentence
 */
export async function whyNoWebGpu({ software = false, scope = globalThis, check = async () => null } = {}) {
  if (scope.isSecureContext === false) {
    return "WebGPU works only on pages opened over https or on this computer itself (localhost).";
  }
  const gpu = scope.navigator?.gpu;
  if (!gpu) {
    return "This browser does not offer WebGPU here; a newer version, or its settings, may.";
  }
  for (let last = false; ; last = true) {
    const { adapter, silent } = await adapterOf(gpu);
    if (adapter && !software && isSoftware(adapter)) {
      return "The browser offers WebGPU only as an emulation in software, without a graphics processor.";
    }
    const wrong = adapter ? await check(adapter) : null;
    if (adapter && !wrong) return null;
    if (silent) return "The browser has WebGPU, but its graphics processor does not answer.";
    if (last) return wrong ?? "The browser has WebGPU but found no graphics processor it is willing to use.";
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/**
 * @param {Gpu} gpu
 * @returns {Promise<{ adapter?: Adapter | null, silent?: boolean }>}
 */
async function adapterOf(gpu) {
  // Some drivers throw where others answer null; it means the same to a visitor.
  const ask = async () => {
    try {
      return { adapter: /** @type {Adapter | null} */ (await gpu.requestAdapter({ powerPreference: "high-performance" })) };
    } catch {
      return { adapter: null };
    }
  };
  const half = PATIENCE.adapter / 2;
  const silence = () => new Error("silent");
  const first = ask();
  try {
    return await within(half, first, silence);
  } catch {
    return within(half, Promise.race([first, ask()]), silence).catch(() => ({ silent: true }));
  }
}

/** @param {Adapter} adapter older browsers have the mark on the adapter itself */
export function isSoftware(adapter) {
  return Boolean(adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter);
}
