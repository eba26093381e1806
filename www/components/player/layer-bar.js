/**
 * Which layer is shown: radio buttons that look like chips, so that the arrow keys walk along them.
 * And the legend, which says what the marks of the chosen layer mean.
 */
import { el, freshId } from "../../lib/dom.js";
import { NOTHING } from "../../lib/description.js";
import { onPaper } from "../../lib/grain-look.js";
import { Grid } from "../../lib/grid.js";
import { LAYERS, LAYER_NAMES, drawMap, heat } from "../../lib/view/layers.js";
import { grainSign } from "../grain-sign.js";
import { drawRestingMap } from "../resting.js";
import { coloursIn } from "./colours.js";
import { Painted } from "./painted.js";

/** @typedef {import("../../lib/view/layers.js").Layer} Layer */

export class LayerBar {
  #group = freshId("layer");
  /** @type {Map<Layer, HTMLInputElement>} */
  #inputs = new Map();

  /** @param {(layer: Layer) => void} choose */
  constructor(choose) {
    const chips = LAYER_NAMES.map((name) => {
      const input = el("input", { type: "radio", name: this.#group, value: name });
      input.addEventListener("change", () => choose(name));
      this.#inputs.set(name, input);
      return el("label", { class: "chip", part: "layer", title: LAYERS[name].about }, input, LAYERS[name].title);
    });
    this.element = el("div", { class: "layers", part: "layers", role: "radiogroup", "aria-label": "Layer" }, ...chips);
    this.offered = LAYER_NAMES.filter((name) => name !== "confidence");
  }

  /** @param {readonly Layer[]} names */
  set offered(names) {
    for (const [name, input] of this.#inputs) {
      /** @type {HTMLElement} */ (input.parentElement).hidden = !names.includes(name);
    }
  }

  /** @param {Layer} name */
  set value(name) {
    const input = this.#inputs.get(name);
    if (input) input.checked = true;
  }
}

/** The colours of order and confidence. */
const RAMP = `linear-gradient(to right, ${[0, 0.35, 0.65, 1].map((share) => `${heat(share)} ${100 * share}%`).join(", ")})`;

/** @type {Partial<Record<Layer, [string, string]>>} what the ends of the colours mean */
const ENDS = { order: ["first", "last"], confidence: ["unsure", "sure"] };

export class Legend {
  #host;
  /** Where there is room: the map beside the picture, so that one sees what it is a map of. */
  #map = el("canvas", { class: "map", part: "map", width: 320, height: 320, "aria-hidden": "true" });
  /** @type {(context: CanvasRenderingContext2D, size: number) => void} what is on it */
  #draw = () => {};
  #painted = new Painted(this.#map, (context, size) => this.#draw(context, size), true);
  #signs = el("p", { class: "signs" });
  /** @type {Grid | null} that the signs are of */
  #grid = null;
  #about = el("p", { class: "about" });
  #from = el("span");
  #to = el("span");
  #bar = el("i");
  #ramp = el("div", { class: "ramp", "aria-hidden": "true", hidden: true }, this.#from, this.#bar, this.#to);

  /** @param {Element} host whose colours are drawn with */
  constructor(host) {
    this.#host = host;
    this.element = el("div", { class: "legend", part: "legend" }, this.#map, this.#signs, this.#ramp, this.#about);
    this.#bar.style.setProperty("--ramp", RAMP);
    this.layer = "picture";
    this.#explain(new Grid(NOTHING.grid));
  }

  /** A sign for each granularity. @param {Grid} grid */
  #explain(grid) {
    if (grid.equals(this.#grid)) return;
    this.#grid = grid;
    const signs = grid.names.map((name, grain) => {
      const codes = grid.codesOf(grain);
      return el("span", {}, grainSign(grain, grid, "--_"), `${name} = ${codes} ${codes === 1 ? "code" : "codes"}`);
    });
    this.#signs.replaceChildren(...signs);
    this.#signs.hidden = signs.length < 2;
  }

  /**
   * The map of what is looked at.
   *
   * @param {import("../../lib/view/step.js").Step | undefined} step
   * @param {Grid} grid of what is still to come
   */
  show(step, grid) {
    this.#explain(step?.grid ?? grid);
    this.#draw = (context, size) => {
      const colours = onPaper(coloursIn(this.#host));
      if (step) drawMap(context, size, step, colours);
      else drawRestingMap(context, size, grid, colours);
    };
    this.#painted.paint();
  }

  /** @param {Layer} layer */
  set layer(layer) {
    this.#about.textContent = LAYERS[layer].about;
    const ends = ENDS[layer];
    this.#ramp.hidden = !ends;
    if (ends) [this.#from.textContent, this.#to.textContent] = ends;
  }
}
