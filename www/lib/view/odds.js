/**
 * What a temperature makes of logits: pure arithmetic, so that a slider need not ask the engine.
 */

/**
 * The codes with the most weight, the likeliest first; of equals the first. The same at every temperature.
 *
 * @param {ArrayLike<number>} logits
 * @param {number} count
 * @returns {number[]}
 */
export function likeliest(logits, count) {
  /** @type {number[]} */
  const best = [];
  for (let code = 0; code < logits.length; code++) {
    if (best.length === count && !(logits[code] > logits[best[count - 1]])) continue;
    let at = best.length;
    while (at && logits[code] > logits[best[at - 1]]) at--;
    best.splice(at, 0, code);
    best.length = Math.min(best.length, count);
  }
  return best;
}

/**
 * softmax(logits / temperature): the probability of each code.
 *
 * @param {ArrayLike<number>} logits
 * @param {number} temperature above 0
 * @returns {Float64Array}
 */
export function chancesOf(logits, temperature) {
  let most = -Infinity;
  for (let code = 0; code < logits.length; code++) most = Math.max(most, logits[code]);
  const chances = Float64Array.from(logits, (logit) => Math.exp((logit - most) / temperature));
  const total = chances.reduce((sum, one) => sum + one, 0);
  return chances.map((one) => one / total);
}

/**
 * How open a choice is, in bits: 0 where one code is certain, log₂ of their number where all are alike.
 *
 * @param {ArrayLike<number>} chances
 */
export function entropyOf(chances) {
  let bits = 0;
  for (let code = 0; code < chances.length; code++) if (chances[code] > 0) bits -= chances[code] * Math.log2(chances[code]);
  return Math.max(0, bits);
}

/** A probability in figures: whole per cents, and where they would be 0 or 100 as many digits as tell it apart. @param {number} chance 0 to 1 */
export function percent(chance) {
  const hundredths = 100 * chance;
  if (hundredths > 0 && hundredths < 0.1) return "under 0.1\u00a0%";
  if (hundredths > 99.9 && hundredths < 100) return "over 99.9\u00a0%";
  return `${hundredths < 10 || (hundredths > 99 && hundredths < 100) ? Number(hundredths.toFixed(1)) : Math.round(hundredths)}\u00a0%`;
}

/**
 * Attention to each cell, of one layer or of all of them on average.
 *
 * @param {{ layers: number, attention: Float32Array, aside: Float32Array }} decision
 * @param {number | null} layer null: all
 * @returns {{ weights: Float32Array, aside: number }} a weight for each cell, that of its whole code; and that of what
 *   stands in front of all codes
 */
export function attentionOf({ layers, attention, aside }, layer) {
  const cells = attention.length / layers;
  if (layer !== null) return { weights: attention.subarray(layer * cells, (layer + 1) * cells), aside: aside[layer] };
  const weights = new Float32Array(cells);
  for (let at = 0; at < attention.length; at++) weights[at % cells] += attention[at] / layers;
  return { weights, aside: aside.reduce((sum, one) => sum + one, 0) / layers };
}
