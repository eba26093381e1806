/** The field for one of two values: a number, a choice or shares, whatever the setting is. A plain class. */
import { el, freshId } from "../../lib/dom.js";
import { NumberField } from "../number-field.js";
import { SharesField } from "../shares-field.js";

/** @typedef {import("./knobs.js").Knob} Knob */
/** @typedef {import("./knobs.js").Value} Value */

export class ValueField {
  #legend = el("legend");
  #place = el("div");
  element = el("fieldset", { class: "bare" }, this.#legend, this.#place);
  /** @type {() => Value} */
  #read = () => "";

  /** @param {string} legend which of the two pictures it is for */
  constructor(legend) {
    this.#legend.textContent = legend;
  }

  /** @param {Knob} knob @param {Value} value @param {import("../../lib/description.js").Description} description */
  describe(knob, value, description) {
    if (knob.kind === "number") {
      const field = new NumberField();
      // Its name is that of the setting, which stands above both.
      field.classList.add("unnamed");
      for (const [name, text] of Object.entries({ name: knob.id, label: knob.name, step: knob.step, ...knob.more })) field.setAttribute(name, text);
      field.limit(description.limits[knob.id], Number(value));
      this.#read = () => field.value;
      this.#place.replaceChildren(field);
    } else if (knob.kind === "choice") {
      const select = el("select", { id: freshId("value") }, ...knob.options.map(({ id, name }) => el("option", { value: id }, name)));
      select.value = String(value);
      this.#read = () => select.value;
      this.#place.replaceChildren(el("label", { class: "visually-hidden", for: select.id }, knob.name), select);
    } else {
      const field = new SharesField();
      field.describe(description, /** @type {readonly number[]} */ (value));
      this.#read = () => [...field.value];
      this.#place.replaceChildren(field);
    }
  }

  get value() {
    return this.#read();
  }
}
