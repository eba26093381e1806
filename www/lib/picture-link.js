/**
 * A picture in a link: `#model=photos-256&picture=…`, the bytes that `toBytes` makes of it as base64 for addresses
 * (RFC 4648, section 5, without padding). Here only the text is looked at; whether its bytes are a picture, and of which
 * model, is for the engine to say.
 */
import { fromBase64, toBase64 } from "./base64.js";
import { VarigrainError } from "./errors.js";

const KEY = "picture=";
const ALPHABET = /^[A-Za-z0-9_-]+$/;

/** Characters of the longest picture. Messengers and mail programs cut much longer addresses. */
export const MAX_PICTURE = 4096;

/** @param {Uint8Array} bytes */
export function pictureText(bytes) {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 * @throws {VarigrainError} "picture-damaged"
 */
export function pictureBytes(text) {
  if (!text) throw damaged("it is empty");
  if (text.length > MAX_PICTURE) throw damaged("it is longer than any picture's link");
  if (!ALPHABET.test(text)) throw damaged("it has characters that do not belong in it");
  if (text.length % 4 === 1) throw damaged("its end is missing or was changed");
  const bytes = fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
  // The last character has bits to spare: of what only differs there one text is right.
  if (pictureText(bytes) !== text) throw damaged("its end is missing or was changed");
  return bytes;
}

/**
 * The picture of an address, and the rest, which has bounds of its own.
 *
 * @param {string} hash with or without the leading "#"
 * @returns {{ picture: string | null, rest: string }} `picture`: not checked; null: there is none
 */
export function splitPicture(hash) {
  const pairs = hash.replace(/^#/, "").split("&");
  const pictures = pairs.filter((pair) => pair.startsWith(KEY));
  // Two of them are none: the sign between them is no part of a picture.
  const picture = pictures.length ? pictures.map((pair) => pair.slice(KEY.length)).join("&") : null;
  return { picture, rest: pairs.filter((pair) => !pictures.includes(pair)).join("&") };
}

/** @param {string} rest of the address, without the leading "#" @param {string} picture */
export const withPicture = (rest, picture) => `${rest}${rest && "&"}${KEY}${picture}`;

/**
 * @param {string} page its address, without a hash
 * @param {string} model its id in the list of models
 * @param {Uint8Array} bytes
 * @throws {VarigrainError} "out-of-range" for a picture that is too long for a link
 */
export function pictureLink(page, model, bytes) {
  const picture = pictureText(bytes);
  if (picture.length > MAX_PICTURE) throw new VarigrainError("out-of-range", `Its ${inBytes(bytes.length)} are too many for a link.`);
  return `${page}#${withPicture(String(new URLSearchParams({ model })), picture)}`;
}

/** @param {number} bytes */
export function inBytes(bytes) {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  return `${(bytes / 1000).toFixed(bytes < 9950 ? 1 : 0)} kB`;
}

/**
 * How long the picture is in the link, and as a file.
 *
 * @param {number} bytes
 * @param {readonly { name: string, bytes: number }[]} files
 */
export function lengths(bytes, files) {
  const others = files.map((file) => `${file.name} ${inBytes(file.bytes)}`).join(", ");
  return `the picture is ${inBytes(bytes)}${others && ` (${others})`}`;
}

/** @param {string} why */
function damaged(why) {
  return new VarigrainError("picture-damaged", `The picture in the link cannot be read: ${why}. Get the whole link again.`);
}
