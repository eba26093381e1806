import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatHash, parseHash } from "../../www/lib/hash-state.js";
import { describePack } from "./helpers.js";

const emoji = describePack();
const oneGenerator = describePack({ ar: false });
/** @param {import("../../www/lib/request.js").Wish} request */
const format = (request) => formatHash(request, emoji);
/** @param {string} hash */
const parse = (hash) => parseHash(hash, emoji);

describe("the request in the address", () => {
  it("comes back as it went in", () => {
    const request = /** @type {const} */ ({
      prompt: { style: "twemoji", category: "animal-mammal", concept: "cat-face" },
      ...{ seed: Number.MAX_SAFE_INTEGER, steps: 20, guidance: 3.5, temperature: 0.85, priority: 12, noise: 0.5 },
      shares: [0.25],
      schedule: "halton",
    });
    assert.deepEqual(parse(`#${format(request)}`), { request, problems: [] });
  });

  it("takes the short-cuts for what they are short for", () => {
    assert.equal(format({ style: "noto", concept: null, seed: 1 }), "style=noto&seed=1");
    assert.throws(() => format({ style: "noto", prompt: { style: "fluent" }, seed: 1 }), { code: "bad-request" });
  });

  it("says the seed always and defaults never", () => {
    assert.equal(format({ prompt: { style: null }, seed: 1, steps: 12, guidance: 0, schedule: "priority", shares: [0.75] }), "seed=1");
    assert.equal(format({ seed: 1, priority: 0, schedule: "halton" }), "seed=1&schedule=halton");
    assert.equal(format({ seed: 1, priority: 1, schedule: "halton" }), "seed=1&priority=1&schedule=halton");
    assert.equal(format({ seed: 1, mode: "ar", shares: [0.75] }), "seed=1&shares=0.75&mode=ar");
  });

  it("keeps the method and its own options, and none that it does not heed", () => {
    const ar = /** @type {const} */ ({ mode: "ar", seed: 2, every: 1, topK: 100, topP: 0.9, positionTemperature: 0.6, positionTopK: 8, positionTopP: 0.01 });
    assert.deepEqual(parse(format(ar)), { request: ar, problems: [] });
    const all = /** @type {const} */ ({ ...ar, steps: 9, schedule: "halton", priority: 3 });
    assert.deepEqual(parse(format(all)).request, ar);
    assert.equal(format({ ...all, mode: "nar" }), "seed=2&steps=9&priority=3&positionTemperature=0.6&schedule=halton");
    assert.deepEqual(parse(format({ ...all, mode: "both" })).request, { ...all, mode: "both" });
    assert.equal(format({ mode: "ar", seed: 1, every: 4, topK: 65536, positionTopK: null, topP: 1 }), "seed=1&mode=ar");
  });

  for (const bad of ["mode=", "mode=NAR", "mode=toString", "mode=ar%00", "mode=<b>"]) {
    it(`refuses ${bad}`, () => {
      const { request, problems } = parse(bad);
      assert.deepEqual([request, problems.length], [{}, 1]);
    });
  }

  it("refuses methods that the model has no generator for", () => {
    for (const mode of ["ar", "both"]) {
      const { request, problems } = parseHash(`seed=1&mode=${mode}`, oneGenerator);
      assert.deepEqual([request, problems.length], [{ seed: 1 }, 1]);
    }
    assert.deepEqual(parseHash("mode=nar", oneGenerator).request, { mode: "nar" });
  });

  it("takes nothing that the model does not have, and says so", () => {
    const { request, problems } = parse("#style=nope&category=x&concept=<img>&schedule=soon&seed=4");
    assert.deepEqual(request, { seed: 4 });
    assert.equal(problems.length, 4);
    assert.match(problems[0], /style this model does not have \(nope\)/);
  });

  for (const bad of ["", "-1", "1.5", "1e3", "0x10", " 7", "NaN", "9007199254740992", "99999999999999999999", "７"]) {
    it(`refuses the seed “${bad}”`, () => {
      const { request, problems } = parse(`#seed=${encodeURIComponent(bad)}`);
      assert.deepEqual([request, problems.length], [{}, 1]);
    });
  }

  for (const bad of ["steps=0", "steps=65", "guidance=10.1", "temperature=0.05", "priority=101", "noise=21", "every=0", "every=65", "topK=0", "topK=65537", "topP=0", "positionTopP=1.01", "positionTemperature=2.1", "positionTopK=1.5"]) {
    it(`refuses ${bad}`, () => {
      const { request, problems } = parse(bad);
      assert.deepEqual([request, problems.length], [{}, 1]);
    });
  }

  for (const bad of ["shares=", "shares=1.1", "shares=-0.1", "shares=0.5,0.2", "shares=0.5,", "shares=a", "shares=1e-1", "fineRatio=1.1", "fineRatio="]) {
    it(`refuses ${bad}`, () => {
      const { request, problems } = parse(bad);
      assert.deepEqual([request, problems.length], [{}, 1]);
    });
  }

  it("still reads the share of fine regions by its old name", () => {
    assert.deepEqual(parse("style=noto&seed=3&fineRatio=0.25"), { request: { prompt: { style: "noto" }, seed: 3, shares: [0.25] }, problems: [] });
  });

  it("lets a class decide what group it is in", () => {
    assert.deepEqual(parse("#category=heart&concept=cat-face").request.prompt, { category: "animal-mammal", concept: "cat-face" });
  });

  it("leaves open what is named twice, and says so", () => {
    for (const twice of ["style=noto&style=fluent", "style=noto&style=noto", "style=noto&axis.style=noto"]) {
      const { request, problems } = parse(`${twice}&seed=1`);
      assert.deepEqual([request, problems.length], [{ seed: 1 }, 1], twice);
      assert.match(problems[0], /style more than once/);
    }
  });

  it("ignores names it does not know, and whole links that are too long", () => {
    assert.deepEqual(parse("#__proto__=1&constructor=2&utm=3"), { request: {}, problems: [] });
    const { request, problems } = parse(`#seed=1&x=${"a".repeat(3000)}`);
    assert.deepEqual([request, problems.length], [{}, 1]);
  });

  it("survives 2,000 random strings", () => {
    const parts = ["seed", "=", "&", "%", "%zz", "1", "#", "style", "\u0000", "steps=3", "💥", "+", "concept=cat-face", "axis.", "shares=0.5"];
    for (let n = 0; n < 2000; n++) {
      const text = Array.from({ length: n % 12 }, (_, at) => parts[(n * 7 + at * 5 + ((n * at) % 13)) % parts.length]).join("");
      const { request } = parse(text);
      if (request.seed !== undefined) assert.ok(Number.isSafeInteger(request.seed));
    }
  });
});

