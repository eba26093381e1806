/**
 * `<vg-shares-field>`: how many regions get the finer granularities: a slider for each one finer than the coarsest.
 * They are linked: together they are at most 1, so that one which takes more leaves less to the others.
 *
 * Fires "input" while one is moved, and "change" with the element as target.
 */
import { emit } from "../lib/dom.js";
import { grainNames } from "../lib/grain-pattern.js";
import { NumberField } from "./number-field.js";

const STEP = 0.05;

export class SharesField extends HTMLElement {
  /** @type {NumberField[]} one for each granularity but the coarsest, coarse to fine */
  #fields = [];

  constructor() {
    super();
    this.addEventListener("input", (event) => {
      const field = this.#fields.find((one) => one.contains(/** @type {Node} */ (event.target)));
      if (field) this.#yield(field);
    });
    this.addEventListener("change", (event) => {
      const field = this.#fields.find((one) => one === event.target);
      if (!field) return;
      event.stopPropagation();
      this.#yield(field);
      emit(this, "change");
    });
  }

  /** @param {number} granularities of the model @param {readonly number[]} initial */
  describe(granularities, initial) {
    const names = grainNames(granularities).slice(1);
    this.#fields = names.map((name, at) => {
      const field = new NumberField();
      const codes = 4 ** (at + 1);
      const label = `${name[0].toUpperCase()}${name.slice(1)} share`;
      const hint = `Regions that get ${codes === 4 ? "four" : codes} codes instead of one.`;
      for (const [key, value] of Object.entries({ name: `share-${name}`, label, hint, step: STEP })) field.setAttribute(key, String(value));
      field.limit({ low: 0, high: 1 }, initial[at] ?? 0);
      return field;
    });
    this.replaceChildren(...this.#fields);
    this.hidden = !this.#fields.length;
  }

  /** @returns {readonly number[]} */
  get value() {
    return this.#fields.map(({ value }) => value);
  }

  /** @param {readonly number[]} shares */
  set value(shares) {
    for (const [at, field] of this.#fields.entries()) field.value = shares[at] ?? 0;
  }

  /** The others give what one took too much, in proportion to what they have. @param {NumberField} taken */
  #yield(taken) {
    const rest = 1 - taken.value;
    const others = this.#fields.filter((field) => field !== taken);
    const sum = others.reduce((all, { value }) => all + value, 0);
    if (sum <= rest) return;
    for (const field of others) field.value = round((field.value * rest) / sum);
  }
}

/** Down to a whole number of steps, so that the sum stays within 1. @param {number} share */
const round = (share) => Number((Math.floor(share / STEP + 1e-9) * STEP).toFixed(2));

customElements.define("vg-shares-field", SharesField);
