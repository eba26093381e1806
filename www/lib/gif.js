/**
 * Animated GIFs: 256 colours for all frames, chosen by median cut, and the format's own compression.
 * Enough for a few dozen small frames of flat colours; there is no dithering.
 */

/** @typedef {{ data: Uint8ClampedArray | Uint8Array, ms: number }} Frame RGBA, and how long it is shown */

/** Colours are counted in so many bits a channel. */
const BITS = 5;
const LEVELS = 1 << BITS;

/** @param {number} r @param {number} g @param {number} b */
const bucket = (r, g, b) => ((r >> (8 - BITS)) << (2 * BITS)) | ((g >> (8 - BITS)) << BITS) | (b >> (8 - BITS));

/**
 * @param {number} width
 * @param {number} height
 * @param {readonly Frame[]} frames
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function encodeGif(width, height, frames) {
  const { palette, indexOf } = quantise(frames.map(({ data }) => data));
  const out = new Bytes();
  out.text("GIF89a");
  out.word(width).word(height).bytes(0xf7, 0, 0);
  for (let at = 0; at < 256; at++) out.bytes(...(palette[at] ?? [0, 0, 0]));
  // Again and again, without end.
  out.bytes(0x21, 0xff, 11).text("NETSCAPE2.0").bytes(3, 1, 0, 0, 0);
  for (const { data, ms } of frames) {
    out.bytes(0x21, 0xf9, 4, 4).word(Math.max(2, Math.round(ms / 10))).bytes(0, 0);
    out.bytes(0x2c).word(0).word(0).word(width).word(height).bytes(0);
    const pixels = new Uint8Array(width * height);
    for (let at = 0; at < pixels.length; at++) {
      pixels[at] = indexOf[bucket(data[4 * at], data[4 * at + 1], data[4 * at + 2])];
    }
    compress(pixels, out);
  }
  return out.bytes(0x3b).taken();
}

/**
 * Median cut over the counted colours of all frames.
 *
 * @param {readonly (Uint8ClampedArray | Uint8Array)[]} images
 * @returns {{ palette: [number, number, number][], indexOf: Uint8Array }} `indexOf` by bucket
 */
export function quantise(images) {
  const count = new Uint32Array(LEVELS ** 3);
  const sums = new Float64Array(3 * LEVELS ** 3);
  for (const data of images) {
    for (let at = 0; at < data.length; at += 4) {
      const key = bucket(data[at], data[at + 1], data[at + 2]);
      count[key]++;
      for (const channel of [0, 1, 2]) sums[3 * key + channel] += data[at + channel];
    }
  }
  const used = [...count.keys()].filter((key) => count[key]);
  const level = (/** @type {number} */ key, /** @type {number} */ channel) => (key >> (BITS * (2 - channel))) & (LEVELS - 1);
  /** The widest channel of a box, and how much there is to win by cutting it. @param {number[]} keys */
  const measure = (keys) => {
    const spans = [0, 1, 2].map((channel) => {
      const levels = keys.map((key) => level(key, channel));
      return Math.max(...levels) - Math.min(...levels);
    });
    const channel = spans.indexOf(Math.max(...spans));
    const weight = keys.reduce((sum, key) => sum + count[key], 0);
    return { keys, channel, gain: spans[channel] * Math.sqrt(weight) };
  };
  const boxes = used.length ? [measure(used)] : [];
  while (boxes.length < 256) {
    const best = boxes.reduce((top, box, at) => (box.gain > (boxes[top]?.gain ?? 0) ? at : top), -1);
    if (best < 0 || boxes[best].gain === 0) break;
    const { keys, channel } = boxes[best];
    keys.sort((a, b) => level(a, channel) - level(b, channel));
    const half = keys.reduce((sum, key) => sum + count[key], 0) / 2;
    let [cut, seen] = [0, 0];
    while (cut < keys.length - 1 && seen < half) seen += count[keys[cut++]];
    // Never within one level, or a colour would be on both sides.
    boxes.splice(best, 1, measure(keys.slice(0, cut)), measure(keys.slice(cut)));
  }
  const indexOf = new Uint8Array(LEVELS ** 3);
  const palette = boxes.map(({ keys }, index) => {
    const weight = keys.reduce((sum, key) => sum + count[key], 0);
    for (const key of keys) indexOf[key] = index;
    return /** @type {[number, number, number]} */ (
      [0, 1, 2].map((channel) => Math.round(keys.reduce((sum, key) => sum + sums[3 * key + channel], 0) / weight))
    );
  });
  return { palette, indexOf };
}

/**
 * The format's LZW: codes grow from 9 to 12 bits, then the table starts anew.
 *
 * @param {Uint8Array} pixels
 * @param {Bytes} out
 */
function compress(pixels, out) {
  const [CLEAR, END] = [256, 257];
  out.bytes(8);
  /** @type {number[]} */
  const packed = [];
  let [held, bits, width, next] = [0, 0, 9, END + 1];
  /** @type {Map<number, number>} */
  const table = new Map();
  const emit = (/** @type {number} */ code) => {
    held |= code << bits;
    bits += width;
    for (; bits >= 8; bits -= 8, held >>>= 8) packed.push(held & 255);
  };
  emit(CLEAR);
  let prefix = pixels[0];
  for (let at = 1; at < pixels.length; at++) {
    const pair = (prefix << 8) | pixels[at];
    const known = table.get(pair);
    if (known !== undefined) {
      prefix = known;
      continue;
    }
    emit(prefix);
    table.set(pair, next);
    // One later than one would think: the reader learns each code a step after the writer.
    if (next === 1 << width) width++;
    next++;
    if (next > 4095) {
      emit(CLEAR);
      table.clear();
      [width, next] = [9, END + 1];
    }
    prefix = pixels[at];
  }
  emit(prefix);
  emit(END);
  if (bits) packed.push(held & 255);
  for (let at = 0; at < packed.length; at += 255) {
    const block = packed.slice(at, at + 255);
    out.bytes(block.length, ...block);
  }
  out.bytes(0);
}

/** Bytes that come one by one. */
class Bytes {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  /** @param {...number} values */
  bytes(...values) {
    if (this.#length + values.length > this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#bytes.length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
    return this;
  }

  /** @param {number} value two bytes, the lower first */
  word(value) {
    return this.bytes(value & 255, value >> 8);
  }

  /** @param {string} text */
  text(text) {
    return this.bytes(...[...text].map((sign) => sign.charCodeAt(0)));
  }

  taken() {
    return this.#bytes.slice(0, this.#length);
  }
}
