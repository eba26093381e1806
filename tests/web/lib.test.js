import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { TooLong, read } from "../../www/lib/ask.js";
import { BOUNDS } from "../../www/lib/bounds.js";
import { VarigrainError, asVarigrainError, fromPlain, isCode, toPlain } from "../../www/lib/errors.js";
import { rolesOf, withParents, withoutParents } from "../../www/lib/axes.js";
import { toDescription } from "../../www/lib/description.js";
import { heeds, initial, initialSchedule, initialShares } from "../../www/lib/initial.js";
import { encodeOptions, encodeRequest, inRange, randomSeed, requestFor } from "../../www/lib/request.js";
import { firstOf, offered } from "../../www/lib/modes.js";
import { ProgressMeter } from "../../www/lib/progress.js";
import { peek } from "../../www/lib/pack-loader.js";
import { whyNoWebGpu } from "../../www/lib/webgpu.js";
import { about, propose, remaining } from "../../www/lib/estimate.js";
import { describe as describeManifest } from "./fake/describe.js";
import { describePack, makePack } from "./helpers.js";

/** The emoji's description with defaults of the pack's own. @param {object} defaults */
const describedWith = (defaults) => toDescription(describeManifest({ ...makePack({ fileBytes: 10, filler: 0 }).manifest, defaults }), "https://example.org/");

/** @param {string} code */
const withCode = (code) => (/** @type {unknown} */ error) => error instanceof VarigrainError && error.code === code;

describe("a download", () => {
  it("holds no more than it may be, also where the other side never ends", async () => {
    /** @type {number[]} */
    const counted = [];
    const piece = new Uint8Array(1000).fill(7);
    const whole = await read(new Response(new Uint8Array(2500).fill(7)), 2500, (count) => counted.push(count));
    assert.deepEqual([whole.length, whole.at(-1), counted.reduce((sum, count) => sum + count, 0)], [2500, 7, 2500]);
    let [sent, stopped] = [0, false];
    const endless = new ReadableStream({
      pull: (controller) => void (sent++, controller.enqueue(piece)),
      cancel: () => void (stopped = true),
    });
    await assert.rejects(read(new Response(endless), 10_000), (error) => error instanceof TooLong && error.head[0] === 7);
    assert.ok(stopped && sent < 20, `${sent} pieces`);
    assert.equal((await read(new Response(null), 10)).length, 0);
  });
});

