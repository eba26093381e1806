/**
 * What became of the picture, two ways over each other with a line to drag between them, and four beside each other: the picture itself with its density, the codes where there is
 * something to see, as many on a fixed grid, and an ordinary codec in as many bytes.
 */
import { el } from "../../lib/dom.js";
import { onPaper } from "../../lib/grain-look.js";
import { drawMap } from "../../lib/view/layers.js";
import { drawDensity, loudest, verdict, verdictOfCodec } from "../../lib/view/maps.js";
import { Sides } from "./sides.js";
import { Way, inBytes } from "./way.js";

/** @typedef {import("../../lib/recorded-coding.js").Shown} Coded encoded here, or recorded */
/** @typedef {import("../../lib/ordinary-codec.js").Ordinary} Ordinary */

/** How many regions are of which granularity, the coarsest first. @param {Coded} coded */
export function countsOf({ grains, grid }) {
  return Array.from({ length: grid.granularities }, (_, grain) => grains.filter((one) => one === grain).length);
}

/** The bytes of a picture as codes: whole ones. @param {Coded} coded */
export const bytesOf = ({ bits }) => Math.ceil(bits / 8);

/** What comes of it, in words. @param {Coded} variable @param {Coded} even */
export function found(variable, even) {
  const gain = variable.psnr - even.psnr;
  const came = `${variable.codes} codes in ${bytesOf(variable)} bytes, ${variable.psnr.toFixed(1)} dB; a fixed grid ${even.psnr.toFixed(1)} dB`;
  return `${came}, ${gain >= 0 ? "gained" : "lost"} ${Math.abs(gain).toFixed(1)}`;
}

/** How many regions are of which granularity, in words, the finest first. @param {Coded} coded */
function regionsOf(coded) {
  const { grid } = coded;
  const { names } = grid;
  const [finest, ...others] = countsOf(coded).map((count, grain) => ({ count, name: names[grain] })).reverse();
  if (!others.length) return `${grid.regionCount} regions`;
  const more = others.filter(({ count }) => count).map(({ name, count }) => `${count} ${name}`);
  return [`${finest.count} of ${grid.regionCount} regions ${finest.name}`, ...more].join(", ");
}

/** What the codes took, in words. @param {Coded} coded */
function spentOf({ codes, codeBits, mapBits }) {
  const map = mapBits ? ` and ${Math.round(mapBits)} for the map` : ", none for a map";
  return `${codes} codes: ${Math.round(codeBits)} bits${map}`;
}

/** @param {Way} way @param {Coded} coded @param {number} top */
function showCoded(way, coded, top) {
  const { grid, grains, image, error, off, psnr } = coded;
  const map = regionsOf(coded);
  const known = new Uint8Array(grid.cellCount).fill(1);
  way.picture.show(image, "What the decoder makes of the codes");
  way.tell(psnr.toFixed(1), " dB PSNR", inBytes(bytesOf(coded)), spentOf(coded));
  way.map.show(null, `Grain map: ${map}`, (context, size, colours) => drawMap(context, size, { grid, grains, known }, onPaper(colours)));
  way.map.note = map;
  way.off(error, image.width, top, off);
}

