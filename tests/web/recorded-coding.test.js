/** What was recorded of the models' examples: as it is read, and that it is of the models and the pictures that are there. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { describe, it } from "node:test";
import { evenCounts } from "../../www/lib/even-counts.js";
import { Grid } from "../../www/lib/grid.js";
import { headerOf } from "../../www/lib/image-header.js";
import { decodeCoding, encodeCoding, errorsOf } from "../../www/lib/recorded-coding.js";
import { inRepo } from "./helpers.js";

/** Where all recordings together are to fit: they are read one by one, but kept for visits without a network. */
const MOST_BYTES = 200_000;

/** @param {number} value of all pixels @param {number} [side] @returns {any} */
const plain = (value, side = 4) => ({ width: side, height: side, data: new Uint8ClampedArray(4 * side * side).fill(value) });

describe("what was recorded of an example", () => {
  const grid = new Grid({ regions: 2, cells: 4, granularities: 2, names: ["coarse", "fine"] });
  /** @param {number[]} grains @param {number} psnr @param {number} mapBits @returns {any} */
  const way = (grains, psnr, mapBits) => {
    const codes = grid.tokens(grains);
    const codeBits = 6 * codes;
    return { grid, density: Float32Array.of(0, 0.2, 0.4, 0.1), grains: Uint8Array.from(grains), codes, codeBits, mapBits, bits: codeBits + mapBits, psnr, image: plain(Math.round(psnr)), error: Float32Array.of(1, 2, 3.126, 4) };
  };
  const coding = () => ({ model: "m", version: "2", picture: "ab", settings: { shares: [0.5], measure: "deviation" }, measured: "deviation", variable: way([0, 1, 1, 0], 20.12611, 4), even: way([1, 1, 0, 0], 18, 0) });
  const encode = async (/** @type {ImageData} */ image) => Uint8Array.of(image.width, image.data[0]);
  const decode = async (/** @type {Uint8Array} */ bytes) => plain(bytes[1], bytes[0]);

  it("comes back from its file, with errors against the picture", async () => {
    const { variable, even, ...back } = await decodeCoding(JSON.parse(JSON.stringify(await encodeCoding(coding(), encode))), decode);
    const { variable: _, even: __, ...told } = coding();
    assert.deepEqual(back, told);
    assert.deepEqual([variable.codes, variable.codeBits, variable.bits, variable.psnr, variable.off, [...variable.grains]], [10, 60, 64, 20.1261, 2.5315, [0, 1, 1, 0]]);
    assert.deepEqual([even.bits, even.psnr, even.image.data[0]], [60, 18, 18]);
    assert.deepEqual([...variable.density].map((one) => Math.round(100 * one)), [0, 50, 100, 25]);
    const { error, psnr } = errorsOf(plain(25), even);
    assert.deepEqual([error.length, error[0], psnr], [16, 7, 18]);
  });

  it("is refused if anything of it is not as it should be", async () => {
    const good = JSON.stringify(await encodeCoding(coding(), encode));
    /** @type {((file: any) => unknown)[]} */
    const spoilt = [
      ...["format", "model", "version", "picture", "measured", "settings", "grid", "density", "variable", "even"].map((name) => (/** @type {any} */ file) => delete file[name]),
      ...["codes", "codeBits", "mapBits", "psnr", "off", "grains", "image"].map((name) => (/** @type {any} */ file) => delete file.variable[name]),
      (file) => (file.version = 2),
      (file) => (file.settings.shares = []),
      (file) => (file.variable.codes = 11),
      (file) => (file.even.psnr = "18"),
      (file) => (file.density = "AAAA"),
      (file) => (file.variable.grains = "AgICAg=="),
      (file) => (file.variable.image = "ASAA"),
    ];
    for (const spoil of spoilt) {
      const file = JSON.parse(good);
      spoil(file);
      await assert.rejects(decodeCoding(file, decode), { code: "pack-damaged" }, String(spoil));
    }
    await assert.rejects(decodeCoding(null, decode), { code: "pack-damaged" });
  });
});

describe("the recordings of this site's examples", () => {
  const text = (/** @type {string} */ path) => readFileSync(inRepo(`www/models/${path}`), "utf8");
  /** @type {{ folder: string, encodes?: { examples?: { picture: string, recording?: string }[] } }[]} */
  const models = JSON.parse(text("index.json")).models;
  const examples = models.flatMap(({ folder, encodes }) => (encodes?.examples ?? []).map((example) => ({ folder, ...example })));
  /** Sizes only. */
  const sized = async (/** @type {Uint8Array} */ bytes) => {
    const { type, width, height } = headerOf(bytes) ?? { type: "", width: 0, height: 0 };
    assert.equal(type, "image/webp");
    return /** @type {any} */ ({ width, height });
  };

  it("are there for every example of a model that has its own", () => {
    assert.ok(examples.length >= 6);
    for (const { picture, recording } of examples) assert.ok(recording, picture);
  });

  for (const { folder, picture, recording = "" } of examples) {
    it(`are of the model, the picture and the settings as they are (else run scripts/record-examples.mjs): ${recording}`, async () => {
      const manifest = JSON.parse(text(`${folder}manifest.json`));
      const coding = await decodeCoding(JSON.parse(text(recording)), sized);
      assert.deepEqual([coding.model, coding.version], [manifest.name, manifest.version]);
      assert.equal(coding.picture, createHash("sha256").update(readFileSync(inRepo(`www/models/${picture}`))).digest("hex"));
      const { image, grid, codes, measure } = manifest.architecture.tokenizer;
      const { variable, even, settings } = coding;
      assert.deepEqual([variable.image.width, variable.grid.regions, variable.grid.granularities], [image, grid.regions, grid.granularities]);
      assert.equal(variable.codeBits, variable.codes * Math.log2(codes));
      const { shares, measure: own = measure } = manifest.defaults?.encode ?? {};
      assert.equal(settings.measure, own);
      if (shares) assert.deepEqual(settings.shares, shares);
      // The fixed grid has as many codes, or the next number that there is.
      const counts = evenCounts(variable.grid, variable.codes);
      assert.deepEqual(counts.map((_, at) => even.grains.filter((grain) => grain === at + 1).length), counts);
      assert.equal(even.mapBits, 0);
      assert.ok(variable.psnr > even.psnr && even.psnr > 15, `${variable.psnr} against ${even.psnr}`);
    });
  }

  it("has as many codes both ways and about equal bits, for the drawing that the page opens with (else run scripts/record.mjs)", async () => {
    const { opening, models } = JSON.parse(text("index.json"));
    const entry = models.find((/** @type {{ id: string }} */ { id }) => id === opening);
    const [drawing, pair] = [entry.recording, entry.pair].map((path) => JSON.parse(readFileSync(inRepo(`www/${path}`), "utf8")));
    const { model, version, variable, even } = await decodeCoding(pair, sized);
    assert.deepEqual([model, version], [drawing.model, drawing.version]);
    const counts = evenCounts(variable.grid, variable.codes);
    assert.deepEqual(counts.map((_, at) => even.grains.filter((grain) => grain === at + 1).length), counts);
    assert.ok(Math.abs(even.bits / variable.bits - 1) < 0.05, `${variable.bits} and ${even.bits} bits`);
    assert.ok(variable.psnr > even.psnr + 1, `${variable.psnr} against ${even.psnr}`);
  });

  it("are small", () => {
    const bytes = examples.reduce((sum, { recording = "" }) => sum + statSync(inRepo(`www/models/${recording}`)).size, 0);
    assert.ok(bytes < MOST_BYTES, `${bytes} bytes`);
  });
});
