/**
 * A generation as a file: all steps of a picture as they were really drawn once, to be shown before the
 * model is there. Made by scripts/record.mjs.
 *
 * A JSON with the request, the model's name and version, the grid, and for each step its figures, and as base64 its
 * grains, which of them are undecided, its codes, their order (little endian, two bytes each) and its image as WebP.
 */
import { fromBase64, toBase64 } from "./base64.js";
import { canvasTells, needCanvas } from "./canvas-check.js";
import { VarigrainError } from "./errors.js";
import { headerOf } from "./image-header.js";
import { breathe } from "./breathe.js";
import { fetchJson } from "./fetch-json.js";
import { Grid } from "./grid.js";
import { isMode } from "./modes.js";

/** @typedef {import("./view/step.js").Step} Step */
/** @typedef {import("./view/step.js").Track} Track */
/** @typedef {import("./request.js").Wish} Wish */
/** @typedef {{ model: string, version: string, title: string, request: Wish, grid: Grid, tracks: Track[] }} Recording */

const FORMAT = 1;
/** The grid of recordings that do not say theirs: there was no other. */
const OLD_GRID = Object.freeze({ regions: 8, cells: 16, granularities: 2, names: ["coarse", "fine"] });
/** Beyond these it is not one of ours: pictures of a recording, steps of each of them, pixels of all steps, bytes. */
const [MOST_TRACKS, MOST_STEPS, MOST_PIXELS, MOST_BYTES] = [16, 400, 2 ** 25, 2 ** 24];

/**
 * @param {Omit<Recording, "grid"> & { grid: import("./grid.js").GridSizes }} recording
 * @param {(image: ImageData) => Promise<Uint8Array>} encodeImage
 * @returns {Promise<object>} what goes into the file
 */
export async function encodeRecording({ model, version, title, request, grid, tracks }, encodeImage) {
  const written = [];
  for (const { mode, seed, steps } of tracks) {
    const encoded = [];
    for (const { index, total, done, tokens, codes, ms, grains, undecided, cells, order, confidence, psnr, image } of steps) {
      encoded.push({
        ...{ index, total, done, tokens, codes, ms: Math.round(ms * 10) / 10 },
        ...{ grains: toBase64(grains), cells: words(cells), order: words(order) },
        ...(undecided.some(Boolean) ? { undecided: toBase64(undecided) } : {}),
        ...(psnr === undefined ? {} : { psnr: Math.round(1e4 * psnr) / 1e4 }),
        ...(confidence ? { confidence: toBase64(Uint8Array.from(confidence, (sure) => Math.round(255 * sure))) } : {}),
        image: toBase64(await encodeImage(image)),
      });
    }
    written.push({ mode, seed, steps: encoded });
  }
  return { format: FORMAT, model, version, title, request, grid: new Grid(grid).sizes, tracks: written };
}

/**
 * @param {any} file
 * @param {(bytes: Uint8Array<ArrayBuffer>) => Promise<ImageData>} decodeImage
 * @returns {Promise<Recording>}
 */
export async function decodeRecording(file, decodeImage) {
  try {
    if (file.format !== FORMAT) throw new Error(`format ${file.format}`);
    const { model, version, title, request } = file;
    const grid = new Grid(file.grid ?? OLD_GRID);
    if (file.tracks.length > MOST_TRACKS) throw new Error(`${file.tracks.length} tracks`);
    const tracks = await Promise.all(file.tracks.map((/** @type {any} */ track) => decodeTrack(track, grid, !file.grid, decodeImage)));
    return { model: String(model), version: String(version), title: String(title), request: wishFrom(request), grid, tracks };
  } catch (cause) {
    if (cause instanceof VarigrainError) throw cause;
    throw new VarigrainError("pack-damaged", "The recording cannot be read.", { cause });
  }
}

/** The request, whose share of fine regions had another name. @param {any} request @returns {Wish} */
function wishFrom(request) {
  const { fineRatio, ...wish } = request ?? {};
  return typeof fineRatio === "number" ? { ...wish, shares: [fineRatio] } : wish;
}

/**
 * @param {any} track
 * @param {Grid} grid
 * @param {boolean} old whether the recording says nothing of what is undecided
 * @param {(bytes: Uint8Array<ArrayBuffer>) => Promise<ImageData>} decodeImage
 * @returns {Promise<Track>}
 */
async function decodeTrack({ mode, seed, steps }, grid, old, decodeImage) {
  if (!isMode(mode) || !Number.isSafeInteger(seed) || !steps.length || steps.length > MOST_STEPS) throw new Error("track");
  /** @type {Promise<Step>[]} */
  const under = [];
  for (const step of steps) {
    const one = decodeStep(step, grid, decodeImage);
    // What is wrong with it is told when all are waited for.
    one.catch(() => {});
    under.push(one);
    await breathe();
  }
  const decoded = await Promise.all(under);
  if (old && mode === "ar") for (const step of decoded) step.undecided = undecidedOf(step);
  return { mode, seed, steps: decoded };
}

