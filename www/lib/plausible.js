/**
 * Whether what an engine has computed can be a result at all. A graphics processor whose numbers are wrong says so
 * nowhere else: such a one counts as lost, and what it made is not shown.
 */
import { VarigrainError, crashed } from "./errors.js";

/** @typedef {import("./protocol.js").Backend} Backend */

/** @param {Backend} backend */
function wrong(backend) {
  if (backend === "cpu") return crashed("its numbers are no numbers");
  return new VarigrainError("device-lost", "The graphics processor computes wrong numbers.");
}

/** @param {ArrayLike<number>} values @param {number} low @param {number} high */
function between(values, low, high) {
  for (let at = 0; at < values.length; at++) if (!(values[at] >= low && values[at] <= high)) return false;
  return true;
}

/**
 * @param {{ confidence: Float32Array, known: Uint8Array, codes: number, tokens: number }} step
 * @param {Backend} backend
 * @throws {VarigrainError} "device-lost", or "worker-crashed" on the processor
 */
export function checkStep({ confidence, codes, tokens }, backend) {
  // Rounding may lead a little beyond one.
  if (!between(confidence, 0, 1.01) || !between([codes], 0, tokens)) throw wrong(backend);
}

/** @param {{ error: Float32Array, density: Float32Array, psnr: number }} coded @param {Backend} backend */
export function checkCoded({ error, density, psnr }, backend) {
  if (Number.isNaN(psnr) || !between(error, 0, Infinity) || density.some(Number.isNaN)) throw wrong(backend);
}

/** @param {{ logits: Float32Array, attention: Float32Array, aside: Float32Array }} decision @param {Backend} backend */
export function checkDecision({ logits, attention, aside }, backend) {
  if (!logits.every(Number.isFinite) || !between(attention, 0, 1.01) || !between(aside, 0, 1.01)) throw wrong(backend);
}
