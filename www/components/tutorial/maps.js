/** `<vg-tut-maps>`: one portrait, drawn with the same seed on three grain maps. */
import { define } from "../../lib/define.js";
import { onPaper } from "../../lib/grain-look.js";
import { el } from "../../lib/dom.js";
import { drawMap } from "../../lib/view/layers.js";
import { Board } from "./board.js";
import { Figure, choice, readout, recordingOf, ribbon } from "./figure.js";

/** @typedef {import("../../lib/view/step.js").Step} Step */

/** In the order of the recording (scripts/record-tutorial.mjs). */
const MAPS = /** @type {const} */ ([["model", "The model’s"], ["other", "Of another drawing"], ["dealt", "Dealt at random"]]);
/** @typedef {(typeof MAPS)[number][0]} Source */

/** How many regions have each size, in words. @param {Step} step */
function counts({ grid, grains }) {
  return grid.names.map((name, grain) => `${grains.reduce((sum, one) => sum + Number(one === grain), 0)} ${name}`).join(", ");
}

export class MapsFigure extends Figure {
  /** @type {Record<Source, Step> | null} */
  #steps = null;
  /** @type {Source} */
  #source = "model";
  #title = "";
  #picture = new Board("", () => {});
  #map = new Board("", (context, size, colours) => {
    if (!this.#steps) return;
    const { grid, grains } = this.#steps[this.#source];
    drawMap(context, size, { grid, grains, known: new Uint8Array(grid.cellCount).fill(1) }, onPaper(colours));
  });
  #said = readout();

  /** @override */
  async build() {
    const { tracks, title } = await recordingOf("tutorial-maps");
    this.#title = title;
    this.#steps = /** @type {Record<Source, Step>} */ (Object.fromEntries(MAPS.map(([source], at) => [source, tracks[at].steps.at(-1)])));
    const source = choice("Grain map", MAPS, this.#source, (value) => {
      this.#source = value;
      this.#tell();
    });
    this.#picture.over(ribbon());
    this.#picture.caption = "What the network draws on it";
    this.#map.caption = "The grain map: a mark for each code";
    this.replaceChildren(source, el("div", { class: "pair" }, this.#map.element, this.#picture.element), this.#said);
    this.#tell();
  }

  /** @override */
  paint() {
    this.#map.paint();
  }

  #tell() {
    if (!this.#steps) return;
    const step = this.#steps[this.#source];
    const name = MAPS.find(([source]) => source === this.#source)?.[1] ?? "";
    this.#picture.image = step.image;
    this.#picture.label = `${this.#title}, drawn on this map`;
    this.#map.label = `Grain map: ${counts(step)} regions`;
    this.#said.textContent = `${name}: ${counts(step)} regions, ${step.tokens} codes.`;
    this.paint();
  }
}

define("vg-tut-maps", MapsFigure);
