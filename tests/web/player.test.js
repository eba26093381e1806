/**
 * What a player is told and what several of them share, without a browser.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { TOKENS } from "../../www/components/player/style.js";
import { embedCode } from "../../www/lib/embed.js";
import { JobQueue } from "../../www/lib/job-queue.js";
import { heldModels, lease } from "../../www/lib/shared-model.js";
import { CONTROLS, controlsOf, countOf, seedsFrom, wishOf } from "../../www/lib/player-options.js";
import { inRepo } from "./helpers.js";

/** @param {Record<string, string>} attributes */
const wish = (attributes) => wishOf((name) => attributes[name] ?? null);

describe("the attributes of a player", () => {
  it("say what to draw", () => {
    const all = { concept: "red-heart", style: "twemoji", mode: "both", seed: "7", steps: "6", "fine-ratio": "0.25", schedule: "halton" };
    assert.deepEqual(wish(all), { concept: "red-heart", style: "twemoji", mode: "both", schedule: "halton", seed: 7, steps: 6, fineRatio: 0.25 });
    assert.deepEqual(wish({}), {});
    assert.deepEqual(wish({ concept: "", seed: " " }), {});
  });

  it("leave declarations to the browser, and prefer the name that is never one", () => {
    assert.deepEqual(wish({ style: "width: 10px" }), {});
    assert.deepEqual(wish({ style: "noto", "drawing-style": "fluent" }), { style: "fluent" });
  });

  it("pass nonsense on, for the engine to complain of", () => {
    assert.ok(Number.isNaN(wish({ seed: "abc" }).seed));
    assert.equal(wish({ mode: "other" }).mode, "other");
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
  /** @param {string} code */
  const read = (code) => Object.fromEntries([...code.matchAll(/ ([a-z-]+)="([^"]*)"/g)].slice(2).map(([, name, value]) => [name, value]));

  it("says what is not usual, and what a player understands", () => {
    const request = /** @type {const} */ ({ style: "noto", category: "heart", concept: "red-heart", seed: 7, steps: 12, fineRatio: 0.25, topP: 0.5, mode: "nar", schedule: "priority" });
    const code = embedCode(request, view, "https://example.org/player.js");
    assert.equal(code, '<script type="module" src="https://example.org/player.js"></script>\n<varigrain-player concept="red-heart" drawing-style="noto" seed="7" fine-ratio="0.25"></varigrain-player>\n');
    const both = embedCode({ ...request, mode: "both", schedule: "halton" }, { count: 4, layer: "order", pixels: true }, "p.js");
    assert.deepEqual(wish(read(both)), { concept: "red-heart", style: "noto", seed: 7, fineRatio: 0.25, topP: 0.5, schedule: "halton", mode: "both" });
    assert.match(both, / count="4" layer="order" pixels>/);
  });

  it("cannot be broken out of", () => {
    assert.doesNotMatch(embedCode({ concept: '"><script>' }, view, '"><b>'), /"><(script>|b)/);
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
    assert.equal(queue.length, 3);
    const outcomes = await Promise.allSettled(jobs);
    assert.deepEqual(outcomes.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
    assert.deepEqual(told, ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
    assert.equal(queue.length, 0);
  });

  it("never begins what was called off, and lets it know at once", async () => {
    const queue = new JobQueue();
    /** @type {() => void} */
    let finish = () => {};
    const first = queue.add(() => new Promise((resolve) => (finish = () => resolve(1))));
    const controller = new AbortController();
    let begun = false;
    const second = queue.add(async () => void (begun = true), controller.signal);
    controller.abort();
    await assert.rejects(second, { code: "aborted" });
    finish();
    assert.equal(await first, 1);
    assert.equal(await queue.add(async () => 3), 3);
    assert.equal(begun, false);
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
    await assert.rejects(a.load(), { code: "aborted" });
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
});

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
        for (const mark of ["strong-line", "focus", "fine-ink", "coarse"]) assert.ok(contrast(c[mark], c[ground]) >= 3, `${name}: ${mark} on ${ground}: ${contrast(c[mark], c[ground])}`);
      }
      for (const fill of ["accent", "accent-hover"]) assert.ok(contrast(c["on-accent"], c[fill]) >= 4.5, `${name}: on ${fill}`);
      assert.ok(contrast(c.surface, c.ink) >= 4.5);
    }
  });
});
