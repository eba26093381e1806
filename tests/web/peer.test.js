/** What the peer's files are made of: weights as a pack stores them. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import * as ort from "onnxruntime-web";
import { Graph } from "../../scripts/peer/onnx.mjs";
import { readWeights, widened } from "../../scripts/peer/weights.mjs";

describe("weights of a pack", () => {
  /** @type {string} */
  let folder;
  /** @type {ReturnType<typeof readWeights>} */
  let weights;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "varigrain-peer-"));
    const tensors = /** @type {[string, string, number[], Int8Array | Float32Array | Uint16Array][]} */ ([
      ["a.weight", "I8", [2, 3], Int8Array.of(1, -2, 127, 4, 5, -127)],
      ["a.weight:scale", "F32", [1, 3], Float32Array.of(0.5, 2, 0.25)],
      ["a.table", "I8", [2, 3], Int8Array.of(1, -2, 127, 4, 5, -127)],
      ["a.table:scale", "F32", [2, 1], Float32Array.of(0.5, 2)],
      ["a.bias", "F16", [3], Uint16Array.of(0x3c00, 0xc000, 0x0001)],
      ["a.wide", "F32", [1], Float32Array.of(0.1)],
      ["a.other", "I64", [0], new Float32Array()],
    ]);
    let at = 0;
    const entries = tensors.map(([name, dtype, shape, { byteLength }]) => [name, { dtype, shape, data_offsets: [at, (at += byteLength)] }]);
    const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const data = tensors.map(([, , , { buffer }]) => Buffer.from(buffer));
    writeFileSync(join(folder, "some.safetensors"), Buffer.concat([length, header, ...data]));
    weights = readWeights(join(folder, "some.safetensors"));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** Each tensor, widened. */
  const wide = {
    "a.weight": [0.5, -4, 31.75, 2, 10, -31.75],
    "a.table": [0.5, -1, 63.5, 8, 10, -254],
    "a.bias": [1, -2, 2 ** -24],
    "a.wide": [Math.fround(0.1)],
  };

  it("are widened to f32, int8 by the scale of its row", () => {
    for (const [name, values] of Object.entries(wide)) assert.deepEqual([...weights(name).values], values, name);
    // A convolution's rows are its outputs.
    const scale = { values: Float32Array.of(2, 3), shape: [2, 1, 1, 1] };
    assert.deepEqual([...widened(Int8Array.of(1, 2, 3, 4), [2, 1, 1, 2], scale)], [2, 4, 9, 12]);
    assert.throws(() => weights("a.gone"), /no tensor a.gone/);
    assert.throws(() => weights("a.other"), /I64/);
  });

  it("are stored in a graph as they are and widened by the runtime", async () => {
    for (const [name, values] of Object.entries(wide)) {
      const g = new Graph("weights");
      const { shape } = weights(name);
      const kept = g.weight(weights(name));
      g.op("Identity", [g.op("Mul", [kept, g.input("one", "float", [1])])], { outputs: ["out"] });
      g.output("out", "float", shape);
      const session = await ort.InferenceSession.create(g.write(20));
      const { out } = await session.run({ one: new ort.Tensor("float32", [1], [1]) });
      assert.deepEqual([...(/** @type {Float32Array} */ (out.data))], values, name);
    }
    const g = new Graph("large");
    const raw = new Uint8Array(10_000);
    g.weight({ values: new Float32Array(), shape: [10_000, 1], stored: { dtype: "I8", raw, scale: { values: Float32Array.of(1), shape: [1, 1] } } });
    const { length } = g.write(20);
    assert.ok(length > 10_000 && length < 11_000, `${length} bytes`);
  });
});
