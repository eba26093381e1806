/**
 * `<vg-shares-field>`: how many regions get the finer granularities: a slider for each one finer than the coarsest, none
 * where there is but one. They are linked: together they are at most 1, so that one which takes more leaves less to the
 * others. Those come back as long as the same one is held.
 *
 * Fires "input" while one is moved, and "change" with the element as target.
 */
import { ElementBase, define } from "../lib/define.js";
import { el, emit } from "../lib/dom.js";
import { inkOf } from "../lib/grain-look.js";
import { Grid } from "../lib/grid.js";
import { wholeOf, withShare } from "../lib/shares.js";
import { grainSign } from "./grain-sign.js";
import { NumberField } from "./number-field.js";

/** @typedef {Pick<import("../lib/description.js").Description, "grid" | "limits">} Described */

const STEP = 0.05;

export class SharesField extends ElementBase {
  /** @type {NumberField[]} one for each granularity but the coarsest, coarse to fine */
  #fields = [];
  /** @type {readonly string[]} of all granularities */
  #names = [];
  /** What there was before the slider under the hand was moved. @type {readonly number[] | null} */
  #before = null;
  /** How the regions are divided, where that is more than one number. */
  #bar = el("div", { class: "shares-bar", "aria-hidden": "true" });
  #mix = el("p", { class: "hint shares-mix" });
  /** What moved besides what was moved. */
  #spoken = el("p", { class: "visually-hidden", role: "status" });

  constructor() {
    super();
    this.addEventListener("input", (event) => {
      const at = this.#fields.findIndex((one) => one.contains(/** @type {Node} */ (event.target)));
      if (at >= 0) this.#link(at);
    });
    this.addEventListener("change", (event) => {
      const at = this.#fields.findIndex((one) => one === event.target);
      if (at < 0) return;
      event.stopPropagation();
      this.#link(at);
      this.#tell(at);
      this.#before = null;
      emit(this, "change");
    });
  }

  /** @param {Described} description of the model @param {readonly number[]} initial */
  describe({ grid: sizes, limits }, initial) {
    const grid = new Grid(sizes);
    this.#names = grid.names;
    this.#before = null;
    this.#fields = grid.names.slice(1).map((name, at) => {
      const field = new NumberField();
      const codes = grid.codesOf(at + 1);
      const hint = `Regions that get ${codes === 4 ? "four" : codes} codes instead of one.`;
      for (const [key, value] of Object.entries({ name: `share-${name}`, label: `${title(name)} share`, hint, step: STEP })) field.setAttribute(key, String(value));
      field.limit(limits.shares ?? { low: 0, high: 1 }, initial[at] ?? 0);
      return field;
    });
    const shown = this.#fields.length > 1;
    this.#bar.replaceChildren(...grid.names.map((_, grain) => part(grain, grid)));
    this.#mix.replaceChildren(...grid.names.map((name, grain) => el("span", {}, grainSign(grain, grid), el("span", {}, name))));
    this.replaceChildren(...this.#fields, ...(shown ? [el("div", {}, this.#bar, this.#mix), this.#spoken] : []));
    this.hidden = !this.#fields.length;
    this.#show();
  }

  /** @returns {readonly number[]} */
  get value() {
    return this.#fields.map(({ value }) => value);
  }

  /** @param {readonly number[]} shares */
  set value(shares) {
    this.#before = null;
    for (const [at, field] of this.#fields.entries()) field.value = shares[at] ?? 0;
    this.#show();
  }

  /** The others give way to one. @param {number} at which one was moved */
  #link(at) {
    this.#before ??= this.#last;
    const linked = withShare(this.#before, at, this.#fields[at].value);
    for (const [one, field] of this.#fields.entries()) {
      if (one !== at && field.value !== linked[one]) field.value = linked[one];
    }
    this.#show();
  }

  /** What was shown last. @type {readonly number[]} */
  #last = [];

  #show() {
    this.#last = this.value;
    for (const [grain, share] of wholeOf(this.#last).entries()) {
      const piece = this.#bar.children[grain];
      if (piece instanceof HTMLElement) piece.style.flexGrow = String(share);
      const said = this.#mix.children[grain]?.lastElementChild;
      if (said) said.textContent = `${this.#names[grain]} ${percent(share)}`;
    }
  }

  /** Says what the others are now, if they are not what they were. @param {number} at which one was moved */
  #tell(at) {
    const now = this.value;
    const moved = now.flatMap((share, one) => (one !== at && share !== this.#before?.[one] ? [`${title(this.#names[one + 1])} share is ${share} now.`] : []));
    this.#spoken.textContent = moved.join(" ");
  }
}

/** @param {number} grain @param {Grid} grid */
function part(grain, grid) {
  const piece = el("i");
  piece.style.background = `var(--${inkOf(grain, grid)})`;
  return piece;
}

/** @param {number} share */
const percent = (share) => `${Math.round(100 * share)}\u00a0%`;

/** @param {string} name */
const title = (name) => `${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`;

define("vg-shares-field", SharesField);
