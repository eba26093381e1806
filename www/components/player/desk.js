/**
 * What can be done beside looking: draw and stop, another seed, another style, saving.
 */
import { el, onPress } from "../../lib/dom.js";
import { spoken } from "../../lib/drawn.js";
import { randomSeed } from "../../lib/request.js";

/** @typedef {"png" | "gif" | "webm" | "svg"} Format */
/** @typedef {import("../../lib/description.js").Axis} Axis */
/** @typedef {import("../../lib/request.js").Prompt} Prompt */
/** @typedef {{ draw(change?: { seed?: number, prompt?: Prompt }): void, stop(): void, save(format: Format): void }} Acts */

/** More classes than this are no list to choose from. */
const FEW = 40;

/** @type {[Format, string, string][]} */
const FORMATS = [
  ["png", "PNG", "Save the picture as PNG"],
  ["gif", "GIF", "Save the steps as an animated GIF"],
  ["webm", "WebM", "Save the steps as a WebM film"],
  ["svg", "SVG", "Save the grain map as SVG"],
];

export class Desk {
  #draw = el("button", { type: "button", class: "primary", part: "draw" }, "Draw");
  #seed = el("input", { type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 16, part: "seed" });
  #dice = el("button", { type: "button", part: "dice", "aria-label": "Draw with another seed", title: "Another seed" }, "⚄");
  #style = el("select", { part: "style" });
  #seedLabel = el("label", {}, "Seed", this.#seed);
  #styleName = el("span", {}, "Style");
  #styleLabel = el("label", {}, this.#styleName, this.#style);
  /** Id of the axis that the list is of. */
  #axis = "style";
  #saves;
  #busy = false;
  /** Whether the model has no axis to list. */
  #lacking = false;
  /** @type {Set<import("../../lib/player-options.js").Control>} */
  #controls = new Set();

  /** @param {Acts} acts */
  constructor(acts) {
    const buttons = FORMATS.map(([format, text, label]) => {
      const button = el("button", { type: "button", "aria-label": label, title: label, disabled: true }, text);
      button.addEventListener("click", () => acts.save(format));
      return button;
    });
    this.#saves = el("span", { class: "saves", part: "download", role: "group", "aria-label": "Save" }, "Save", ...buttons);
    this.element = el("div", { class: "desk", part: "desk" }, this.#draw, this.#seedLabel, this.#dice, this.#styleLabel, this.#saves);
    onPress(this.#draw, () => (this.#busy ? acts.stop() : acts.draw()));
    onPress(this.#dice, () => acts.draw({ seed: randomSeed() }));
    this.#seed.addEventListener("change", () => {
      const seed = this.#seed.value.trim();
      if (/^\d+$/.test(seed) && Number.isSafeInteger(Number(seed))) acts.draw({ seed: Number(seed) });
    });
    this.#style.addEventListener("change", () => acts.draw({ prompt: { [this.#axis]: this.#style.value || null } }));
  }

  /** @param {Set<import("../../lib/player-options.js").Control>} controls */
  offer(controls) {
    this.#controls = controls;
    this.#fit();
  }

  #fit() {
    const controls = this.#controls;
    this.#draw.hidden = !controls.has("draw");
    this.#seedLabel.hidden = this.#dice.hidden = !controls.has("seed");
    this.#styleLabel.hidden = !controls.has("style") || this.#lacking;
    this.#saves.hidden = !controls.has("download");
    this.element.hidden = !["draw", "seed", "style", "download"].some((name) => controls.has(/** @type {any} */ (name)));
  }

  /** @param {number | undefined} seed */
  set seed(seed) {
    this.#seed.value = seed === undefined ? "" : String(seed);
  }

  /**
   * The list of styles; of a model without such an axis, of the first one that has few classes.
   *
   * @param {readonly Axis[] | null} axes null as long as only the model knows them
   * @param {Prompt} prompt what is asked for
   */
  styles(axes, prompt) {
    const few = (axes ?? []).filter(({ classes }) => classes.length <= FEW);
    const axis = few.find(({ id }) => id === "style") ?? few[0];
    this.#axis = axis?.id ?? "style";
    const chosen = prompt[this.#axis] ?? "";
    const known = axis?.classes ?? (chosen && !axes ? [{ id: chosen, name: spoken(chosen) }] : []);
    const options = known.map(({ id, name }) => el("option", { value: id }, name));
    this.#styleName.textContent = axis?.name ?? "Style";
    this.#style.replaceChildren(el("option", { value: "" }, "Any"), ...options);
    this.#style.value = chosen;
    this.#lacking = Boolean(axes && !axis);
    this.#fit();
  }

  /** Whether something is drawn, or waits to be. */
  get busy() {
    return this.#busy;
  }

  set busy(busy) {
    this.#busy = busy;
    this.#draw.textContent = busy ? "Stop" : "Draw";
  }

  /** @param {boolean} there whether there is a picture to save */
  set saveable(there) {
    for (const button of this.#saves.querySelectorAll("button")) button.disabled = !there;
  }
}
