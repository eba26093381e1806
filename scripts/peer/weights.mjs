/**
 * Reads a model pack as plain arrays: the manifest's sizes, and tensors of f16 and int8 widened to f32.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What follows the name of an int8 tensor in that of its scales, as src/pack/int8.rs has it. */
const SCALE = ":scale";

/**
 * As it lies in the file: `scale`, of an int8 tensor, is f32 with the extent of one axis and 1 along all others.
 *
 * @typedef {{ dtype: "F32" | "F16" | "I8", raw: Uint8Array<ArrayBuffer>, scale?: { values: Float32Array, shape: number[] } }} Stored
 */
/** @typedef {{ values: Float32Array, shape: number[], stored: Stored }} Tensor */
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
  /** @param {string} name */
  const find = (name) => {
    const entry = header[name];
    if (!entry) throw new Error(`${file} has no tensor ${name}`);
    const [from, to] = entry.data_offsets;
    // Copied, because a view of numbers must begin at a multiple of their size.
    const raw = new Uint8Array(bytes.subarray(start + from, start + to));
    return { dtype: entry.dtype, shape: /** @type {number[]} */ (entry.shape), raw };
  };
  return (name) => {
    const { dtype, shape, raw } = find(name);
    if (dtype === "F32") return { values: new Float32Array(raw.buffer), shape, stored: { dtype, raw } };
    if (dtype === "F16") return { values: Float32Array.from(new Uint16Array(raw.buffer), half), shape, stored: { dtype, raw } };
    if (dtype !== "I8") throw new Error(`${name}: ${dtype} is not read here`);
    const scales = find(`${name}${SCALE}`);
    const scale = { values: new Float32Array(scales.raw.buffer), shape: scales.shape };
    return { values: widened(new Int8Array(raw.buffer), shape, scale), shape, stored: { dtype, raw, scale } };
  };
}

/**
 * scale · q of each value.
 *
 * @param {Int8Array} values row-major
 * @param {number[]} shape
 * @param {{ values: Float32Array, shape: number[] }} scale
 */
export function widened(values, shape, { values: scales, shape: extents }) {
  const axis = extents.findIndex((extent) => extent > 1);
  const stride = axis < 0 ? values.length : shape.slice(axis + 1).reduce((product, extent) => product * extent, 1);
  return Float32Array.from(values, (value, i) => value * scales[Math.floor(i / stride) % scales.length]);
}

/** @param {number} bits of an f16 */
function half(bits) {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -24 * fraction);
}
