import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it, mock } from "node:test";
import { VarigrainError, asVarigrainError, isCode, toPlain } from "../../www/lib/errors.js";
import { AR_INITIAL, LIMITS, SCHEDULES, encodeRequest, inRange, initial, randomSeed, requestFor } from "../../www/lib/request.js";
import { heeds, offered } from "../../www/lib/modes.js";
import { ProgressMeter } from "../../www/lib/progress.js";
import { peek } from "../../www/lib/pack-loader.js";
import { whyNoWebGpu } from "../../www/lib/webgpu.js";
import { about, propose, remaining } from "../../www/lib/estimate.js";
import { inRepo, makePack } from "./helpers.js";

/** @param {string} code */
const withCode = (code) => (/** @type {unknown} */ error) => error instanceof VarigrainError && error.code === code;

describe("errors", () => {
  it("keeps the engine's codes and takes anything else for a crash", () => {
    const known = asVarigrainError(Object.assign(new Error("No such style."), { code: "unknown-style" }));
    assert.deepEqual(toPlain(known), { code: "unknown-style", message: "No such style." });
    assert.equal(known.fatal, false);
    for (const thrown of [new WebAssembly.RuntimeError("unreachable"), "text", null, undefined, { code: "E42" }]) {
      const error = asVarigrainError(thrown);
      assert.equal(error.code, "worker-crashed");
      assert.equal(error.fatal, true);
    }
  });

  it("does not take inherited names for codes", () => {
    assert.equal(isCode("toString"), false);
    assert.equal(isCode("aborted"), true);
  });
});

describe("the request", () => {
  it("carries what was given and leaves defaults to the engine", () => {
    const json = encodeRequest({ style: "noto", concept: null, seed: 7, steps: undefined });
    assert.deepEqual(JSON.parse(json), { mode: "nar", style: "noto", concept: null, seed: 7 });
  });

  it("refuses what JSON would turn into something else", () => {
    for (const seed of [NaN, Infinity]) assert.throws(() => encodeRequest({ seed }), withCode("out-of-range"));
    assert.throws(() => encodeRequest({ seed: "7" }), withCode("bad-request"));
    assert.throws(() => encodeRequest({ style: 7 }), withCode("bad-request"));
  });

  it("refuses misspelt options", () => {
    assert.throws(() => encodeRequest({ stpes: 3 }), withCode("bad-request"));
  });

  it("starts where the engine does", () => {
    const source = readFileSync(inRepo("src/sampler/request.rs"), "utf8");
    const body = source.slice(source.indexOf("impl Default for Request"));
    const engine = (/** @type {string} */ field) => Number(body.match(new RegExp(`\\b${field}: ([\\d.]+),`))?.[1]);
    for (const [name, field] of /** @type {const} */ ([["steps"], ["guidance"], ["temperature"], ["fineRatio", "fine_ratio"]])) {
      assert.equal(LIMITS[name].initial, engine(field ?? name), name);
    }
    const ar = source.match(/Mode::Ar => Self \{([^}]*)\}/)?.[1] ?? "";
    assert.deepEqual(Object.keys(AR_INITIAL).sort(), ["fineRatio", "temperature"]);
    assert.equal(AR_INITIAL.temperature, Number(ar.match(/\btemperature: ([\d.]+)/)?.[1]));
    assert.equal(AR_INITIAL.fineRatio, Number(ar.match(/\bfine_ratio: ([\d.]+)/)?.[1]));
    // An engine that has one generator says nothing of the other's options.
    if (/\bevery: /.test(body)) {
      for (const [name, field] of /** @type {const} */ ([["every", "every"], ["topP", "top_p"], ["positionTemperature", "position_temperature"], ["positionTopP", "position_top_p"]])) {
        assert.equal(LIMITS[name].initial, engine(field), name);
      }
      for (const field of ["top_k", "position_top_k"]) assert.match(body, new RegExp(`\\b${field}: None,`));
    }
    assert.deepEqual(SCHEDULES.map((schedule) => initial("priority", { schedule })), [4, 0, 0, 0, 0, 0]);
  });

  it("takes the options of both generators, and no third generator", () => {
    const options = { mode: "ar", every: 4, topK: 20, topP: 0.9, positionTemperature: 0.8, positionTopK: 3, positionTopP: 1 };
    assert.deepEqual(JSON.parse(encodeRequest(options)), options);
    for (const mode of ["both", "", "toString", null, 1]) assert.throws(() => encodeRequest({ mode }), withCode("bad-request"));
    assert.throws(() => encodeRequest({ topK: Infinity }), withCode("out-of-range"));
  });

  it("asks each generator for what it heeds, and no more", () => {
    const wish = /** @type {const} */ ({ mode: "both", seed: 3, guidance: 2, steps: 8, schedule: "halton", every: 2, topP: 0.5 });
    assert.deepEqual(requestFor(wish, "nar"), { mode: "nar", seed: 3, guidance: 2, steps: 8, schedule: "halton" });
    assert.deepEqual(requestFor(wish, "ar"), { mode: "ar", seed: 3, guidance: 2, every: 2, topP: 0.5 });
  });

  it("knows the limits", () => {
    assert.ok(inRange("steps", 64) && !inRange("steps", 65) && !inRange("steps", 1.5) && !inRange("steps", NaN));
    assert.ok(inRange("every", 64) && !inRange("every", 0) && inRange("topK", 65536) && !inRange("topK", 0.5));
    assert.ok(inRange("topP", 0.01) && !inRange("topP", 0) && !inRange("positionTemperature", 3));
    assert.ok(inRange("guidance", 1.5) && inRange("seed", randomSeed()));
  });
});

