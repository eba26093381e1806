/**
 * What a picture file is and how large, from its first bytes: so that it can be refused, or scaled while it is decoded,
 * before it takes memory. By its contents; names and types are often wrong.
 */

/**
 * @typedef {object} Header
 * @property {string} kind as people call it: "PNG", "JPEG", …
 * @property {string} type as browsers call it
 * @property {number} width pixels as they are shown, turned if the file says so; 0 where it does not tell
 * @property {number} height
 */

/** Bytes of a file that are looked at; photographs have large previews and profiles before their size. */
export const HEAD = 1 << 20;

/** Sizes in an SVG that are lengths; a share of something has no size of its own. */
const LENGTH = /^\s*([\d.]+(?:e[+-]?\d+)?)\s*(px|pt|pc|mm|cm|in|em|rem|ex|ch)?\s*$/i;
/** CSS pixels of each unit; those of type are taken for the usual size. @type {Record<string, number>} */
const UNITS = { px: 1, pt: 4 / 3, pc: 16, mm: 96 / 25.4, cm: 96 / 2.54, in: 96, em: 16, rem: 16, ex: 8, ch: 8 };

/** @param {Uint8Array} bytes the beginning of the file @returns {Header | null} null if it is no picture that is known */
export function headerOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (/** @type {number} */ at, length = 4) => String.fromCharCode(...bytes.subarray(at, at + length));
  try {
    if (tag(0, 8) === "\x89PNG\r\n\x1a\n") return header("PNG", "image/png", view.getUint32(16), view.getUint32(20));
    if (tag(0, 3) === "GIF") return header("GIF", "image/gif", view.getUint16(6, true), view.getUint16(8, true));
    if (tag(0, 2) === "BM") return header("BMP", "image/bmp", ...bmpSize(view));
    if (tag(0) === "RIFF" && tag(8) === "WEBP") return header("WebP", "image/webp", ...webpSize(view, tag(12)));
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return header("JPEG", "image/jpeg", ...jpegSize(view));
    if (tag(4) === "ftyp") return heifHeader(bytes, view);
    if (["II*\0", "MM\0*"].includes(tag(0))) return header("TIFF", "image/tiff", 0, 0);
    if (tag(0) === "8BPS") return header("Photoshop", "image/vnd.adobe.photoshop", 0, 0);
    if (tag(0, 2) === "\xff\x0a" || tag(4) === "JXL ") return header("JPEG XL", "image/jxl", 0, 0);
    if (tag(0) === "\0\0\x01\0") return header("ICO", "image/x-icon", bytes[6] || 256, bytes[7] || 256);
    if (tag(0) === "%PDF") return header("PDF", "application/pdf", 0, 0);
  } catch (error) {
    // It ends before it says how large it is.
    if (error instanceof RangeError) return null;
    throw error;
  }
  const text = new TextDecoder().decode(bytes.subarray(0, 4096));
  return /^[\s\uFEFF]*(<\?xml[^>]*>|<!--[\s\S]*?-->|<!DOCTYPE[^>[]*(\[[\s\S]*?\])?\s*>|\s+)*<([\w-]+:)?svg[\s>]/i.test(text) ? header("SVG", "image/svg+xml", 0, 0) : null;
}

/** @param {string} kind @param {string} type @param {number} width @param {number} height @returns {Header} */
const header = (kind, type, width, height) => ({ kind, type, width, height });

/** @param {DataView} view @returns {[number, number]} */
function bmpSize(view) {
  // The oldest kind has shorter numbers; a height below zero counts from the top.
  if (view.getUint32(14, true) === 12) return [view.getUint16(18, true), view.getUint16(20, true)];
  return [Math.abs(view.getInt32(18, true)), Math.abs(view.getInt32(22, true))];
}

