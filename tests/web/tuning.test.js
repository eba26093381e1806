import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { multipliesInHalf, remember, remembered, useRemembered } from "../../www/lib/tuning.js";

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

  it("of half precision are others, used where it is asked for and can be had", async () => {
    Reflect.set(globalThis, "caches", someCaches());
    /** @type {string[]} */
    const used = [];
    const [plain, able] = [false, true].map((hasHalf) => Object.assign(engineThat((tuning) => used.push(tuning)), { hasHalf }));
    const [whole, half] = ['{"products":1,"attention":0,"windows":2}', '{"products":2,"attention":1,"windows":0,"half":true}'];
    assert.equal(await useRemembered(able, true), null);
    assert.deepEqual(JSON.parse(String(used.pop())), { products: 0, attention: 0, windows: 0, half: true });
    await remember(able, whole);
    await remember(able, half);
    assert.deepEqual([await useRemembered(able), await useRemembered(able, true), await useRemembered(plain, true)], [whole, half, whole]);
    assert.deepEqual(used, [whole, half, whole]);
    await remember(able, null, true);
    assert.deepEqual([await remembered(able), await remembered(able, true)], [whole, null]);
    const speaks = (/** @type {string | undefined} */ tuning) => multipliesInHalf(Object.assign(engineThat(() => {}), tuning && { tuning: () => tuning }));
    assert.deepEqual([speaks(undefined), speaks(whole), speaks(half)], [false, false, true]);
  });

  it("do without a cache", async () => {
    assert.equal(await useRemembered(engineThat(() => {})), null);
  });
});
