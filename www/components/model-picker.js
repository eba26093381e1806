/**
 * `<vg-model-picker>`: which of the site's models is used. Radio buttons underneath. Hidden where there is only one; until
 * the list is there its room is kept, so that nothing jumps.
 *
 * Fires "change" with the element as target.
 */
import { ElementBase, define } from "../lib/define.js";
import { el, emit, freshId } from "../lib/dom.js";

/** @typedef {import("../lib/models.js").ModelEntry} ModelEntry */

export class ModelPicker extends ElementBase {
  #group = freshId("model");
  #about = el("p", { class: "hint", id: freshId("hint") });
  /** @type {readonly ModelEntry[]} */
  #models = [];

  /** @param {readonly ModelEntry[]} models */
  set models(models) {
    this.#models = models;
    this.hidden = models.length < 2;
    const chips = models.map(({ id, name }) => {
      const input = el("input", { type: "radio", name: this.#group, value: id });
      input.addEventListener("change", (event) => {
        event.stopPropagation();
        this.#tell();
        emit(this, "change");
      });
      return el("label", { class: "pick" }, input, el("span", {}, name));
    });
    const legend = el("legend", { class: "label" }, "Model");
    this.replaceChildren(el("fieldset", { class: "bare", "aria-describedby": this.#about.id }, legend, el("div", { class: "picks" }, ...chips), this.#about));
  }

  /** Id of the chosen model; empty as long as there is none. */
  get value() {
    return /** @type {HTMLInputElement | null} */ (this.querySelector("input:checked"))?.value ?? "";
  }

  set value(id) {
    for (const input of this.querySelectorAll("input")) input.checked = input.value === id;
    this.#tell();
  }

  #tell() {
    this.#about.textContent = this.#models.find(({ id }) => id === this.value)?.about ?? "";
  }
}

define("vg-model-picker", ModelPicker);
