/** How far a picture is from another, as the engine tells it of what it encodes; for pictures that it has not made. */

/** The PSNR of equal pictures, in dB. */
const CEILING = 100;

/**
 * @param {ArrayLike<number>} a RGBA
 * @param {ArrayLike<number>} b as large
 * @returns {Float32Array} of each pixel, 0 to 255: root mean square over the three colours
 */
export function pixelErrors(a, b) {
  return Float32Array.from({ length: a.length / 4 }, (_, at) => {
    const [red, green, blue] = [0, 1, 2].map((channel) => a[4 * at + channel] - b[4 * at + channel]);
    return Math.sqrt((red * red + green * green + blue * blue) / 3);
  });
}

/** @param {Float32Array} errors of each pixel @returns {number} peak signal-to-noise ratio in dB, at most 100 */
export function psnrOf(errors) {
  const mean = errors.reduce((sum, error) => sum + error * error, 0) / errors.length;
  return mean > 0 ? Math.min(CEILING, 10 * Math.log10(255 ** 2 / mean)) : CEILING;
}

/** @param {ArrayLike<number>} a RGBA @param {ArrayLike<number>} b as large @returns {number} 0 to 255: how far the three colours are off on average */
export function meanDifference(a, b) {
  let sum = 0;
  for (let at = 0; at < a.length; at++) if (at % 4 < 3) sum += Math.abs(a[at] - b[at]);
  return a.length ? sum / ((3 * a.length) / 4) : 0;
}

/** How different two pictures are, as a sentence. @param {number} mean of 255 */
export function tellDifference(mean) {
  if (!mean) return "This is the same picture: no pixel differs.";
  const figure = mean < 0.1 ? "less than 0.1" : mean.toFixed(1);
  return `The pixels of the two pictures differ by ${figure} of 255 on average.`;
}
