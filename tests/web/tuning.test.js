import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { someCaches } from "./fake/caches.js";
import { askForSubgroups, checkKinds, kindsInUse, remember, remembered, useRemembered } from "../../www/lib/tuning.js";

/** @param {(tuning: string) => void} tune */
const engineThat = (tune) => /** @type {import("../../www/lib/wasm-module.js").Engine} */ (/** @type {unknown} */ ({ tune, race: () => undefined, adapter: () => '{"name":"a card","driver":"7"}' }));

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

  it("have subgroups asked for where the graphics processor has them", async () => {
    /** @type {any[]} */
    const asked = [];
    class GPUAdapter {
      /** @param {string[]} features */
      constructor(...features) {
        this.features = new Set(features);
      }
      /** @param {object} [descriptor] */
      async requestDevice(descriptor) {
        asked.push(descriptor);
      }
    }
    Reflect.set(globalThis, "GPUAdapter", GPUAdapter);
    askForSubgroups();
    Reflect.deleteProperty(globalThis, "GPUAdapter");
    askForSubgroups();
    await new GPUAdapter("subgroups").requestDevice({ label: "a", requiredFeatures: ["shader-f16"] });
    await new GPUAdapter().requestDevice();
    assert.deepEqual(asked, [{ label: "a", requiredFeatures: ["shader-f16", "subgroups"] }, { requiredFeatures: [] }]);
  });

  it("are of no kind that there is not", () => {
    checkKinds(["half", "int8", "int16", "subgroups"]);
    assert.throws(() => checkKinds(/** @type {any} */ (["half", "quarter"])), (/** @type {any} */ { code, message }) => code === "bad-request" && /“quarter”.*“half”/.test(message));
  });

  it("of half precision are others, used where it is asked for and can be had", async () => {
    Reflect.set(globalThis, "caches", someCaches());
    /** @type {string[]} */
    const used = [];
    const [plain, able] = [["int8"], ["half", "int8"]].map((kernels) => Object.assign(engineThat((tuning) => used.push(tuning)), { kernels }));
    const [whole, half] = ['{"products":1,"attention":0,"windows":2}', '{"products":2,"attention":1,"windows":0,"half":true}'];
    assert.equal(await useRemembered(able, ["half"]), null);
    assert.deepEqual(JSON.parse(String(used.pop())), { products: 0, attention: 0, windows: 0, half: true });
    await remember(able, whole);
    await remember(able, half);
    assert.deepEqual([await useRemembered(able), await useRemembered(able, ["half"]), await useRemembered(plain, ["half"])], [whole, half, whole]);
    assert.deepEqual(used, [whole, half, whole]);
    await remember(able, null, ["half"]);
    assert.deepEqual([await remembered(able), await remembered(able, ["half"])], [whole, null]);
    const speaks = (/** @type {string | undefined} */ tuning) => kindsInUse(Object.assign(engineThat(() => {}), tuning && { tuning: () => tuning }));
    assert.deepEqual([speaks(undefined), speaks(whole), speaks(half)], [[], [], ["half"]]);
  });

  it("are not what a processor has: it keeps its own kind unless others are asked for that it can have, or none", async () => {
    /** @type {any[]} */
    const used = [];
    const own = { kernels: ["int16"], tuning: () => '{"products":0,"int16":true}', race: undefined };
    const engine = Object.assign(engineThat((tuning) => used.push(JSON.parse(tuning))), own);
    for (const wanted of /** @type {const} */ ([undefined, null, ["half"], ["int16", "half"], []])) await useRemembered(engine, wanted);
    assert.deepEqual(used, [{ products: 0, attention: 0, windows: 0 }]);
  });

  it("do without a cache", async () => {
    assert.equal(await useRemembered(engineThat(() => {})), null);
  });
});
