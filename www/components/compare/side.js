/** One of two pictures: the setting it is drawn with, what else differs, and what it took. A plain class. */
import { el } from "../../lib/dom.js";
import { drawUnknown } from "../../lib/grain-pattern.js";
import { duration } from "../../lib/view/step.js";
import { drawResting } from "../resting.js";
import { Exhibit } from "../panel/exhibit.js";

/** @typedef {import("../../varigrain.js").Step} Step */
/** @typedef {import("../../lib/shelf.js").Piece} Piece */

/** What a picture took; each keeps its place before it is drawn. */
const TAKEN = ["Codes", "Steps", "Time"];

export class Side {
  #exhibit = new Exhibit("");
  #words = el("p");
  #invitation = el("div", { class: "invitation", hidden: true }, this.#words);
  #figures = el("dl", { class: "side-figures" });
  element = el("div", { class: "compare-side" }, this.#exhibit.element, this.#figures);
  #title = "";
  /** What differs, by name. @type {readonly (readonly [string, string])[]} */
  #settings = [];
  #ms = 0;

  constructor() {
    this.#exhibit.sheet.append(this.#invitation);
    this.#list(TAKEN.map((name) => [name, "–"]));
  }

  /**
   * What is to be drawn.
   *
   * @param {string} title
   * @param {readonly (readonly [string, string])[]} settings name and value of all that differs from the other picture
   * @param {import("../../lib/grid.js").Grid} grid
   */
  begin(title, settings, grid) {
    this.#exhibit.title = this.#title = title;
    this.#settings = settings;
    this.#ms = 0;
    this.#invitation.hidden = true;
    const asked = new Map(settings);
    this.#list(TAKEN.map((name) => [name, asked.get(name) ?? "–"]));
    this.#exhibit.show(null, `${title}: not drawn yet`, (context, size, colours) => drawResting(context, size, grid, colours));
  }

  /** What is to be done, over the empty sheet. @param {string} words */
  invite(words) {
    this.#words.textContent = words;
    this.#invitation.hidden = false;
  }

  /** A picture that was drawn before, and not for being compared. @param {Piece} piece */
  keep({ title, image, grid, grains, request, from, history }) {
    const how = from === "recorded" ? "Recorded" : "As drawn";
    this.#exhibit.title = how;
    this.#settings = [];
    const steps = history?.steps.at(-1)?.total;
    this.#list([["Codes", String(grid.tokens(grains))], ["Steps", steps ? String(steps) : "–"], ["Seed", String(request.seed ?? "–")]]);
    this.#exhibit.show(image, `${title}, seed ${request.seed}, ${how.toLowerCase()}`);
  }

  /** @param {Step} step @param {string} caption */
  step(step, caption) {
    const { image, index, total, done, tokens, codes } = step;
    this.#ms += step.ms;
    const when = done ? "finished" : `step ${index + 1} of ${total}`;
    this.#exhibit.show(image, `${caption}, ${this.#title}, ${when}`, (context, size, colours) => drawUnknown(context, size, step, colours));
    this.#list([["Codes", done ? String(tokens) : `${codes} of ${tokens}`], ["Steps", done ? String(index + 1) : `${index + 1} of ${total}`], ["Time", duration(this.#ms)]]);
  }

  /** @param {readonly (readonly [string, string])[]} taken */
  #list(taken) {
    // What a setting asks for is told once: the steps of a picture are among what it took.
    const names = new Set(taken.map(([name]) => name));
    const rows = [...this.#settings.filter(([name]) => !names.has(name)), ...taken];
    this.#figures.replaceChildren(...rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
  }
}
