import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { buildPromptIndex, suggest } from "../../www/lib/prompt-search.js";
import { inRepo } from "./helpers.js";

// The model's own names: the box is made for them.
const { classes: raw } = JSON.parse(readFileSync(inRepo("www/models/emoji-128/manifest.json"), "utf8"));
const classes = {
  ...raw,
  concepts: raw.concepts.map((/** @type {any} */ concept) => ({ ...concept, category: raw.categories[concept.category].id })),
};
const index = buildPromptIndex(classes);
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
      assert.deepEqual([first(query)?.concept, first(query)?.style], [concept, style]);
    });
  }

  it("offers groups of things, styles alone, and both together", () => {
    const food = suggest(index, "food").ideas.slice(0, 8);
    assert.ok(food.filter(({ kind }) => kind === "category").length >= 3);
    assert.deepEqual([first("twemoji").kind, first("twemoji").style], ["style", "twemoji"]);
    const hearts = first("blob hearts");
    assert.deepEqual([hearts.kind, hearts.category, hearts.style], ["category", "heart", "noto-v1"]);
    assert.match(hearts.detail, /^any of \d+, /);
  });

  it("lists all groups for an empty box, and nothing for nonsense", () => {
    const { ideas, total } = suggest(index, " ", { limit: 100 });
    assert.deepEqual([ideas[0].kind, total, ideas.length], ["anything", classes.categories.length + 1, classes.categories.length + 1]);
    assert.deepEqual(suggest(index, "xyzzy").ideas, []);
    assert.deepEqual(suggest(index, "twemoji xyzzy").ideas, []);
    assert.deepEqual(suggest(index, "???").ideas, []);
  });

  it("is fast enough to do so at every key press", () => {
    const from = performance.now();
    suggest(index, "microsoft cat face");
    // A key press may take 100 ms before it feels slow; the bound allows for a busy machine.
    assert.ok(performance.now() - from < 200);
  });
});
