#!/usr/bin/env node
/**
 * Writes the networks of a model pack as ONNX, for measuring another engine beside ours.
 *
 *     node scripts/peer/export-onnx.mjs --pack www/models/emoji-128 --out dist/peer/emoji-128
 *
 * Same weights, stored in as few bits as the pack's, same inputs, same outputs as `Engine.transformerPass` and `Engine.decoderPass`. The
 * batch and the number of tokens are left open; whoever opens a session fixes them
 * (`freeDimensionOverrides`), so that the engine plans with fixed shapes.
 */
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { decoder } from "./decoder.mjs";
import { transformer } from "./transformer.mjs";
import { readManifest, readWeights } from "./weights.mjs";

/**
 * @param {string} pack
 * @returns {{ transformer: Uint8Array, decoder: Uint8Array }}
 */
export function exportPack(pack) {
  const { architecture, files } = readManifest(pack);
  const file = (/** @type {string} */ role) =>
    readWeights(join(pack, files.find((/** @type {{ role: string }} */ entry) => entry.role === role).name));
  return {
    transformer: transformer(architecture.nar, file("nar")),
    decoder: decoder(architecture.tokenizer, file("decoder")),
  };
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { pack: { type: "string" }, out: { type: "string" } } });
  if (!values.pack || !values.out) throw new Error("export-onnx.mjs: --pack FOLDER and --out FOLDER are needed");
  mkdirSync(values.out, { recursive: true });
  for (const [name, bytes] of Object.entries(exportPack(values.pack))) {
    writeFileSync(join(values.out, `${name}.onnx`), bytes);
    console.log(`${join(values.out, name)}.onnx: ${(bytes.length / 1e6).toFixed(1)} MB`);
  }
}
