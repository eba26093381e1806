/** What an engine does before its first picture, and the race of tilings beside the first ones. */
import assert from "node:assert/strict";
import { afterEach, describe, it, mock } from "node:test";
import { Runs } from "../../www/lib/runs.js";
import { USUAL } from "../../www/lib/tuning.js";
import { raceLater, warmUp, warmUpTuned } from "../../www/lib/warm-up.js";

/** @type {import("../../www/lib/warm-up.js").Answered} */
const answered = (_, work) => work;

/** Lets what waits for promises go on. */
const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

/** @param {object} more @returns {any} */
const engineWith = (more) => ({ backend: "webgpu", adapter: () => "{}", tuning: () => USUAL, ...more });

describe("the warm-up", () => {
  it("is measured again on a processor, where the first pass is slower than all that follow, and not on a graphics card", async () => {
    for (const [backend, passes] of /** @type {const} */ ([["cpu", 2], ["webgpu", 1]])) {
      const asked = /** @type {string[]} */ ([]);
      const engine = engineWith({ backend, warmUp: async (/** @type {string} */ mode) => void asked.push(mode) });
      assert.ok((await warmUp(engine, "nar", answered)) >= 0);
      assert.deepEqual(asked, Array(passes).fill("nar"));
    }
  });

  it("turns to the usual tilings where remembered ones compute wrong numbers, and gives up after these", async () => {
    let tuning = "remembered";
    const engine = engineWith({
      tune: (/** @type {string} */ to) => (tuning = to),
      warmUp: async () => assert.equal(tuning, USUAL, "wrong numbers"),
    });
    await warmUpTuned(engine, "nar", answered);
    assert.equal(tuning, USUAL);
    const broken = engineWith({ tune: () => {}, warmUp: () => Promise.reject(new Error("wrong numbers")) });
    await assert.rejects(warmUpTuned(broken, "nar", answered), /wrong numbers/);
  });
});

describe("the race of tilings", () => {
  afterEach(() => mock.timers.reset());

  it("waits until nothing is drawn, before every candidate", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    mock.method(console, "info", () => {});
    const runs = new Runs();
    const rows = ["a", "b"].map((sort) => JSON.stringify({ sort }));
    let timed = 0;
    let freed = false;
    const race = { next: async () => rows[timed++], winner: () => USUAL, free: () => (freed = true) };
    const done = raceLater(engineWith({ race: () => race }), 40, runs, answered);
    const rest = async () => {
      await settle();
      mock.timers.tick(1500);
      await settle();
    };
    await runs.begin(1, () => /** @type {any} */ ({ free() {} }));
    await rest();
    await rest();
    assert.equal(timed, 0, "a picture was under way");
    await runs.drop(1);
    await runs.begin(2, () => /** @type {any} */ ({ free() {} }));
    await rest();
    assert.equal(timed, 0, "so was the next one");
    await runs.drop(2);
    await rest();
    await done;
    assert.deepEqual([timed, freed], [3, true]);
  });
});
