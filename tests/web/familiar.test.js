/** What training had of a prompt, told where one chooses. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { familiarOf, tellFamiliar } from "../../www/lib/familiar.js";
import { describePack, inRepo } from "./helpers.js";

/** @param {string} id */
const shipped = (id) => {
  const { axes, trained } = JSON.parse(readFileSync(inRepo(`www/models/${id}/manifest.json`), "utf8")).classes;
  return { axes, trained };
};

const axis = (/** @type {string} */ id, /** @type {number} */ count) => ({ id, name: id.toUpperCase(), classes: Array.from({ length: count }, (_, at) => ({ id: `${id}${at}`, name: `${id} ${at}` })) });
/** Three axes, of which the last is no part of the combinations; the third class of "b" is in none of them. */
const small = { axes: [axis("a", 2), axis("b", 3), axis("c", 2), axis("d", 2)], trained: { axes: ["b", "a", "c"], combinations: [[0, 0, 0], [1, 0, 1], [1, 1, 0]] } };
const kind = (/** @type {Record<string, string | null>} */ prompt) => familiarOf(small, prompt)?.kind ?? null;

describe("what training had", () => {
  it("is told of combinations of any number of axes, whole or with something left open", () => {
    assert.equal(kind({ a: "a0", b: "b0", c: "c0", d: "d1" }), "trained");
    assert.equal(kind({ a: "a1", b: "b0", c: "c0" }), "new");
    assert.deepEqual([kind({ a: "a1", b: "b1" }), kind({ a: "a1", c: "c1" })], ["trained", "new"]);
    assert.deepEqual([kind({ b: "b2" }), kind({ a: "a0", b: "b2", c: "c0" })], ["unseen", "unseen"]);
    assert.deepEqual(familiarOf(small, { b: "b2", a: "a0" })?.names, ["b 2"]);
    assert.deepEqual([kind({}), kind({ d: "d0" }), kind({ a: null, b: "gone" })], [null, null, null]);
    assert.equal(familiarOf({ axes: small.axes }, { a: "a0" }), null);
    assert.equal(familiarOf({ axes: small.axes, trained: { axes: ["a", "gone"], combinations: [[0, 0]] } }, { a: "a0" }), null);
    assert.equal(familiarOf(describePack({ kind: "no-axis" }), {}), null);
  });

  it("is said in a few words, and of a model that recites as what it is", () => {
    const told = (/** @type {Record<string, string>} */ prompt, recites = false) => {
      const familiar = familiarOf(small, prompt);
      assert.ok(familiar);
      const { mark, about } = tellFamiliar(familiar, recites);
      return `${mark}: ${about}`;
    };
    assert.equal(told({ a: "a0", b: "b0", c: "c0" }), "In training: it had this b, a and c.");
    assert.match(told({ a: "a0", b: "b0", c: "c0" }, true), /^Learned by heart: training had this drawing/);
    assert.match(told({ a: "a0" }, true), /^Learned by heart: the rest is picked at random/);
    assert.match(told({ a: "a1", b: "b0", c: "c0" }, true), /^New: training never had this combination of b, a and c\.$/);
    assert.equal(told({ b: "b2" }), "Never seen: training had no b 2 at all.");
  });

  it("of the shipped models is what their manifests say", () => {
    const emoji = shipped("emoji-128");
    assert.equal(familiarOf(emoji, { style: "fluent", concept: "red-heart" })?.kind, "trained");
    assert.equal(familiarOf(emoji, { concept: "grinning-face-with-big-eyes" })?.kind, "unseen");
    const portraits = shipped("portraits-256");
    assert.deepEqual(portraits.trained.axes, ["style", "hair-colour", "expression"]);
    const prompt = { style: "adventurer", "hair-colour": "black", expression: "neutral", glasses: "glasses" };
    assert.equal(familiarOf(portraits, prompt)?.kind, "trained");
    assert.equal(familiarOf(portraits, { ...prompt, "hair-colour": "brown" })?.kind, "new");
    const { models } = JSON.parse(readFileSync(inRepo("www/models/index.json"), "utf8"));
    assert.deepEqual(models.map((/** @type {any} */ { id, recites = false }) => [id, recites]), [["emoji-128", true], ["portraits-256", false], ["photos-256", false]]);
  });
});
