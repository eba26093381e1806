/**
 * What the network said of one code: the likeliest codes with their odds at any temperature, how much they leave open, and
 * where it looked. `odds` and `attention` go wherever they are wanted.
 */
import { el, freshId } from "../../lib/dom.js";
import { attentionOf, chancesOf, entropyOf, percent } from "../../lib/view/odds.js";
import { NumberField } from "../number-field.js";
import { Candidates } from "./candidates.js";

/** @typedef {import("../../varigrain.js").Decision} Decision */

export class Decided {
  #weigh;
  #layer = el("select", { id: freshId("attention") });
  #aside = el("p", { class: "hint" });
  #entropy = el("dd");
  candidates = new Candidates();
  temperature = new NumberField();
  odds = el("div", { class: "field-stack", hidden: true }, this.candidates.element, this.temperature);
  attention = el("div", {}, el("label", { class: "label", for: this.#layer.id }, "Attention of this code"), this.#layer, this.#aside);
  /** @type {Decision | null} */
  #decision = null;

  /** @param {(weights: Float32Array | null) => void} weigh told how much the network looked at each place */
  constructor(weigh) {
    this.#weigh = weigh;
    const field = { name: "temperature", label: "Temperature", step: "0.05", hint: "The same odds at another temperature; what stands here stays as it is." };
    for (const [name, value] of Object.entries(field)) this.temperature.setAttribute(name, value);
    this.#layer.addEventListener("change", () => this.#showAttention());
    // While it is dragged, too.
    for (const type of ["input", "change"]) this.temperature.addEventListener(type, () => this.#showOdds());
  }

  /** Whether there is one. */
  get known() {
    return this.#decision !== null;
  }

  /** Nothing is known, or nothing yet. @param {string} why */
  clear(why) {
    this.#decision = null;
    this.candidates.clear();
    this.#layer.replaceChildren(el("option", {}, why));
    this.#layer.disabled = true;
    this.#aside.textContent = "";
  }

  /** @param {Decision} decision @param {readonly number[]} codes those that are shown, the likeliest first */
  show(decision, codes) {
    this.#decision = decision;
    this.candidates.begin(codes, decision);
    const layers = Array.from({ length: decision.layers }, (_, at) => el("option", { value: at }, `Layer ${at + 1} of ${decision.layers}`));
    this.#layer.replaceChildren(el("option", { value: "all" }, "All layers on average"), ...layers, el("option", { value: "" }, "Not shown"));
    this.#layer.value = this.#layer.dataset.chosen ?? "all";
    if (this.#layer.selectedIndex < 0) this.#layer.value = "all";
    this.#layer.disabled = false;
    this.#showOdds();
    this.#showAttention();
  }

  /** The same in a sentence. @param {Decision} decision @param {readonly number[]} codes */
  inWords(decision, codes) {
    const chances = chancesOf(decision.logits, this.temperature.value);
    const named = codes.slice(0, 3).map((code) => `${code} with ${percent(chances[code])}`).join(", ");
    return `Likeliest codes: ${named}. ${decision.known ? "Here stands" : "The guess is"} ${decision.code} with ${percent(chances[decision.code])}.`;
  }

  /** How much the odds leave open, as an item of a list of figures; it follows the temperature. */
  get entropy() {
    return el("div", {}, el("dt", {}, "Entropy"), this.#entropy);
  }

  /** What a temperature makes of the odds. */
  #showOdds() {
    if (!this.#decision) return;
    const chances = chancesOf(this.#decision.logits, this.temperature.value);
    const bits = entropyOf(chances);
    this.candidates.chances = chances;
    this.#entropy.textContent = `${bits.toFixed(2)} bits, as among ${(2 ** bits).toFixed(bits < 3 ? 1 : 0)} equal codes`;
  }

  #showAttention() {
    if (!this.#decision) return;
    const { value } = this.#layer;
    this.#layer.dataset.chosen = value;
    if (!value) {
      this.#weigh(null);
      this.#aside.textContent = "";
      return;
    }
    const { weights, aside } = attentionOf(this.#decision, value === "all" ? null : Number(value));
    this.#weigh(weights);
    const most = weights.reduce((top, weight) => Math.max(top, weight), 0);
    this.#aside.textContent = `The stronger the colour, the more it looks there: ${percent(most)} at the strongest code, ${percent(aside)} at what was asked for.`;
  }
}
