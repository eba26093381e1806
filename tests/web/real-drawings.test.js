/** The drawings that a model learned from: read by row and column, refused if a file is not of them, and those of the site. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { afterEach, describe, it } from "node:test";
import { pictureBytes } from "../../www/lib/picture-link.js";
import { RealDrawings } from "../../www/lib/real-drawings.js";
import { TrainedPairs } from "../../www/lib/trained.js";
import { inRepo } from "./helpers.js";

const FOLDER = "https://example.org/drawings/";
const rows = { id: "concept", name: "Concept", parent: "category", classes: [{ id: "cat", name: "cat", parent: "animals" }, { id: "dog", name: "dog", parent: "animals" }, { id: "sun", name: "sun", parent: "sky" }] };
const columns = { id: "style", name: "Style", classes: [{ id: "noto", name: "Noto" }, { id: "fluent", name: "Fluent" }] };
const pairs = new TrainedPairs(/** @type {any} */ (rows), /** @type {any} */ (columns), [[0, 0]]);

describe("real drawings", () => {
  const { fetch } = globalThis;
  afterEach(() => {
    globalThis.fetch = fetch;
  });

  /** @param {Record<string, unknown>} files @returns {string[]} what is asked for */
  function serve(files) {
    /** @type {string[]} */
    const asked = [];
    globalThis.fetch = async (url) => {
      const name = String(url).slice(FOLDER.length);
      asked.push(name);
      return name in files ? new Response(JSON.stringify(files[name])) : new Response("", { status: 404 });
    };
    return asked;
  }

  const good = { axes: ["concept", "style"], drawings: { cat: { noto: "AQI", fluent: "AwQ" }, dog: { fluent: "BQY" } } };

  it("are found by pair, and a file is asked for once", async () => {
    const asked = serve({ "animals.json": good });
    const drawings = new RealDrawings(FOLDER, pairs);
    assert.deepEqual(await drawings.columnsOf(0), [0, 1]);
    assert.deepEqual(await drawings.columnsOf(1), [1]);
    assert.deepEqual([...((await drawings.bytesOf({ row: 0, column: 1 })) ?? [])], [3, 4]);
    assert.equal(await drawings.bytesOf({ row: 1, column: 0 }), null);
    assert.deepEqual(asked, ["animals.json"]);
  });

  it("that did not come are asked for again", async () => {
    const asked = serve({});
    const drawings = new RealDrawings(FOLDER, pairs);
    for (let n = 0; n < 2; n++) await assert.rejects(drawings.columnsOf(2), { code: "pack-missing" });
    assert.deepEqual(asked, ["sky.json", "sky.json"]);
  });

  it("are refused if the file is of something else, or damaged", async () => {
    for (const spoilt of [null, [], {}, { ...good, axes: ["style", "concept"] }, { ...good, drawings: null }, { ...good, drawings: { cat: null } }, { ...good, drawings: { cat: { noto: 3 } } }]) {
      serve({ "animals.json": spoilt });
      await assert.rejects(new RealDrawings(FOLDER, pairs).columnsOf(0), { code: "pack-damaged" }, JSON.stringify(spoilt));
    }
    serve({ "animals.json": { ...good, drawings: { cat: { noto: "A+B" } } } });
    await assert.rejects(new RealDrawings(FOLDER, pairs).bytesOf({ row: 0, column: 0 }), { code: "picture-damaged" });
  });
});

describe("the real drawings of this site", () => {
  const list = JSON.parse(readFileSync(inRepo("www/models/index.json"), "utf8")).models;
  for (const { id, folder, drawings } of list.filter((/** @type {any} */ { drawings }) => drawings)) {
    it(`have one for every pair that training had, of the decoder as it is (else run varigrain drawings): ${id}`, () => {
      const manifest = JSON.parse(readFileSync(inRepo(`www/models/${folder}manifest.json`), "utf8"));
      const { axes, trained } = manifest.classes;
      const of = (/** @type {string} */ axis) => axes.find((/** @type {any} */ one) => one.id === axis);
      const [wide, high] = [...trained.axes].sort((a, b) => of(b).classes.length - of(a).classes.length);
      const decoder = manifest.files.find((/** @type {any} */ file) => file.role === "decoder").sha256.slice(0, 8);
      /** @type {Record<string, Record<string, string>>} */
      const all = {};
      for (const file of readdirSync(inRepo(`www/models/${drawings}`))) {
        const sheet = JSON.parse(readFileSync(inRepo(`www/models/${drawings}${file}`), "utf8"));
        assert.deepEqual(sheet.axes, [wide, high]);
        for (const [row, texts] of Object.entries(sheet.drawings)) {
          assert.equal(`${of(wide).classes.find((/** @type {any} */ one) => one.id === row).parent}.json`, file);
          all[row] = texts;
        }
      }
      for (const combination of trained.combinations) {
        const place = (/** @type {string} */ axis) => of(axis).classes[combination[trained.axes.indexOf(axis)]].id;
        const bytes = pictureBytes(all[place(wide)]?.[place(high)] ?? "");
        assert.equal(Buffer.from(bytes.subarray(1, 5)).toString("hex"), decoder);
        assert.ok(bytes.length < 400, `${bytes.length} bytes`);
      }
      const count = Object.values(all).reduce((sum, texts) => sum + Object.keys(texts).length, 0);
      assert.ok(count > trained.combinations.length, "some are held out");
    });
  }
});
