import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { ANYTHING, buildPromptIndex, ideaOf, suggest } from "../../www/lib/prompt-search.js";
import { describePack, inRepo } from "./helpers.js";

// The model's own names: the box is made for them.
const { axes } = JSON.parse(readFileSync(inRepo("www/models/emoji-128/manifest.json"), "utf8")).classes;
const index = buildPromptIndex(axes);
/** @param {string} query */
const first = (query) => suggest(index, query).ideas[0];

describe("the one box", () => {
  for (const [query, concept, style] of /** @type {const} */ ([
    ["cat", "cat", undefined],
    ["red heart", "red-heart", undefined],
    ["blob ghost", "ghost", "noto-v1"],
    ["ghost blob", "ghost", "noto-v1"],
    ["Twemoji red apple", "red-apple", "twemoji"],
    ["fluent flat sun", "sun", "fluent-flat"],
    ["firefox rocket", "rocket", "fxemoji"],
    ["fire", "fire", undefined],
    ["👻", "ghost", undefined],
  ])) {
    it(`reads “${query}”`, () => {
      const { prompt } = first(query);
      assert.deepEqual([prompt.concept, prompt.style], [concept, style]);
    });
  }

  it("offers groups of things, manners alone, and both together", () => {
    const food = suggest(index, "food").ideas.slice(0, 8);
    assert.ok(food.filter(({ kind }) => kind === "group").length >= 3);
    const twemoji = first("twemoji");
    assert.deepEqual([twemoji.kind, twemoji.prompt, twemoji.detail], ["manner", { category: null, concept: null, style: "twemoji" }, "Twemoji"]);
    const hearts = first("blob hearts");
    assert.deepEqual([hearts.kind, hearts.prompt], ["group", { category: "heart", concept: null, style: "noto-v1" }]);
    assert.match(hearts.detail, /^any of \d+, /);
    assert.deepEqual(first("red heart").prompt, { category: "heart", concept: "red-heart" });
  });

  it("lists all groups for an empty box, and what is spelt alike for what nothing is called", () => {
    const { ideas, total } = suggest(index, " ", { limit: 100 });
    const groups = axes.find((/** @type {{ id: string }} */ { id }) => id === "category").classes.length;
    assert.deepEqual([ideas[0].kind, total, ideas.length], ["anything", groups + 1, groups + 1]);
    const near = suggest(index, "xyzzy");
    assert.deepEqual([near.unknown, near.ideas.length], [["xyzzy"], 5]);
    assert.deepEqual(suggest(index, "twemoji xyzzy"), { ideas: suggest(index, "twemoji").ideas, total: 1, unknown: ["xyzzy"] });
    assert.deepEqual(suggest(index, "???").ideas, []);
  });

  for (const [query, concept, style, unknown] of /** @type {[string, string, string | undefined, string[]][]} */ ([
    ["crocodyle", "crocodile", undefined, ["crocodyle"]],
    ["strawbery noto", "strawberry", "noto", ["strawbery"]],
    ["kitty", "cat", undefined, []],
    ["twemoji car", "automobile", "twemoji", []],
    ["gray heart", "grey-heart", undefined, []],
    ["rocket qwertz", "rocket", undefined, ["qwertz"]],
    ["smiling woman red hair glasses", "woman-red-hair", undefined, ["smiling", "woman", "red", "hair", "glasses"]],
  ])) {
    it(`reads “${query}” in other words, though misspelt, or as far as it can`, () => {
      const { ideas, unknown: lost } = suggest(index, query);
      assert.deepEqual([ideas[0].prompt.concept, ideas[0].prompt.style, lost], [concept, style, unknown]);
      assert.equal(new Set(ideas.map(({ kind, prompt }) => JSON.stringify([kind, prompt]))).size, ideas.length);
    });
  }


  it("shows a prompt as the idea that it is", () => {
    assert.deepEqual(ideaOf(index, { concept: "red-heart", style: "noto" }).title, "red heart");
    assert.deepEqual([ideaOf(index, { category: "heart", concept: null }).kind, ideaOf(index, { concept: "nonsense" }), ideaOf(index, {})], ["group", ANYTHING, ANYTHING]);
  });

  it("is fast enough to do so at every key press", () => {
    const from = process.cpuUsage();
    suggest(index, "microsoft cat face");
    // A key press may take 100 ms before it feels slow. Of this process alone: others may be busy.
    assert.ok(process.cpuUsage(from).user < 100_000);
    // What nothing is called takes longest: it is compared with all there is.
    const then = process.cpuUsage();
    suggest(index, "smiling womann qwertz");
    assert.ok(process.cpuUsage(then).user < 250_000);
  });
});

describe("the box of other models", () => {
  it("knows things without groups, and several manners in one phrase", () => {
    const more = { id: "light", name: "Light", classes: [{ id: "dusk", name: "Dusk" }, { id: "noon", name: "Noon" }] };
    const photos = buildPromptIndex([...describePack({ kind: "three-grains" }).axes, more]);
    const { ideas } = suggest(photos, "noto cat dusk");
    assert.deepEqual([ideas[0].prompt, ideas[0].detail], [{ subject: "cat", style: "noto", light: "dusk" }, "Noto, Dusk"]);
    assert.deepEqual(suggest(photos, "dusk fluent").ideas[0].prompt, { subject: null, style: "fluent", light: "dusk" });
    assert.deepEqual(suggest(photos, "").ideas.map(({ title }) => title), ["Anything", "Cat", "Heart", "Sun", "Apple"]);
    assert.deepEqual(suggest(photos, "❤️").ideas, []);
  });

  it("has nothing but anything for a model without axes", () => {
    const textures = buildPromptIndex([]);
    assert.deepEqual(suggest(textures, ""), { ideas: [ANYTHING], total: 1, unknown: [] });
    assert.deepEqual(suggest(textures, "cat").ideas, []);
    assert.deepEqual(ideaOf(textures, { style: "noto" }), ANYTHING);
  });
});
