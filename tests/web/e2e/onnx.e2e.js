/**
 * The networks as they are exported for the peer, in onnxruntime-web on the CPU, against what the
 * native program computes from the same weights. Without this a comparison of speed means nothing.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import * as ort from "onnxruntime-web";
import { exportPack } from "../../../scripts/peer/export-onnx.mjs";
import { readManifest } from "../../../scripts/peer/weights.mjs";
import { compare } from "../../../www/lib/bench/compare.js";
import { decoderInputs, transformerInputs } from "../../../www/lib/bench/inputs.js";
import { TIMEOUT } from "../helpers.js";
import { makeTinyPack, varigrain } from "../real.js";

/** @type {{ what: string, options: string[], tokens?: number, int8?: string }[]} */
const KINDS = [
  // With padding: 151 codes in a bucket of 160.
  { what: "of 3 axes", options: ["--axes", "3"], tokens: 151 },
  { what: "of no axis", options: ["--axes", "0"], tokens: 151 },
  // The usual picture of three granularities has regions of each.
  { what: "of three granularities, whose decoder is told them", options: ["--image", "64", "--granularities", "3", "--told"] },
  { what: "of weights as int8", options: ["--image", "64", "--granularities", "3", "--told"], int8: "decoder,nar" },
];

for (const { what, options, tokens = 0, int8 } of KINDS) {
  describe(`The export to ONNX of a model ${what}`, { timeout: 5 * TIMEOUT }, () => {
    /** @type {string} */
    let folder;
    /** @type {any} */
    let golden;
    /** @type {ReturnType<typeof exportPack>} */
    let models;
    /** @type {import("../../../www/lib/bench/inputs.js").Sizes} */
    let sizes;

    before(() => {
      folder = makeTinyPack("vq", options);
      if (int8) execFileSync(varigrain, ["pack", "--int8", int8, "--out", folder]);
      const dump = join(folder, "dump.json");
      execFileSync(varigrain, ["bench", "--model", folder, ...(tokens ? ["--tokens", String(tokens)] : []), "--dump", dump]);
      golden = JSON.parse(readFileSync(dump, "utf8"));
      models = exportPack(folder);
      const { architecture, classes } = readManifest(folder);
      const { regions, granularities } = architecture.tokenizer.grid;
      const grid = { regions, granularities, cells: regions * 2 ** (granularities - 1) };
      // As the program has them where a pack says nothing.
      const shares = granularities === 3 ? [0.3, 0.3] : [0.75];
      sizes = { vocabulary: architecture.nar.vocabulary, grid, axes: classes.axes.length, shares };
    });
    after(() => rmSync(folder, { recursive: true }));

    it("has inputs that are the native program's", () => {
      for (const { batch, length, codes, grains, centres, classes } of golden.passes) {
        const inputs = transformerInputs(sizes, tokens, batch);
        assert.equal(inputs.length, length);
        assert.deepEqual([...inputs.codes.subarray(0, length)], codes);
        assert.deepEqual([...inputs.grains.subarray(0, grains.length)], grains);
        assert.deepEqual(centres, Array.from(grains, (_, i) => [inputs.rows[i], inputs.columns[i]]));
        assert.deepEqual([...inputs.classes], classes);
      }
      assert.deepEqual([...decoderInputs(sizes, tokens)], golden.cells);
    });

    it("computes the native program's logits", async () => {
      for (const { batch, logits } of golden.passes) {
        const { length, classes, padding, codes, grains, rows, columns } = transformerInputs(sizes, tokens, batch);
        const session = await ort.InferenceSession.create(models.transformer, {
          freeDimensionOverrides: { batch, tokens: length },
        });
        const shape = [batch, length];
        const ints = Object.entries({ codes, grains, rows, columns });
        const { logits: out } = await session.run({
          ...Object.fromEntries(ints.map(([name, values]) => [name, new ort.Tensor("int32", values, shape)])),
          padding: new ort.Tensor("float32", padding, shape),
          classes: new ort.Tensor("int32", classes, [batch, classes.length / batch]),
        });
        assertSame(compare(logits, /** @type {Float32Array} */ (out.data), { row: sizes.vocabulary, padding }));
      }
    });

    it("computes the native program's picture", async () => {
      const session = await ort.InferenceSession.create(models.decoder);
      const { picture } = await session.run({ cells: new ort.Tensor("int32", decoderInputs(sizes, tokens), [1, sizes.grid.cells ** 2]) });
      assertSame(compare(golden.picture, /** @type {Float32Array} */ (picture.data)));
    });
  });
}

/** @param {import("../../../www/lib/bench/compare.js").Comparison} comparison */
function assertSame({ relative, sameChoice = 1 }) {
  console.log(`# relative difference ${relative.toExponential(1)}, same choice ${sameChoice}`);
  assert.ok(relative < 1e-4 && sameChoice > 0.999);
}
