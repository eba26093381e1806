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
    assert.equal(formatHash({ style: null, seed: 1, steps: 12, guidance: 3, schedule: "priority" }), "seed=1");
    assert.equal(formatHash({ seed: 1, priority: 0, schedule: "halton" }), "seed=1&schedule=halton");
    assert.equal(formatHash({ seed: 1, priority: 1, schedule: "halton" }), "seed=1&priority=1&schedule=halton");
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

  for (const bad of ["steps=0", "steps=65", "guidance=10.1", "temperature=0.05", "priority=101", "fineRatio=1.1"]) {
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
