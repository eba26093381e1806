/**
 * The timeline as controls: play and pause, single steps, slow motion, and a track to scrub along. The
 * track is a canvas under a range input, which brings keyboard, touch and screen readers with it.
 */
import { el, svg } from "../../lib/dom.js";
import { columns, drawTrack } from "../../lib/view/track.js";
import { coloursIn } from "./colours.js";
import { Painted } from "./painted.js";

/** @typedef {import("../../lib/view/timeline.js").Timeline} Timeline */
/** @typedef {import("../../lib/view/step.js").Track} Track */

const ICONS = {
  play: "M3 1.500v13l11-6.500z",
  pause: "M3 2h4v12h-4zM9 2h4v12h-4z",
  back: "M12 2v12l-8-6zM2 2h2v12h-2z",
  forward: "M4 2v12l8-6zM12 2h2v12h-2z",
};

export class TimelineBar {
  #timeline;
  #host;
  /** @type {readonly Track[]} */
  #tracks = [];
  #buttons = {
    play: button("play", "Play", ICONS.play),
    back: button("back", "One step back", ICONS.back),
    forward: button("forward", "One step forward", ICONS.forward),
    slow: el("button", { type: "button", class: "slow", "aria-pressed": "false", "aria-label": "Slow motion" }, "slow"),
  };
  #canvas = el("canvas", { "aria-hidden": "true" });
  #range = el("input", { type: "range", min: 0, max: 0, step: 1, value: 0, "aria-label": "Step", part: "scrubber" });
  #rail = el("div", { class: "rail", part: "track" }, this.#canvas, this.#range);
  #painted = new Painted(this.#canvas, (...sheet) => this.#draw(...sheet));
  /** What a tick is called. @type {(tick: number) => string} */
  describe = (tick) => `step ${tick + 1} of ${this.#timeline.ticks}`;

  /** @param {Timeline} timeline @param {Element} host whose colours are drawn with */
  constructor(timeline, host) {
    this.#timeline = timeline;
    this.#host = host;
    const { play, back, forward, slow } = this.#buttons;
    this.element = el("div", { class: "timeline", part: "timeline", role: "group", "aria-label": "Timeline" }, back, play, forward, this.#rail, slow);
    play.addEventListener("click", () => timeline.toggle());
    back.addEventListener("click", () => timeline.step(-1));
    forward.addEventListener("click", () => timeline.step(1));
    slow.addEventListener("click", () => (timeline.slow = !timeline.slow));
    this.#range.addEventListener("input", () => timeline.seek(Number(this.#range.value)));
    this.#range.addEventListener("pointerdown", () => timeline.pause());
    this.element.addEventListener("keydown", (event) => this.#key(event));
    timeline.addEventListener("move", () => this.#update());
    timeline.addEventListener("state", () => this.#update());
    this.#update();
  }

  /** @param {readonly Track[]} tracks */
  set tracks(tracks) {
    this.#tracks = tracks;
    this.#update();
  }

  /** @param {boolean} play whether the buttons are there @param {boolean} track whether the track is */
  offer(play, track) {
    for (const one of Object.values(this.#buttons)) one.hidden = !play;
    this.#rail.hidden = !track;
    this.element.hidden = !play && !track;
  }

  #update() {
    // First: colours are read at no cost as long as nothing was changed.
    this.paint();
    const { ticks, at, playing, following, slow, atStart, atEnd, live } = this.#timeline;
    const going = playing || following;
    const { play, back, forward, slow: slowly } = this.#buttons;
    const empty = !ticks;
    if (play.dataset.icon !== (going ? "pause" : "play")) {
      play.dataset.icon = going ? "pause" : "play";
      play.setAttribute("aria-label", going ? "Pause" : "Play");
      play.replaceChildren(icon(going ? ICONS.pause : ICONS.play));
    }
    play.disabled = empty;
    back.disabled = empty || atStart;
    forward.disabled = empty || atEnd;
    slowly.disabled = empty && !live;
    slowly.setAttribute("aria-pressed", String(slow));
    this.#range.disabled = empty;
    this.#range.max = String(Math.max(0, ticks - 1));
    this.#range.value = String(Math.max(0, at));
    this.#range.setAttribute("aria-valuetext", empty ? "nothing yet" : this.describe(at));
  }

  paint() {
    this.#painted.paint();
  }

  /** Keys beside those that the range has by itself. @param {KeyboardEvent} event */
  #key(event) {
    if (!(event.target instanceof HTMLInputElement) || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === " " || event.key === "k") this.#timeline.toggle();
    else if (event.key === "s") this.#timeline.slow = !this.#timeline.slow;
    else return;
    event.preventDefault();
  }

  /** @param {CanvasRenderingContext2D} context @param {number} width @param {number} height */
  #draw(context, width, height) {
    const { ticks, at, live } = this.#timeline;
    const totals = this.#tracks.flatMap(({ steps }) => steps.at(-1)?.total ?? []);
    const expected = live ? Math.max(0, ...totals) : 0;
    const heights = columns(this.#tracks, ticks);
    drawTrack(context, width, height, heights, { at, expected, colours: coloursIn(this.#host) });
  }

  close() {
    this.#painted.close();
  }
}

/** @param {string} path */
function icon(path) {
  return svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: path }));
}

/** @param {string} name @param {string} label @param {string} path */
function button(name, label, path) {
  return el("button", { type: "button", class: name, "aria-label": label, title: label }, icon(path));
}
