/**
 * What a model once made of an example, as a file, to be shown before its encoder is there: as codes of variable length,
 * and on a fixed grid of as many. Made by scripts/record-examples.mjs.
 *
 * A JSON with the model's name and version, the SHA-256 of the picture's file, the settings, the grid, the density of each
 * region as a byte of the densest one, and for both ways the figures and as base64 the grains and the image as WebP. The
 * figures are those of the run; the error map alone is computed from the images as the file has them.
 */
import { fromBase64, toBase64 } from "./base64.js";
import { breathe } from "./breathe.js";
import { VarigrainError } from "./errors.js";
import { fetchJson } from "./fetch-json.js";
import { pixelErrors } from "./fidelity.js";
import { Grid } from "./grid.js";
import { imageFrom, measured } from "./recording.js";

/** @typedef {import("./results.js").Coded} Coded */
/**
 * What there is of a coded picture without the engine, and how far its pixels are off on average; the error of each comes
 * with the picture itself, see `errorsOf`.
 *
 * @typedef {Pick<Coded, "grid" | "density" | "grains" | "codes" | "codeBits" | "mapBits" | "bits" | "image" | "psnr"> & { off: number }} Kept
 */
/** @typedef {Omit<Kept, "off"> & Pick<Coded, "error"> & { off?: number }} Shown */
/**
 * @typedef {object} Coding
 * @property {string} model its name
 * @property {string} version
 * @property {string} picture SHA-256 of the file that was encoded
 * @property {{ shares: readonly number[], measure: string }} settings
 * @property {string} measured what counts as dense, by name
 * @property {Kept} variable
 * @property {Kept} even
 */

const FORMAT = 1;
/** Beyond this it is not one of ours. */
const MOST_BYTES = 2 ** 20;

/**
 * @param {Omit<Coding, "variable" | "even"> & { variable: Coded, even: Coded }} coding
 * @param {(image: ImageData) => Promise<Uint8Array>} encodeImage
 * @returns {Promise<object>} what goes into the file
 */
export async function encodeCoding({ model, version, picture, settings, measured, variable, even }, encodeImage) {
  const top = Math.max(...variable.density) || 1;
  const density = toBase64(Uint8Array.from(variable.density, (one) => Math.round((255 * one) / top)));
  const written = await Promise.all(
    [variable, even].map(async ({ grains, codes, codeBits, mapBits, psnr, error, image }) => {
      const off = error.reduce((sum, one) => sum + one, 0) / error.length;
      return { codes, codeBits, mapBits, psnr: rounded(psnr), off: rounded(off), grains: toBase64(grains), image: toBase64(await encodeImage(image)) };
    }),
  );
  return { format: FORMAT, model, version, picture, settings, measured, grid: variable.grid.sizes, density, variable: written[0], even: written[1] };
}

/**
 * @param {any} file
 * @param {(bytes: Uint8Array<ArrayBuffer>) => Promise<ImageData>} decodeImage
 * @returns {Promise<Coding>}
 */
export async function decodeCoding(file, decodeImage) {
  try {
    if (file.format !== FORMAT) throw new Error(`format ${file.format}`);
    const texts = [file.model, file.version, file.picture, file.measured, file.settings.measure];
    if (texts.some((text) => typeof text !== "string" || !text)) throw new Error("what it is of");
    const [model, version, picture, measured, measure] = texts;
    const grid = new Grid(file.grid);
    const { shares } = file.settings;
    if (!Array.isArray(shares) || shares.length !== grid.finest || !shares.every(Number.isFinite)) throw new Error("shares");
    const bytes = fromBase64(file.density);
    if (bytes.length !== grid.regionCount) throw new Error("density");
    const density = Float32Array.from(bytes, (byte) => byte / 255);
    const variable = await decodeWay(file.variable, grid, density, decodeImage);
    await breathe();
    const even = await decodeWay(file.even, grid, density, decodeImage);
    const same = variable.image.width === even.image.width && variable.image.height === even.image.height;
    if (!same || variable.image.width !== variable.image.height) throw new Error("sizes");
    return { model, version, picture, measured, settings: { shares: Object.freeze([...shares]), measure }, variable, even };
  } catch (cause) {
    if (cause instanceof VarigrainError) throw cause;
    throw new VarigrainError("pack-damaged", "What was recorded of the example cannot be read.", { cause });
  }
}

/**
 * @param {any} way
 * @param {Grid} grid
 * @param {Float32Array} density
 * @param {(bytes: Uint8Array<ArrayBuffer>) => Promise<ImageData>} decodeImage
 * @returns {Promise<Kept>}
 */
async function decodeWay({ codes, codeBits, mapBits, psnr, off, grains: text, image }, grid, density, decodeImage) {
  if (![codes, codeBits, mapBits, psnr, off].every((value) => Number.isFinite(value) && value >= 0)) throw new Error("figures");
  const grains = fromBase64(text);
  if (grains.length !== grid.regionCount || grains.some((grain) => grain > grid.finest)) throw new Error("granularities");
  if (grid.tokens(grains) !== codes) throw new Error("codes");
  return { grid, density, grains, codes, codeBits, mapBits, bits: codeBits + mapBits, psnr, off, image: await decodeImage(fromBase64(image)) };
}

/** Far finer than it is shown, so that it is not rounded twice. @param {number} figure */
const rounded = (figure) => Math.round(1e4 * figure) / 1e4;

/**
 * How far each pixel is off.
 *
 * @param {ImageData} picture what was encoded
 * @param {Kept} kept
 * @returns {Shown}
 */
export const errorsOf = (picture, kept) => ({ ...kept, error: pixelErrors(picture.data, kept.image.data) });

/** @param {string | URL} url @returns {Promise<Coding>} */
export async function loadCoding(url) {
  const { list } = await fetchJson(url, { what: "recorded example", limit: MOST_BYTES });
  return decodeCoding(list, measured(imageFrom));
}
