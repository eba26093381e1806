/**
 * Reads a model pack as plain arrays: the manifest's sizes, and tensors of f16 widened to f32.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** @typedef {{ values: Float32Array, shape: number[] }} Tensor */
/** @typedef {(name: string) => Tensor} Weights */

/** @param {string} folder */
export function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
}

/**
 * @param {string} file in the format of safetensors
 * @returns {Weights}
 */
export function readWeights(file) {
  const bytes = readFileSync(file);
  const start = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString("utf8", 8, start));
  return (name) => {
    const entry = header[name];
    if (!entry) throw new Error(`${file} has no tensor ${name}`);
    const [from, to] = entry.data_offsets;
    // Copied, because a view of numbers must begin at a multiple of their size.
    const raw = bytes.buffer.slice(bytes.byteOffset + start + from, bytes.byteOffset + start + to);
    if (entry.dtype === "F32") return { values: new Float32Array(raw), shape: entry.shape };
    if (entry.dtype !== "F16") throw new Error(`${name}: ${entry.dtype} is not read here`);
    return { values: Float32Array.from(new Uint16Array(raw), half), shape: entry.shape };
  };
}

/** @param {number} bits of an f16 */
function half(bits) {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -24 * fraction);
}
