/** The list of models, and what a model says of the combinations that it was trained with. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { modelOf, resolveModel, toModels } from "../../www/lib/models.js";
import { trainedPairs } from "../../www/lib/trained.js";
import { describePack, inRepo } from "./helpers.js";

const BASE = "https://example.org/site/models/index.json";
const LIST = {
  default: "emoji-128",
  models: [
    { id: "emoji-128", name: "Emoji", folder: "emoji-128/", about: "Emoji." },
    { id: "portraits", name: "Portraits", folder: "https://elsewhere.org/portraits" },
  ],
};

describe("the list of models", () => {
  it("may show another model than the usual one to those who ask for nothing", () => {
    assert.equal(toModels(LIST, BASE).opening.id, "emoji-128");
    assert.equal(toModels({ ...LIST, opening: "portraits" }, BASE).opening.id, "portraits");
    assert.throws(() => toModels({ ...LIST, opening: "none" }, BASE), { code: "pack-damaged", message: /opening “none”/ });
  });

  it("has the address of each folder, and which one is usual", () => {
    const { usual, models } = toModels(LIST, BASE);
    assert.deepEqual(models.map(({ address }) => address), ["https://example.org/site/models/emoji-128/", "https://elsewhere.org/portraits/"]);
    assert.deepEqual([usual.id, modelOf({ models }, "portraits")?.name, modelOf({ models }, "x")], ["emoji-128", "Portraits", undefined]);
  });

  it("may say what to show of a model before it is loaded, and what to begin with", () => {
    const ideas = [{ style: "noto", concept: "cat-face" }];
    const [told, silent] = toModels({ ...LIST, models: [{ ...LIST.models[0], credits: "Open sets.", recording: "recordings/cat.json", pair: "recordings/cat-pair.json", drawings: "emoji-128/drawings", words: "words/cat.json", ideas }, LIST.models[1]] }, BASE).models;
    assert.deepEqual([told.credits, told.recording, told.pair, told.ideas], ["Open sets.", "https://example.org/site/recordings/cat.json", "https://example.org/site/recordings/cat-pair.json", ideas]);
    assert.deepEqual([told.drawings, silent.drawings], ["https://example.org/site/models/emoji-128/drawings/", null]);
    assert.deepEqual([told.words, silent.words], ["https://example.org/site/words/cat.json", null]);
    assert.deepEqual([silent.credits, silent.recording, silent.pair, silent.ideas], ["", null, null, []]);
  });

  it("may say what to know of pictures of one's own, with some to begin with", () => {
    const encodes = { note: "No faces.", examples: [{ name: "Tulip", picture: "photos-256/examples/tulip.jpg" }] };
    const [told, silent] = toModels({ ...LIST, models: [{ ...LIST.models[0], encodes }, LIST.models[1]] }, BASE).models;
    const tulip = { name: "Tulip", picture: "https://example.org/site/models/photos-256/examples/tulip.jpg", recording: null };
    assert.deepEqual(told.encodes, { note: "No faces.", examples: [tulip] });
    const [{ encodes: recorded }] = toModels({ ...LIST, models: [{ ...LIST.models[0], encodes: { examples: [{ ...encodes.examples[0], recording: "photos-256/examples/tulip.json" }] } }] }, BASE).models;
    assert.deepEqual(recorded.examples, [{ ...tulip, recording: "https://example.org/site/models/photos-256/examples/tulip.json" }]);
    assert.deepEqual(silent.encodes, { note: "", examples: [] });
  });

  it("is refused if anything of it is not as it should be", () => {
    const [emoji] = LIST.models;
    for (const wrong of [
      ...[null, [], {}, { ...LIST, models: [] }, { ...LIST, models: {} }, { ...LIST, default: "x" }, { ...LIST, models: [emoji, emoji] }],
      ...[{ id: "A b" }, { id: "" }, { id: undefined }, { name: "" }, { name: 3 }, { folder: undefined }, { about: 3 }, { credits: 3 }, { recording: 3 }, { pair: 3 }, { words: 3 }, { drawings: 3 }, { drawings: "" }, { ideas: {} }, { ideas: [null] }, { encodes: { note: 3 } }, { encodes: { examples: {} } }, { encodes: { examples: [{ name: "x" }] } }, { encodes: { examples: [null] } }, { encodes: { examples: [{ name: "x", picture: "x.png", recording: 3 }] } }].map((spoilt) => ({ ...LIST, models: [{ ...emoji, ...spoilt }] })),
      { ...LIST, models: [null] },
    ]) {
      assert.throws(() => toModels(wrong, BASE), { code: "pack-damaged" }, JSON.stringify(wrong));
    }
  });

  it("turns an id into an address, and leaves an address as it is", async () => {
    const list = async () => toModels(LIST, BASE);
    const unasked = () => assert.fail("the list was looked at");
    Object.assign(globalThis, { document: { baseURI: "https://example.org/page/index.html" } });
    try {
      assert.equal(await resolveModel("portraits", list), "https://elsewhere.org/portraits/");
      assert.equal(await resolveModel(null, list), "https://example.org/site/models/emoji-128/");
      assert.equal(await resolveModel("./my/model", unasked), "https://example.org/page/my/model/");
      assert.equal(await resolveModel("https://a.org/m/", unasked), "https://a.org/m/");
      assert.equal(await resolveModel("https://a.org/m?v=2#x", unasked), "https://a.org/m/");
      await assert.rejects(resolveModel("fruit", list), (error) => {
        const { code, message } = /** @type {import("../../www/lib/errors.js").VarigrainError} */ (error);
        return code === "pack-missing" && /“fruit”.*“emoji-128”, “portraits”/.test(message);
      });
    } finally {
      Reflect.deleteProperty(globalThis, "document");
    }
  });

  it("is refused in few words, whatever it holds", async () => {
    const long = "a".repeat(100_000);
    const short = (/** @type {any} */ { code, message }) => ["pack-damaged", "pack-missing"].includes(code) && message.length < 700;
    assert.throws(() => toModels({ ...LIST, models: [{ id: `${long} b` }] }, BASE), short);
    assert.throws(() => toModels({ ...LIST, default: long }, BASE), short);
    await assert.rejects(resolveModel(long, async () => toModels(LIST, BASE)), short);
  });

  it("of this site names folders with a manifest", () => {
    const { models } = toModels(JSON.parse(readFileSync(inRepo("www/models/index.json"), "utf8")), "file:///models/index.json");
    for (const path of models.flatMap(({ recording, pair, words }) => [recording, pair, words])) assert.ok(!path || existsSync(inRepo(`www${new URL(path).pathname}`)), String(path));
    for (const { address } of models) assert.ok(existsSync(inRepo(`www${new URL("manifest.json", address).pathname}`)), address);
  });
});

