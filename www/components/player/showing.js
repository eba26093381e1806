/**
 * What a player shows: tracks, how far they are looked at, and all that tells of them, from the pictures to what is said
 * last.
 */
import { captionOf, captionOfAll } from "../../lib/drawn.js";
import { NOTHING } from "../../lib/description.js";
import { el } from "../../lib/dom.js";
import { Grid } from "../../lib/grid.js";
import { controlsOf } from "../../lib/player-options.js";
import { isLayer, layersFor } from "../../lib/view/layers.js";
import { Timeline, indexAt } from "../../lib/view/timeline.js";
import { About } from "./about.js";
import { coloursIn, forgetColours } from "./colours.js";
import { LayerBar, Legend } from "./layer-bar.js";
import { Readout } from "./readout.js";
import { Sizer } from "./sizer.js";
import { Stage } from "./stage.js";
import { TimelineBar } from "./timeline-bar.js";

/** @typedef {import("./player.js").VarigrainPlayer} VarigrainPlayer */
/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../../lib/request.js").Wish} Wish */
/** @typedef {import("../../lib/view/step.js").Step} Step */
/** @typedef {import("../../lib/view/step.js").Track} Track */
/** @typedef {import("../../lib/view/layers.js").Layer} Layer */

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export class Showing {
  #player;
  #desk;
  /** Where one is in what was generated. */
  timeline = new Timeline();
  stage;
  #bar;
  #layers;
  #legend;
  #readout;
  #about;
  #status = el("p", { class: "status", part: "status" });
  #spoken = el("p", { class: "visually-hidden", role: "status" });
  #side;
  #sizer;
  element = el("div", { class: "player", part: "player", role: "group", dir: "ltr", lang: "en" });
  /** Everything that was generated, by method and seed. @type {Track[]} */
  tracks = [];
  #title = "";
  /** What the tracks were asked for with. @type {Wish} */
  request = {};
  /** Whether that is known. */
  #known = false;
  /** @type {Layer} */
  #layer = "picture";
  #scheme = matchMedia("(prefers-color-scheme: dark)");
  #repaint = () => {
    forgetColours(this.#player);
    this.stage.paint();
    this.#bar.paint();
    this.figures();
  };

  /**
   * @param {VarigrainPlayer} player whose colours are drawn with, and which tells of what happens
   * @param {Desk} desk stands among what is shown
   */
  constructor(player, desk) {
    this.#player = player;
    this.#desk = desk;
    this.stage = new Stage(player, (index) => this.#choose(index));
    this.#bar = new TimelineBar(this.timeline, player);
    this.#layers = new LayerBar((layer) => (this.layer = layer));
    this.#legend = new Legend(player);
    this.#readout = new Readout(player);
    this.#about = new About(player);
    this.#side = el("div", { class: "side" }, this.#legend.element, this.#readout.element);
    this.element.append(
      ...[this.#layers.element, this.stage.element, this.#bar.element, this.#side],
      ...[desk.element, this.#about.element, this.#status, this.#spoken],
    );
    this.#sizer = new Sizer(this.element, () => ({
      image: this.tracks.find(({ steps }) => steps.length)?.steps[0].image.width ?? (player.description ?? NOTHING).image,
      columns: Math.ceil(Math.sqrt(Math.max(1, this.tracks.length))),
      side: !this.#side.hidden,
      pair: this.element.classList.contains("pair"),
    }));
    this.#bar.describe = (tick) => this.#tell(tick);
    this.timeline.addEventListener("move", () => this.show());
    this.timeline.addEventListener("state", () => player.toggleAttribute("data-playing", this.timeline.playing));
  }

  // ---- what is there --------------------------------------------------------------------------

  /**
   * In place of what was there; nothing of it is on show yet.
   *
   * @param {Track[]} tracks
   * @param {string} title
   * @param {Wish} [request]
   */
  arrange(tracks, title, request) {
    // Before anything is changed, colours are read at no cost.
    coloursIn(this.#player);
    this.tracks = tracks;
    this.stage.grid = this.grid;
    this.request = request ?? {};
    this.#known = Boolean(request);
    this.#title = title;
    this.stage.layout(tracks, title);
    this.#bar.tracks = tracks;
    this.#offerTimeline();
    const modes = new Set(tracks.map(({ mode }) => mode));
    this.element.classList.toggle("pair", modes.size > 1);
    this.element.setAttribute("aria-label", title);
    this.#sizer.fit();
    this.#about.fill();
  }

  /** What was generated elsewhere or before. @param {Track[]} tracks @param {Parameters<VarigrainPlayer["show"]>[1]} [options] */
  display(tracks, { title = "", ribbon = "", play = false, request } = {}) {
    this.#desk.busy = false;
    this.arrange(tracks, title, request);
    this.stage.ribbon = ribbon;
    this.stage.uncover();
    this.#layers.offered = layersFor(tracks);
    this.#desk.seed = tracks[0]?.seed;
    this.#desk.saveable = tracks.some(({ steps }) => steps.length);
    const ticks = Math.max(0, ...tracks.map(({ steps }) => steps.length));
    const plays = play && !still();
    // What is played is not shown from its end first.
    this.timeline.load(ticks, plays ? 0 : ticks - 1);
    if (plays) this.timeline.play();
  }

  /** One more step of what is being drawn. @param {Track} track @param {Step} step */
  add(track, step) {
    track.steps.push(step);
    if (track.steps.length === 1) {
      this.#layers.offered = layersFor(this.tracks);
      this.#sizer.fit();
    }
    this.#desk.saveable = true;
    this.timeline.grow(Math.max(...this.tracks.map(({ steps }) => steps.length)));
  }

  /** Nothing, of another model. */
  clear() {
    this.arrange([], "");
    this.stage.ribbon = "";
    this.stage.progress = null;
    this.#desk.busy = this.#desk.saveable = false;
    this.timeline.load(0);
  }

  /** An empty plate. @param {string} title of what is to be drawn on it */
  blank(title) {
    this.stage.layout([], title);
    this.#sizer.fit();
  }

  /** Of what is on show, or is still to come. */
  get grid() {
    return this.tracks.find(({ steps }) => steps.length)?.steps[0].grid ?? new Grid(this.#player.description?.grid ?? NOTHING.grid);
  }

  // ---- what is on show of it ------------------------------------------------------------------

  /** The step of a track that is shown now. @param {number} n */
  #indexOf(n) {
    const { length } = this.tracks[n].steps;
    const { at, ticks, following } = this.timeline;
    return following ? length - 1 : indexAt(at, ticks, length);
  }

  /** The steps on show, one of each track that has any. */
  get steps() {
    return this.tracks.flatMap((track, n) => track.steps[this.#indexOf(n)] ?? []);
  }

  /** The track whose figures are told. @returns {Track | undefined} */
  get selected() {
    return this.tracks[this.stage.selected];
  }

  /** Whether the engine tells what was drawn, which may have been left to chance. */
  get #anyDrawn() {
    return this.#known && this.tracks.some(({ steps }) => steps[0]?.prompt);
  }

  /** What the pictures depict, in words. */
  get caption() {
    return this.#anyDrawn ? captionOfAll(this.request, this.tracks, this.#player.description) : this.#title;
  }

  /** What a picture depicts, in words. @param {Step} step */
  #titleOf({ prompt }) {
    return this.#anyDrawn ? captionOf(this.request, prompt, this.#player.description) : this.#title;
  }

  show() {
    for (const [n, { mode, seed, steps }] of this.tracks.entries()) {
      const plate = this.stage.plates[n];
      const index = this.#indexOf(n);
      if (steps[index]) {
        const title = this.#titleOf(steps[index]);
        plate.show(steps[index], { title, mode, previous: steps[index - 1] });
        if (this.#anyDrawn) this.stage.name(n, `Seed ${seed}: ${title}`);
      } else if (plate.step) plate.clear(this.#title);
    }
    this.element.setAttribute("aria-label", this.caption);
    this.figures();
    this.#player.dispatchEvent(new CustomEvent("move", { detail: { at: this.timeline.at, ticks: this.timeline.ticks } }));
  }

  /** Of the chosen picture, and of the other method's with the same seed. */
  figures() {
    const seed = this.selected?.seed;
    const looks = this.tracks.flatMap((track, n) => (track.seed === seed ? { track, at: this.#indexOf(n) } : []));
    this.#readout.show(looks, this.#layer === "order", this.grid);
    const [look] = looks;
    this.#legend.show(look?.track.steps[look.at], this.grid);
  }

  /** @param {number} index */
  #choose(index) {
    this.stage.select(index);
    this.figures();
    // Each seed drew something else.
    const step = this.selected?.steps.at(-1);
    if (step && this.#anyDrawn && !this.#desk.busy) this.say(`Seed ${this.selected?.seed}: ${this.#titleOf(step)}.`);
    this.#player.dispatchEvent(new CustomEvent("select", { detail: { track: this.selected } }));
  }

  /** A place on the timeline in words. @param {number} tick */
  #tell(tick) {
    const { ticks } = this.timeline;
    const at = this.tracks.findIndex((track) => track === this.selected);
    const step = at < 0 ? undefined : this.tracks[at].steps[this.#indexOf(at)];
    return `step ${tick + 1} of ${ticks}${step ? `, ${step.codes} of ${step.tokens} codes` : ""}`;
  }

  /** @param {string} text @param {string} [aloud] */
  say(text, aloud = text) {
    this.#status.textContent = text;
    if (aloud && !this.#status.hidden) this.#spoken.textContent = aloud;
    this.#player.dispatchEvent(new CustomEvent("status", { detail: { text, aloud } }));
  }

  // ---- how it is shown ------------------------------------------------------------------------

  get layer() {
    return this.#layer;
  }

  set layer(layer) {
    if (layer === this.#layer) return;
    this.#layer = layer;
    this.stage.layer = layer;
    this.#layers.value = layer;
    this.#legend.layer = layer;
    this.figures();
    this.#player.dispatchEvent(new CustomEvent("layerchange", { detail: { layer } }));
  }

  /** Shows the controls that the attributes ask for. */
  fit() {
    const controls = controlsOf(this.#player.getAttribute("controls"));
    this.#layers.element.hidden = !controls.has("layers");
    this.#offerTimeline();
    this.#legend.element.hidden = !controls.has("legend");
    this.#readout.element.hidden = !controls.has("readout");
    this.#side.hidden = !controls.has("legend") && !controls.has("readout");
    this.#desk.offer(controls);
    this.#about.element.hidden = !controls.has("about");
    this.#status.hidden = !controls.has("status");
    const layer = this.#player.getAttribute("layer");
    if (isLayer(layer)) this.layer = layer;
    this.#layers.value = this.#layer;
    this.stage.pixels = this.#player.hasAttribute("pixels");
    this.#sizer.fit();
    this.#repaint();
  }

  /** Of pictures that came whole there are no steps to go through. */
  #offerTimeline() {
    const controls = controlsOf(this.#player.getAttribute("controls"));
    const steps = !this.tracks.length || this.tracks.some(({ whole }) => !whole);
    this.#bar.offer(steps && controls.has("play"), steps && controls.has("timeline"));
  }

  /** Heeds from now on whether the system is dark. */
  open() {
    this.#scheme.addEventListener("change", this.#repaint);
  }

  close() {
    this.#scheme.removeEventListener("change", this.#repaint);
  }
}
