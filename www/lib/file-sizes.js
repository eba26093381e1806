/** What a picture takes as an ordinary file, found by writing it as one. */

const FORMATS = Object.freeze([
  { name: "PNG", type: "image/png" },
  { name: "WebP", type: "image/webp" },
]);

/** That of `toBlob` where none is named. Off screen some browsers would write WebP without loss. */
const QUALITY = 0.8;

/**
 * @param {ImageData} image
 * @returns {Promise<{ name: string, bytes: number }[]>} without formats that the browser does not write
 */
export async function fileSizes(image) {
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  const files = await Promise.all(FORMATS.map(({ type }) => canvas.convertToBlob({ type, quality: QUALITY })));
  // What it cannot write becomes a PNG.
  return FORMATS.flatMap(({ name, type }, at) => (files[at].type === type ? [{ name, bytes: files[at].size }] : []));
}
