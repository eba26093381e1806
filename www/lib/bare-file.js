/**
 * Picture files without what does not belong to the picture: browsers write a colour profile of some 450 bytes into
 * every one, which is more than a small picture takes. Without it they are shown as sRGB, which they are.
 */

/** Parts of a WebP that make the picture. "VP8X" only says what else there is. */
const PICTURE = ["VP8 ", "VP8L"];
/** Markers of a JPEG that begin application data and comments. @param {number} marker */
const isAside = (marker) => (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;
const [START_OF_SCAN, PREFIX] = [0xda, 0xff];

/**
 * @param {Uint8Array} file a WebP, a JPEG, or anything else, which stays as it is
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function bare(file) {
  if (tag(file, 0) === "RIFF" && tag(file, 8) === "WEBP") return bareWebp(file);
  if (file[0] === PREFIX && file[1] === 0xd8) return bareJpeg(file);
  return file.slice();
}

/** @param {Uint8Array} file @param {number} at */
const tag = (file, at) => String.fromCharCode(...file.subarray(at, at + 4));

/** One with an alpha channel or with several pictures needs more than one part, and is left alone. @param {Uint8Array} file */
function bareWebp(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const parts = new Map();
  for (let at = 12; at + 8 <= file.length; ) {
    const length = 8 + view.getUint32(at + 4, true);
    // Parts begin at even places.
    const end = at + length + (length % 2);
    parts.set(tag(file, at), file.subarray(at, end));
    at = end;
  }
  const picture = PICTURE.map((name) => parts.get(name)).find(Boolean);
  if (!picture || parts.has("ALPH") || parts.has("ANIM")) return file.slice();
  const whole = new Uint8Array(12 + picture.length);
  whole.set(file.subarray(0, 12));
  whole.set(picture, 12);
  new DataView(whole.buffer).setUint32(4, whole.length - 8, true);
  return whole;
}

/** @param {Uint8Array} file */
function bareJpeg(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const kept = [file.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= file.length && file[at] === PREFIX && file[at + 1] !== START_OF_SCAN) {
    const end = at + 2 + view.getUint16(at + 2);
    if (!isAside(file[at + 1])) kept.push(file.subarray(at, end));
    at = end;
  }
  kept.push(file.subarray(at));
  const whole = new Uint8Array(kept.reduce((sum, { length }) => sum + length, 0));
  let to = 0;
  for (const part of kept) {
    whole.set(part, to);
    to += part.length;
  }
  return whole;
}
