/**
 * Words inside a PNG: chunks "tEXt" and "iTXt" (PNG specification, 11.3.3), each a keyword and a text. Nothing is
 * decoded here but the list of chunks.
 */

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Length and type before a chunk's data, its check after it. */
const [HEAD, TAIL] = [8, 4];

/** What says it is a PNG and is not a whole one. */
export class PngDamaged extends Error {}

/** @typedef {{ type: string, start: number, data: Uint8Array }} Chunk `start`: where its length stands */

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 as PNG has it. @param {Uint8Array} bytes */
export function crc32(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = (value >>> 8) ^ TABLE[(value ^ byte) & 0xff];
  return (value ^ 0xffffffff) >>> 0;
}

/** @param {Uint8Array} bytes */
export const isPng = (bytes) => SIGNATURE.every((byte, at) => bytes[at] === byte);

/** @param {Uint8Array} bytes */
const latin1 = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/**
 * All chunks of a file; the checks of those with words are verified.
 *
 * @param {Uint8Array} bytes
 * @returns {Chunk[]}
 * @throws {PngDamaged}
 */
export function chunksOf(bytes) {
  if (!isPng(bytes)) throw new PngDamaged("it is no PNG");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** @type {Chunk[]} */
  const chunks = [];
  for (let at = SIGNATURE.length; at < bytes.length; ) {
    if (at + HEAD + TAIL > bytes.length) throw new PngDamaged("it ends within a chunk");
    const [length, type] = [view.getUint32(at), latin1(bytes.subarray(at + 4, at + HEAD))];
    const end = at + HEAD + length;
    if (end + TAIL > bytes.length) throw new PngDamaged("it ends within a chunk");
    const words = type === "tEXt" || type === "iTXt";
    if (words && view.getUint32(end) !== crc32(bytes.subarray(at + 4, end))) throw new PngDamaged("its words were changed");
    chunks.push({ type, start: at, data: bytes.subarray(at + HEAD, end) });
    at = end + TAIL;
    if (type === "IEND") return chunks;
  }
  throw new PngDamaged("its end is missing");
}

/** @param {string} type @param {Uint8Array} data */
function chunk(type, data) {
  const bytes = new Uint8Array(HEAD + data.length + TAIL);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, HEAD);
  view.setUint32(HEAD + data.length, crc32(bytes.subarray(4, HEAD + data.length)));
  return bytes;
}

/** An "iTXt" that is not compressed and names no language. @param {string} keyword @param {string} text */
const wordsChunk = (keyword, text) => chunk("iTXt", new TextEncoder().encode(`${keyword}\0\0\0\0\0${text}`));

/**
 * The file with these words, before its end; words of the same keywords are replaced.
 *
 * @param {Uint8Array} png
 * @param {Record<string, string>} words by keyword: 1 to 79 characters of ASCII
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function withText(png, words) {
  for (const keyword of Object.keys(words)) {
    if (!/^[!-~](?:[ -~]{0,77}[!-~])?$/.test(keyword)) throw new RangeError(`“${keyword}” is no keyword`);
  }
  const chunks = chunksOf(png).filter((one) => !Object.hasOwn(words, wordsOf(one)?.keyword ?? ""));
  const parts = chunks.map(({ start, data }) => png.subarray(start, start + HEAD + data.length + TAIL));
  const added = Object.entries(words).map(([keyword, text]) => wordsChunk(keyword, text));
  const all = [SIGNATURE, ...parts.slice(0, -1), ...added, ...parts.slice(-1)];
  const file = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of all) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** @param {Chunk} chunk @returns {{ keyword: string, text: string } | null} null: none, or compressed ones */
function wordsOf({ type, data }) {
  const end = data.indexOf(0);
  if ((type !== "tEXt" && type !== "iTXt") || end < 1) return null;
  const keyword = latin1(data.subarray(0, end));
  if (type === "tEXt") return { keyword, text: latin1(data.subarray(end + 1)) };
  if (data[end + 1] !== 0) return null;
  const language = data.indexOf(0, end + 3);
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
  return translated < 0 ? null : { keyword, text: new TextDecoder().decode(data.subarray(translated + 1)) };
}

/**
 * @param {Uint8Array} png
 * @param {string} keyword
 * @returns {string | null} null: it has no such words
 * @throws {PngDamaged}
 */
export function textOf(png, keyword) {
  const all = chunksOf(png).map(wordsOf);
  return all.find((words) => words?.keyword === keyword)?.text ?? null;
}