describe("the trained pairs", () => {
  const axis = (/** @type {string} */ id, /** @type {string[]} */ ids) => ({ id, name: id, classes: ids.map((one) => ({ id: one, name: one })) });
  const axes = [axis("style", ["a", "b", "c"]), axis("concept", ["sun", "moon", "fox", "owl"])];
  const trained = { axes: ["style", "concept"], combinations: [[0, 0], [2, 0], [1, 1]] };
  const pairs = trainedPairs({ axes, trained });

  it("have the longer list for rows, however the model counts them", () => {
    assert.deepEqual([pairs?.rows.id, pairs?.columns.id, pairs?.count, pairs?.possible], ["concept", "style", 3, 12]);
    const turned = trainedPairs({ axes, trained: { axes: ["concept", "style"], combinations: [[0, 0], [0, 2], [1, 1]] } });
    for (const table of [pairs, turned]) {
      const rows = axes[1].classes.map((_, row) => axes[0].classes.map((__, column) => Number(table?.has(row, column))));
      assert.deepEqual(rows, [[1, 0, 1], [0, 1, 0], [0, 0, 0], [0, 0, 0]]);
    }
  });

  it("find gaps, and neighbours that the model knows", () => {
    assert.deepEqual([pairs?.hasGap(0), pairs?.hasIds("sun", "c"), pairs?.hasIds("sun", "b"), pairs?.hasIds("sun", null), pairs?.hasIds("x", "a")], [true, true, false, false, false]);
    assert.deepEqual([pairs?.neighbours(0, 1, 3), pairs?.neighbours(0, 0, 3), pairs?.neighbours(0, 1, 1), pairs?.neighbours(1, 0, 3)], [[0, 2], [2], [0], [1]]);
    const full = trainedPairs({ axes: [axis("x", ["a"]), axis("y", ["b"])], trained: { axes: ["x", "y"], combinations: [[0, 0]] } });
    assert.equal(full?.hasGap(0), false);
  });

  it("are none where a model does not tell, or tells of more or fewer axes than two", () => {
    assert.equal(trainedPairs({ axes }), null);
    assert.equal(trainedPairs({ axes, trained: { axes: ["style"], combinations: [[0]] } }), null);
    assert.equal(trainedPairs({ axes, trained: { axes: ["style", "concept", "x"], combinations: [] } }), null);
    assert.equal(trainedPairs({ axes: [...axes, axis("x", ["a"])], trained: { axes: ["style", "concept", "x"], combinations: [[0, 0, 0]] } }), null);
    assert.equal(trainedPairs(describePack({ kind: "three-grains", pairs: true }))?.count, 6);
  });
});
