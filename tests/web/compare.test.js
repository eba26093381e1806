/** What two pictures of one seed may differ in, what is asked for them, and how far they are apart. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { differencesOf, knobsOf, requestsOf, titleOf, valuesOf } from "../../www/components/compare/knobs.js";
import { meanDifference, tellDifference } from "../../www/lib/fidelity.js";
import { inRange } from "../../www/lib/request.js";
import { describePack } from "./helpers.js";

/** @typedef {import("../../www/components/compare/knobs.js").Value} Value */

const emoji = describePack({ filler: 0 });
const three = describePack({ kind: "three-grains" });
const alone = describePack({ kind: "no-axis", ar: false });

/** As the form says it of itself. @param {import("../../www/lib/request.js").Wish} [more] */
const wish = (more) => ({ mode: /** @type {const} */ ("nar"), prompt: { concept: "sun" }, seed: 7, schedule: "priority", shares: [0.75], ...{ steps: 12, every: 4, guidance: 0, temperature: 0.7, positionTemperature: 0.5, priority: 4, topK: 65536, topP: 1, positionTopK: 65536, positionTopP: 1 }, ...more });

/** @param {import("../../www/lib/description.js").Description} description @param {import("../../www/lib/request.js").Wish} asked */
const ids = (description, asked) => knobsOf(description, asked).map(({ id }) => id);

/** @param {string} id @param {import("../../www/lib/request.js").Wish} asked */
function knob(id, asked, description = emoji) {
  const found = knobsOf(description, asked).find((one) => one.id === id);
  assert.ok(found, id);
  return found;
}

describe("settings that can be compared", () => {
  it("are those that the generator of the form heeds", () => {
    assert.deepEqual(ids(emoji, wish()), ["schedule", "priority", "temperature", "steps", "guidance", "shares", "mode", "positionTemperature"]);
    assert.deepEqual(ids(emoji, wish({ mode: "both" })), ids(emoji, wish()));
    assert.deepEqual(ids(emoji, wish({ mode: "ar" })), ["temperature", "guidance", "shares", "mode", "every", "positionTemperature", "topK", "topP", "positionTopK", "positionTopP"]);
  });

  it("are no priority where the schedule knows none, no shares of one granularity, no method of one generator", () => {
    assert.ok(!ids(emoji, wish({ schedule: "confidence" })).includes("priority"));
    const few = ids(alone, wish({ mode: "nar" }));
    assert.ok(!few.includes("shares") && !few.includes("mode") && few.includes("schedule"));
  });

  it("begin with what the form says and another value in range", () => {
    for (const mode of /** @type {const} */ (["nar", "ar"])) {
      for (const temperature of [0.1, 0.7, 2]) for (const shares of [[0], [0.75], [1]]) {
        const asked = wish({ mode, temperature, shares, steps: 1, topK: 1 });
        for (const one of knobsOf(emoji, asked)) {
          const [first, second] = valuesOf(one, asked, emoji);
          assert.notDeepEqual(first, second, one.id);
          if (one.kind === "number") for (const value of [first, second]) assert.ok(inRange(emoji, one.id, Number(value)), `${one.id} ${value}`);
        }
      }
    }
    assert.deepEqual(valuesOf(knob("steps", wish()), wish(), emoji), [12, 6]);
    assert.deepEqual(valuesOf(knob("guidance", wish()), wish(), emoji), [0, 2.5]);
    assert.deepEqual(valuesOf(knob("topK", wish({ mode: "ar" })), wish({ mode: "ar" }), emoji), [65536, 65]);
    const shares = valuesOf(knob("shares", wish({ shares: [0.375, 0.375] }), three), wish({ shares: [0.375, 0.375] }), three);
    assert.deepEqual(shares, [[0.375, 0.375], [0.18, 0.18]]);
  });
});

describe("the two requests", () => {
  it("differ in one number and share all else", () => {
    const asked = wish({ guidance: 1.5 });
    const [first, second] = requestsOf(asked, knob("temperature", asked), [0.7, 1.2], emoji);
    assert.deepEqual(second, { ...first, temperature: 1.2 });
    assert.deepEqual([first.temperature, first.guidance, first.seed, first.mode], [0.7, 1.5, 7, "nar"]);
    assert.ok(!("topK" in first), "the other generator's");
    assert.deepEqual(differencesOf([first, second], emoji), [["Temperature", "0.7", "1.2"]]);
    assert.equal(titleOf(knob("temperature", asked), second, emoji), "Temperature 1.2");
  });

  it("give each schedule a priority of its own, but that of the form to the form's", () => {
    const asked = wish({ priority: 6 });
    const one = knob("schedule", asked);
    const [first, second] = requestsOf(asked, one, ["priority", "random"], emoji);
    assert.deepEqual([first.priority, second.priority], [6, 0]);
    assert.deepEqual(differencesOf([first, second], emoji), [["Schedule", "Information first", "Random"], ["Priority", "6", "0"]]);
    // Where it plays no part it is told of the other alone, if that is not as it starts.
    assert.deepEqual(differencesOf(requestsOf(asked, one, ["priority", "halton"], emoji), emoji).length, 2);
    assert.deepEqual(differencesOf(requestsOf(asked, one, ["priority", "confidence"], emoji), emoji)[1], ["Priority", "6", null]);
    assert.deepEqual(differencesOf(requestsOf(wish(), one, ["priority", "confidence"], emoji), emoji).length, 1);
  });

  it("start where each generator does, unless something was set", () => {
    for (const mode of /** @type {const} */ (["nar", "both"])) {
      const asked = wish({ mode });
      const [nar, ar] = requestsOf(asked, knob("mode", asked), ["nar", "ar"], emoji);
      assert.deepEqual([nar.mode, nar.temperature, nar.steps, nar.every], ["nar", 0.7, 12, undefined]);
      assert.deepEqual([ar.mode, ar.temperature, ar.steps, ar.shares], ["ar", 0.3, undefined, [0.5]]);
      assert.deepEqual(differencesOf([nar, ar], emoji), [
        ["Method", "Everywhere at once", "Coarse to fine"],
        ["Shares", "fine 75\u00a0%", "fine 50\u00a0%"],
        ["Temperature", "0.7", "0.3"],
      ]);
    }
    const set = wish({ temperature: 1, topK: 20 });
    const differences = differencesOf(requestsOf(set, knob("mode", set), ["nar", "ar"], emoji), emoji);
    assert.deepEqual(differences.slice(2), [["Top k", null, "20"]]);
  });

  it("are the same for the same values, and say so", () => {
    const asked = wish();
    const requests = requestsOf(asked, knob("shares", asked), [[0.5], [0.5]], emoji);
    assert.deepEqual(requests[0], requests[1]);
    assert.deepEqual(differencesOf(requests, emoji), []);
    assert.equal(titleOf(knob("shares", asked), requests[0], emoji), "Fine 50\u00a0%");
  });
});

describe("how far two pictures are apart", () => {
  it("is the mean over the three colours, whatever the opacity", () => {
    assert.equal(meanDifference([1, 2, 3, 255], [1, 2, 3, 0]), 0);
    assert.equal(meanDifference([0, 0, 0, 255, 10, 10, 10, 255], [3, 0, 0, 255, 10, 1, 10, 255]), 2);
    assert.equal(meanDifference([], []), 0);
  });

  it("is said in a sentence", () => {
    assert.equal(tellDifference(0), "This is the same picture: no pixel differs.");
    assert.match(tellDifference(0.01), /differ by less than 0\.1 of 255/);
    assert.match(tellDifference(12.34), /differ by 12\.3 of 255 on average/);
  });
});
