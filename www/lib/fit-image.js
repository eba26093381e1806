/**
 * Makes a picture fit a model: centred on white, which is what the engine takes transparent ground for.
 */

/**
 * The whole picture, as large as a square of `size` pixels allows, its aspect kept; white around it and
 * behind what is transparent.
 *
 * @param {ImageBitmap | HTMLCanvasElement | OffscreenCanvas | HTMLImageElement} source
 * @param {number} size pixels along a side: the model's `description.image`
 * @returns {ImageData}
 */
export function fitImage(source, size) {
  const [wide, high] =
    source instanceof HTMLImageElement ? [source.naturalWidth, source.naturalHeight] : [source.width, source.height];
  const canvas = new OffscreenCanvas(size, size);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  context.fillStyle = "#fff";
  context.fillRect(0, 0, size, size);
  context.imageSmoothingQuality = "high";
  const scale = size / Math.max(wide, high, 1);
  const [w, h] = [wide * scale, high * scale];
  context.drawImage(source, (size - w) / 2, (size - h) / 2, w, h);
  return context.getImageData(0, 0, size, size);
}