/**
 * What an old recording of "ar" leaves unsaid: the regions behind the last coarse code, for as long as no fine one is
 * there.
 *
 * @param {Step} step of two granularities
 */
function undecidedOf({ grid, grains, known, done }) {
  const open = new Uint8Array(grid.regionCount);
  const fineBegun = grains.some((grain, region) => grain && grid.cellsOf(region).some((cell) => known[cell]));
  return done || fineBegun ? open : open.fill(1, grains.lastIndexOf(0) + 1);
}

/**
 * @param {any} step
 * @param {Grid} grid
 * @param {(bytes: Uint8Array<ArrayBuffer>) => Promise<ImageData>} decodeImage
 * @returns {Promise<Step>}
 */
async function decodeStep(step, grid, decodeImage) {
  const numbers = [step.index, step.total, step.tokens, step.codes, step.ms];
  if (!numbers.every((value) => Number.isFinite(value) && value >= 0)) throw new Error("figures");
  const [index, total, tokens, codes, ms] = numbers;
  const { regionCount, cellCount, finest } = grid;
  const grains = exactly(regionCount, fromBase64(step.grains));
  if (grains.some((grain) => grain > finest)) throw new Error("granularities");
  const undecided = step.undecided ? exactly(regionCount, fromBase64(step.undecided)) : new Uint8Array(regionCount);
  const [cells, order] = [step.cells, step.order].map((text) => exactly(cellCount, shorts(fromBase64(text))));
  const known = Uint8Array.from(order, (place) => Number(place > 0));
  const image = await decodeImage(fromBase64(step.image));
  /** @type {Step} */
  const decoded = { index, total, done: Boolean(step.done), tokens, codes, ms, grid, grains, undecided, known, cells, order, image };
  if (Number.isFinite(step.psnr)) decoded.psnr = step.psnr;
  if (step.confidence) {
    const sure = exactly(cellCount, fromBase64(step.confidence));
    decoded.confidence = Float32Array.from(sure, (byte) => byte / 255);
  }
  return decoded;
}

/** @param {Uint16Array} values */
function words(values) {
  const bytes = new Uint8Array(2 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of values.entries()) view.setUint16(2 * at, value, true);
  return toBase64(bytes);
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
function shorts(bytes) {
  const view = new DataView(bytes.buffer);
  return Uint16Array.from({ length: bytes.length >> 1 }, (_, at) => view.getUint16(2 * at, true));
}

/**
 * @template {ArrayLike<number>} T
 * @param {number} length
 * @param {T} list
 */
function exactly(length, list) {
  if (list.length !== length) throw new Error(`${list.length} values instead of ${length}`);
  return list;
}

/** @param {string | URL} url @returns {Promise<Recording>} */
export async function loadRecording(url) {
  const { list } = await fetchJson(url, { what: "recording", limit: MOST_BYTES });
  return decodeRecording(list, measured(imageFrom));
}

/**
 * Looks at the sizes of pictures before they are decoded, until together they are too large.
 *
 * @template T
 * @param {(bytes: Uint8Array<ArrayBuffer>) => Promise<T>} decodeImage
 * @returns {(bytes: Uint8Array<ArrayBuffer>) => Promise<T>}
 */
export function measured(decodeImage) {
  let left = MOST_PIXELS;
  return async (bytes) => {
    const { type, width, height } = headerOf(bytes) ?? { type: "", width: 0, height: 0 };
    left -= width * height;
    if (type !== "image/webp" || !(width * height > 0 && left >= 0)) throw new Error("its pictures");
    return decodeImage(bytes);
  };
}

/** One for all pictures of a size. @type {OffscreenCanvasRenderingContext2D | null} */
let board = null;

/** By way of a bitmap: no image element, so no policy for images stands in the way. @param {Uint8Array<ArrayBuffer>} bytes */
export async function imageFrom(bytes) {
  if (!canvasTells()) return decodedFrom(bytes);
  const bitmap = await createImageBitmap(new Blob([bytes]));
  const { width, height } = bitmap;
  if (board?.canvas.width !== width || board.canvas.height !== height) {
    board = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true }));
    // A picture takes the place of the last one, where it can be seen through too.
    board.globalCompositeOperation = "copy";
  }
  board.drawImage(bitmap, 0, 0);
  bitmap.close();
  return board.getImageData(0, 0, width, height);
}

/** Without a canvas, where the browser alters what is read from one. @param {Uint8Array<ArrayBuffer>} bytes */
async function decodedFrom(bytes) {
  const Decoder = /** @type {any} */ (globalThis).ImageDecoder;
  const type = headerOf(bytes)?.type ?? "";
  if (!Decoder || !(await Decoder.isTypeSupported(type))) needCanvas("recorded pictures cannot be shown");
  const decoder = new Decoder({ data: bytes, type });
  const { image } = await decoder.decode();
  const data = new ImageData(image.displayWidth, image.displayHeight);
  await image.copyTo(data.data, { format: "RGBA" });
  image.close();
  decoder.close();
  return data;
}
