/**
 * `<vg-prompt>`: all that can be asked for, as one form.
 *
 * Fires "request-change" when any of it changes, "generate" with the request, and "stop". The button
 * is one and the same for both, so that it keeps the focus of whoever pressed it.
 */
import { el, emit, freshId } from "../lib/dom.js";
import { NUMBER_NAMES, PRIORITISED, SCHEDULES, initial } from "../lib/request.js";
import { StylePicker } from "./style-picker.js";
import { ConceptSearch } from "./concept-search.js";
import { NumberField } from "./number-field.js";
import { SeedField } from "./seed-field.js";

/** @typedef {import("../lib/request.js").Request} Request */
/** @typedef {import("../varigrain.js").Classes} Classes */

/** @type {Record<string, string>} */
const SCHEDULE_NAMES = {
  priority: "Priority: dense codes first, then confidence",
  confidence: "Confidence: whatever is surest",
  random: "Random order",
  halton: "Halton: spread evenly",
  strict: "Strict: all fine codes before coarse ones",
  "two-phase": "Two phases: coarse codes, then fine",
};

export class Prompt extends HTMLElement {
  #style = new StylePicker();
  #concept = new ConceptSearch();
  #category = el("select", { id: freshId("category") });
  #schedule = el("select", { id: freshId("schedule") });
  #seed = new SeedField();
  /** @type {NumberField[]} */
  #numbers = [];
  #button = el("button", { type: "submit", class: "primary", disabled: true }, "Generate");
  #busy = false;

  connectedCallback() {
    const options = SCHEDULES.map((id) => el("option", { value: id }, SCHEDULE_NAMES[id]));
    this.#schedule.append(...options);
    const steps = number("steps", "Steps", "1", "Fewer is faster, more is more careful.");
    const guidance = number("guidance", "Guidance", "0.1", "How strongly your choice is insisted on.");
    const temperature = number("temperature", "Temperature", "0.05", "Low is tidy, high is adventurous.");
    const priority = number("priority", "Priority", "0.1", "How much earlier dense codes are settled.");
    priority.setAttribute("reach", "10");
    const ratio = number("fineRatio", "Fine share", "0.05", "Regions that get four codes instead of one.");
    this.#numbers = [steps, guidance, temperature, priority, ratio];
    const form = el(
      "form",
      { novalidate: true, "aria-label": "What to draw" },
      this.#style,
      field("Category", this.#category),
      this.#concept,
      this.#seed,
      el("div", { class: "pair" }, steps, guidance),
      el(
        "details",
        { class: "advanced" },
        el("summary", {}, "Advanced"),
        el("div", { class: "pair" }, temperature, priority),
        ratio,
        field("Schedule", this.#schedule),
      ),
      el("div", { class: "submit" }, this.#button),
    );
    this.replaceChildren(form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#busy) emit(this, "stop");
      else if (!this.#button.disabled) this.#generate();
    });
    this.#schedule.addEventListener("change", () => this.#fitPriority());
    this.#category.addEventListener("change", () => this.#limitConcepts(this.#category.value || null));
    this.#concept.addEventListener("pick", (event) => {
      const concept = /** @type {CustomEvent<import("../varigrain.js").Concept | null>} */ (event).detail;
      if (concept) this.#category.value = concept.category;
      // After a choice the whole list is open again: one more search should not be confined by it.
      this.#concept.category = concept ? null : this.#category.value || null;
      emit(this, "request-change");
    });
    form.addEventListener("change", () => emit(this, "request-change"));
  }

  /** @param {Classes} classes */
  set classes(classes) {
    this.#style.styles = classes.styles;
    this.#concept.classes = classes;
    const options = classes.categories.map(({ id, name }) => el("option", { value: id }, name));
    this.#category.replaceChildren(el("option", { value: "" }, "Any"), ...options);
    this.#button.disabled = false;
  }

  /** @returns {Request} */
  get request() {
    /** @type {Request} */
    const request = {
      style: this.#style.value,
      category: this.#category.value || null,
      concept: this.#concept.value,
      seed: this.#seed.value,
      schedule: /** @type {import("../lib/request.js").Schedule} */ (this.#schedule.value),
    };
    for (const field of this.#numbers) request[field.name] = field.value;
    return request;
  }

  /** Whatever is left out goes back to where it started. */
  set request(request) {
    this.#style.value = request.style ?? null;
    this.#category.value = request.category ?? "";
    this.#concept.value = request.concept ?? null;
    this.#concept.category = request.concept ? null : (request.category ?? null);
    this.#schedule.value = request.schedule ?? SCHEDULES[0];
    this.#fitPriority();
    for (const field of this.#numbers) field.value = request[field.name] ?? initial(field.name, request.schedule);
    if (request.seed !== undefined) {
      this.#seed.value = request.seed;
      this.#seed.fresh = false;
    }
    const advanced = NUMBER_NAMES.slice(3).some((name) => request[name] !== undefined);
    const details = this.querySelector("details");
    if (details && (advanced || request.schedule)) details.open = true;
  }

  /** How many steps to begin with on this device; a link that names another number still wins. */
  set steps(/** @type {number} */ count) {
    this.#number("steps").value = count;
  }

  /** @param {boolean} busy */
  set busy(busy) {
    this.#busy = busy;
    this.#button.textContent = busy ? "Stop" : "Generate";
    this.#button.classList.toggle("stop", busy);
  }

  #generate() {
    if (this.#seed.fresh) {
      this.#seed.throw();
      emit(this, "request-change");
    }
    emit(this, "generate", this.request);
  }

  /** @param {import("../lib/request.js").NumberName} name */
  #number(name) {
    return /** @type {NumberField} */ (this.#numbers.find((field) => field.name === name));
  }

  /** Each schedule starts from a priority of its own, and some know none. */
  #fitPriority() {
    const schedule = /** @type {import("../lib/request.js").Schedule} */ (this.#schedule.value);
    const priority = this.#number("priority");
    priority.value = initial("priority", schedule);
    priority.disabled = !PRIORITISED.includes(schedule);
  }

  /** @param {string | null} category */
  #limitConcepts(category) {
    this.#concept.category = category;
    // Concept and category must agree; the one touched last wins.
    if (this.#concept.value) this.#concept.value = null;
  }
}

/**
 * @param {string} label
 * @param {HTMLSelectElement} control
 */
function field(label, control) {
  return el("div", { class: "field" }, el("label", { class: "label", for: control.id }, label), control);
}

/**
 * @param {import("../lib/request.js").NumberName} name
 * @param {string} label
 * @param {string} step
 * @param {string} hint
 */
function number(name, label, step, hint) {
  const field = new NumberField();
  for (const [key, value] of Object.entries({ name, label, step, hint })) field.setAttribute(key, value);
  return field;
}

customElements.define("vg-prompt", Prompt);
