/**
 * What is written to files, without a browser: GIFs are read again by a reader of their own, recordings
 * come back as they went in.
 */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { fromBase64, toBase64 } from "../../www/lib/base64.js";
import { encodeGif } from "../../www/lib/gif.js";
import { Grid } from "../../www/lib/grid.js";
import { decodeRecording, encodeRecording, measured } from "../../www/lib/recording.js";
import { sheetLayout } from "../../www/lib/view/sheet.js";
import { inRepo } from "./helpers.js";

/** Numbers that look random and are the same every time. @param {number} seed */
function generator(seed) {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

/**
 * The frames of a GIF as colours. @param {Uint8Array} bytes
 * @returns {{ width: number, height: number, frames: { ms: number, pixels: number[][] }[] }}
 */
function decodeGif(bytes) {
  const word = (/** @type {number} */ at) => bytes[at] | (bytes[at + 1] << 8);
  assert.equal(String.fromCharCode(...bytes.slice(0, 6)), "GIF89a");
  const [width, height] = [word(6), word(8)];
  const colour = (/** @type {number} */ index) => [...bytes.slice(13 + 3 * index, 16 + 3 * index)];
  // So many entries has the table of colours.
  let at = 13 + 3 * 2 ** ((bytes[10] & 7) + 1);
  let ms = 0;
  const frames = [];
  const blocks = () => {
    const data = [];
    for (let size = bytes[at++]; size; size = bytes[at++]) {
      data.push(...bytes.slice(at, at + size));
      at += size;
    }
    return data;
  };
  for (let sign = bytes[at++]; sign !== 0x3b; sign = bytes[at++]) {
    if (sign === 0x21) {
      const kind = bytes[at++];
      if (kind === 0xf9) ms = 10 * word(at + 2);
      blocks();
    } else {
      assert.equal(sign, 0x2c);
      at += 9;
      const start = bytes[at++];
      frames.push({ ms, pixels: expand(blocks(), start).map(colour) });
    }
  }
  return { width, height, frames };
}

/** LZW the other way round. @param {number[]} data @param {number} start bits of a colour */
function expand(data, start) {
  const [clear, end] = [1 << start, (1 << start) + 1];
  /** @type {number[]} */
  const out = [];
  /** @type {number[][]} */
  let table = [];
  let [held, bits, width, at] = [0, 0, start + 1, 0];
  /** @type {number[] | null} */
  let last = null;
  const reset = () => {
    table = Array.from({ length: end + 1 }, (_, code) => [code]);
    [width, last] = [start + 1, null];
  };
  for (;;) {
    while (bits < width) {
      assert.ok(at < data.length, "the data ends too early");
      held |= data[at++] << bits;
      bits += 8;
    }
    const code = held & ((1 << width) - 1);
    held >>>= width;
    bits -= width;
    if (code === clear) {
      reset();
      continue;
    }
    if (code === end) return out;
    assert.ok(code <= table.length, "a code that cannot be known");
    /** @type {number[]} */
    const entry = code < table.length ? table[code] : [...(last ?? []), (last ?? [])[0]];
    out.push(...entry);
    if (last && table.length < 4096) table.push([...last, entry[0]]);
    if (table.length === 1 << width && width < 12) width++;
    last = entry;
  }
}

describe("the GIF", () => {
  it("has the frames, their times and, of up to 256 colours, each one", () => {
    const random = generator(1);
    const colours = Array.from({ length: 200 }, (_, n) => [(n % 32) * 8, (n >> 5) * 32, 96]);
    const frames = [70, 1000].map((ms) => {
      const data = new Uint8ClampedArray(4 * 40 * 30);
      for (let at = 0; at < 1200; at++) data.set([...colours[Math.floor(random() * 200)], 255], 4 * at);
      return { data, ms };
    });
    const gif = decodeGif(encodeGif(40, 30, frames));
    assert.deepEqual([gif.width, gif.height, gif.frames.map(({ ms }) => ms)], [40, 30, [70, 1000]]);
    for (const [n, { data }] of frames.entries()) {
      assert.equal(gif.frames[n].pixels.length, 1200);
      assert.deepEqual(gif.frames[n].pixels.flat(), [...data].filter((_, at) => at % 4 < 3));
    }
  });

  it("outlives its tables: noise fills them many times over", () => {
    const random = generator(7);
    const data = Uint8ClampedArray.from({ length: 4 * 160 * 160 }, () => random() * 256);
    const { frames } = decodeGif(encodeGif(160, 160, [{ data, ms: 100 }]));
    assert.equal(frames[0].pixels.length, 160 * 160);
  });

  it("packs what is plain into next to nothing", () => {
    const data = new Uint8ClampedArray(4 * 256 * 256).fill(255);
    const gif = encodeGif(256, 256, [{ data, ms: 100 }]);
    assert.ok(gif.length < 2500);
    assert.deepEqual([...new Set(decodeGif(gif).frames[0].pixels.map(String))], ["255,255,255"]);
  });

  it("chooses colours near to those that there are, of thousands, and of more frames than it looks at whole", () => {
    const gradient = Uint8ClampedArray.from({ length: 4 * 65536 }, (_, at) => [at >> 10, (at >> 2) & 255, 128, 255][at % 4]);
    const frames = Array.from({ length: 3 }, () => ({ data: gradient, ms: 50 }));
    const gif = decodeGif(encodeGif(256, 256, frames));
    assert.equal(gif.frames.length, 3);
    let worst = 0;
    for (const [at, pixel] of gif.frames[2].pixels.entries()) {
      for (const channel of [0, 1, 2]) worst = Math.max(worst, Math.abs(pixel[channel] - gradient[4 * at + channel]));
    }
    assert.ok(worst <= 24, `${worst}`);
  });
});

const OLD = { regions: 8, cells: 16, granularities: 2, names: ["coarse", "fine"] };

describe("the recording", () => {
  const image = /** @type {any} */ ({ width: 1, height: 1, data: new Uint8ClampedArray([1, 2, 3, 255]) });
  /** @param {import("../../www/lib/grid.js").GridSizes} [sizes] @returns {import("../../www/lib/recording.js").Recording} */
  const recording = (sizes = OLD) => {
    const grid = new Grid(sizes);
    const order = new Uint16Array(grid.cellCount);
    order[3] = 300;
    const step = {
      ...{ index: 0, total: 1, done: true, tokens: 64, codes: 1, ms: 12.34, grid, image },
      ...{ grains: new Uint8Array(grid.regionCount).fill(grid.finest, 0, 9), undecided: new Uint8Array(grid.regionCount), order },
      ...{ known: Uint8Array.from(order, (place) => Number(place > 0)), cells: new Uint16Array(grid.cellCount).fill(1023) },
      confidence: new Float32Array(grid.cellCount).fill(1),
    };
    const tracks = [{ mode: /** @type {const} */ ("nar"), seed: 7, steps: [step] }];
    return { model: "m", version: "2", title: "red heart", request: { prompt: { concept: "red-heart" }, seed: 7 }, grid, tracks };
  };
  const encode = async (/** @type {any} */ { data }) => new Uint8Array(data);
  const decode = async (/** @type {Uint8Array} */ data) => /** @type {any} */ ({ ...image, data: new Uint8ClampedArray(data) });

  it("comes back as it went in", async () => {
    const file = JSON.parse(JSON.stringify(await encodeRecording(recording(), encode)));
    const back = await decodeRecording(file, decode);
    back.tracks[0].steps[0].ms = 12.34;
    assert.deepEqual(back, recording());
  });

  it("says the grid that it is of, whichever", async () => {
    for (const sizes of [
      { regions: 4, cells: 16, granularities: 3, names: ["coarse", "middle", "fine"] },
      { regions: 8, cells: 8, granularities: 1, names: [""] },
      { regions: 2, cells: 16, granularities: 4, names: ["coarse", "middle", "fine", "finest"] },
    ]) {
      const own = recording(sizes);
      own.tracks[0].steps[0].undecided[1] = 1;
      const file = JSON.parse(JSON.stringify(await encodeRecording(own, encode)));
      assert.deepEqual(file.grid, sizes);
      const back = await decodeRecording(file, decode);
      back.tracks[0].steps[0].ms = 12.34;
      assert.deepEqual(back, own);
    }
  });

  it("still reads those that do not say their grid, nor what is undecided", async () => {
    const old = recording();
    const [first] = old.tracks[0].steps;
    old.tracks[0].mode = "ar";
    // Two coarse codes are there, in regions 0 and 1; region 2 was left out of the stream, 3 is coarse.
    Object.assign(first, { done: false, grains: new Uint8Array(64).fill(1).fill(0, 0, 2), order: new Uint16Array(256) });
    first.grains[3] = 0;
    for (const region of [0, 1, 3]) for (const cell of first.grid.cellsOf(region)) first.order[cell] = region + 1;
    const { grid: _, ...file } = JSON.parse(JSON.stringify(await encodeRecording(old, encode)));
    file.request = { concept: "red-heart", fineRatio: 0.5 };
    const back = await decodeRecording(file, decode);
    assert.deepEqual([back.grid.sizes, back.request], [OLD, { concept: "red-heart", shares: [0.5] }]);
    assert.deepEqual([...back.tracks[0].steps[0].undecided.slice(0, 6)], [0, 0, 0, 0, 1, 1]);
    file.tracks[0].steps[0].done = true;
    assert.ok((await decodeRecording(file, decode)).tracks[0].steps[0].undecided.every((open) => open === 0));
  });

  it("are all read that the page has", async () => {
    const folder = inRepo("www/recordings");
    const names = readdirSync(folder).filter((name) => name !== "tutorial-results.json" && !name.endsWith("-pair.json"));
    assert.ok(names.length > 3);
    for (const name of names) {
      const { grid, tracks } = await decodeRecording(JSON.parse(readFileSync(`${folder}/${name}`, "utf8")), decode);
      for (const { steps } of tracks) for (const step of steps) assert.equal(step.grains.length, grid.regionCount, name);
    }
  });

  it("is refused if anything of it is not as it should be", async () => {
    const good = JSON.stringify(await encodeRecording(recording(), encode));
    const spoilt = [
      ...[(/** @type {any} */ f) => (f.format = 2), (/** @type {any} */ f) => delete f.tracks, (/** @type {any} */ f) => (f.tracks[0].mode = "x")],
      ...[{ regions: 8, cells: 16, granularities: 1 }, { regions: 4, cells: 8, granularities: 2 }, "8", { regions: 8 }].map((grid) => (/** @type {any} */ f) => (f.grid = grid)),
      (/** @type {any} */ f) => (f.tracks[0].steps[0].grains = toBase64(new Uint8Array(64).fill(2))),
      (/** @type {any} */ f) => (f.tracks[0].steps[0].undecided = "AAAA"),
      ...["grains", "cells", "order", "confidence"].map((name) => (/** @type {any} */ f) => (f.tracks[0].steps[0][name] = "AAAA")),
      ...[NaN, -1, "7"].map((ms) => (/** @type {any} */ f) => (f.tracks[0].steps[0].ms = ms)),
      ...[(/** @type {any} */ f) => (f.tracks[0].steps = []), (/** @type {any} */ f) => (f.tracks[0].steps[0].image = "***")],
    ];
    for (const spoil of spoilt) {
      const file = JSON.parse(good);
      spoil(file);
      await assert.rejects(decodeRecording(file, decode), { code: "pack-damaged" }, String(spoil));
    }
    const many = JSON.parse(good);
    many.tracks = Array(17).fill(many.tracks[0]);
    await assert.rejects(decodeRecording(many, async () => assert.fail("nothing of it is decoded")), { code: "pack-damaged" });
    for (const file of [null, 1, {}, []]) await assert.rejects(decodeRecording(file, decode), { code: "pack-damaged" });
  });

  it("decodes no picture that is too large, nor too many that are large together", async () => {
    /** A WebP's header. @param {number} side */
    const picture = (side) => {
      const bytes = new Uint8Array(30);
      bytes.set(new TextEncoder().encode("RIFF    WEBPVP8X"));
      new DataView(bytes.buffer).setUint32(24, side - 1, true);
      new DataView(bytes.buffer).setUint16(27, side - 1, true);
      return bytes;
    };
    let count = 0;
    const decode = measured(async () => ++count);
    for (const bytes of [picture(40_000), new Uint8Array(30), new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>')]) {
      await assert.rejects(measured(async () => assert.fail("it is not decoded"))(bytes));
    }
    const tried = await Promise.allSettled(Array.from({ length: 20 }, () => decode(picture(2048))));
    assert.deepEqual([count, tried.filter(({ status }) => status === "rejected").length], [8, 12]);
  });

  it("writes bytes as text", () => {
    const bytes = Uint8Array.from({ length: 20_000 }, (_, at) => at);
    assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
  });
});

describe("the sheet", () => {
  it("puts methods side by side and seeds in a grid", () => {
    const tracks = (/** @type {string} */ modes) => [...modes].map((m) => ({ mode: m === "n" ? /** @type {const} */ ("nar") : /** @type {const} */ ("ar") }));
    assert.deepEqual(sheetLayout(tracks("n"), 128), { width: 128, height: 128, places: [{ x: 0, y: 0 }] });
    assert.deepEqual(sheetLayout(tracks("na"), 128).places[1], { x: 128, y: 0 });
    const eight = sheetLayout(tracks("nnnnaaaa"), 10);
    assert.deepEqual([eight.width, eight.height], [40, 20]);
    assert.deepEqual(eight.places[7], { x: 30, y: 10 });
    assert.deepEqual(sheetLayout(tracks("nnnnnnnnn"), 10).places[8], { x: 20, y: 20 });
  });
});
