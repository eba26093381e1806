/**
 * The state in the address: it comes back as it went in, and whatever a link says, nothing but valid
 * state comes of it.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { METHODS } from "../../www/lib/modes.js";
import { HIDEABLE, PLAIN, formatState, parseState, parseView } from "../../www/lib/page-state.js";
import { NUMBER_NAMES, SCHEDULES, inRange } from "../../www/lib/request.js";
import { LAYER_NAMES } from "../../www/lib/view/layers.js";
import { makePack } from "./helpers.js";

const { classes: raw } = makePack({ filler: 5 }).manifest;
const classes = {
  ...raw,
  concepts: raw.concepts.map((concept) => ({ ...concept, category: raw.categories[concept.category].id })),
};

/** @param {string} hash @param {string} [version] */
const parse = (hash, version) => parseState(hash, classes, ["nar", "ar"], version);

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
    const request = /** @type {const} */ ({ style: "twemoji", category: "heart", concept: "red-heart", seed: 7, steps: 6, mode: "both" });
    /** @type {import("../../www/lib/page-state.js").View} */
    const view = { count: 9, layer: "grains", pixels: true, hidden: ["prompt", "gallery", "timeline"], tab: "encode" };
    const text = formatState(request, view, "2");
    assert.equal(text, "style=twemoji&category=heart&concept=red-heart&seed=7&steps=6&mode=both&n=9&layer=grains&pixels=1&tab=encode&v=2&hide=prompt,gallery,timeline");
    assert.deepEqual(parse(`#${text}`, "2"), { request, view, problems: [] });
    assert.equal(formatState({ seed: 1 }, PLAIN), "seed=1");
    assert.deepEqual(parseView(""), PLAIN);
  });

  it("says what of a link cannot be had, and that its model was another", () => {
    assert.equal(parse("seed=1&n=5&layer=x").problems.length, 2);
    assert.match(parse("seed=1&v=1", "2").problems[0], /another version of the model; here it is 2/);
    assert.deepEqual(parse("seed=1&v=2", "2").problems, []);
    assert.deepEqual(parse("layer=order&v=1", "2").problems, []);
  });

  it("takes only names that there are, however a link is written", () => {
    assert.deepEqual(parseView("hide=__proto__,toString,prompt,prompt,%00,<b>").hidden, ["prompt"]);
    for (const tab of ["../x", "A", "a".repeat(40), "<b>", "x y"]) assert.equal(parseView(`tab=${encodeURIComponent(tab)}`).tab, "");
    assert.deepEqual(parseView(`hide=prompt&x=${"a".repeat(3000)}`), PLAIN);
  });

  /** Whatever went in: what comes out is valid, and survives a second time. @param {string} hash */
  function check(hash) {
    const { request, view, problems } = parse(hash, "2");
    const { styles, categories, concepts } = classes;
    const known = { style: styles, category: categories, concept: concepts };
    for (const [name, list] of Object.entries(known)) {
      const id = request[/** @type {"style"} */ (name)];
      assert.ok(id == null || list.some((entry) => entry.id === id), hash);
    }
    for (const name of NUMBER_NAMES) assert.ok(request[name] === undefined || inRange(name, request[name]), hash);
    assert.ok(request.mode === undefined || METHODS.includes(request.mode), hash);
    assert.ok(request.schedule === undefined || SCHEDULES.includes(request.schedule), hash);
    assert.ok([1, 4, 9].includes(view.count) && LAYER_NAMES.includes(view.layer), hash);
    assert.ok(view.hidden.every((name) => HIDEABLE.includes(name)), hash);
    assert.deepEqual(Object.getPrototypeOf(request), Object.prototype);
    assert.ok(problems.every((text) => typeof text === "string" && text.length < 200), hash);
    if (request.seed === undefined) return;
    const again = parse(formatState(request, view, "2"), "2");
    assert.deepEqual(again.view, view, hash);
    assert.deepEqual(again.problems, [], hash);
    assert.equal(formatState(again.request, again.view, "2"), formatState(request, view, "2"), hash);
  }

  it("survives 20,000 hostile links", () => {
    const random = generator(20_260_101);
    const pick = (/** @type {readonly any[]} */ list) => list[Math.floor(random() * list.length)];
    const names = [...NUMBER_NAMES, "style", "category", "concept", "mode", "schedule", "n", "layer", "hide", "v", "tab", "pixels", "__proto__", "constructor", ""];
    const values = [
      ...["1", "4", "9", "0", "-1", "1e309", "NaN", "0x10", "9007199254740991", "9007199254740992", "1.5", "", " ", "null", "undefined"],
      ...["twemoji", "noto-v1", "red-heart", "cat-face", "heart", "food-fruit", "gone", "toString", "__proto__"],
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
