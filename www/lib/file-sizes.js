/** What a picture takes as an ordinary file, found by writing it as one. */

const FORMATS = Object.freeze([
  { name: "PNG", type: "image/png" },
  { name: "WebP", type: "image/webp" },
]);

/**
 * @param {ImageData} image
 * @returns {Promise<{ name: string, bytes: number }[]>} in the browser's usual quality; without formats that it does not
 *   write
 */
export async function fileSizes(image) {
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  const files = await Promise.all(FORMATS.map(({ type }) => canvas.convertToBlob({ type })));
  // What it cannot write becomes a PNG.
  return FORMATS.flatMap(({ name, type }, at) => (files[at].type === type ? [{ name, bytes: files[at].size }] : []));
}