describe("progress", () => {
  it("adds up and never claims more than all", () => {
    /** @type {import("../../www/lib/protocol.js").Progress[]} */
    const seen = [];
    const meter = new ProgressMeter((progress) => seen.push(progress));
    meter.expect(100);
    meter.advance(40, "a");
    assert.equal(seen.at(-1)?.total, 0);
    meter.advance(80, "b");
    meter.totalKnown();
    assert.deepEqual(seen.at(-1), { phase: "download", loaded: 120, total: 120, file: "b" });
  });

  it("names no total before every source has told its own", () => {
    /** @type {number[]} */
    const totals = [];
    const meter = new ProgressMeter(({ total }) => totals.push(total), 2);
    meter.expect(100);
    meter.totalKnown();
    meter.expect(10);
    meter.totalKnown();
    // The program of another backend comes on top.
    meter.expect(5);
    meter.totalKnown();
    assert.deepEqual(totals, [0, 110, 115]);
  });

  it("tells the last bytes even when nothing comes after them", async () => {
    /** @type {import("../../www/lib/protocol.js").Progress[]} */
    const seen = [];
    const meter = new ProgressMeter((progress) => seen.push(progress));
    meter.expect(100);
    meter.totalKnown();
    for (const bytes of [10, 10, 10]) meter.advance(bytes, "a");
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(seen.at(-1)?.loaded, 30);
  });

  it("never goes back from building to downloading", () => {
    /** @type {string[]} */
    const phases = [];
    const meter = new ProgressMeter(({ phase }) => phases.push(phase));
    meter.advance(1, "a");
    meter.phase("compile", 0, 1);
    meter.advance(1, "a");
    assert.equal(phases.at(-1), "compile");
  });

  it("does not flood the page", () => {
    const send = mock.fn();
    const meter = new ProgressMeter(send);
    meter.expect(1e6);
    for (let n = 0; n < 5000; n++) meter.advance(1, "a");
    assert.ok(send.mock.callCount() < 100, `${send.mock.callCount()} messages`);
  });
});

describe("a first look at a manifest", () => {
  it("names the files that drawing needs, and no others", () => {
    const { contents } = makePack({ filler: 0, fileBytes: 10 });
    const names = peek(contents.get("manifest.json") ?? Buffer.alloc(0), ["nar"]).map(({ role }) => role);
    assert.deepEqual(names, ["decoder", "grain-map", "nar"]);
    const both = peek(contents.get("manifest.json") ?? Buffer.alloc(0), ["ar", "nar"]).map(({ role }) => role);
    assert.deepEqual(both, ["decoder", "grain-map", "nar", "ar"]);
  });

  it("leaves anything odd to the engine", () => {
    for (const text of ["", "null", "[]", "{}", '{"files":3}', '{"files":[null]}', '{"files":[{}]}', "\u0000"]) {
      assert.deepEqual(peek(new TextEncoder().encode(text), ["nar"]), []);
    }
    const odd = { name: "x", role: "nar", bytes: -1, sha256: "zz" };
    assert.deepEqual(peek(new TextEncoder().encode(JSON.stringify({ files: [odd] })), ["nar"]), []);
  });
});

