/**
 * `<vg-number-field name label hint step [reach]>`: a slider and a box for one number of the request.
 * The box takes every value the model takes; the slider may stop earlier (`reach`), where the
 * interesting part of a long range lies.
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
      this.#box.value = this.#slider.value;
      this.#mark();
    });
    this.#box.addEventListener("input", () => {
      this.#slider.value = this.#box.value;
      this.#mark();
    });
    for (const input of [this.#slider, this.#box]) {
      input.addEventListener("change", (event) => {
        event.stopPropagation();
        if (!inRange(this.name, this.#box.valueAsNumber)) this.value = this.#nearest();
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
    this.#box.value = String(value);
    this.#slider.value = String(value);
    this.#mark();
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
    if (Number.isNaN(typed)) return initial;
    const near = Math.min(max, Math.max(min, typed));
    return integer ? Math.round(near) : near;
  }

  /** The style sheet paints the part of the track to the left of the thumb. */
  #mark() {
    const { min, max, valueAsNumber } = this.#slider;
    const share = (valueAsNumber - Number(min)) / (Number(max) - Number(min));
    this.#slider.style.setProperty("--share", `${100 * share}%`);
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
