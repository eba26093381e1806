/**
 * `<vg-number-field name label hint step [reach] [unlimited]>`: a slider and a box for one number of the
 * request. The box takes every value the model takes; the slider may stop earlier (`reach`), where the
 * interesting part of a long range lies. With `unlimited` the largest value means "no limit": the box is
 * then empty and says so, and so does the end of the slider.
 *
 * Fires "change" with the element as target.
 */
import { el, emit, freshId } from "../lib/dom.js";
import { LIMITS, inRange } from "../lib/request.js";

/** @typedef {import("../lib/request.js").NumberName} NumberName */

export class NumberField extends HTMLElement {
  #box = el("input", { type: "number", id: freshId("number"), inputmode: "decimal" });
  #slider = el("input", { type: "range" });

  connectedCallback() {
    const { min, max, initial } = LIMITS[this.name];
    const step = this.getAttribute("step") ?? "1";
    const text = this.getAttribute("label") ?? this.name;
    const hintId = freshId("hint");
    const hint = this.getAttribute("hint") ?? "";
    set(this.#box, { min, max, step, "aria-describedby": hintId });
    if (this.#unlimited) this.#box.placeholder = "all";
    set(this.#slider, {
      min,
      max: this.getAttribute("reach") ?? max,
      step,
      "aria-label": text,
      "aria-describedby": hintId,
    });
    this.replaceChildren(
      el("label", { class: "label", for: this.#box.id }, text),
      this.#slider,
      this.#box,
      el("p", { class: "hint", id: hintId }, hint),
    );
    this.value = initial;
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
    return /** @type {NumberName} */ (this.getAttribute("name"));
  }

  get value() {
    return inRange(this.name, this.#box.valueAsNumber) ? this.#box.valueAsNumber : this.#nearest();
  }

  set value(value) {
    this.#box.value = this.#unlimited && value === LIMITS[this.name].max ? "" : String(value);
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

  /** What someone who typed nonsense or too much most likely wants. */
  #nearest() {
    const { min, max, initial, integer } = LIMITS[this.name];
    const typed = this.#box.valueAsNumber;
    if (Number.isNaN(typed)) return this.#unlimited ? max : initial;
    const near = Math.min(max, Math.max(min, typed));
    return integer ? Math.round(near) : near;
  }

  /** The style sheet paints the part of the track to the left of the thumb. */
  #mark() {
    const { min, max, valueAsNumber } = this.#slider;
    const share = (valueAsNumber - Number(min)) / (Number(max) - Number(min));
    this.#slider.style.setProperty("--share", `${100 * share}%`);
    if (this.#unlimited) this.#slider.setAttribute("aria-valuetext", this.#box.value || "all");
  }
}

/**
 * @param {Element} element
 * @param {Record<string, string | number>} attributes
 */
function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}

customElements.define("vg-number-field", NumberField);