/** @param {DataView} view @param {string} chunk @returns {[number, number]} */
function webpSize(view, chunk) {
  const three = (/** @type {number} */ at) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  if (chunk === "VP8X") return [three(24) + 1, three(27) + 1];
  if (chunk === "VP8L") {
    const bits = view.getUint32(21, true);
    return [(bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1];
  }
  return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
}

/** @param {DataView} view @returns {[number, number]} */
function jpegSize(view) {
  let turned = false;
  for (let at = 2; ; ) {
    // Any number of these may stand before a marker.
    while (view.getUint8(at) === 0xff && view.getUint8(at + 1) === 0xff) at++;
    const marker = view.getUint8(at + 1);
    const frame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (frame) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return turned ? [height, width] : [width, height];
    }
    if (marker === 0xe1) turned ||= isTurned(view, at + 4);
    at += 2 + view.getUint16(at + 2);
  }
}

/** Whether Exif says that rows are to be shown as columns. @param {DataView} view @param {number} at @returns {boolean} */
function isTurned(view, at) {
  if (view.getUint32(at) !== 0x45786966) return false;
  const start = at + 6;
  const little = view.getUint16(start) === 0x4949;
  const list = start + view.getUint32(start + 4, little);
  const count = view.getUint16(list, little);
  for (let entry = 0; entry < count; entry++) {
    const place = list + 2 + 12 * entry;
    if (view.getUint16(place, little) === 0x0112) return view.getUint16(place + 8, little) >= 5;
  }
  return false;
}

/** AVIF and HEIC: boxes within boxes, of which one has the size. @param {Uint8Array} bytes @param {DataView} view @returns {Header} */
function heifHeader(bytes, view) {
  const brands = new TextDecoder("latin1").decode(bytes.subarray(8, Math.min(bytes.length, view.getUint32(0))));
  const [kind, type] = /avi[fs]/.test(brands) ? ["AVIF", "image/avif"] : ["HEIC", "image/heic"];
  let [width, height] = [0, 0];
  // Of several, previews and masks among them, the largest is the picture.
  for (let at = 0; at + 16 < bytes.length; at++) {
    if (view.getUint32(at) !== 0x69737065) continue;
    const [w, h] = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (w * h > width * height) [width, height] = [w, h];
  }
  return header(kind, type, width, height);
}

/**
 * The size of an SVG, from its own numbers or from its view box; as browsers take it where it has neither.
 *
 * @param {Element} root
 * @returns {{ width: number, height: number }}
 */
export function svgSize(root) {
  const [width, height] = ["width", "height"].map((name) => {
    const [, number, unit] = root.getAttribute(name)?.match(LENGTH) ?? [];
    return number ? Number(number) * UNITS[(unit ?? "px").toLowerCase()] : 0;
  });
  if (width > 0 && height > 0) return { width, height };
  const box = (root.getAttribute("viewBox") ?? "").trim().split(/[\s,]+/).map(Number);
  const whole = box.length === 4 && box[2] > 0 && box[3] > 0;
  const ratio = whole ? box[2] / box[3] : 2;
  if (width > 0) return { width, height: width / ratio };
  if (height > 0) return { width: height * ratio, height };
  return whole ? { width: box[2], height: box[3] } : { width: 300, height: 150 };
}

/**
 * Whether a file ends before its picture does; some browsers show what there is, others nothing.
 *
 * @param {string} kind
 * @param {Uint8Array} tail its last bytes
 * @param {Uint8Array} head
 * @param {number} bytes of all of it
 */
export function isCutShort(kind, tail, head, bytes) {
  const has = (/** @type {number[]} */ ...mark) => {
    for (let at = tail.length - mark.length; at >= 0; at--) if (mark.every((byte, n) => tail[at + n] === byte)) return true;
    return false;
  };
  if (kind === "PNG") return !has(0x49, 0x45, 0x4e, 0x44);
  if (kind === "JPEG") return !has(0xff, 0xd9);
  if (kind === "GIF") return tail.at(-1) !== 0x3b && !has(0, 0x3b);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (kind === "WebP" && head.length > 8) return bytes < view.getUint32(4, true) + 8;
  if (kind === "BMP" && head.length > 6) return bytes < view.getUint32(2, true);
  return false;
}
