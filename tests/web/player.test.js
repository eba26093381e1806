/**
 * What a player is told and what several of them share, without a browser.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { TOKENS } from "../../www/components/player/style.js";
import { embedCode } from "../../www/lib/embed.js";
import { JobQueue } from "../../www/lib/job-queue.js";
import { heldModels, keepOnly, lease } from "../../www/lib/shared-model.js";
import { CONTROLS, controlsOf, countOf, promptFrom, promptText, seedsFrom, wishOf } from "../../www/lib/player-options.js";
import { describePack, inRepo } from "./helpers.js";

/** @param {Record<string, string>} attributes */
const wish = (attributes) => wishOf((name) => attributes[name] ?? null);

describe("the attributes of a player", () => {
  it("say what to draw", () => {
    const all = { concept: "red-heart", style: "twemoji", mode: "both", seed: "7", steps: "6", shares: "0.25", schedule: "halton" };
    const prompt = { concept: "red-heart", style: "twemoji" };
    assert.deepEqual(wish(all), { prompt, mode: "both", schedule: "halton", seed: 7, steps: 6, shares: [0.25] });
    assert.deepEqual(wish({}), {});
    assert.deepEqual(wish({ concept: "", seed: " ", shares: " ", prompt: " , " }), {});
  });

  it("say what to draw of any axes, and the shares of several granularities", () => {
    assert.deepEqual(wish({ prompt: "subject=cat, light = dusk", style: "noto" }), { prompt: { subject: "cat", light: "dusk", style: "noto" } });
    assert.deepEqual(wish({ shares: "0.3, 0.2" }), { shares: [0.3, 0.2] });
    // As it was called while there were two granularities.
    assert.deepEqual(wish({ "fine-ratio": "0.25" }), { shares: [0.25] });
    assert.deepEqual(promptFrom(promptText({ subject: "cat", style: null, light: "dusk" })), { subject: "cat", light: "dusk" });
  });

  it("leave declarations to the browser, and prefer the name that is never one", () => {
    assert.deepEqual(wish({ style: "width: 10px" }), {});
    assert.deepEqual(wish({ style: "noto", "drawing-style": "fluent" }), { prompt: { style: "fluent" } });
  });

  it("pass nonsense on, for the engine to complain of", () => {
    assert.ok(Number.isNaN(wish({ seed: "abc" }).seed));
    assert.equal(wish({ mode: "other" }).mode, "other");
    assert.deepEqual(wish({ prompt: "cat" }).prompt, { cat: "" });
    assert.ok(Number.isNaN(wish({ shares: "half" }).shares?.[0]));
  });

  it("show the usual controls, those that are named, or none", () => {
    assert.deepEqual([...controlsOf("download  seed bogus")], ["seed", "download"]);
    assert.deepEqual([...controlsOf("")], []);
    assert.ok(controlsOf(null).has("timeline") && !controlsOf(null).has("download"));
    assert.equal(new Set(CONTROLS).size, CONTROLS.length);
  });

  it("ask for one picture, four or nine, of seeds in a row", () => {
    assert.deepEqual(["1", "4", "9", "2", "", null].map(countOf), [1, 4, 9, 1, 1, 1]);
    assert.deepEqual(seedsFrom(5, 4), [5, 6, 7, 8]);
    assert.ok(seedsFrom(Number.MAX_SAFE_INTEGER, 9).every(Number.isSafeInteger));
  });
});