describe("the generators", () => {
  it("are offered if all of their files are there", () => {
    const files = (/** @type {object} */ options) => makePack({ filler: 0, fileBytes: 10, ...options }).manifest.files;
    assert.deepEqual(offered(files({})), ["nar", "ar"]);
    assert.deepEqual(offered(files({ ar: false })), ["nar"]);
    assert.deepEqual(offered(files({}).filter(({ role }) => role !== "grain-map")), ["ar"]);
    assert.deepEqual(offered([]), []);
  });

  it("share the options that are not one's own", () => {
    assert.deepEqual(["steps", "every", "seed"].map((name) => heeds("nar", name)), [true, false, true]);
    assert.deepEqual(["steps", "every", "seed"].map((name) => heeds("ar", name)), [false, true, true]);
    assert.deepEqual(["steps", "every", "seed"].map((name) => heeds("both", name)), [true, true, true]);
    assert.equal(heeds(undefined, "every"), false);
  });
});

describe("why there is no WebGPU", () => {
  const gpu = (/** @type {() => Promise<unknown>} */ requestAdapter) => ({ navigator: { gpu: { requestAdapter } } });

  const why = async (/** @type {any} */ scope) => (await whyNoWebGpu({ scope })) ?? "";

  it("tells the reasons apart, and none", async () => {
    assert.match(await why({ isSecureContext: false }), /https/);
    assert.match(await why({ isSecureContext: true, navigator: {} }), /does not offer WebGPU/);
    assert.match(await why(gpu(async () => null)), /no graphics processor/);
    assert.match(await why(gpu(() => Promise.reject(new Error("x")))), /no graphics processor/);
    assert.equal(await why(gpu(async () => ({}))), "");
    assert.equal(await why(gpu(async () => ({ info: { isFallbackAdapter: false } }))), "");
  });

  it("takes an imitation in software only when told to", async () => {
    for (const adapter of [{ info: { isFallbackAdapter: true } }, { info: {}, isFallbackAdapter: true }]) {
      const scope = gpu(async () => adapter);
      assert.match(await why(scope), /in software/);
      assert.equal(await whyNoWebGpu({ scope, software: true }), null);
    }
  });
});

describe("the estimate", () => {
  it("proposes as many steps as are no strain, and admits when none are few enough", () => {
    assert.deepEqual(propose(600), { steps: 12, ms: 7200, slow: false });
    assert.equal(propose(2000).steps, 8);
    assert.deepEqual(propose(9000), { steps: 4, ms: 36_000, slow: false });
    assert.deepEqual(propose(60_000), { steps: 4, ms: 240_000, slow: true });
  });

  it("judges by the steps taken, the first only while there is no other", () => {
    const step = (/** @type {number} */ ms) => ({ ms, total: 4 });
    assert.equal(remaining([]), 0);
    assert.equal(remaining([step(900)]), 2700);
    assert.equal(remaining([step(900), step(100), step(200)]), 150);
    assert.equal(remaining([900, 1, 1, 1].map(step)), 0);
  });

  it("believes the last step about how many there are", () => {
    const totals = [64, 60, 40];
    assert.equal(remaining(totals.map((total) => ({ ms: 10, total }))), 370);
    assert.equal(remaining([{ ms: 10, total: 2 }, { ms: 10, total: 1 }]), 0);
  });

  it("is told without false precision", () => {
    const told = [200, 7400, 43_210, 118_000, 7_300_000].map(about);
    const words = ["a second", "7 seconds", "45 seconds", "2 minutes", "2 hours"];
    assert.deepEqual(told, words.map((text) => `about ${text}`));
  });
});
