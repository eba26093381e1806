/** What a page says of a picture for which "any" was asked, and what the fake engine draws for it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { captionOf, captionOfAll, completed, completedBy, mannerOf, thingOf } from "../../www/lib/drawn.js";
import { encodeRequest } from "../../www/lib/request.js";
import { completed as drawFake } from "./fake/any.js";
import { describePack, makePack } from "./helpers.js";

const names = describePack({ filler: 2, pairs: true });
const sun = { style: "noto-v1", category: "sky-weather", concept: "sun" };
const star = { style: "fluent", category: "sky-weather", concept: "star" };
/** @param {Record<string, string | null> | undefined} prompt */
const track = (prompt) => ({ steps: [{}, { prompt }] });

describe("what was drawn for any", () => {
  it("names what the request left out, and nothing else of it", () => {
    assert.deepEqual(completed({ seed: 3, style: null }, sun), { seed: 3, prompt: sun });
    assert.deepEqual(completed({ prompt: { style: "fluent" }, steps: 4 }, { ...sun, style: "fluent" }), { prompt: { ...sun, style: "fluent" }, steps: 4 });
    const open = { style: null, category: "sky-weather", concept: null };
    assert.deepEqual(completed({ category: "sky-weather" }, open), { prompt: { category: "sky-weather" } });
    assert.deepEqual(completed({ concept: "sun" }, undefined), { prompt: { concept: "sun" } });
    assert.deepEqual(completed({ seed: 1 }, {}), { seed: 1 });
    // What an engine can be asked with.
    assert.deepEqual(JSON.parse(encodeRequest(completed({}, sun), names)), { mode: "nar", prompt: sun });
  });

  it("is what all pictures agree in", () => {
    assert.deepEqual(completedBy({ seed: 1 }, [track(sun), track(sun)]), { seed: 1, prompt: sun });
    assert.deepEqual(completedBy({ style: null }, [track(sun), track(star)]), { prompt: { style: null, category: "sky-weather" } });
    assert.deepEqual(completedBy({ style: null }, [track(sun), { steps: [] }]), { prompt: sun });
    assert.deepEqual(completedBy({ style: null, seed: 2 }, []), { prompt: { style: null }, seed: 2 });
    assert.deepEqual(completedBy({ concept: "sun" }, [track(undefined)]), { prompt: { concept: "sun" } });
  });

  it("has words: the thing, and of its manner what was drawn", () => {
    assert.equal(captionOf({}, sun, names), "sun in Blobs");
    assert.equal(captionOf({ style: "noto-v1" }, sun, names), "sun");
    assert.equal(captionOf({ prompt: { concept: "sun" } }, sun, names), "sun in Blobs");
    assert.equal(captionOf({ category: "sky-weather" }, { style: null, category: "sky-weather", concept: null }, names), "Sky weather");
    assert.equal(captionOf({}, undefined, names), "anything");
    assert.equal(captionOf({}, { ...sun, concept: "red-heart" }), "red heart in noto v1");
    assert.deepEqual([thingOf({}), mannerOf({}), mannerOf({ style: "noto-v1" }, names), mannerOf({}, names)], ["anything", "any style", "Blobs", "any style"]);
  });

  it("has words for models of any axes", () => {
    const photos = describePack({ kind: "three-grains" });
    assert.equal(captionOf({}, { subject: "cat", style: "fluent" }, photos), "Cat in Fluent");
    assert.equal(captionOf({ prompt: { style: "fluent" } }, { subject: "cat", style: "fluent" }, photos), "Cat");
    assert.equal(mannerOf({ prompt: { subject: "cat" } }, photos), "any style");
    const portraits = describePack({ kind: "one-axis" });
    assert.deepEqual([captionOf({}, { mode: "calm" }, portraits), thingOf({}, portraits), mannerOf({}, portraits)], ["Calm", "anything", ""]);
    const textures = describePack({ kind: "no-axis" });
    assert.deepEqual([captionOf({}, {}, textures), mannerOf({}, textures)], ["a picture", ""]);
    // Before anything is known of the model.
    assert.equal(thingOf({ prompt: { style: "noto", subject: "old-cat" } }), "old cat");
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
  const { classes } = makePack({ filler: 2, pairs: true }).manifest;

  it("is a trained combination that fits, the same for the same seed", () => {
    const hearts = names.axes[2].classes.filter(({ parent }) => parent === "heart").map(({ id }) => id);
    for (let seed = 0; seed < 40; seed++) {
      const request = { seed, prompt: { category: "heart" } };
      const drawn = drawFake(request, classes);
      assert.equal(drawn.category, "heart");
      assert.ok(drawn.style && hearts.includes(String(drawn.concept)));
      assert.deepEqual(drawFake(request, classes), drawn);
    }
    assert.notDeepEqual(drawFake({ seed: 1 }, classes), drawFake({ seed: 2 }, classes));
  });

  it("stays where nothing fits, where all is named, in packs that do not tell and for a part of a picture", () => {
    const any = { style: null, category: null, concept: null };
    assert.deepEqual(drawFake({ seed: 1 }, makePack({ filler: 0 }).manifest.classes), any);
    assert.deepEqual(drawFake({ seed: 1, repaint: {} }, classes), any);
    const object = { category: "other-object", concept: "object-1" };
    assert.deepEqual(drawFake({ seed: 1, prompt: { concept: "object-1" } }, classes), { ...any, ...object });
    assert.deepEqual(drawFake({ seed: 1, prompt: { style: "noto", concept: "object-1" } }, classes), { style: "noto", ...object });
    assert.deepEqual(drawFake({ seed: 1 }, makePack({ kind: "no-axis" }).manifest.classes), {});
  });
});
