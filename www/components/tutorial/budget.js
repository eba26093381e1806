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

const START = 24;

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
  #fine = slider("Regions that get four codes", { min: 0, max: 64, value: START, text: (n) => `${n} of ${this.#grid?.regionCount ?? 64}` }, () => this.#spend());

  /** @override */
  async build() {
    const { grid } = await pictureOf("house");
    this.#grid = grid;
    this.#fine.input.max = String(grid.regionCount);
    this.#fine.tell();
    this.#picture.grid(grid.regions, "Press a region to give it four codes, or one. Enter presses it.", (at, pressed) => {
      if (pressed) this.#toggle(at);
      this.paint();
    });
    this.#picture.element.addEventListener("focusout", () => this.#picture.paint());
    this.#picture.over(ribbon());
    this.#picture.caption = "Press regions to spend by hand";
    this.#map.caption = "The grain map: a dot for each code";
    const measure = choice("Densest by", MEASURES.map((name) => /** @type {const} */ ([name, MEASURE_WORDS[name].title])), "deviation", (value) => {
      this.#measure = value;
      this.#compute();
    });
    await this.#choose("house");
    const choices = el("div", { class: "choices" }, pictureChoice((name) => void this.#choose(name)), measure);
    const pair = el("div", { class: "pair" }, this.#picture.element, this.#map.element);
    this.replaceChildren(pair, this.#fine.element, this.#bar, this.#said, choices);
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

  #spend() {
    this.#grains = densest(this.#values, Number(this.#fine.input.value));
    this.#tell("");
  }

  /** @param {number} region */
  #toggle(region) {
    this.#grains[region] ^= 1;
    const fine = this.#grains.reduce((sum, grain) => sum + grain, 0);
    this.#fine.input.value = String(fine);
    this.#fine.tell();
    const best = densest(this.#values, fine);
    const same = this.#grains.reduce((sum, grain, at) => sum + (grain && best[at] ? 1 : 0), 0);
    this.#tell(fine ? ` By hand: ${same} of your ${fine} are among the ${fine} densest.` : "");
  }

  /** @param {string} more */
  #tell(more) {
    if (!this.#grid) return;
    const codes = this.#grid.tokens(this.#grains);
    const { regionCount, cellCount } = this.#grid;
    const fine = this.#grains.reduce((sum, grain) => sum + grain, 0);
    this.#said.textContent = `${regionCount - fine} × 1 + ${fine} × 4 = ${codes} codes; the fixed grid takes ${cellCount}.${more}`;
    this.#picture.label = `The picture with ${fine} of ${regionCount} regions in four`;
    this.#map.label = `Grain map: ${regionCount - fine} coarse regions, ${fine} fine ones`;
    this.paint();
  }
}

define("vg-tut-budget", BudgetFigure);
