import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { ANYTHING, buildPromptIndex, ideaOf, suggest } from "../../www/lib/prompt-search.js";
import { describePack, inRepo } from "./helpers.js";

// The model's own names: the box is made for them.
const { axes } = JSON.parse(readFileSync(inRepo("www/models/emoji-128/manifest.json"), "utf8")).classes;
const words = JSON.parse(readFileSync(inRepo("www/words/emoji-128.json"), "utf8"));

for (const [known, index] of /** @type {const} */ ([["its names", buildPromptIndex(axes)], ["other words too", buildPromptIndex(axes, words)]])) {
describe(`the one box, with ${known}`, () => {
  /** @param {string} query */
  const first = (query) => suggest(index, query).ideas[0];

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
}

describe("other words for emoji", () => {
  const [plain, taught] = [buildPromptIndex(axes), buildPromptIndex(axes, words)];
  for (const [query, concept, style] of /** @type {const} */ ([
    ["pepperoni", "pizza", undefined],
    ["stinky", "pile-of-poo", undefined],
    ["twemoji slice pepperoni", "pizza", "twemoji"],
    ["pepperon", "pizza", undefined],
  ])) {
    it(`of CLDR find “${query}”`, () => {
      const { ideas, unknown } = suggest(taught, query);
      assert.deepEqual([ideas[0].prompt.concept, ideas[0].prompt.style, unknown], [concept, style, []]);
      const [{ prompt }] = suggest(plain, query).ideas;
      assert.ok(suggest(plain, query).unknown.length || prompt.concept !== concept, "its names alone do not");
    });
  }

  it("come after what is called so", () => {
    // Of "pet" a petri dish is called so, and a cat is one.
    const pets = suggest(taught, "pet").ideas.map(({ prompt }) => prompt.concept);
    assert.ok(pets.includes("petri-dish") && pets.indexOf("petri-dish") < pets.indexOf("cat-face"), String(pets.slice(0, 9)));
    assert.deepEqual(suggest(taught, "heart").ideas[0], suggest(plain, "heart").ideas[0]);
  });

  it("are of classes that there are, and say nothing that their names say", () => {
    const [axis] = Object.keys(words);
    const classes = new Map(axes.find((/** @type {{ id: string }} */ { id }) => id === axis).classes.map((/** @type {{ id: string, name: string }} */ one) => [one.id, one]));
    for (const [id, text] of Object.entries(words[axis])) {
      const { name } = /** @type {{ name: string }} */ (classes.get(id));
      for (const word of String(text).split(" ")) assert.ok(word.length >= 3 && !name.split(" ").includes(word), `${id}: ${word}`);
    }
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
