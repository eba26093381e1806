import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatHash, parseHash } from "../../www/lib/hash-state.js";

const classes = {
  styles: [{ id: "twemoji", name: "Twemoji" }],
  categories: [
    { id: "animal", name: "Animal" },
    { id: "food", name: "Food" },
  ],
  concepts: [{ id: "cat-face", name: "cat face", emoji: "🐱", category: "animal" }],
};

describe("the request in the address", () => {
  it("comes back as it went in", () => {
    const request = /** @type {const} */ ({
      style: "twemoji",
      category: "animal",
      concept: "cat-face",
      seed: Number.MAX_SAFE_INTEGER,
      steps: 20,
      guidance: 3.5,
      temperature: 0.85,
      priority: 12,
      fineRatio: 0.25,
      schedule: "halton",
    });
    assert.deepEqual(parseHash(`#${formatHash(request)}`, classes), { request, problems: [] });
  });

  it("says the seed always and defaults never", () => {
    assert.equal(formatHash({ style: null, seed: 1, steps: 12, guidance: 0, schedule: "priority" }), "seed=1");
    assert.equal(formatHash({ seed: 1, priority: 0, schedule: "halton" }), "seed=1&schedule=halton");
    assert.equal(formatHash({ seed: 1, priority: 1, schedule: "halton" }), "seed=1&priority=1&schedule=halton");
  });

  it("keeps the method and its own options, and none that it does not heed", () => {
    const ar = /** @type {const} */ ({ mode: "ar", seed: 2, every: 1, topK: 100, topP: 0.9, positionTemperature: 0.6, positionTopK: 8, positionTopP: 0.01 });
    assert.deepEqual(parseHash(formatHash(ar), classes), { request: ar, problems: [] });
    const all = /** @type {const} */ ({ ...ar, steps: 9, schedule: "halton", priority: 3 });
    assert.deepEqual(parseHash(formatHash(all), classes).request, ar);
    assert.equal(formatHash({ ...all, mode: "nar" }), "seed=2&steps=9&priority=3&positionTemperature=0.6&schedule=halton");
    assert.deepEqual(parseHash(formatHash({ ...all, mode: "both" }), classes).request, { ...all, mode: "both" });
    assert.equal(formatHash({ mode: "ar", seed: 1, every: 4, topK: 65536, topP: 1 }), "seed=1&mode=ar");
  });

  for (const bad of ["mode=", "mode=NAR", "mode=toString", "mode=ar%00", "mode=<b>"]) {
    it(`refuses ${bad}`, () => {
      const { request, problems } = parseHash(bad, classes);
      assert.deepEqual([request, problems.length], [{}, 1]);
    });
  }

  it("refuses methods that the model has no generator for", () => {
    for (const mode of ["ar", "both"]) {
      const { request, problems } = parseHash(`seed=1&mode=${mode}`, classes, ["nar"]);
      assert.deepEqual([request, problems.length], [{ seed: 1 }, 1]);
    }
    assert.deepEqual(parseHash("mode=nar", classes, ["nar"]).request, { mode: "nar" });
  });

  it("takes nothing that the model does not have, and says so", () => {
    const { request, problems } = parseHash("#style=nope&category=x&concept=<img>&schedule=soon&seed=4", classes);
    assert.deepEqual(request, { seed: 4 });
    assert.equal(problems.length, 4);
    assert.match(problems[0], /style this model does not have \(nope\)/);
  });

  for (const bad of ["", "-1", "1.5", "1e3", "0x10", " 7", "NaN", "9007199254740992", "99999999999999999999", "７"]) {
    it(`refuses the seed “${bad}”`, () => {
      const { request, problems } = parseHash(`#seed=${encodeURIComponent(bad)}`, classes);
      assert.deepEqual([request, problems.length], [{}, 1]);
    });
  }

  for (const bad of ["steps=0", "steps=65", "guidance=10.1", "temperature=0.05", "priority=101", "fineRatio=1.1", "every=0", "every=65", "topK=0", "topK=65537", "topP=0", "positionTopP=1.01", "positionTemperature=2.1", "positionTopK=1.5"]) {
    it(`refuses ${bad}`, () => {
      assert.deepEqual(parseHash(bad, classes).request, {});
    });
  }

  it("lets a concept decide its category", () => {
    assert.equal(parseHash("#category=food&concept=cat-face", classes).request.category, "animal");
  });

  it("ignores names it does not know, and whole links that are too long", () => {
    assert.deepEqual(parseHash("#__proto__=1&constructor=2&utm=3", classes), { request: {}, problems: [] });
    const { request, problems } = parseHash(`#seed=1&x=${"a".repeat(3000)}`, classes);
    assert.deepEqual([request, problems.length], [{}, 1]);
  });

  it("survives 2,000 random strings", () => {
    const parts = ["seed", "=", "&", "%", "%zz", "1", "#", "style", "\u0000", "steps=3", "💥", "+", "concept=cat-face"];
    for (let n = 0; n < 2000; n++) {
      const text = Array.from({ length: n % 12 }, (_, at) => parts[(n * 7 + at * 5 + ((n * at) % 13)) % parts.length]).join("");
      const { request } = parseHash(text, classes);
      if (request.seed !== undefined) assert.ok(Number.isSafeInteger(request.seed));
    }
  });
});
