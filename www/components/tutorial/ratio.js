/** `<vg-tut-ratio>`: one picture at several budgets, as the encoder and decoder made it, and the measured curve. */
import { define } from "../../lib/define.js";
import { el } from "../../lib/dom.js";
import { onPaper } from "../../lib/grain-look.js";
import { drawGrains } from "../../lib/grain-pattern.js";
import { thousands } from "../../lib/thousands.js";
import { drawMap } from "../../lib/view/layers.js";
import { duration } from "../../lib/view/step.js";
import { Board } from "./board.js";
import { lineChart, numbers } from "../chart.js";
import { Figure, choice, readout, recordingOf, results, ribbon, slider } from "./figure.js";
import { liveButton } from "./live.js";

/** @typedef {import("../../lib/view/step.js").Step} Step */

/** Which of the budgets is shown first. */
const START = 3;

/** @param {Step} step */
const codesOf = ({ grid, grains }) => grid.tokens(grains);
/** How many regions have each granularity finer than the coarsest, coarse to fine. @param {Step} step */
const countsOf = ({ grid, grains }) => Array.from({ length: grid.finest }, (_, at) => grains.filter((grain) => grain === at + 1).length);
/** The same in words, the coarsest first. @param {Step} step */
function regionsOf(step) {
  const counts = countsOf(step);
  const all = [step.grid.regionCount - counts.reduce((a, b) => a + b, 0), ...counts];
  return all.map((count, grain) => `${count} ${step.grid.names[grain]}`).join(", ");
}

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
    // The second has a code of the middle size everywhere, for the first chapter.
    this.#steps = tracks[0].steps.filter((_, at) => at !== 1);
    const own = this.#steps.slice(1).map((step) => ({ x: codesOf(step), y: step.psnr ?? 0 }));
    const measured = ratio.map(({ codes, psnr }) => ({ x: codes, y: psnr }));
    const highest = Math.max(...own.map(({ y }) => y), ...measured.map(({ y }) => y));
    const lowest = Math.min(...own.map(({ y }) => y), ...measured.map(({ y }) => y));
    this.#chart = lineChart({
      label: `Quality over codes: ${ratio.map(({ codes, psnr }) => `${codes} codes, ${psnr} dB`).join("; ")}`,
      series: [{ name: `${thousands(ratio[0].images)} unseen portraits`, points: measured, below: true }, { name: "this one", points: own, kind: "other" }],
      ...{ x: "codes a picture", y: "PSNR, dB", xRange: [0, 1040], yRange: [Math.floor(lowest - 1), Math.ceil(highest + 1)] },
      marker: () => codesOf(this.#steps[this.#at]),
    });
    const budget = slider("Budget", { min: 1, max: this.#steps.length - 1, value: START, text: (at) => `${codesOf(this.#steps[at])} codes` }, (at) => this.#show(at));
    const frames = choice("Over the picture", [["no", "Nothing"], ["yes", "The grain map"]], "no", (value) => {
      this.#frames = value === "yes";
      this.paint();
    });
    this.#picture.over(this.#ribbon);
    this.#map.caption = "Where the codes went";
    const live = liveButton("Encode it live", "portraits-256", async (varigrain, signal) => {
      const at = this.#at;
      const coded = await varigrain.encode(this.#steps[0].image, { counts: countsOf(this.#steps[at]), signal });
      this.#steps[at] = { ...this.#steps[at], grains: coded.grains, cells: coded.cells, image: coded.image, psnr: coded.psnr };
      budget.input.value = String(at);
      budget.tell();
      this.#live.add(at);
      this.#show(at);
      return `Encoded and decoded in ${duration(coded.ms)}: ${coded.codes} codes, ${coded.psnr.toFixed(1)} dB.`;
    });
    const rows = ratio.map(({ counts, codes, psnr }) => [String(counts[0]), String(counts[1]), String(codes), psnr.toFixed(2)]);
    const pair = el("div", { class: "pair" }, this.#picture.element, this.#map.element);
    const table = numbers(["middle regions", "fine regions", "codes", "PSNR (dB)"], rows);
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
    const { cellCount } = step.grid;
    const codes = codesOf(step);
    this.#ribbon.textContent = this.#live.has(at) ? "Live" : "Recorded";
    this.#picture.image = step.image;
    this.#picture.label = `The portrait made from ${codes} codes`;
    this.#picture.caption = "Encoded, then made again from the codes alone";
    this.#map.label = `Grain map: regions ${regionsOf(step)}`;
    const share = Math.round((100 * codes) / cellCount);
    this.#said.textContent = `Regions: ${regionsOf(step)}; ${codes} codes, ${share} % of the grid. This picture comes back with ${(step.psnr ?? 0).toFixed(1)} dB.`;
    this.paint();
  }
}

define("vg-tut-ratio", RatioFigure);