describe("errors", () => {
  it("keeps the engine's codes and takes anything else for a crash", () => {
    const known = asVarigrainError(Object.assign(new Error("No such style."), { code: "unknown-class", axis: "style" }));
    assert.deepEqual(toPlain(known), { code: "unknown-class", message: "No such style.", axis: "style" });
    assert.deepEqual([known.fatal, known.axis, fromPlain(toPlain(known)).axis], [false, "style", "style"]);
    const plain = asVarigrainError(Object.assign(new Error("No."), { code: "bad-canvas", axis: 3 }));
    assert.deepEqual(toPlain(fromPlain(toPlain(plain))), { code: "bad-canvas", message: "No." });
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
  const emoji = describePack();
  const photos = describePack({ kind: "three-grains" });
  const textures = describePack({ kind: "no-axis" });
  /** @param {Record<string, any>} request @param {import("../../www/lib/description.js").Description} [description] */
  const encoded = (request, description = emoji) => JSON.parse(encodeRequest(request, description));
  /** @param {Record<string, any>} request @param {string} code @param {import("../../www/lib/description.js").Description} [description] */
  const refused = (request, code, description) => assert.throws(() => encoded(request, description), withCode(code), JSON.stringify(request));

  it("carries what was given and leaves defaults to the engine", () => {
    const prompt = { style: "noto", concept: null };
    assert.deepEqual(encoded({ prompt, seed: 7, steps: undefined, topK: null }), { mode: "nar", seed: 7, topK: null, prompt });
    assert.deepEqual(encoded({}), { mode: "nar" });
    assert.deepEqual(encoded({ prompt: { style: undefined } }), { mode: "nar" });
  });

  it("takes a class without the prompt where the model has such an axis", () => {
    assert.deepEqual(encoded({ style: "noto", concept: null }), { mode: "nar", prompt: { style: "noto", concept: null } });
    assert.deepEqual(encoded({ style: "noto", prompt: { concept: "sun" } }), { mode: "nar", prompt: { concept: "sun", style: "noto" } });
    assert.deepEqual(encoded({ style: "noto", prompt: { style: "noto" } }).prompt, { style: "noto" });
    refused({ style: "noto", prompt: { style: "fluent" } }, "bad-request");
    refused({ style: "noto" }, "unknown-axis", textures);
    assert.deepEqual(encoded({ style: "noto", prompt: { subject: "cat" } }, photos).prompt, { subject: "cat", style: "noto" });
  });

  it("refuses a prompt for axes that the model lacks, and what is no prompt", () => {
    refused({ prompt: { concept: "sun" } }, "unknown-axis", photos);
    refused({ prompt: { toString: "sun" } }, "unknown-axis");
    assert.throws(() => encoded({ prompt: { mood: "x" } }), /“mood”.*“style”, “category”, “concept”/);
    assert.throws(() => encoded({ prompt: { mood: "x" } }, textures), /takes no prompt/);
    for (const prompt of ["sun", 3, null, ["sun"], { style: 7 }]) refused({ prompt }, "bad-request");
  });

  it("refuses what JSON would turn into something else", () => {
    for (const seed of [NaN, Infinity]) refused({ seed }, "out-of-range");
    for (const shares of [[NaN], [Infinity]]) refused({ shares }, "out-of-range");
    refused({ seed: "7" }, "bad-request");
    refused({ schedule: 7 }, "bad-request");
  });

  it("refuses misspelt options, and says what became of a renamed one", () => {
    refused({ stpes: 3 }, "bad-request");
    assert.throws(() => encoded({ fineRatio: 0.5 }), /“shares” now: \[0\.5\]/);
  });

  it("refuses numbers beyond the model's limits", () => {
    for (const request of [{ steps: 65 }, { guidance: -1 }, { temperature: 0 }, { noise: 21 }, { topP: 0 }, { every: 0 }]) refused(request, "out-of-range");
    for (const request of [{ steps: 1.5 }, { seed: 0.5 }, { every: 2.5 }]) refused(request, "bad-request");
    const strict = { ...emoji, limits: { ...emoji.limits, steps: { low: 4, high: 8, whole: true, generators: /** @type {const} */ (["nar"]) } } };
    refused({ steps: 12 }, "out-of-range", strict);
    assert.equal(encoded({ steps: 8 }, strict).steps, 8);
  });

  it("wants a share for each granularity beyond the coarsest", () => {
    assert.deepEqual(encoded({ shares: [0.25] }).shares, [0.25]);
    assert.deepEqual(encoded({ shares: Float64Array.of(0.25, 0.75) }, photos).shares, [0.25, 0.75]);
    assert.deepEqual(encoded({ shares: [] }, textures).shares, []);
    for (const shares of [[], [0.5, 0.2], "0.5", 0.5, [true]]) refused({ shares }, "bad-request");
    refused({ shares: [0.5] }, "bad-request", photos);
    refused({ shares: [0.6, 0.6] }, "bad-request", photos);
    for (const shares of [[-0.1, 0.5], [1.1, 0]]) refused({ shares }, "out-of-range", photos);
    // A sum of decimals that is one but for rounding.
    assert.equal(encoded({ shares: [0.7, 0.30000000000000004] }, photos).shares.length, 2);
  });

  it("takes the options of both generators, and no third generator", () => {
    const options = { mode: "ar", every: 4, topK: 20, topP: 0.9, positionTemperature: 0.8, positionTopK: 3, positionTopP: 1 };
    assert.deepEqual(encoded(options), options);
    for (const mode of ["both", "", "toString", null, 1]) refused({ mode }, "bad-request");
    refused({ topK: Infinity }, "out-of-range");
    assert.equal(encoded({}, { ...emoji, generators: ["ar"] }).mode, "ar");
  });

  it("starts where the model says", () => {
    assert.deepEqual(["steps", "temperature", "priority"].map((name) => initial(emoji, /** @type {any} */ (name))), [12, 0.7, 4]);
    assert.equal(initial(emoji, "topK", { mode: "ar" }), 65536);
    assert.deepEqual([initial(emoji, "temperature", { mode: "ar" }), initial(emoji, "temperature", { mode: "both" })], [0.3, 0.7]);
    assert.deepEqual(emoji.schedules.map(({ id }) => initial(emoji, "priority", { schedule: id })), [4, 0, 0, 0, 0, 0]);
    assert.deepEqual([initialShares(emoji), initialShares(emoji, "ar"), initialShares(photos), initialShares(textures)], [[0.75], [0.5], [0.375, 0.375], []]);
    assert.equal(initialSchedule(emoji), "priority");
    const own = describedWith({ nar: { steps: 6, schedule: "halton", priority: 2 } });
    assert.deepEqual([initial(own, "steps"), initialSchedule(own), initial(own, "priority"), initial(own, "priority", { schedule: "priority" })], [6, "halton", 2, 4]);
    // The model tells of each generator only what it heeds, and of no seed.
    assert.deepEqual([initial(emoji, "every", { mode: "both" }), initial(emoji, "seed")], [4, 0]);
    // A form has a field for it whichever generator is chosen.
    assert.deepEqual([initial(emoji, "every", { mode: "nar" }), initial(emoji, "topK"), initial(emoji, "steps", { mode: "ar" })], [4, 65536, 12]);
    assert.equal(requestFor({ mode: "both", every: 64 }, "ar", emoji).every, 64);
    const lone = { ...emoji, generators: /** @type {const} */ (["ar"]), defaults: { ar: emoji.defaults.ar } };
    assert.equal(initial(lone, "temperature"), 0.3);
  });

  it("asks each generator for what it heeds, and no more", () => {
    const wish = /** @type {const} */ ({ mode: "both", seed: 3, guidance: 2, steps: 8, schedule: "halton", every: 2, topP: 0.5, shares: [0.2] });
    assert.deepEqual(requestFor(wish, "nar", emoji), { mode: "nar", seed: 3, guidance: 2, steps: 8, schedule: "halton", shares: [0.2] });
    assert.deepEqual(requestFor(wish, "ar", emoji), { mode: "ar", seed: 3, guidance: 2, every: 2, topP: 0.5, shares: [0.2] });
    // What was left as it was stands for where each starts.
    const untouched = /** @type {const} */ ({ mode: "both", temperature: 0.7, shares: [0.75] });
    assert.deepEqual(requestFor(untouched, "ar", emoji), { mode: "ar", temperature: 0.3, shares: [0.5] });
    assert.deepEqual(requestFor(untouched, "nar", emoji), { mode: "nar", temperature: 0.7, shares: [0.75] });
  });

  it("knows which options a method heeds", () => {
    const asked = (/** @type {import("../../www/lib/modes.js").Method | undefined} */ method) =>
      ["steps", "every", "seed", "schedule", "repaint", "shares"].map((name) => heeds(emoji, method, name));
    assert.deepEqual(asked("nar"), [true, false, true, true, true, true]);
    assert.deepEqual(asked("ar"), [false, true, true, false, false, true]);
    assert.deepEqual(asked("both"), [true, true, true, true, true, true]);
    assert.deepEqual(asked(undefined), asked("nar"));
  });

  it("knows the limits", () => {
    const within = (/** @type {string} */ name, /** @type {number} */ value) => inRange(emoji, name, value);
    assert.ok(within("steps", 64) && !within("steps", 65) && !within("steps", 1.5) && !within("steps", NaN));
    assert.ok(within("every", 64) && !within("every", 0) && within("topK", 65536) && !within("topK", 0.5));
    assert.ok(within("topP", 0.01) && !within("topP", 0) && !within("positionTemperature", 3));
    assert.ok(within("guidance", 1.5) && within("seed", randomSeed()) && !within("nonsense", 1) && !within("toString", 1));
  });

  it("carries what to encode with", () => {
    const read = (/** @type {Record<string, any>} */ options, description = emoji) => JSON.parse(encodeOptions(options, description));
    assert.deepEqual(read({ shares: [0.5], measure: "entropy", allocation: "even", seed: 3 }), { shares: [0.5], measure: "entropy", allocation: "even", seed: 3 });
    assert.deepEqual(read({ counts: Uint8Array.of(3, 4) }, photos), { counts: [3, 4] });
    for (const options of [{ fineRegions: 3 }, { shares: [0.1, 0.1] }, { counts: 3 }, { counts: [3, 4] }, { measure: 3 }, { seed: "1" }]) assert.throws(() => read(options), withCode("bad-request"));
    for (const options of [{ shares: [2] }, { shares: [NaN] }, { seed: -1 }]) assert.throws(() => read(options), withCode("out-of-range"));
  });
});

describe("the description of a model", () => {
  it("is frozen through and through", () => {
    const description = describePack({ pairs: true });
    assert.ok([description, description.axes, description.axes[2].classes[0], description.limits.steps, description.defaults.nar?.shares, description.trained?.combinations[0]].every(Object.isFrozen));
    assert.throws(() => (/** @type {any} */ (description.axes[0]).name = "x"), TypeError);
  });

  it("has addresses of thumbnails, and none outside the pack", () => {
    const said = (/** @type {string} */ thumbnail) => ({ ...structuredClone(describePack()), axes: [{ id: "style", name: "Style", classes: [{ id: "a", name: "A", thumbnail }] }] });
    const folder = "https://example.org/models/m/";
    assert.equal(toDescription(said("styles/a.svg"), folder).axes[0].classes[0].thumbnail, `${folder}styles/a.svg`);
    for (const path of ["../other/a.svg", "/a.svg", "https://elsewhere.org/a.svg", "javascript:alert(1)"]) assert.throws(() => toDescription(said(path), folder), withCode("pack-damaged"), path);
  });

  it("is refused with a grid that cannot be", () => {
    const said = { ...structuredClone(describePack()), grid: { regions: 8, cells: 24, granularities: 2 } };
    assert.throws(() => toDescription(said, "https://example.org/"), withCode("pack-damaged"));
  });
});

describe("the axes", () => {
  const { axes } = describePack();

  it("have roles: what a picture is of, its groups, and its manner", () => {
    const roles = (/** @type {Parameters<typeof rolesOf>[0]} */ list) => {
      const { main, groups, others } = rolesOf(list);
      return [main?.id, groups.map(({ id }) => id), others.map(({ id }) => id)];
    };
    assert.deepEqual(roles(axes), ["concept", ["category"], ["style"]]);
    assert.deepEqual(roles(describePack({ kind: "three-grains" }).axes), ["subject", [], ["style"]]);
    assert.deepEqual(roles(describePack({ kind: "one-axis" }).axes), ["mode", [], []]);
    assert.deepEqual(roles([]), [undefined, [], []]);
  });

  it("tell the groups that a class falls into, over several levels", () => {
    assert.deepEqual(withParents({ concept: "sun", category: "heart", style: null }, axes), { concept: "sun", category: "sky-weather", style: null });
    const deep = [
      { id: "breed", name: "Breed", parent: "animal", classes: [{ id: "poodle", name: "Poodle", parent: "dog" }] },
      { id: "animal", name: "Animal", parent: "kind", classes: [{ id: "dog", name: "Dog", parent: "mammal" }] },
      { id: "kind", name: "Kind", classes: [{ id: "mammal", name: "Mammal" }] },
    ];
    for (const list of [deep, [...deep].reverse()]) assert.deepEqual(withParents({ breed: "poodle" }, list), { breed: "poodle", animal: "dog", kind: "mammal" });
    assert.deepEqual(withoutParents({ breed: "poodle", animal: "dog", kind: "mammal" }, deep), { breed: "poodle" });
    assert.deepEqual(withoutParents({ animal: "dog", kind: "mammal", breed: null }, deep), { animal: "dog" });
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
    const usual = peek(contents.get("manifest.json") ?? Buffer.alloc(0), null).map(({ role }) => role);
    assert.deepEqual(usual, names);
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

  it("asks for nothing of a pack that is more than any may be", () => {
    const seen = (/** @type {object[]} */ files, padding = "") => peek(new TextEncoder().encode(JSON.stringify({ files }) + padding), ["nar"]).length;
    const file = (/** @type {object} */ more) => ({ name: "x", role: "nar", bytes: BOUNDS.fileBytes, sha256: "0".repeat(64), ...more });
    assert.equal(seen([file({}), file({})]), 2);
    assert.equal(seen([file({}), file({}), file({ bytes: 1 })]), 0, "larger together than a pack");
    assert.equal(seen([file({ bytes: BOUNDS.fileBytes + 1 })]), 0);
    assert.equal(seen([file({ bytes: 2 ** 52 })]), 0);
    assert.equal(seen([file({ name: "x".repeat(BOUNDS.name + 1) })]), 0);
    assert.equal(seen(Array.from({ length: 60_000 }, () => file({ bytes: 1 }))), 0);
    assert.equal(seen([file({})], " ".repeat(BOUNDS.manifestBytes)), 0);
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

  it("are loaded in their order if nothing is said", () => {
    const { files } = makePack({ filler: 0, fileBytes: 10 }).manifest;
    assert.deepEqual([firstOf(files), firstOf(files.filter(({ role }) => role !== "nar")), firstOf([])], [["nar"], ["ar"], []]);
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
    assert.deepEqual(propose(600, 12), { steps: 12, ms: 7200, slow: false });
    assert.equal(propose(2000, 12).steps, 8);
    assert.deepEqual(propose(9000, 12), { steps: 4, ms: 36_000, slow: false });
    assert.deepEqual(propose(60_000, 12), { steps: 4, ms: 240_000, slow: true });
    assert.deepEqual([propose(100, 20).steps, propose(60_000, 2).steps, propose(4000, 6).steps], [20, 2, 4]);
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
