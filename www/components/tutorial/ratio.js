/** `<vg-tut-ratio>`: one picture at eleven budgets, as the encoder and decoder made it, and the measured curve. */
import { define } from "../../lib/define.js";
import { el } from "../../lib/dom.js";
import { onPaper } from "../../lib/grain-look.js";
import { drawGrains } from "../../lib/grain-pattern.js";
import { psnr } from "../../lib/tutorial/density.js";
import { drawMap } from "../../lib/view/layers.js";
import { duration } from "../../lib/view/step.js";
import { Board } from "./board.js";
import { lineChart, numbers } from "../chart.js";
import { Figure, choice, readout, recordingOf, results, ribbon, slider } from "./figure.js";
import { liveButton } from "./live.js";

/** @typedef {import("../../lib/view/step.js").Step} Step */

const START = 6;

/** @param {Step} step */
const codesOf = ({ grid, grains }) => grid.tokens(grains);

export class RatioFigure extends Figure {
  /** The picture itself, then a step for each budget. @type {Step[]} */
  #steps = [];
  #at = START;
  #frames = false;
  /** Which of the budgets were encoded in this visit. @type {Set<number>} */
  #live = new Set();
  #picture = new Board("", (context, size, colours) => {
    if (this.#frames) drawGrains(context, size, this.#steps[this.#at], colours);
  });
  #map = new Board("", (context, size, colours) => {
    const step = this.#steps[this.#at];
    if (step) drawMap(context, size, { ...step, known: new Uint8Array(step.grid.cellCount).fill(1) }, onPaper(colours));
  });
  #said = readout();
  #ribbon = ribbon();
  /** @type {ReturnType<typeof lineChart> | null} */
  #chart = null;

  /** @override */
  async build() {
    const [{ tracks }, { ratio }] = await Promise.all([recordingOf("tutorial-coded"), results()]);
    this.#steps = [...tracks[0].steps];
    const own = this.#steps.slice(1).map((step) => ({ x: codesOf(step), y: psnr(step.image, this.#steps[0].image) }));
    const measured = ratio.map(({ codes, psnr }) => ({ x: codes, y: psnr }));
    const highest = Math.max(...own.map(({ y }) => y), ...measured.map(({ y }) => y));
    const lowest = Math.min(...own.map(({ y }) => y), ...measured.map(({ y }) => y));
    this.#chart = lineChart({
      label: `Quality over codes: ${ratio.map(({ r, codes, psnr }) => `r = ${r}: ${codes} codes, ${psnr} dB`).join("; ")}`,
      series: [{ name: "243 unseen pictures", points: measured }, { name: "this house", points: own, kind: "other", below: true }],
      ...{ x: "codes a picture", y: "PSNR, dB", xRange: [60, 260], yRange: [Math.floor(lowest - 1), Math.ceil(highest + 1)] },
      marker: () => codesOf(this.#steps[this.#at]),
    });
    const budget = slider("Budget", { min: 1, max: this.#steps.length - 1, value: START, text: (at) => `${codesOf(this.#steps[at])} codes` }, (at) => this.#show(at));
    const frames = choice("Over the picture", [["no", "Nothing"], ["yes", "The grain map"]], "no", (value) => {
      this.#frames = value === "yes";
      this.paint();
    });
    this.#picture.over(this.#ribbon);
    this.#map.caption = "Where the codes went";
    const live = liveButton("Encode it live", "emoji-128", async (varigrain, signal) => {
      const at = this.#at;
      const fine = this.#steps[at].grains.reduce((sum, grain) => sum + grain, 0);
      const coded = await varigrain.encode(this.#steps[0].image, { counts: [fine], signal });
      this.#steps[at] = { ...this.#steps[at], grains: coded.grains, cells: coded.cells, image: coded.image };
      budget.input.value = String(at);
      budget.tell();
      this.#live.add(at);
      this.#show(at);
      return `Encoded and decoded in ${duration(coded.ms)}: ${coded.codes} codes, ${coded.psnr.toFixed(1)} dB.`;
    });
    const rows = ratio.map(({ r, codes, bits, psnr }) => [String(r), String(codes), String(bits), psnr.toFixed(2)]);
    const pair = el("div", { class: "pair" }, this.#picture.element, this.#map.element);
    const table = numbers(["r", "codes", "bits", "PSNR (dB)"], rows);
    this.replaceChildren(pair, budget.element, this.#said, frames, live, this.#chart.element, table);
    this.#show(START);
  }

  /** @override */
  paint() {
    for (const board of [this.#picture, this.#map]) board.paint();
    this.#chart?.paint();
  }

  /** @param {number} at */
  #show(at) {
    this.#at = at;
    const step = this.#steps[at];
    const { regionCount, cellCount } = step.grid;
    const [codes, fine] = [codesOf(step), step.grains.reduce((sum, grain) => sum + grain, 0)];
    this.#ribbon.textContent = this.#live.has(at) ? "Live" : "Recorded";
    this.#picture.image = step.image;
    this.#picture.label = `The house made from ${codes} codes`;
    this.#picture.caption = "Encoded, then made again from the codes alone";
    this.#map.label = `Grain map with ${fine} fine regions of ${regionCount}`;
    const share = Math.round((100 * codes) / cellCount);
    this.#said.textContent = `${fine} of ${regionCount} regions fine: ${codes} codes, ${share} % of the grid. This picture comes back with ${psnr(step.image, this.#steps[0].image).toFixed(1)} dB.`;
    this.paint();
  }
}

define("vg-tut-ratio", RatioFigure);
