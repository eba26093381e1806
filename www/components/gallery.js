/**
 * `<vg-gallery>`: what was drawn in this visit, newest first. Lives in the page and not in the
 * worker, so it outlasts a crash of the engine.
 *
 * Fires "revisit" with the entry.
 */
import { ElementBase, define } from "../lib/define.js";
import { el, emit } from "../lib/dom.js";
import { METHOD_NAMES } from "../lib/modes.js";
import { sheetLayout } from "../lib/view/sheet.js";

/** @typedef {import("../lib/request.js").Wish} Wish */
/** @typedef {import("../lib/view/step.js").Track} Track */
/** @typedef {{ model: string, request: Wish, title: string, manner: string, count: 1 | 4 | 9, tracks: Track[] }} Drawing by the model of this id */

const KEEP = 60;
/** A step takes some 64 KiB; drawings older than so many steps keep their last one only. */
const KEEP_STEPS = 600;

export class Gallery extends ElementBase {
  /** @type {Drawing[]} */
  #drawings = [];
  #heading = el("h2", {}, "Made in this visit");
  #list = el("ul", { class: "prints" });

  connectedCallback() {
    this.hidden = true;
    this.replaceChildren(this.#heading, this.#list);
    this.#list.addEventListener("click", (event) => {
      const button = /** @type {Element} */ (event.target).closest("button");
      const at = [...this.#list.children].indexOf(/** @type {Element} */ (button?.parentElement));
      if (at >= 0) emit(this, "revisit", this.#drawings[at]);
    });
  }

  /** @param {Drawing} drawing */
  add(drawing) {
    this.hidden = false;
    this.#drawings.unshift(drawing);
    const { mode, seed } = drawing.request;
    const how = mode && mode !== "nar" ? METHOD_NAMES[mode].toLowerCase() : "";
    const manner = [drawing.manner, how].filter(Boolean).join(", ");
    const many = drawing.count > 1 ? `${drawing.count} pictures from ` : "";
    // Begins with what is written on it, for those who call it by that.
    const label = `${[drawing.title, manner].filter(Boolean).join(" ")}, ${many}seed ${seed}: show it again`;
    const caption = el("span", { class: "caption" }, drawing.title);
    const small = el("span", { class: "small" }, manner);
    const sheet = draw(drawing.tracks);
    const button = el("button", { type: "button", class: "print", "aria-label": label }, sheet, caption, " ", small);
    this.#list.prepend(el("li", { class: sheet.width > sheet.height ? "pair" : undefined }, button));
    this.#forget();
    if (this.#drawings.length > KEEP) {
      this.#drawings.pop();
      this.#list.lastElementChild?.remove();
    }
  }

  /** The newest keeps all of its steps, however many. */
  #forget() {
    let kept = 0;
    for (const [at, { tracks }] of this.#drawings.entries()) {
      kept += tracks.reduce((sum, { steps }) => sum + steps.length, 0);
      if (at && kept > KEEP_STEPS) for (const track of tracks) track.steps = track.steps.slice(-1);
    }
  }
}

/** The finished pictures, in their own pixels. @param {readonly Track[]} tracks */
function draw(tracks) {
  const { width, height, places } = sheetLayout(tracks, tracks[0].steps[0].image.width);
  const canvas = el("canvas", { width, height });
  const context = canvas.getContext("2d");
  for (const [n, { steps }] of tracks.entries()) {
    const last = steps.at(-1);
    if (last) context?.putImageData(last.image, places[n].x, places[n].y);
  }
  return canvas;
}

define("vg-gallery", Gallery);
