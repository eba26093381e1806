/**
 * The pictures of a player: one, or several in a grid, or two groups of them where both methods draw. Over
 * them lies, while there is nothing to see yet or something went wrong, a cover with a button.
 */
import { el } from "../../lib/dom.js";
import { NOTHING } from "../../lib/description.js";
import { Grid } from "../../lib/grid.js";
import { METHOD_NAMES, PAPER_NAMES } from "../../lib/modes.js";
import { Plate } from "./plate.js";

/** @typedef {import("../../lib/view/step.js").Track} Track */
/** @typedef {import("../../lib/view/layers.js").Layer} Layer */

export class Stage {
  #host;
  #choose;
  #groups = el("div", { class: "groups" });
  #ribbon = el("p", { class: "ribbon", part: "ribbon", hidden: true });
  #coming = el("p", { class: "coming-words", part: "coming", "aria-hidden": "true", hidden: true }, el("span", {}, "A new picture is on its way"), el("i"), el("i"), el("i"));
  #words = el("p", { hidden: true });
  #button = el("button", { type: "button", class: "primary", part: "start" });
  #cover = el("div", { class: "cover", part: "cover", hidden: true }, this.#button, this.#words);
  /** @type {() => void} */
  #act = () => {};
  /** @type {Plate[]} one for each track */
  plates = [];
  /** @type {Layer} */
  #layer = "picture";
  #pixels = false;
  #title = "";
  /** Whether a poster is on show. */
  #hung = false;
  #selected = 0;
  /** Of pictures that are still to come. */
  #grid = new Grid(NOTHING.grid);

  /**
   * @param {Element} host whose colours are drawn with
   * @param {(index: number) => void} choose told of the plate that someone pressed
   */
  constructor(host, choose) {
    this.#host = host;
    this.#choose = choose;
    this.element = el("div", { class: "stage", part: "stage" }, this.#groups, el("slot", { name: "over" }), this.#ribbon, this.#coming, this.#cover);
    this.#button.addEventListener("click", () => this.#act());
    this.layout([]);
  }

  /**
   * Makes room for pictures; the methods stand side by side, the seeds of each in a grid.
   *
   * @param {readonly Pick<Track, "mode" | "seed">[]} tracks by method, then by seed
   * @param {string} [title]
   */
  layout(tracks, title = "") {
    for (const plate of this.plates) plate.close();
    this.#title = title;
    this.coming = false;
    const modes = [...new Set(tracks.map(({ mode }) => mode))];
    this.plates = [];
    const groups = (modes.length ? modes : [null]).map((mode) => {
      const own = mode ? tracks.filter((track) => track.mode === mode) : [null];
      const grid = el("div", { class: "grid", part: "grid" });
      grid.style.setProperty("--columns", String(Math.ceil(Math.sqrt(own.length))));
      for (const track of own) grid.append(this.#plate(track, own.length > 1));
      const name = mode ? METHOD_NAMES[mode] : "";
      if (!mode || modes.length < 2) return el("div", {}, grid);
      const heading = el("p", { class: "method", part: "method" }, name, el("small", {}, PAPER_NAMES[mode]));
      return el("div", { role: "group", "aria-label": `${name} (${PAPER_NAMES[mode]})` }, heading, grid);
    });
    this.#groups.classList.toggle("pair", modes.length > 1);
    this.#groups.replaceChildren(...groups);
    this.select(0);
  }

  /** @param {Pick<Track, "seed"> | null} track @param {boolean} choosable */
  #plate(track, choosable) {
    const plate = new Plate(this.#host, this.#grid, choosable);
    const index = this.plates.push(plate) - 1;
    plate.layer = this.#layer;
    plate.pixels = this.#pixels;
    if (choosable) {
      plate.element.title = `Seed ${track?.seed}`;
      plate.element.addEventListener("click", () => this.#choose(index));
    }
    plate.clear(this.#title);
    return plate.element;
  }

  get selected() {
    return this.#selected;
  }

  /** @param {number} index the plate whose figures are told */
  select(index) {
    this.#selected = index;
    for (const [at, { element }] of this.plates.entries()) {
      if (element.hasAttribute("aria-pressed")) element.setAttribute("aria-pressed", String(at === index));
    }
  }

  /** What a plate that can be chosen is called under the pointer. @param {number} index @param {string} name */
  name(index, name) {
    const { element } = this.plates[index];
    if (element.hasAttribute("aria-pressed")) element.title = name;
  }

  /** @param {Grid} grid of the pictures of the next layout */
  set grid(grid) {
    this.#grid = grid;
  }

  /** @param {Layer} layer */
  set layer(layer) {
    this.#layer = layer;
    for (const plate of this.plates) plate.layer = layer;
  }

  /** @param {boolean} on */
  set pixels(on) {
    this.#pixels = on;
    for (const plate of this.plates) plate.pixels = on;
  }

  /** @param {number | null} share of a download */
  set progress(share) {
    for (const plate of this.plates) plate.progress = share;
  }

  /** @param {string} text a word on the pictures, as that they are recorded; empty for none */
  set ribbon(text) {
    this.#hung = false;
    this.#ribbon.textContent = text;
    this.#ribbon.hidden = !text;
  }

  /**
   * @param {string} label what the button says
   * @param {string} words
   * @param {() => void} act
   */
  cover(label, words, act) {
    this.#button.textContent = label;
    this.#words.textContent = words;
    this.#words.hidden = !words;
    this.#act = act;
    this.#cover.hidden = false;
  }

  /** Where nothing was drawn yet, a picture of what will be, with the button below it. @param {ImageBitmap} picture @param {string} title */
  poster(picture, title) {
    const [plate] = this.plates;
    if (this.plates.length !== 1 || plate.step) return;
    plate.poster(picture, title);
    this.#cover.classList.add("low");
    this.ribbon = "Recorded";
    this.#hung = true;
  }

  /** Whether another picture was asked for and nothing of it is there: what is on show is the last one, and looks so. @param {boolean} on */
  set coming(on) {
    this.#coming.hidden = !on;
    this.element.classList.toggle("coming", on && this.plates.some(({ step }) => step));
  }

  uncover() {
    this.#cover.hidden = true;
    this.#cover.classList.remove("low");
    if (this.#hung) this.ribbon = "";
  }

  paint() {
    for (const plate of this.plates) plate.paint();
  }

  close() {
    for (const plate of this.plates) plate.close();
  }
}
