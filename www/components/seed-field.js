/**
 * `<vg-seed-field>`: the number every picture grows from, a die, and whether to throw it each time.
 *
 * Fires "change".
 */
import { ElementBase, define } from "../lib/define.js";
import { el, emit, freshId, svg } from "../lib/dom.js";
import { randomSeed } from "../lib/request.js";

export class SeedField extends ElementBase {
  #box = el("input", {
    type: "text",
    id: freshId("seed"),
    inputmode: "numeric",
    autocomplete: "off",
    maxlength: 16,
    pattern: "\\d+",
  });
  #fresh = el("input", { type: "checkbox", checked: true });
  /** The highest that the model takes. */
  #high = Number.MAX_SAFE_INTEGER;

  connectedCallback() {
    const dice = el("button", { type: "button", class: "dice", "aria-label": "Throw a new seed" }, die());
    dice.addEventListener("click", () => {
      this.throw();
      emit(this, "change");
    });
    this.replaceChildren(
      el("label", { class: "label", for: this.#box.id }, "Seed"),
      el("div", { class: "seed-row" }, this.#box, dice),
      el("label", { class: "check" }, this.#fresh, "A new seed for every picture"),
    );
    this.throw();
    this.#box.addEventListener("change", (event) => {
      event.stopPropagation();
      this.#box.value = String(this.value);
      // A seed somebody typed is one they want to keep.
      this.#fresh.checked = false;
      emit(this, "change");
    });
    this.#fresh.addEventListener("change", (event) => event.stopPropagation());
  }

  /** @param {{ high: number } | undefined} limit of the model */
  set limit(limit) {
    if (limit) this.#high = limit.high;
  }

  get value() {
    const typed = this.#box.value.trim();
    return /^\d+$/.test(typed) && Number(typed) <= this.#high ? Number(typed) : 1;
  }

  set value(seed) {
    this.#box.value = String(seed);
  }

  /** Whether the next picture gets a seed of its own. */
  get fresh() {
    return this.#fresh.checked;
  }

  set fresh(fresh) {
    this.#fresh.checked = fresh;
  }

  throw() {
    this.value = randomSeed();
  }
}

function die() {
  const pip = (/** @type {number} */ cx, /** @type {number} */ cy) => svg("circle", { cx, cy, r: 1.7 });
  const box = svg("rect", { x: 2, y: 2, width: 16, height: 16, rx: 3, class: "die" });
  const pips = [pip(6.5, 6.5), pip(13.5, 6.5), pip(10, 10), pip(6.5, 13.5), pip(13.5, 13.5)];
  return svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, box, ...pips);
}

define("vg-seed-field", SeedField);
