/**
 * The state in the address: it comes back as it went in, and whatever a link says, nothing but valid
 * state comes of it.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { METHODS } from "../../www/lib/modes.js";
import { HIDEABLE, PLAIN, formatState, parseModel, parseState, parseView } from "../../www/lib/page-state.js";
import { NUMBER_NAMES, fitShares, inRange } from "../../www/lib/request.js";
import { LAYER_NAMES } from "../../www/lib/view/layers.js";
import { describePack } from "./helpers.js";

const description = { ...describePack({ filler: 5 }), version: "2" };
const here = { id: "emoji-128", description };

/** @param {string} hash */
const parse = (hash) => parseState(hash, here);

/** Numbers that look random and are the same every time. @param {number} seed */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe("the state in the address", () => {
  it("comes back as it went in", () => {
    const request = /** @type {const} */ ({ prompt: { style: "twemoji", category: "heart", concept: "red-heart" }, seed: 7, steps: 6, mode: "both" });
    /** @type {import("../../www/lib/page-state.js").View} */
    const view = { count: 9, layer: "grains", pixels: true, hidden: ["prompt", "gallery", "timeline"], tab: "encode" };
    const text = formatState(request, view, here);
    assert.equal(text, "model=emoji-128&style=twemoji&category=heart&concept=red-heart&seed=7&steps=6&mode=both&n=9&layer=grains&pixels=1&tab=encode&v=2&hide=prompt,gallery,timeline");
    assert.deepEqual(parse(`#${text}`), { request, view, problems: [] });
    assert.equal(parseModel(`#${text}`), "emoji-128");
    assert.equal(formatState({ seed: 1 }, PLAIN, { id: "", description }), "seed=1&v=2");
    assert.deepEqual(parseView(""), PLAIN);
  });

  it("says what of a link cannot be had, and that its model was another version", () => {
    assert.equal(parse("seed=1&n=5&layer=x").problems.length, 2);
    assert.match(parse("seed=1&v=1").problems[0], /another version of the model; here it is 2/);
    assert.deepEqual(parse("seed=1&v=2").problems, []);
    assert.deepEqual(parse("layer=order&v=1").problems, []);
  });

  it("takes nothing of a link for another model but how it is looked at", () => {
    const hash = "model=portraits&style=noto&seed=1&n=4&layer=order&v=9";
    const { request, view, problems } = parse(hash);
    assert.equal(parseModel(hash), "portraits");
    assert.deepEqual([request, view.count, view.layer, problems.length], [{}, 4, "order", 1]);
    assert.match(problems[0], /for another model \(portraits\); here it is emoji-128/);
    assert.ok(parse(`model=${"x".repeat(500)}&seed=1`).problems[0].length < 200);
    // Links from before there were several models, and links to whatever is usual.
    for (const hash of ["style=noto&seed=1", "model=&style=noto&seed=1"]) {
      assert.equal(parseModel(hash), null);
      assert.deepEqual(parse(hash).request, { prompt: { style: "noto" }, seed: 1 });
    }
  });

  it("keeps axes that are called like what the page itself says", () => {
    const axes = ["n", "layer", "v", "model", "hide"].map((id) => ({ id, name: id, classes: [{ id: "a", name: "A" }] }));
    const other = { id: "m", description: { ...description, axes } };
    const request = { prompt: { n: "a", layer: "a", v: "a", model: "a", hide: "a" }, seed: 1 };
    const text = formatState(request, { ...PLAIN, count: 4 }, other);
    assert.equal(text, "model=m&axis.n=a&axis.layer=a&axis.v=a&axis.model=a&axis.hide=a&seed=1&n=4&v=2");
    assert.deepEqual(parseState(text, other), { request, view: { ...PLAIN, count: 4 }, problems: [] });
  });

  it("takes only names that there are, however a link is written", () => {
    assert.deepEqual(parseView("hide=__proto__,toString,prompt,prompt,%00,<b>").hidden, ["prompt"]);
    for (const tab of ["../x", "A", "a".repeat(40), "<b>", "x y"]) assert.equal(parseView(`tab=${encodeURIComponent(tab)}`).tab, "");
    assert.deepEqual(parseView(`hide=prompt&x=${"a".repeat(3000)}`), PLAIN);
  });

  /** Whatever went in: what comes out is valid, and survives a second time. @param {string} hash */
  function check(hash) {
    const { request, view, problems } = parse(hash);
    for (const [axis, id] of Object.entries(request.prompt ?? {})) {
      const classes = description.axes.find((one) => one.id === axis)?.classes;
      assert.ok(classes?.some((one) => one.id === id), hash);
    }
    for (const name of NUMBER_NAMES) assert.ok(request[name] === undefined || inRange(description, name, Number(request[name])), hash);
    assert.ok(request.shares === undefined || fitShares(description, request.shares), hash);
    assert.ok(request.mode === undefined || METHODS.includes(request.mode), hash);
    assert.ok(request.schedule === undefined || description.schedules.some(({ id }) => id === request.schedule), hash);
    assert.ok([1, 4, 9].includes(view.count) && LAYER_NAMES.includes(view.layer), hash);
    assert.ok(view.hidden.every((name) => HIDEABLE.includes(name)), hash);
    assert.deepEqual(Object.getPrototypeOf(request), Object.prototype);
    assert.ok(problems.every((text) => typeof text === "string" && text.length < 200), hash);
    if (request.seed === undefined) return;
    const again = parse(formatState(request, view, here));
    assert.deepEqual(again.view, view, hash);
    assert.deepEqual(again.problems, [], hash);
    assert.equal(formatState(again.request, again.view, here), formatState(request, view, here), hash);
  }

  it("survives 20,000 hostile links", () => {
    const random = generator(20_260_101);
    const pick = (/** @type {readonly any[]} */ list) => list[Math.floor(random() * list.length)];
    const names = [...NUMBER_NAMES, "style", "category", "concept", "axis.style", "axis.x", "model", "shares", "fineRatio", "mode", "schedule", "n", "layer", "hide", "v", "tab", "pixels", "__proto__", "constructor", ""];
    const values = [
      ...["1", "4", "9", "0", "-1", "1e309", "NaN", "0x10", "9007199254740991", "9007199254740992", "1.5", "", " ", "null", "undefined"],
      ...["twemoji", "noto-v1", "red-heart", "cat-face", "heart", "food-fruit", "gone", "toString", "__proto__"],
      ...["0.5", "0.5,0.5", "emoji-128", "other"],
      ...["nar", "ar", "both", "NAR", "priority", "halton", "picture", "grains", "confidence", "prompt,gallery", "prompt,,x,footer", ",,,"],
      ...["%", "%zz", "%00", "%E2%82", "%F0%9F%92%A9", "💥", "<script>", "javascript:alert(1)", "&", "=", "#", "\u0000", "\ud800", "‮", "a".repeat(300), "../../etc"],
    ];
    const noise = () => String.fromCharCode(Math.floor(random() * (random() < 0.5 ? 128 : 65536)));
    for (let n = 0; n < 20_000; n++) {
      const parts = Array.from({ length: Math.floor(random() * 12) }, () => {
        const value = random() < 0.2 ? Array.from({ length: Math.floor(random() * 20) }, noise).join("") : pick(values);
        return random() < 0.1 ? value : `${pick(names)}=${value}`;
      });
      let hash = pick(["#", "", "##", "#?"]) + parts.join(pick(["&", "&", "&", ";", "&&"]));
      // Half of them are cut or spoilt somewhere.
      if (random() < 0.5) {
        const at = Math.floor(random() * hash.length);
        hash = hash.slice(0, at) + (random() < 0.5 ? noise() + hash.slice(at + 1) : "");
      }
      check(hash);
    }
  });

  it("is not slow with links that are long", () => {
    const from = performance.now();
    for (const hash of ["&".repeat(1e6), "a=b&".repeat(5e5), `hide=${"prompt,".repeat(1e5)}`, "%".repeat(1e6)]) check(hash);
    assert.ok(performance.now() - from < 1000);
  });
});
