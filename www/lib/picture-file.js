/**
 * The picture in a file, at a size that a page can hold: measured first, scaled while it is decoded, and refused with
 * the true reason.
 */
import { HEAD, headerOf, isCutShort, svgSize } from "./image-header.js";
import { thousands } from "./thousands.js";

/** Bytes. Larger ones are most likely a mistake. */
const LARGEST = 40e6;
/** Pixels along the longer side beyond which a picture is kept smaller. */
const LONGEST = 4096;
/** Pixels that are decoded at all: browsers hold all of them, four bytes each, before they make them fewer. */
const MOST_PIXELS = 64e6;
/** Pixels along the longer side of a drawing that has no pixels of its own. */
const DRAWN = 1024;
const TAIL = 1 << 16;

/** What the picker offers. Of other kinds some browsers read some. */
export const ACCEPTED = ["image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/avif", "image/svg+xml"];
const OFFERED = "Choose a PNG, JPEG, WebP, GIF, BMP, AVIF or SVG.";

/** What cannot be shown is no picture, whatever its name says; the message says why. */
export class NoPicture extends Error {}

/** @param {Blob} blob @param {number} from @param {number} to */
const bytesOf = async (blob, from, to) => new Uint8Array(await blob.slice(Math.max(0, from), to).arrayBuffer());

/**
 * @param {Blob} file
 * @returns {Promise<ImageBitmap>} at most 4,096 pixels a side
 * @throws {NoPicture}
 */
export async function pictureFrom(file) {
  if (!file.size) throw new NoPicture("This file is empty.");
  if (file.size > LARGEST) throw new NoPicture("This file is too large for a picture. Choose one below 40 MB.");
  const head = await bytesOf(file, 0, HEAD).catch(() => null);
  if (!head) throw new NoPicture("This file could not be read. It may have been moved; choose it again.");
  const header = headerOf(head);
  if (!header) throw new NoPicture(`This is no picture that the browser can read, or only a part of one. ${OFFERED}`);
  const { kind, type, width, height } = header;
  if (kind === "SVG") return drawingFrom(file);
  if (width * height > MOST_PIXELS) {
    const size = `${thousands(width)} × ${thousands(height)}`;
    throw new NoPicture(`This ${kind} has ${size} pixels, which is more than a page can decode. Choose one of at most ${MOST_PIXELS / 1e6} million.`);
  }
  // With the type that it has, and not the one it was given by its name.
  const blob = new Blob([file], { type });
  try {
    // One side is enough; the other follows, also where a photograph is to be turned.
    const resize = width >= height ? { resizeWidth: LONGEST } : { resizeHeight: LONGEST };
    const bitmap = await createImageBitmap(blob, Math.max(width, height) > LONGEST ? { ...resize, resizeQuality: "high" } : {});
    return await bounded(bitmap);
  } catch {
    const tail = await bytesOf(file, file.size - TAIL, file.size);
    if (isCutShort(kind, tail, head, file.size)) throw new NoPicture(`This ${kind} is incomplete: the file ends before its picture does.`);
    if (!ACCEPTED.includes(type)) throw new NoPicture(`This browser cannot read ${kind} files. ${OFFERED}`);
    throw new NoPicture(`This ${kind} is damaged, or of a kind that this browser cannot read.`);
  }
}

/** For files that do not tell their size. @param {ImageBitmap} bitmap */
async function bounded(bitmap) {
  const scale = LONGEST / Math.max(bitmap.width, bitmap.height);
  if (scale >= 1) return bitmap;
  const [resizeWidth, resizeHeight] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const smaller = await createImageBitmap(bitmap, { resizeWidth, resizeHeight, resizeQuality: "high" });
  bitmap.close();
  return smaller;
}

/**
 * An SVG, at a size of ours: many have none of their own, and only an image element draws it.
 *
 * @param {Blob} file
 * @returns {Promise<ImageBitmap>}
 */
async function drawingFrom(file) {
  const text = new DOMParser().parseFromString(await file.text(), "image/svg+xml");
  const root = text.documentElement;
  if (text.querySelector("parsererror") || root.localName !== "svg") throw new NoPicture("This SVG is damaged: it is no XML that can be read.");
  const size = svgSize(root);
  const scale = DRAWN / Math.max(size.width, size.height);
  const [width, height] = [size.width, size.height].map((side) => Math.max(1, Math.round(side * scale)));
  if (!root.hasAttribute("viewBox")) root.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  root.setAttribute("width", String(width));
  root.setAttribute("height", String(height));
  if (!root.getAttribute("xmlns")) root.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const image = new Image(width, height);
  // As data: what is embedded in a drawing may make one from a blob's address unreadable.
  const bytes = new TextEncoder().encode(new XMLSerializer().serializeToString(text));
  image.src = await dataUrl(new Blob([bytes], { type: "image/svg+xml" }));
  await image.decode().catch(() => {
    throw new NoPicture("This SVG cannot be drawn by this browser.");
  });
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d")?.drawImage(image, 0, 0, width, height);
  return canvas.transferToImageBitmap();
}

/** @param {Blob} blob @returns {Promise<string>} */
function dataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
