/** The queue of the worker: who enters the engine, in which order, and what is dropped. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Runs } from "../../www/lib/runs.js";

/** An engine that tells what it does, and that must not be entered twice at once. */
function engine() {
  /** @type {string[]} */
  const told = [];
  let inside = false;
  /** @param {string} what */
  const enter = async (what) => {
    assert.equal(inside, false, `${what} came in beside another`);
    inside = true;
    told.push(what);
    await new Promise((resolve) => setTimeout(resolve, 2));
    inside = false;
  };
  /** @param {string} name */
  const start = (name) => () => {
    told.push(`${name} starts`);
    let index = 0;
    return /** @type {any} */ ({
      paintOn: (/** @type {any} */ canvas, /** @type {boolean} */ direct) => told.push(`${name} on ${canvas.name}${direct ? " itself" : ""}`),
      withoutImages: () => told.push(`${name} blind`),
      next: async () => {
        await enter(`${name}${index}`);
        return { index: index++ };
      },
      free: () => told.push(`${name} freed`),
    });
  };
  return { told, enter, start };
}

describe("the runs of the worker", () => {
  it("share the engine step by step, and with whatever else needs it", async () => {
    const { told, enter, start } = engine();
    const runs = new Runs();
    const all = [
      ...[runs.begin(1, start("a"), undefined), runs.begin(2, start("b"), undefined)],
      ...[runs.next(1), runs.next(1), runs.next(2), runs.inTurn(() => enter("encoding")), runs.next(2), runs.next(1)],
    ];
    await Promise.all(all);
    assert.deepEqual(told, ["a starts", "b starts", "a0", "a1", "b0", "encoding", "b1", "a2"]);
  });

  it("are under way from their beginning until they are dropped", async () => {
    const { start } = engine();
    const runs = new Runs();
    assert.equal(runs.underWay, false);
    await Promise.all([runs.begin(1, start("a"), undefined), runs.begin(2, start("b"), undefined)]);
    await runs.drop(1);
    assert.equal(runs.underWay, true);
    await runs.drop(2);
    assert.equal(runs.underWay, false);
  });

  it("go on after a failure of another", async () => {
    const { told, start } = engine();
    const runs = new Runs();
    const failing = runs.begin(1, () => assert.fail("a bad request"), undefined);
    const fine = runs.begin(2, start("b"), undefined);
    await assert.rejects(failing, /a bad request/);
    await fine;
    await assert.rejects(runs.next(1), { code: "aborted" });
    assert.deepEqual((await runs.next(2)).step?.index, 0);
    assert.deepEqual(told, ["b starts", "b0"]);
  });

  it("begin nothing once they are dropped, end what was begun, and are freed after it", async () => {
    const { told, start } = engine();
    const runs = new Runs();
    await runs.begin(1, start("a"), undefined);
    const [first, second, third] = [runs.next(1), runs.next(1), runs.inTurnOf(1, () => told.push("never"))];
    const refused = Promise.all([second, third].map((one) => assert.rejects(one, { code: "aborted" })));
    // The first has not had its turn when all this is asked; it begins with the next moment.
    await Promise.resolve();
    await Promise.resolve();
    const dropped = runs.drop(1);
    assert.equal((await first).step?.index, 0);
    await Promise.all([refused, dropped, runs.drop(1), runs.drop(7)]);
    assert.deepEqual(told, ["a starts", "a0", "a freed"]);
  });

  it("can be dropped before they have begun", async () => {
    const { told, start } = engine();
    const runs = new Runs();
    const begun = runs.begin(1, start("a"), undefined);
    const dropped = runs.drop(1);
    await assert.rejects(begun, { code: "aborted" });
    await dropped;
    assert.deepEqual(told, []);
  });

  it("paint on the canvas that they name, and on none that is not there", async () => {
    const { told, start } = engine();
    const runs = new Runs();
    runs.keepCanvas(4, /** @type {any} */ ({ name: "canvas 4" }));
    await runs.begin(1, start("a"), { canvas: 4 });
    await runs.begin(2, start("b"), { canvas: 4, direct: true, images: false });
    runs.keepCanvas(4, null);
    await assert.rejects(runs.begin(3, start("c"), { canvas: 4 }), { code: "bad-canvas" });
    assert.deepEqual(told, ["a starts", "a on canvas 4", "b starts", "b on canvas 4 itself", "b blind"]);
  });
});
