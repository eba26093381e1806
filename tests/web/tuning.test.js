import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { remember, remembered, useRemembered } from "../../www/lib/tuning.js";

/** Cache Storage with what a test needs of it. */
function someCaches() {
  /** @type {Map<string, Response>} */
  const kept = new Map();
  const cache = {
    put: async (/** @type {string} */ key, /** @type {Response} */ response) => void kept.set(key, response),
    delete: async (/** @type {string} */ key) => kept.delete(key),
  };
  return { open: async () => cache, match: async (/** @type {string} */ key) => kept.get(key)?.clone() };
}

/** @param {(tuning: string) => void} tune */
const engineThat = (tune) => /** @type {import("../../www/lib/wasm-module.js").Engine} */ (/** @type {unknown} */ ({ tune, adapter: () => '{"name":"a card","driver":"7"}' }));

describe("remembered tilings", () => {
  afterEach(() => Reflect.deleteProperty(globalThis, "caches"));

  it("are used by an engine that knows them", async () => {
    Reflect.set(globalThis, "caches", someCaches());
    /** @type {string[]} */
    const used = [];
    const engine = engineThat((tuning) => used.push(tuning));
    assert.equal(await useRemembered(engine), null);
    await remember(engine, "fast");
    assert.equal(await useRemembered(engine), "fast");
    assert.deepEqual(used, ["fast"]);
  });

  it("are forgotten by one that does not, instead of keeping it from starting", async () => {
    Reflect.set(globalThis, "caches", someCaches());
    const engine = engineThat(() => {
      throw new Error("there is no such tuning.");
    });
    await remember(engine, "of before");
    assert.equal(await useRemembered(engine), null);
    assert.equal(await remembered(engine), null);
  });

  it("do without a cache", async () => {
    assert.equal(await useRemembered(engineThat(() => {})), null);
  });
});
