/** Kernels that were right before, and are asked again after the first picture. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, mock } from "node:test";
import { someCaches } from "./fake/caches.js";
import { NO_TRUST, trustIn } from "../../www/lib/trusted.js";
import { Runs } from "../../www/lib/runs.js";
import { askLater } from "../../www/lib/warm-up.js";

/** @type {import("../../www/lib/warm-up.js").Answered} */
const answered = (_, work) => work;

/** @param {string} name @returns {any} */
const engineOn = (name, more = {}) => ({ adapter: () => JSON.stringify({ name }), ...more });

describe("trust in kernels", () => {
  // Node 20 has no navigator.
  const { navigator } = globalThis;
  beforeEach(() => Reflect.defineProperty(globalThis, "navigator", { value: { userAgent: "a browser" }, configurable: true }));
  afterEach(() => {
    Reflect.deleteProperty(globalThis, "caches");
    Reflect.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  });

  it("is remembered of the same texts on the same graphics processor, until it is withdrawn", async () => {
    Reflect.set(globalThis, "caches", someCaches());
    const given = async (name = "a card", shaders = ["one", "two"]) => (await trustIn(engineOn(name), shaders)).given;
    assert.equal(await given(), false);
    await (await trustIn(engineOn("a card"), ["one", "two"])).give();
    assert.equal(await given(), true);
    assert.equal(await given("another card"), false);
    assert.equal(await given("a card", ["one", "another"]), false);
    await (await trustIn(engineOn("a card"), ["one", "two"])).withdraw();
    assert.equal(await given(), false);
  });

  it("is not given where nothing can be kept, nor to a processor", async () => {
    const trust = await trustIn(engineOn("a card"), ["one"]);
    await trust.give();
    assert.equal((await trustIn(engineOn("a card"), ["one"])).given, false);
    assert.equal(await trustIn(engineOn("a processor"), []), NO_TRUST);
  });
});

describe("a known answer that is asked for later", () => {
  afterEach(() => mock.timers.reset());

  /** Asks while a picture is drawn, which ends after the first pause. @param {() => Promise<void>} warmUp */
  async function asked(warmUp) {
    mock.timers.enable({ apis: ["setTimeout"] });
    const runs = new Runs();
    let withdrawn = 0;
    const trust = { ...NO_TRUST, given: true, withdraw: async () => void withdrawn++ };
    await runs.begin(1, () => /** @type {any} */ ({ free() {} }));
    const pass = mock.fn(warmUp);
    const outcome = askLater(engineOn("a card", { warmUp: pass }), ["nar"], trust, runs, answered).catch((error) => error);
    const pause = async () => {
      for (let i = 0; i < 20; i++) await Promise.resolve();
      mock.timers.tick(1500);
      for (let i = 0; i < 20; i++) await Promise.resolve();
    };
    await pause();
    assert.equal(pass.mock.callCount(), 0, "while a picture is drawn");
    await runs.drop(1);
    await pause();
    const error = await outcome;
    assert.equal(pass.mock.callCount(), 1);
    return { error, withdrawn };
  }

  it("waits until nothing is drawn, and changes nothing if it is right", async () => {
    assert.deepEqual(await asked(async () => {}), { error: undefined, withdrawn: 0 });
  });

  it("withdraws trust and is told if it is wrong", async () => {
    const { error, withdrawn } = await asked(() => Promise.reject(new Error("wrong numbers")));
    assert.match(String(error), /wrong numbers/);
    assert.equal(withdrawn, 1);
  });
});
