/** What the form makes of a model's axes: which get tiles and which a box, and prompts to begin with. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FEW, arrange, lineOf } from "../../www/components/axis-layout.js";
import { ideasOf, surprise } from "../../www/components/ideas.js";
import { axisOf, classOf } from "../../www/lib/description.js";
import { describePack } from "./helpers.js";

/** @typedef {import("../../www/lib/description.js").Axis} Axis */

/** @param {string} id @param {number} count @param {string} [parent] @returns {Axis} */
function axis(id, count, parent) {
  const classes = Array.from({ length: count }, (_, n) => ({ id: `${id}-${n}`, name: `${id} ${n}`, ...(parent ? { parent: `${parent}-0` } : {}) }));
  return { id, name: id, classes, ...(parent ? { parent } : {}) };
}
const ids = (/** @type {readonly Axis[]} */ axes) => axes.map(({ id }) => id);
const shape = (/** @type {Axis[]} */ ...axes) => Object.values(arrange(axes)).map(ids);

describe("the controls of axes", () => {
  it("are tiles for few classes and boxes for many, in the order of the model", () => {
    assert.deepEqual(shape(), [[], []]);
    assert.deepEqual(shape(axis("mood", FEW)), [[], ["mood"]]);
    assert.deepEqual(shape(axis("flower", FEW + 1), axis("style", 3), axis("bird", 90)), [["flower", "bird"], ["style"]]);
  });

  it("are one box for an axis of many classes and those above it that have many, too", () => {
    assert.deepEqual(shape(axis("style", 7), axis("category", 58), axis("concept", 1420, "category")), [["concept"], ["style"]]);
    assert.deepEqual(shape(axis("kind", 3), axis("species", 40, "kind")), [["species"], ["kind"]]);
    const chain = [axis("order", 20), axis("family", 60, "order"), axis("species", 300, "family")];
    assert.deepEqual(shape(...chain), [["species"], []]);
    assert.deepEqual(ids(lineOf(chain[2], chain)), ["species", "family", "order"]);
  });
});

describe("ideas", () => {
  const emoji = describePack({ pairs: true });

  it("are those that the list of models names, as far as the model has them", () => {
    const found = ideasOf(emoji, [{ style: "noto", concept: "cat-face" }, { concept: "dragon" }, { wings: "four" }, {}]);
    assert.deepEqual(found, [{ prompt: { style: "noto", category: "animal-mammal", concept: "cat-face" }, title: "Noto cat face", glyph: "🐱" }]);
  });

  it("are of what training had where nothing is named, and none where all is seen at a glance", () => {
    const found = ideasOf(emoji, []);
    assert.equal(new Set(found.map(({ title }) => title)).size, 4);
    for (const { prompt } of found) {
      const places = ["style", "concept"].map((id) => axisOf(emoji, id)?.classes.findIndex((one) => one.id === prompt[id]));
      assert.ok(emoji.trained?.combinations.some((pair) => pair.every((place, at) => place === places[at])));
    }
    assert.deepEqual(ideasOf(describePack({ kind: "one-axis" }), []), []);
    assert.deepEqual(ideasOf(describePack({ kind: "no-axis" }), []), []);
  });

  it("by chance choose a class of each axis, and the groups that it falls into", () => {
    for (let n = 0; n < 50; n++) {
      const prompt = surprise(emoji.axes);
      const chosen = emoji.axes.map((one) => classOf(one, prompt[one.id]));
      assert.ok(chosen.every(Boolean));
      assert.equal(chosen[2]?.parent, prompt.category);
    }
  });
});
