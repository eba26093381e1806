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
const classes = Object.entries(NAMES).map(([id, [name, glyph, parent]]) => ({ id, name, glyph, parent }));
const groups = [...new Set(classes.map(({ parent }) => parent))].map((id) => ({ id, name: id === "bug" ? "Insects" : id }));
const axis = { id: "concept", name: "Concept", parent: "category", classes };
const index = buildIndex(axis, { id: "category", name: "Category", classes: groups });

/** @param {string} query @param {object} [options] */
const ids = (query, options) => search(index, query, options).classes.map(({ id }) => id);

describe("the search for classes", () => {
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

  it("finds by the group's name and by the sign itself, with or without its variant selector", () => {
    assert.deepEqual(ids("insects"), ["caterpillar"]);
    assert.deepEqual(ids("❤️"), ["heart"]);
    assert.deepEqual(ids("❤"), ["heart"]);
  });

  it("keeps to a group and to the limit, and tells the full number", () => {
    assert.deepEqual(ids("cat", { parent: "animal" }), ["cat", "cat-face"]);
    const { classes: found, total } = search(index, "cat", { limit: 2 });
    assert.deepEqual([found.length, total], [2, 5]);
  });

  it("lists all for an empty query and nothing for a query of punctuation that matches no sign", () => {
    assert.equal(ids("").length, classes.length);
    assert.deepEqual(ids("???"), []);
  });

  it("does without groups and signs", () => {
    const plain = buildIndex({ id: "mood", name: "Mood", classes: [{ id: "merry", name: "Merry" }, { id: "calm", name: "Calm" }] });
    assert.deepEqual(search(plain, "cal").classes.map(({ id }) => id), ["calm"]);
    assert.deepEqual(search(plain, "🐱").classes, []);
  });

  it("ranks 1,400 classes fast enough to do so at every key press", () => {
    const many = Array.from({ length: 1400 }, (_, n) => ({ ...classes[n % 7], id: `c${n}`, name: `thing number ${n}` }));
    const large = buildIndex({ ...axis, classes: many });
    const from = process.cpuUsage();
    search(large, "number 13");
    // A key press may take 100 ms before it feels slow. Of this process alone: others may be busy.
    assert.ok(process.cpuUsage(from).user < 100_000);
  });
});