describe("the markup for another page", () => {
  const view = { count: 1, layer: "picture", pixels: false };
  const here = { script: "https://example.org/player.js", description: describePack() };
  /** @param {string} code */
  const read = (code) => Object.fromEntries([...code.matchAll(/ ([a-z-]+)="([^"]*)"/g)].slice(2).map(([, name, value]) => [name, value]));

  it("says what is not usual, and what a player understands", () => {
    const prompt = { style: "noto", category: "heart", concept: "red-heart" };
    const request = /** @type {const} */ ({ prompt, seed: 7, steps: 12, shares: [0.25], topP: 0.5, mode: "nar", schedule: "priority" });
    const code = embedCode(request, view, here);
    assert.equal(code, '<script type="module" src="https://example.org/player.js"></script>\n<varigrain-player concept="red-heart" drawing-style="noto" seed="7" shares="0.25"></varigrain-player>\n');
    const both = embedCode({ ...request, mode: "both", schedule: "halton" }, { count: 4, layer: "order", pixels: true }, here);
    const asked = { concept: "red-heart", style: "noto" };
    assert.deepEqual(wish(read(both)), { prompt: asked, seed: 7, shares: [0.25], topP: 0.5, schedule: "halton", mode: "both" });
    assert.match(both, / count="4" layer="order" pixels>/);
  });

  it("names another model, and axes that have no attribute of their own", () => {
    const description = describePack({ kind: "three-grains" });
    const request = { prompt: { subject: "cat", style: "noto" }, seed: 7, shares: [0.1, 0.2] };
    const code = embedCode(request, view, { ...here, description, model: "photos" });
    assert.match(code, /<varigrain-player model="photos" drawing-style="noto" prompt="subject=cat" seed="7" shares="0.1,0.2">/);
    assert.deepEqual(wish(read(code)), request);
  });

  it("cannot be broken out of", () => {
    const request = { prompt: { concept: '"><script>', other: '"><b>' } };
    assert.doesNotMatch(embedCode(request, view, { ...here, script: '"><b>', model: '"><b>' }), /"><(script>|b)/);
  });
});

describe("the queue", () => {
  it("does one job after another, whatever becomes of each", async () => {
    const queue = new JobQueue();
    /** @type {string[]} */
    const told = [];
    const job = (/** @type {string} */ name, fails = false) => async () => {
      told.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      told.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
    const jobs = [queue.add(job("a")), queue.add(job("b", true)), queue.add(job("c"))];
    const outcomes = await Promise.allSettled(jobs);
    assert.deepEqual(outcomes.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
    assert.deepEqual(told, ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
  });
});

describe("the shared model", () => {
  /** A model that takes a moment. */
  function loader() {
    const made = { loads: 0, closed: 0, fail: false };
    const load = async (/** @type {import("../../www/varigrain.js").LoadOptions} */ { onProgress, signal }) => {
      made.loads++;
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (made.fail || signal?.aborted) throw new Error("no");
      onProgress?.({ phase: "ready", loaded: 1, total: 1 });
      return /** @type {any} */ ({ close: () => made.closed++ });
    };
    return { made, load };
  }

  it("is loaded once for all, when the first asks, and let go with the last", async () => {
    const { made, load } = loader();
    const [a, b] = [1, 2].map(() => lease({ model: "m" }, load));
    const other = lease({ model: "m", backend: "cpu" }, load);
    /** @type {string[]} */
    const told = [];
    a.onProgress = () => told.push("a");
    b.onProgress = () => told.push("b");
    assert.deepEqual([made.loads, heldModels()], [0, 2]);
    assert.equal(await a.load(), await b.load());
    assert.deepEqual([made.loads, told], [1, ["a", "b"]]);
    assert.equal(await b.use(async () => "drawn"), "drawn");
    a.release();
    a.release();
    assert.equal(made.closed, 0);
    await assert.rejects(a.load(), { code: "closed" });
    b.release();
    other.release();
    assert.deepEqual([made.closed, heldModels()], [1, 0]);
  });

  it("is tried again after a failure, and not kept if nobody waits for it any more", async () => {
    const { made, load } = loader();
    made.fail = true;
    const a = lease({ model: "m" }, load);
    await assert.rejects(a.load(), /no/);
    made.fail = false;
    await a.load();
    assert.equal(made.loads, 2);
    a.release();
    const b = lease({ model: "m" }, load);
    const loading = b.load();
    b.release();
    await assert.rejects(loading);
    assert.equal(heldModels(), 0);
  });

  it("lets a job go as soon as it is called off", async () => {
    const { load } = loader();
    const a = lease({ model: "m" }, load);
    let begun = false;
    await assert.rejects(a.use(async () => void (begun = true), AbortSignal.abort()), { code: "aborted" });
    assert.equal(begun, false);
    const controller = new AbortController();
    const endless = a.use(() => new Promise(() => {}), controller.signal);
    controller.abort();
    await assert.rejects(endless, { code: "aborted" });
    a.release();
  });

  it("makes room for another on a switch, whoever holds it", async () => {
    const { made, load } = loader();
    const [old, cpu, next] = [{ model: "old" }, { model: "old", backend: /** @type {const} */ ("cpu") }, { model: "next" }].map((options) => lease(options, load));
    await Promise.all([old.load(), next.load()]);
    const loading = cpu.load();
    keepOnly("next");
    assert.deepEqual([made.closed, heldModels(), old.released, next.released, old.varigrain], [1, 1, true, false, null]);
    await assert.rejects(loading);
    await assert.rejects(old.load(), { code: "closed" });
    // The same model again is another lease.
    const again = lease({ model: "old" }, load);
    await again.load();
    assert.deepEqual([made.loads, heldModels()], [4, 2]);
    old.release();
    assert.equal(heldModels(), 2);
    again.release();
    next.release();
    assert.deepEqual([made.closed, heldModels()], [3, 0]);
  });
});

/** How linear colours come through: Machado, Oliveira and Fernandes 2009, at full severity. @type {Record<string, number[][]>} */
const EYES = {
  all: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopes: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopes: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopes: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

/** @param {number[][]} matrix @param {string} hex @returns {number[]} linear */
function through(matrix, hex) {
  const linear = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return matrix.map((row) => Math.min(1, Math.max(0, row[0] * linear[0] + row[1] * linear[1] + row[2] * linear[2])));
}

/** @param {number[]} rgb linear */
function oklab([r, g, b]) {
  const [l, m, s] = [
    0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b,
    0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b,
    0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b,
  ].map(Math.cbrt);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

describe("the look", () => {
  const css = readFileSync(inRepo("www/styles/tokens.css"), "utf8");
  const [day, dark] = css.split("@media (prefers-color-scheme: dark)");
  const read = (/** @type {string} */ text) => Object.fromEntries([...text.matchAll(/--([a-z-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));
  const schemes = { light: read(day), dark: { ...read(day), ...read(dark) } };

  it("of a player is that of the page", () => {
    for (const scheme of /** @type {const} */ (["light", "dark"])) {
      for (const [name, value] of Object.entries(TOKENS[scheme])) assert.equal(value, schemes[scheme][name], `${scheme} ${name}`);
    }
  });

  it("can be read: AA for text, and marks that stand out", () => {
    const linear = (/** @type {number} */ value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const luminance = (/** @type {string} */ hex) => {
      const [r, g, b] = [1, 3, 5].map((at) => linear(parseInt(hex.slice(at, at + 2), 16) / 255));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (/** @type {string} */ a, /** @type {string} */ b) => {
      const [light, less] = [luminance(a), luminance(b)].sort((x, y) => y - x);
      return (light + 0.05) / (less + 0.05);
    };
    for (const [name, c] of Object.entries(schemes)) {
      for (const ground of ["bg", "surface", "field"]) {
        for (const ink of ["ink", "muted", "accent"]) assert.ok(contrast(c[ink], c[ground]) >= 4.5, `${name}: ${ink} on ${ground}: ${contrast(c[ink], c[ground])}`);
        for (const mark of ["strong-line", "focus", "coarse", "middle-ink", "fine-ink", "finest-ink"]) assert.ok(contrast(c[mark], c[ground]) >= 3, `${name}: ${mark} on ${ground}: ${contrast(c[mark], c[ground])}`);
      }
      // Marks on the paper of a map.
      for (const mark of ["coarse", "middle-ink", "fine-ink", "finest-ink"]) assert.ok(contrast(c[mark], c.paper) >= 3, `${name}: ${mark} on paper: ${contrast(c[mark], c.paper)}`);
      for (const fill of ["accent", "accent-hover"]) assert.ok(contrast(c["on-accent"], c[fill]) >= 4.5, `${name}: on ${fill}`);
      assert.ok(contrast(c.surface, c.ink) >= 4.5);
    }
  });

  it("keeps granularities apart, also for those who lack a kind of cone", () => {
    for (const [name, c] of Object.entries(schemes)) {
      for (const suffix of ["", "-ink"]) {
        const marks = ["coarse", ...["middle", "fine", "finest"].map((tone) => tone + suffix)];
        for (const [at, one] of marks.entries()) {
          for (const other of marks.slice(at + 1)) {
            for (const [eyes, seen] of Object.entries(EYES)) {
              const [a, b] = [c[one], c[other]].map((hex) => oklab(through(seen, hex)));
              const far = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
              assert.ok(far >= 0.12, `${name}: ${one} and ${other} to ${eyes}: ${far.toFixed(3)}`);
            }
          }
        }
      }
    }
  });
});
