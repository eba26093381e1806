import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { buildIndex, fold, search } from "../../www/lib/search.js";

const NAMES = {
  "cat-face": ["cat face", "🐱", "animal"],
  cat: ["cat", "🐈", "animal"],
  "grinning-cat": ["grinning cat", "😺", "cat-faces"],
  caterpillar: ["caterpillar", "🐛", "bug"],
  locate: ["locate", "📍", "place"],
  heart: ["red heart", "❤️", "heart"],
  pinata: ["piñata", "🪅", "object"],
};
const concepts = Object.entries(NAMES).map(([id, [name, emoji, category]]) => ({ id, name, emoji, category }));
const index = buildIndex(concepts, (id) => (id === "bug" ? "Insects" : id));

/** @param {string} query @param {object} [options] */
const ids = (query, options) => search(index, query, options).concepts.map(({ id }) => id);

describe("concept search", () => {
  it("puts the exact name first, then names that start with it, then whole words, then the rest", () => {
    assert.deepEqual(ids("cat"), ["cat", "cat-face", "caterpillar", "grinning-cat", "locate"]);
  });

  it("wants every word, in any order", () => {
    assert.deepEqual(ids("cat grin"), ["grinning-cat"]);
    assert.deepEqual(ids("cat heart"), []);
  });

  it("ignores case, accents and punctuation", () => {
    assert.deepEqual(ids("PIÑATA!"), ["pinata"]);
    assert.deepEqual(ids("pinata"), ["pinata"]);
    assert.equal(fold("  Heart-Eyes  (É) "), "heart eyes e");
  });

  it("finds by category name and by the emoji itself, with or without its variant selector", () => {
    assert.deepEqual(ids("insects"), ["caterpillar"]);
    assert.deepEqual(ids("❤️"), ["heart"]);
    assert.deepEqual(ids("❤"), ["heart"]);
  });

  it("keeps to a category and to the limit, and tells the full number", () => {
    assert.deepEqual(ids("cat", { category: "animal" }), ["cat", "cat-face"]);
    const { concepts, total } = search(index, "cat", { limit: 2 });
    assert.deepEqual([concepts.length, total], [2, 5]);
  });

  it("lists all for an empty query and nothing for a query of punctuation that matches no emoji", () => {
    assert.equal(ids("").length, concepts.length);
    assert.deepEqual(ids("???"), []);
  });

  it("ranks 1,400 concepts fast enough to do so at every key press", () => {
    const many = Array.from({ length: 1400 }, (_, n) => ({ ...concepts[n % 7], id: `c${n}`, name: `thing number ${n}` }));
    const large = buildIndex(many, () => "category");
    const from = performance.now();
    search(large, "number 13");
    // A key press may take 100 ms before it feels slow; the bound allows for a busy machine.
    assert.ok(performance.now() - from < 200);
  });
});
