/** `<vg-tut-budget>`: spends codes on the densest regions, or where one presses. */
import { define } from "../../lib/define.js";
import { el } from "../../lib/dom.js";
import { coloursOf, onPaper } from "../../lib/grain-look.js";
import { drawGrains } from "../../lib/grain-pattern.js";
import { MEASURES, MEASURE_WORDS, densest, densities } from "../../lib/tutorial/density.js";
import { drawMap } from "../../lib/view/layers.js";
import { drawBudget } from "../../lib/view/track.js";
import { Board, frame } from "./board.js";
import { Figure, choice, pictureChoice, pictureOf, readout, ribbon, slider } from "./figure.js";

/** @typedef {import("../../lib/tutorial/density.js").Measure} Measure */

/** Regions of the middle and of the finest granularity, of 64. */
const START = [12, 4];

export class BudgetFigure extends Figure {
  /** @type {Measure} */
  #measure = "deviation";
  /** @type {ImageData | null} */
  #image = null;
  /** @type {number[]} */
  #values = [];
  /** Of the pictures, all of which are of one model. @type {import("../../lib/grid.js").Grid | null} */
  #grid = null;
  /** @type {Uint8Array} */
  #grains = new Uint8Array();
  #picture = new Board("", (context, size, colours) => {
    if (!this.#grid) return;
    drawGrains(context, size, { grid: this.#grid, grains: this.#grains }, colours);
    if (this.#picture.element.matches(":focus-within")) frame(context, size, this.#grid.regions, this.#picture.at, colours.ink);
  });
  #map = new Board("", (context, size, colours) => {
    const grid = this.#grid;
    if (grid) drawMap(context, size, { grid, grains: this.#grains, known: new Uint8Array(grid.cellCount).fill(1) }, onPaper(colours));
  });
  #bar = el("canvas", { class: "spent", width: 1024, height: 32, "aria-hidden": "true" });
  #said = readout();
  /** A slider for each granularity finer than the coarsest, coarse to fine. */
  #sliders = START.map((value, at) => slider(`Regions that get ${["four", "sixteen"][at]} codes`, { min: 0, max: 64, value, text: (n) => `${n} of ${this.#grid?.regionCount ?? 64}` }, () => this.#slide(at)));

  /** @override */
  async build() {
    const { grid } = await pictureOf("portrait");
    this.#grid = grid;
    for (const { input, tell } of this.#sliders) {
      input.max = String(grid.regionCount);
      tell();
    }
    this.#picture.grid(grid.regions, "Press a region to give it four codes, then sixteen, then one again. Enter presses it.", (at, pressed) => {
      if (pressed) this.#toggle(at);
      this.paint();
    });
    this.#picture.element.addEventListener("focusout", () => this.#picture.paint());
    this.#picture.over(ribbon());
    this.#picture.caption = "Press regions to spend by hand";
    this.#map.caption = "The grain map: a mark for each code";
    const measure = choice("Densest by", MEASURES.map((name) => /** @type {const} */ ([name, MEASURE_WORDS[name].title])), "deviation", (value) => {
      this.#measure = value;
      this.#compute();
    });
    await this.#choose("portrait");
    const choices = el("div", { class: "choices" }, pictureChoice((name) => void this.#choose(name)), measure);
    const pair = el("div", { class: "pair" }, this.#picture.element, this.#map.element);
    this.replaceChildren(pair, ...this.#sliders.map(({ element }) => element), this.#bar, this.#said, choices);
    this.paint();
  }

  /** @override */
  paint() {
    for (const board of [this.#picture, this.#map]) board.paint();
    const context = this.#bar.getContext("2d");
    const grid = this.#grid;
    if (!grid || !context || !this.isConnected) return;
    const tokens = grid.tokens(this.#grains);
    drawBudget(context, 1024, 32, { grid, codes: tokens, tokens }, coloursOf(this));
  }

  /** @param {import("./figure.js").PictureName} name */
  async #choose(name) {
    const { image } = await pictureOf(name);
    this.#image = this.#picture.image = image;
    this.#map.image = null;
    this.#compute();
  }

  #compute() {
    if (!this.#image) return;
    this.#values = densities(this.#image, this.#measure, this.#grid?.regions ?? 1);
    this.#spend();
  }

  /** How many regions have each granularity finer than the coarsest, coarse to fine. */
  get #counts() {
    return this.#sliders.map(({ input }) => Number(input.value));
  }

  /** Together there are no more than there are: the other slider gives way. @param {number} at */
  #slide(at) {
    const all = this.#grid?.regionCount ?? 0;
    const left = all - this.#counts[at];
    for (const [other, { input, tell }] of this.#sliders.entries()) {
      if (other === at || Number(input.value) <= left) continue;
      input.value = String(left);
      tell();
    }
    this.#spend();
  }

  #spend() {
    this.#grains = densest(this.#values, this.#counts);
    this.#tell("");
  }

  /** @param {number} region */
  #toggle(region) {
    this.#grains[region] = (this.#grains[region] + 1) % (this.#sliders.length + 1);
    for (const [at, { input, tell }] of this.#sliders.entries()) {
      input.value = String(this.#grains.filter((grain) => grain === at + 1).length);
      tell();
    }
    const finer = this.#grains.filter(Boolean).length;
    const best = densest(this.#values, this.#counts);
    const same = this.#grains.filter((grain, at) => grain && grain === best[at]).length;
    this.#tell(finer ? ` By hand: ${same} of your ${finer} are as the measure would have them.` : "");
  }

  /** @param {string} more */
  #tell(more) {
    if (!this.#grid) return;
    const codes = this.#grid.tokens(this.#grains);
    const { regionCount, cellCount } = this.#grid;
    const [middle, fine] = this.#counts;
    const coarse = regionCount - middle - fine;
    this.#said.textContent = `${coarse} × 1 + ${middle} × 4 + ${fine} × 16 = ${codes} codes; the fixed grid takes ${cellCount}.${more}`;
    this.#picture.label = `The picture with ${middle} of ${regionCount} regions in four and ${fine} in sixteen`;
    this.#map.label = `Grain map: ${coarse} coarse regions, ${middle} middle and ${fine} fine ones`;
    this.paint();
  }
}

define("vg-tut-budget", BudgetFigure);