describe("links to other kinds of models", () => {
  it("write an axis that is called like a setting with a prefix", () => {
    const portraits = describePack({ kind: "one-axis" });
    const request = /** @type {const} */ ({ prompt: { mode: "calm" }, mode: "ar", seed: 1 });
    assert.equal(formatHash(request, portraits), "axis.mode=calm&seed=1&mode=ar");
    assert.deepEqual(parseHash("axis.mode=calm&seed=1&mode=ar", portraits), { request, problems: [] });
    assert.match(parseHash("axis.mode=calm&axis.mode=grim", portraits).problems[0], /mood more than once/);
    assert.match(parseHash("axis.mode=sunny", portraits).problems[0], /mood this model does not have \(sunny\)/);
  });

  it("know nothing of axes where there are none, and say so of those that are meant for one", () => {
    const textures = describePack({ kind: "no-axis" });
    assert.equal(formatHash({ prompt: { style: "noto" }, seed: 1 }, textures), "seed=1");
    for (const link of ["style=noto&seed=1", "axis.style=noto"]) {
      assert.match(parseHash(link, textures).problems[0], /“style”, which this model does not know/);
    }
    // Without a seed it may be anyone's name.
    assert.deepEqual(parseHash("style=noto", textures), { request: {}, problems: [] });
  });

  it("have as many shares as there are granularities beyond the coarsest", () => {
    const photos = describePack({ kind: "three-grains" });
    const request = /** @type {const} */ ({ prompt: { subject: "cat", style: "noto" }, seed: 1, shares: [0.3, 0.2] });
    assert.equal(formatHash(request, photos), "subject=cat&style=noto&seed=1&shares=0.3,0.2");
    assert.deepEqual(parseHash("subject=cat&style=noto&seed=1&shares=0.3,0.2", photos), { request, problems: [] });
    assert.deepEqual(parseHash("shares=0.1,0.9", photos).request, { shares: [0.1, 0.9] });
    for (const bad of ["shares=0.5", "shares=0.6,0.6", "shares=0.1,0.1,0.1", "fineRatio=0.5"]) {
      const { request, problems } = parseHash(bad, photos);
      assert.deepEqual([request, problems.length], [{}, 1], bad);
    }
    const textures = describePack({ kind: "no-axis" });
    assert.equal(parseHash("shares=0.5", textures).problems.length, 1);
    assert.equal(formatHash({ seed: 1, shares: [] }, textures), "seed=1");
  });
});
