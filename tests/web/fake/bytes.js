/**
 * A picture as the fake engine's bytes: the real ones' header, then a byte for each granularity and each code.
 */
import { sha256 } from "./sha256.js";

const [FORMAT, CHECK, NAME] = [1, 5, 8];

/** @param {string} code @param {string} message */
const failure = (code, message) => Object.assign(new Error(message), { code });
/** @param {string} hex @param {number} count */
const fromHex = (hex, count) => Array.from({ length: count }, (_, at) => parseInt(hex.slice(2 * at, 2 * at + 2), 16));

/** @param {any} manifest */
const nameOf = ({ name, version }) => `${name} ${version}`;
/** @param {any} manifest */
const fingerprint = ({ files }) => fromHex(files.find((/** @type {any} */ file) => file.role === "decoder").sha256, CHECK - 1);
/** @param {Uint8Array} bytes */
const checkOf = (bytes) => fromHex(sha256(Uint8Array.from([...bytes.subarray(0, CHECK), ...bytes.subarray(NAME)])), NAME - CHECK);

/**
 * @param {{ grains: Uint8Array, cells: Uint16Array }} picture
 * @param {any} manifest
 * @param {import("./layout.js").Layout} layout
 */
export function writePicture({ grains, cells }, manifest, { cellsOf, all, codesOf }) {
  if (grains.length !== cellsOf.length || cells.length !== all.length) throw failure("bad-request", `A picture of this model has ${all.length} cells.`);
  const codes = [...grains].flatMap((grain, region) => codesOf(region, grain).map(([first]) => cells[first]));
  const name = new TextEncoder().encode(nameOf(manifest));
  const bytes = Uint8Array.from([FORMAT, ...fingerprint(manifest), 0, 0, 0, name.length, ...name, ...grains, ...codes]);
  bytes.set(checkOf(bytes), CHECK);
  return bytes;
}

/**
 * @param {Uint8Array} bytes
 * @param {any} manifest
 * @param {import("./layout.js").Layout} layout
 */
export function readPicture(bytes, manifest, { cellsOf, all, codesOf, pixelsOf, image: size }) {
  const begins = NAME + 1 + (bytes[NAME] ?? 0);
  const damaged = (/** @type {string} */ why) => failure("picture-damaged", `The picture cannot be read: ${why} Get its link or its file again, whole.`);
  if (bytes.length < begins) throw damaged("it ends too early.");
  if (bytes[0] !== FORMAT) throw damaged("it is of another format.");
  if (String(checkOf(bytes)) !== String([...bytes.subarray(CHECK, NAME)])) throw damaged("a part of it is missing or was changed.");
  if (String(fingerprint(manifest)) !== String([...bytes.subarray(1, CHECK)])) {
    const wanted = new TextDecoder().decode(bytes.subarray(NAME + 1, begins));
    throw failure("picture-version", `The picture is of the model "${wanted}", and this is "${nameOf(manifest)}". Open it with the one that it is of.`);
  }
  const grains = bytes.slice(begins, begins + cellsOf.length);
  const codes = bytes.subarray(begins + cellsOf.length);
  const cells = new Uint16Array(all.length);
  const image = new Uint8ClampedArray(4 * size * size).fill(255);
  let at = 0;
  for (const [region, grain] of grains.entries()) {
    for (const code of codesOf(region, grain)) {
      const value = codes[at++];
      for (const cell of code) cells[cell] = value;
      // Four levels of each colour, as fake/coded.js has them.
      for (const pixel of pixelsOf(code)) image.set([4, 2, 0].map((shift) => ((value >> shift) & 3) * 85), pixel * 4);
    }
  }
  return { grains, cells, codes: at, image, width: size, height: size };
}
