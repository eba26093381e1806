/**
 * `<vg-number-field name label hint step [reach] [unlimited]>`: a slider and a box for one number of the request. The
 * box takes every value that the model takes (`range` says which); the slider may stop earlier (`reach`), where the
 * interesting part of a long range lies. With `unlimited` the largest value means "no limit": the box is then
 * empty and says so, and so does the end of the slider.
 *
 * Fires "change" with the element as target.
 */
import { ElementBase, define } from "../lib/define.js";
import { el, emit, freshId } from "../lib/dom.js";

/** @typedef {{ low: number, high: number, whole?: boolean }} Range of a number; whole numbers only, or all */

export class NumberField extends ElementBase {
  #box = el("input", { type: "number", id: freshId("number"), inputmode: "decimal" });
  #slider = el("input", { type: "range" });
  /** @type {Range} */
  #range = { low: 0, high: 1 };
  /** What it is if nothing sensible is typed. */
  #initial = 0;

  connectedCallback() {
    if (this.childElementCount) return;
    const hint = el("p", { class: "hint", id: freshId("hint") }, this.getAttribute("hint") ?? "");
    const label = this.getAttribute("label") ?? this.name;
    for (const input of [this.#slider, this.#box]) {
      input.setAttribute("step", this.getAttribute("step") ?? "any");
      input.setAttribute("aria-describedby", hint.id);
    }
    this.#slider.setAttribute("aria-label", label);
    if (this.#unlimited) this.#box.placeholder = "all";
    this.replaceChildren(el("label", { class: "label", for: this.#box.id }, label), this.#slider, this.#box, hint);
    this.#bound();
    this.value = this.#initial;
    this.#slider.addEventListener("input", () => {
      const end = this.#unlimited && this.#slider.value === this.#slider.max;
      this.#box.value = end ? "" : this.#slider.value;
      this.#mark();
    });
    this.#box.addEventListener("input", () => {
      this.#slider.value = String(this.value);
      this.#mark();
    });
    for (const input of [this.#slider, this.#box]) {
      input.addEventListener("change", (event) => {
        event.stopPropagation();
        this.value = this.value;
        emit(this, "change");
      });
    }
  }

  get name() {
    return this.getAttribute("name") ?? "";
  }

  /**
   * What the model takes.
   *
   * @param {Range} range
   * @param {number} initial
   */
  limit(range, initial) {
    this.#range = range;
    this.#initial = initial;
    this.#bound();
    this.value = initial;
  }

  get value() {
    const typed = this.#box.valueAsNumber;
    const { low, high, whole } = this.#range;
    if (Number.isNaN(typed)) return this.#unlimited ? high : this.#initial;
    // What someone who typed too much or too little most likely wants.
    const near = Math.min(high, Math.max(low, typed));
    return whole ? Math.round(near) : near;
  }

  set value(value) {
    this.#box.value = this.#unlimited && value === this.#range.high ? "" : String(value);
    this.#slider.value = String(value);
    this.#mark();
  }

  get #unlimited() {
    return this.hasAttribute("unlimited");
  }

  /** @param {boolean} disabled */
  set disabled(disabled) {
    this.#box.disabled = disabled;
    this.#slider.disabled = disabled;
    this.classList.toggle("disabled", disabled);
  }

  #bound() {
    const { low, high } = this.#range;
    const reach = Number(this.getAttribute("reach") ?? high);
    for (const input of [this.#slider, this.#box]) input.min = String(low);
    this.#box.max = String(high);
    this.#slider.max = String(Math.min(reach, high));
  }

  /** The style sheet paints the part of the track to the left of the thumb. */
  #mark() {
    const { min, max, valueAsNumber } = this.#slider;
    const share = (valueAsNumber - Number(min)) / (Number(max) - Number(min) || 1);
    this.#slider.style.setProperty("--share", `${100 * share}%`);
    if (this.#unlimited) this.#slider.setAttribute("aria-valuetext", this.#box.value || "all");
  }
}

define("vg-number-field", NumberField);
