/**
 * What became of the picture: its density, and two ways to spend the same number of codes side by side,
 * each with its grain map, what the codes make of the picture, and how far that is off.
 */
import { el } from "../../lib/dom.js";
import { onPaper } from "../../lib/grain-look.js";
import { drawMap } from "../../lib/view/layers.js";
import { drawDensity, errorPixels, loudest, verdict } from "../../lib/view/maps.js";
import { Exhibit } from "../panel/exhibit.js";

/** @typedef {import("../../varigrain.js").Coded} Coded */

/** How many regions are of which granularity, the coarsest first. @param {Coded} coded */
export function countsOf({ grains, grid }) {
  return Array.from({ length: grid.granularities }, (_, grain) => grains.filter((one) => one === grain).length);
}

/** The same in words, the finest first. @param {Coded} coded */
function regionsOf(coded) {
  const { grid } = coded;
  const { names } = grid;
  const [finest, ...others] = countsOf(coded).map((count, grain) => ({ count, name: names[grain] })).reverse();
  if (!others.length) return `${grid.regionCount} regions`;
  return [`${finest.count} of ${grid.regionCount} regions ${finest.name}`, ...others.map(({ name, count }) => `${count} ${name}`)].join(", ");
}

/** One way to spend the codes. */
class Way {
  #map = new Exhibit("Grain map");
  #picture = new Exhibit("From the codes");
  #error = new Exhibit("Error");
  #figure = el("p", { class: "psnr" });
  #bits = el("p", { class: "small" });
  element;

  /** @param {string} title @param {string} about */
  constructor(title, about) {
    this.element = el(
      "section",
      { class: "way" },
      el("h3", {}, title),
      el("p", { class: "hint" }, about),
      el("div", { class: "exhibits" }, this.#map.element, this.#picture.element, this.#error.element),
      this.#figure,
      this.#bits,
    );
  }

  /** @param {Coded} coded @param {number} top the brightest error of both */
  show(coded, top) {
    const { grid, grains, image, error, psnr, codes, codeBits, mapBits, bits } = coded;
    const map = regionsOf(coded);
    const known = new Uint8Array(grid.cellCount).fill(1);
    this.#map.show(null, `Grain map: ${map}`, (context, size, colours) => drawMap(context, size, { grid, grains, known }, onPaper(colours)));
    this.#map.note = map;
    this.#picture.show(image, "What the decoder makes of the codes");
    const off = error.reduce((sum, value) => sum + value, 0) / error.length;
    this.#error.show(new ImageData(errorPixels(error, top), image.width, image.height), `Error map: ${off.toFixed(1)} of 255 off on average`);
    this.#error.note = `${off.toFixed(1)} of 255 on average`;
    this.#figure.replaceChildren(el("strong", {}, `${psnr.toFixed(1)} dB`), " PSNR");
    this.#bits.textContent = `${codes} codes: ${Math.round(codeBits)} bits${mapBits ? ` and ${Math.round(mapBits)} for the map, ${Math.round(bits)} in all` : ", and none for the map"}`;
  }
}

export class Result {
  #density = new Exhibit("Information density");
  #variable = new Way("Where there is something to see", "Dense regions get more codes, plain ones get one.");
  #even = new Way("Evenly spread", "The same number of codes, whatever the picture shows.");
  #verdict = el("p", { class: "verdict" });
  #summary = el("dl", { class: "sums" });
  element = el(
    "div",
    { class: "result", hidden: true },
    el("div", { class: "overview" }, this.#density.element, el("div", {}, this.#verdict, this.#summary)),
    el("div", { class: "ways" }, this.#variable.element, this.#even.element),
    el(
      "p",
      { class: "hint" },
      "Both with the same tokenizer, which was trained for variable length: one trained for a fixed grid would do better at an even spread. Errors are drawn to one scale.",
    ),
  );

  /**
   * @param {Coded} variable
   * @param {Coded} even
   * @param {string} measure in words
   */
  show(variable, even, measure) {
    this.element.hidden = false;
    const { density, codes, bits, grid, image } = variable;
    const top = loudest([variable.error, even.error]);
    const densest = density.indexOf(Math.max(...density));
    const place = `row ${Math.floor(densest / grid.regions) + 1}, column ${(densest % grid.regions) + 1}`;
    this.#density.show(null, `Information density by ${measure}; the densest region is ${place}`, (context, size) => drawDensity(context, size, density, grid));
    this.#density.note = `By ${measure}, dark to light`;
    this.#variable.show(variable, top);
    this.#even.show(even, top);
    this.#verdict.textContent = verdict(variable.psnr, even.psnr);
    const saved = Math.round(100 * (1 - codes / grid.cellCount));
    const rows = [
      ["Codes", `${codes} of ${grid.cellCount}`],
      ["Saved", `${saved} %`],
      ["Bits", `${Math.round(bits)}`],
      ["A pixel", `${(bits / image.width / image.height).toFixed(3)} bits`],
    ];
    this.#summary.replaceChildren(...rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
  }
}
