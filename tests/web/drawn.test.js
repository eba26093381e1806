/** What a page says of a picture for which "any" was asked, and what the fake engine draws for it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { captionOf, captionOfAll, completed, completedBy, styleOf, thingOf } from "../../www/lib/drawn.js";
import { encodeRequest } from "../../www/lib/request.js";
import { toClasses } from "../../www/lib/results.js";
import { completed as drawFake } from "./fake/any.js";
import { makePack } from "./helpers.js";

const { classes: raw } = makePack({ filler: 2, pairs: true }).manifest;
const names = toClasses(raw);
const sun = { style: "noto-v1", category: "sky-weather", concept: "sun" };
const star = { style: "fluent", category: "sky-weather", concept: "star" };
/** @param {typeof sun | undefined} prompt */
const track = (prompt) => ({ steps: [{}, { prompt }] });

describe("what was drawn for any", () => {
  it("names what the request left out, and nothing else of it", () => {
    assert.deepEqual(completed({ seed: 3, style: null }, sun), { seed: 3, ...sun });
    assert.deepEqual(completed({ style: "fluent", steps: 4 }, { ...sun, style: "fluent" }), { ...sun, style: "fluent", steps: 4 });
    const open = { style: null, category: "sky-weather", concept: null };
    assert.deepEqual(completed({ category: "sky-weather" }, open), { category: "sky-weather" });
    assert.deepEqual(completed({ concept: "sun" }, undefined), { concept: "sun" });
    // What an engine can be asked with.
    assert.deepEqual(JSON.parse(encodeRequest(completed({}, sun))), { mode: "nar", ...sun });
  });

  it("is what all pictures agree in", () => {
    assert.deepEqual(completedBy({ seed: 1 }, [track(sun), track(sun)]), { seed: 1, ...sun });
    assert.deepEqual(completedBy({ style: null }, [track(sun), track(star)]), { style: null, category: "sky-weather" });
    assert.deepEqual(completedBy({ style: null }, [track(sun), { steps: [] }]), sun);
    assert.deepEqual(completedBy({ style: null, seed: 2 }, []), { style: null, seed: 2 });
    assert.deepEqual(completedBy({ concept: "sun" }, [track(undefined)]), { concept: "sun" });
  });

  it("has words: the thing, and the style where it was drawn", () => {
    assert.equal(captionOf({}, sun, names), "sun in Blobs");
    assert.equal(captionOf({ style: "noto-v1" }, sun, names), "sun");
    assert.equal(captionOf({ concept: "sun" }, sun, names), "sun in Blobs");
    assert.equal(captionOf({ category: "sky-weather" }, { style: null, category: "sky-weather", concept: null }, names), "Sky weather");
    assert.equal(captionOf({}, undefined, names), "anything");
    assert.equal(captionOf({}, { ...sun, concept: "red-heart" }), "red heart in noto v1");
    assert.deepEqual([thingOf({}), styleOf({}), styleOf({ style: "noto-v1" }, names)], ["anything", "any style", "Blobs"]);
  });

  it("is listed for several pictures, each thing once, and not without end", () => {
    const all = (/** @type {(typeof sun | undefined)[]} */ ...prompts) => captionOfAll({}, prompts.map(track), names);
    assert.equal(all(sun, sun), "sun in Blobs");
    assert.equal(all(sun, star), "sun in Blobs and star in Fluent");
    const many = ["sun", "star", "cloud", "rainbow", "tulip"].map((concept) => ({ ...sun, concept }));
    assert.equal(all(...many.slice(0, 4)), "sun in Blobs, star in Blobs, cloud in Blobs and rainbow in Blobs");
    assert.equal(all(...many), "sun in Blobs, star in Blobs, cloud in Blobs and 2 more");
    assert.equal(captionOfAll({ concept: "sun" }, [], names), "sun");
  });
});

describe("the fake engine's any", () => {
  it("is a trained pair that fits, the same for the same seed", () => {
    for (let seed = 0; seed < 40; seed++) {
      const drawn = drawFake({ seed, category: "heart" }, raw);
      assert.equal(drawn.category, "heart");
      assert.ok(drawn.style && names.concepts.some(({ id, category }) => id === drawn.concept && category === "heart"));
      assert.deepEqual(drawFake({ seed, category: "heart" }, raw), drawn);
    }
    assert.notDeepEqual(drawFake({ seed: 1 }, raw), drawFake({ seed: 2 }, raw));
  });

  it("stays where nothing fits, where all is named, in older packs and for a part of a picture", () => {
    const any = { style: null, category: null, concept: null };
    const older = makePack({ filler: 0 }).manifest.classes;
    assert.deepEqual(drawFake({ seed: 1 }, older), any);
    assert.deepEqual(drawFake({ seed: 1, repaint: {} }, raw), any);
    assert.deepEqual(drawFake({ seed: 1, concept: "object-1" }, raw), { ...any, category: "other-object", concept: "object-1" });
    assert.deepEqual(drawFake({ seed: 1, style: "noto", concept: "object-1" }, raw), { style: "noto", category: "other-object", concept: "object-1" });
  });
});
