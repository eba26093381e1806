/**
 * Draws something emoji-like without a model: faces, cats, hearts, fruit and suns from a few
 * distance functions, tinted by the style and varied by the seed.
 */

/** @typedef {[number, number, number]} Rgb */

/** @type {Record<string, { edge: number, shade: number, outline: boolean }>} */
const LOOKS = {
  noto: { edge: 1.2, shade: 0.16, outline: false },
  "noto-v1": { edge: 1.2, shade: 0.1, outline: false },
  fxemoji: { edge: 1.2, shade: 0, outline: false },
  fluent: { edge: 1.4, shade: 0.36, outline: false },
  "fluent-flat": { edge: 1.2, shade: 0, outline: false },
  twemoji: { edge: 1.2, shade: 0, outline: false },
  emojione: { edge: 1.2, shade: 0.06, outline: true },
};

/** @param {number} x @param {number} y @param {number} cx @param {number} cy @param {number} rx @param {number} [ry] */
const ellipse = (x, y, cx, cy, rx, ry = rx) => (Math.hypot((x - cx) / rx, (y - cy) / ry) - 1) * Math.min(rx, ry);

/** @param {number} x @param {number} y @param {number} cx @param {number} top @param {number} width @param {number} height */
function triangle(x, y, cx, top, width, height) {
  const down = y - top;
  return Math.max(Math.abs(x - cx) - (width * down) / height, -down, down - height) * 0.8;
}

/** @param {number} x @param {number} y @param {number} size */
function heart(x, y, size) {
  const u = Math.abs(x - 64) / size;
  const v = (64 + size * 0.15 - y) / size;
  return ((u * u + v * v - 1) ** 3 - u * u * v ** 3 * 2.2) * size * 0.3;
}

/**
 * @param {string} kind
 * @param {() => number} random
 * @returns {((x: number, y: number) => [number, Rgb])[]} layers, the lowest first
 */
function layers(kind, random) {
  const tilt = (random() - 0.5) * 10;
  const eyes = 4.5 + random() * 4;
  const smile = 8 + random() * 14;
  /** @type {Rgb} */
  const ink = [74, 46, 28];
  /** @type {Rgb} */
  const white = [255, 255, 255];
  /** @type {(x: number, y: number) => [number, Rgb]} */
  const eyeLeft = (x, y) => [ellipse(x, y, 45 + tilt, 56, eyes, eyes * 1.35), ink];
  /** @type {(x: number, y: number) => [number, Rgb]} */
  const eyeRight = (x, y) => [ellipse(x, y, 83 + tilt, 56, eyes, eyes * 1.35), ink];
  /** @type {(x: number, y: number) => [number, Rgb]} */
  const mouth = (x, y) => [Math.max(ellipse(x, y, 64 + tilt, 76, 26, smile + 6), 76 - y), ink];
  /** @type {(x: number, y: number) => [number, Rgb]} */
  const teeth = (x, y) => [Math.max(ellipse(x, y, 64 + tilt, 76, 24, smile + 3), 77 - y, y - 82), white];
  if (kind === "cat") {
    /** @type {Rgb} */
    const fur = [255, 190 + random() * 30, 60];
    return [
      (x, y) => [Math.min(triangle(x, y, 30, 12, 22, 46), triangle(x, y, 98, 12, 22, 46)), fur],
      (x, y) => [Math.min(triangle(x, y, 32, 24, 11, 24), triangle(x, y, 96, 24, 11, 24)), [232, 110, 80]],
      (x, y) => [ellipse(x, y, 64, 72, 52, 46), fur],
      eyeLeft,
      eyeRight,
      (x, y) => [ellipse(x, y, 64 + tilt, 74, 5, 4), [200, 80, 70]],
      (x, y) => [Math.abs(ellipse(x, y, 55 + tilt, 80, 9, 8)) - 1.5 + (y < 80 ? 9 : 0), ink],
      (x, y) => [Math.abs(ellipse(x, y, 73 + tilt, 80, 9, 8)) - 1.5 + (y < 80 ? 9 : 0), ink],
    ];
  }
  if (kind === "heart") {
    return [
      (x, y) => [heart(x, y, 40 + random() * 0), [226, 45, 60]],
      (x, y) => [ellipse(x, y, 44, 44, 9, 6), [255, 150, 150]],
    ];
  }
  if (kind === "fruit") {
    /** @type {Rgb} */
    const skin = [220 + tilt * 3, 50 + smile * 4, 50];
    return [
      (x, y) => [ellipse(x, y, 50, 72, 30, 40), skin],
      (x, y) => [ellipse(x, y, 78, 72, 30, 40), skin],
      (x, y) => [Math.max(Math.abs(x - 64 - (40 - y) * 0.25) - 3, y - 42, 12 - y), [110, 70, 40]],
      (x, y) => [ellipse(x, y, 82, 24, 16, 8), [96, 170, 60]],
      (x, y) => [ellipse(x, y, 42, 58, 6, 11), [255, 170, 150]],
    ];
  }
  if (kind === "sun") {
    const turn = random() * 0.4;
    return [
      (x, y) => {
        const wave = Math.cos(8 * (Math.atan2(y - 64, x - 64) + turn));
        return [Math.hypot(x - 64, y - 64) - 46 - 10 * wave, [255, 160, 30]];
      },
      (x, y) => [ellipse(x, y, 64, 64, 36), [255, 206, 70]],
      eyeLeft,
      eyeRight,
      mouth,
    ];
  }
  return [
    (x, y) => [ellipse(x, y, 64, 66, 56), [255, 204, 77]],
    (x, y) => [Math.min(ellipse(x, y, 28, 76, 10, 7), ellipse(x, y, 100, 76, 10, 7)), [255, 160, 90]],
    eyeLeft,
    eyeRight,
    mouth,
    teeth,
  ];
}

/** @param {string} text */
function kindOf(text) {
  if (/cat|mammal|fox|dog|bear|panda/.test(text)) return "cat";
  if (/heart|love/.test(text) && !/face/.test(text)) return "heart";
  if (/fruit|apple|berry|lemon|food|tangerine|cherries/.test(text)) return "fruit";
  if (/sun|star|sky|flower/.test(text)) return "sun";
  return "face";
}

/**
 * @param {string} subject what the prompt names, as far as it does
 * @param {string} style
 * @param {() => number} random
 * @param {number} size pixels along a side
 * @returns {Uint8ClampedArray} RGBA
 */
export function picture(subject, style, random, size) {
  const { edge, shade, outline } = LOOKS[style] ?? LOOKS.twemoji;
  const shapes = layers(kindOf(subject), random);
  const image = new Uint8ClampedArray(size * size * 4);
  // The shapes are those of a picture of 128 pixels.
  const scale = 128 / size;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const [x, y] = [column * scale, row * scale];
      /** @type {number[]} */
      let colour = [255, 255, 255];
      for (const shape of shapes) {
        const [distance, paint] = shape(x, y);
        const cover = Math.min(1, Math.max(0, 0.5 - distance / edge / scale));
        const light = 1 + shade * (0.5 - y / 128) - (outline && distance > -3 ? 0.35 : 0);
        colour = colour.map((old, c) => old + cover * (Math.min(255, paint[c] * light) - old));
      }
      image.set([...colour, 255], (row * size + column) * 4);
    }
  }
  return image;
}