export class Result {
  #original = new Way("original", "The picture", "map");
  #variable = new Way("variable", "Varigrain", "both");
  #even = new Way("even", "Fixed grid", "both");
  #codec = new Way("codec", "WebP", "both");
  #sides = new Sides();
  #verdict = el("span");
  #against = el("span", { class: "against" });
  #summary = el("dl", { class: "sums" });
  #ways = el("div", { class: "ways" }, ...[this.#original, this.#variable, this.#even, this.#codec].map(({ element }) => element));
  /** How bright an error is drawn, the same for all. */
  #top = 1;
  element = el(
    "div",
    { class: "result", hidden: true },
    el("div", { class: "overview" }, this.#summary, el("p", { class: "verdict" }, this.#verdict, " ", this.#against)),
    this.#sides.element,
    this.#ways,
    el("p", { class: "hint pointing" }, "Point at a picture to magnify the same place in all of them."),
    el(
      "p",
      { class: "hint" },
      "The fixed grid has as many codes or a few more, of the same tokenizer, which was trained for variable length: one trained for a fixed grid would do better at it. The codec’s bytes are those of a file with its header, but without a colour profile. Errors are drawn to one scale.",
    ),
  );

  constructor() {
    this.#loupe();
    this.#original.map.title = "Information density";
    this.#codec.map.title = "As stored";
    this.#codec.tell("…", "", "", "Looking for what fits");
    for (const way of [this.#variable, this.#even]) way.map.title = "Grain map";
  }

  /** Where a pointer is over one of the pictures, all of them are enlarged. */
  #loupe() {
    for (const { picture } of [this.#original, this.#variable, this.#even, this.#codec]) {
      picture.sheet.addEventListener("pointermove", ({ pointerType, offsetX, offsetY }) => {
        if (pointerType === "touch") return;
        const { clientWidth, clientHeight } = picture.sheet;
        this.#ways.style.setProperty("--x", `${(100 * offsetX) / clientWidth}%`);
        this.#ways.style.setProperty("--y", `${(100 * offsetY) / clientHeight}%`);
        this.#ways.toggleAttribute("data-closer", true);
      });
      picture.sheet.addEventListener("pointerleave", () => this.#ways.removeAttribute("data-closer"));
    }
  }

  /**
   * What the model makes of it.
   *
   * @param {ImageData} image what was encoded
   * @param {Coded} variable
   * @param {Coded} even
   * @param {string} measure in words
   */
  show(image, variable, even, measure) {
    this.element.hidden = false;
    const { density, codes, bits, grid } = variable;
    const top = (this.#top = loudest([variable.error, even.error]));
    const densest = density.indexOf(Math.max(...density));
    const place = `row ${Math.floor(densest / grid.regions) + 1}, column ${(densest % grid.regions) + 1}`;
    this.#original.picture.show(image, "The picture as it is encoded");
    this.#original.tell(`${image.width} × ${image.height}`, " pixels", inBytes(3 * image.width * image.height), "not compressed");
    this.#original.map.show(null, `Information density by ${measure}; the densest region is ${place}`, (context, size) => drawDensity(context, size, density, grid));
    this.#original.map.note = `By ${measure}, dark to light`;
    showCoded(this.#variable, variable, top);
    showCoded(this.#even, even, top);
    this.#codec.waiting = true;
    this.#sides.show([["The picture", image], ["Varigrain", variable.image], ["Fixed grid", even.image]]);
    this.#verdict.textContent = verdict(variable.psnr, even.psnr);
    const saved = Math.round(100 * (1 - codes / grid.cellCount));
    const counts = countsOf(variable);
    const regions = [...grid.names.entries()].map(([grain, name]) => `${counts[grain]} ${name}`.trim());
    const rows = [
      ["Codes", `${codes} of ${grid.cellCount}`],
      ["Saved", `${saved} %`],
      ["Regions", regions.join(", ")],
      ["Bits", `${Math.round(bits)}`],
      ["A pixel", `${(bits / image.width / image.height).toFixed(3)} bits`],
      ["Bytes", `${bytesOf(variable)}`],
    ];
    this.#summary.replaceChildren(...rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
  }

  /**
   * What the codec makes of it in as many bytes.
   *
   * @param {Ordinary} ordinary
   * @param {Coded} variable
   * @returns {string} in words
   */
  compare({ format, fit, least }, variable) {
    const budget = bytesOf(variable);
    const size = variable.image.width;
    this.#codec.title = format;
    this.#codec.waiting = false;
    this.#codec.element.toggleAttribute("data-none", !fit);
    const said = verdictOfCodec(variable.psnr, fit?.psnr ?? null, format, budget, least);
    this.#against.textContent = said;
    if (!fit) {
      this.#codec.picture.show(null, `No ${format} fits in ${inBytes(budget)}`, cross);
      this.#codec.tell("None", " fits", `${inBytes(least)} at least`, `more than the ${inBytes(budget)} there are`);
      return said;
    }
    const shrunk = fit.size < size ? `${fit.size} × ${fit.size} pixels, enlarged` : "All pixels";
    this.#sides.add(format, fit.image);
    this.#codec.picture.show(fit.image, `What ${format} makes of ${inBytes(fit.bytes)}`);
    this.#codec.tell(fit.psnr.toFixed(1), " dB PSNR", inBytes(fit.bytes), `${shrunk}; quality ${fit.quality} of 100`);
    this.#codec.map.show(fit.stored, `The pixels that the file has: ${fit.size} by ${fit.size}`);
    this.#codec.map.note = `${fit.size} × ${fit.size} pixels`;
    this.#codec.off(fit.errors, size, this.#top);
    return said;
  }
}

/** Nothing is there to be shown. @param {CanvasRenderingContext2D} context @param {number} size @param {import("../../lib/grain-look.js").Palette} colours */
function cross(context, size, { line }) {
  context.strokeStyle = line;
  context.lineWidth = Math.max(1, size / 200);
  context.beginPath();
  for (const [from, to] of [[0, size], [size, 0]]) {
    context.moveTo(from, 0);
    context.lineTo(to, size);
  }
  context.stroke();
}
