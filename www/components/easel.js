/**
 * `<vg-easel>`: one picture with its steps and figures. It has the name of its generator above it when
 * there is another beside it.
 */
import { el, freshId } from "../lib/dom.js";
import { METHOD_NAMES, PAPER_NAMES } from "../lib/modes.js";
import { Readout } from "./readout.js";
import { Stage } from "./stage.js";
import { StepStrip } from "./step-strip.js";
import { AS_IT_IS } from "./view-bar.js";

/** @typedef {import("../varigrain.js").Step} Step */
/** @typedef {import("../varigrain.js").Mode} Mode */
/** @typedef {import("./view-bar.js").View} View */

export class Easel extends HTMLElement {
  #heading = el("h2", { class: "method-name", id: freshId("easel") });
  #stage = new Stage();
  #strip = new StepStrip();
  #readout = new Readout();
  /** @type {Mode} */
  #mode = "nar";
  #title = "";
  /** @type {Step[]} */
  #steps = [];
  /** @type {View} */
  #view = AS_IT_IS;

  connectedCallback() {
    this.replaceChildren(this.#heading, this.#stage, this.#strip, this.#readout);
    this.#strip.addEventListener("look", (event) => this.#look(/** @type {CustomEvent<Step>} */ (event).detail));
  }

  get mode() {
    return this.#mode;
  }

  /** The step on show. */
  get step() {
    return this.#stage.step;
  }

  /** @param {View} view */
  set view(view) {
    this.#view = view;
    this.#stage.view = view;
    if (this.step) this.#figures(this.step);
  }

  /** @param {number | null} share of the download */
  set progress(share) {
    this.#stage.progress = share;
  }

  /**
   * A new picture is going to be drawn here.
   *
   * @param {Mode} mode
   * @param {string} title
   * @param {boolean} beside whether there is another picture next to it
   */
  begin(mode, title, beside) {
    this.#mode = mode;
    this.#title = title;
    this.#steps = [];
    this.#strip.begin(beside ? `Steps of ${PAPER_NAMES[mode]}` : "Steps of this picture");
    this.#stage.clear();
    this.#readout.clear();
    this.#heading.replaceChildren(METHOD_NAMES[mode], " ", el("small", {}, PAPER_NAMES[mode]));
    this.#heading.hidden = !beside;
    if (beside) {
      this.setAttribute("role", "group");
      this.setAttribute("aria-labelledby", this.#heading.id);
    } else {
      this.removeAttribute("role");
      this.removeAttribute("aria-labelledby");
    }
  }

  /** @param {Step} step the newest, which is shown */
  add(step) {
    this.#steps.push(step);
    this.#strip.add(step);
    this.#look(step);
  }

  /** @param {Step} step */
  #look(step) {
    this.#stage.show(step, this.#title, this.#mode);
    this.#figures(step);
  }

  /** @param {Step} step */
  #figures(step) {
    const upTo = this.#steps.slice(0, this.#steps.indexOf(step) + 1);
    const spent = this.#steps[0]?.index === 0 ? upTo.reduce((sum, { ms }) => sum + ms, 0) : null;
    this.#readout.show(step, { mode: this.#mode, spent, order: this.#view.order });
  }
}

customElements.define("vg-easel", Easel);
