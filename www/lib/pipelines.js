/**
 * Compiles what a generator needs on the graphics processor, side by side and early.
 *
 * Left alone, the engine has each pipeline compiled when it is first used, one after the other, and all of it
 * waits. Asked for here, they are compiled by as many threads as the browser has for it, while weights are still on
 * their way; the engine's own requests then find them in the browser's cache.
 */

/** @typedef {import("./modes.js").Mode} Mode */
/** @typedef {import("./wasm-module.js").Engine} Engine */

/**
 * What these generators need; enters the engine.
 *
 * @param {Engine} engine with a manifest
 * @param {readonly Mode[]} modes
 * @returns {Promise<string[]>} WGSL; none on the CPU
 */
export async function shadersOf(engine, modes) {
  if (!engine.gpuDevice()) return [];
  const texts = new Set();
  for (const mode of modes) {
    for (const text of await engine.shaders(mode)) texts.add(text);
  }
  return [...texts];
}

/**
 * Compiles them beside whatever the engine does. Never fails: what cannot be compiled here cannot be compiled there,
 * and there it is said.
 *
 * @param {Engine} engine
 * @param {readonly string[]} shaders
 */
export async function compileAhead(engine, shaders) {
  const device = /** @type {GPUDevice | undefined} */ (engine.gpuDevice());
  if (!device) return;
  await Promise.allSettled(
    shaders.map(async (code) => {
      const module = device.createShaderModule({ code });
      await device.createComputePipelineAsync({ layout: "auto", compute: { module, entryPoint: "main" } });
    }),
  );
}
