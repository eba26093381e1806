/**
 * Whether WebGPU can be had in this context, and in words a visitor understands, why not.
 *
 * Asked in the worker, because that is where it is used: some browsers offer WebGPU to pages only.
 */

/** @typedef {{ info?: { isFallbackAdapter?: boolean }, isFallbackAdapter?: boolean }} Adapter */

/**
 * @param {object} [options]
 * @param {boolean} [options.software] accept an adapter that computes on the processor. It is there
 *   for trying WebGPU out; for drawing, our own processor backend is many times faster.
 * @param {object} [options.scope] the global to look at; tests pass their own
 * @param {boolean} [options.scope.isSecureContext]
 * @param {{ gpu?: { requestAdapter(options?: object): Promise<unknown> } }} [options.scope.navigator]
 * @returns {Promise<string | null>} null if there is an adapter, else the reason as a sentence
 */
export async function whyNoWebGpu({ software = false, scope = globalThis } = {}) {
  if (scope.isSecureContext === false) {
    return "WebGPU works only on pages opened over https or on this computer itself (localhost).";
  }
  const gpu = scope.navigator?.gpu;
  if (!gpu) {
    return "This browser does not offer WebGPU here; a newer version, or its settings, may.";
  }
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
    if (adapter && (software || !isSoftware(adapter))) return null;
    if (adapter) return "The browser offers WebGPU only as an imitation in software, without a graphics processor.";
  } catch {
    // Some drivers throw where others answer null; it means the same to a visitor.
  }
  return "The browser has WebGPU but found no graphics processor it is willing to use.";
}

/** @param {Adapter} adapter older browsers have the mark on the adapter itself */
function isSoftware(adapter) {
  return Boolean(adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter);
}
