/**
 * `<vg-prompt>`: all that can be asked for, as one form.
 *
 * Fires "request-change" when any of it changes, "generate" with the request, and "stop". The button
 * is one and the same for both, so that it keeps the focus of whoever pressed it.
 */
import { el, emit, freshId } from "../lib/dom.js";
import { MODES, PAPER_NAMES, heeds, modesOf } from "../lib/modes.js";
import { NUMBER_NAMES, PRIORITISED, SCHEDULES, initial } from "../lib/request.js";
import { StylePicker } from "./style-picker.js";
import { ConceptSearch } from "./concept-search.js";
import { MethodPicker } from "./method-picker.js";
import { NumberField } from "./number-field.js";
import { SeedField } from "./seed-field.js";

/** @typedef {import("../lib/request.js").Wish} Wish */
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

/** What is always in sight; the other numbers wait behind "Advanced". */
const FIRST = ["seed", "steps", "every", "guidance"];

export class Prompt extends HTMLElement {
  #style = new StylePicker();
  #concept = new ConceptSearch();
  #category = el("select", { id: freshId("category") });
  #schedule = el("select", { id: freshId("schedule") });
  #seed = new SeedField();
  #method = new MethodPicker();
  /** @type {NumberField[]} */
  #numbers = [];
  /** What only one generator heeds. */
  #groups = { nar: group("nar"), ar: group("ar") };
  #button = el("button", { type: "submit", class: "primary", disabled: true }, "Generate");
  #busy = false;
  /** @type {import("../lib/modes.js").Method} what the form was last fitted to */
  #fitted = "nar";

  connectedCallback() {
    const options = SCHEDULES.map((id) => el("option", { value: id }, SCHEDULE_NAMES[id]));
    this.#schedule.append(...options);
    const steps = number("steps", "Steps", "1", "Fewer is faster, more is more careful.");
    const every = number("every", "Codes a step", "1", "How many are written between two looks.");
    const guidance = number("guidance", "Guidance", "0.1", "How strongly your choice is insisted on.");
    const temperature = number("temperature", "Temperature", "0.05", "Low is tidy, high is adventurous.");
    const ratio = number("fineRatio", "Fine share", "0.05", "Regions that get four codes instead of one.");
    const priority = number("priority", "Priority", "0.1", "How much earlier dense codes are settled.", { reach: "10" });
    const unlimited = (/** @type {string} */ reach) => ({ reach, unlimited: "" });
    const sampling = [
      number("topK", "Top k", "1", "Choose among so many codes.", unlimited("256")),
      number("topP", "Top p", "0.01", "Choose among this share of the odds."),
      number("positionTopK", "Top k of places", "1", "The next code goes to one of so many.", unlimited("64")),
      number("positionTopP", "Top p of places", "0.01", "The same as a share of the odds."),
      number("positionTemperature", "Temperature of places", "0.05", "Low is tidy, high is adventurous about where codes go."),
    ];
    this.#numbers = [steps, every, guidance, temperature, priority, ratio, ...sampling];
    this.#groups.nar.append(el("div", { class: "field-stack" }, priority, field("Schedule", this.#schedule)));
    this.#groups.ar.append(el("div", { class: "pair" }, ...sampling));
    const form = el(
      "form",
      { novalidate: true, "aria-label": "What to draw" },
      this.#style,
      field("Category", this.#category),
      this.#concept,
      this.#seed,
      this.#method,
      el("div", { class: "pair" }, steps, every, guidance),
      el(
        "details",
        { class: "advanced" },
        el("summary", {}, "Advanced"),
        el("div", { class: "pair" }, temperature, ratio),
        this.#groups.nar,
        this.#groups.ar,
      ),
      el("div", { class: "submit" }, this.#button),
    );
    this.replaceChildren(form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#busy) emit(this, "stop");
      else if (!this.#button.disabled) this.#generate();
    });
    this.#fitMethod();
    this.#method.addEventListener("change", () => this.#fitMethod());
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

  /** Which generators there are, and how many bytes are downloaded if one is asked for. */
  get method() {
    return this.#method;
  }

  /** @returns {Wish} */
  get request() {
    /** @type {Wish} */
    const request = {
      mode: this.#method.value,
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
    this.#method.value = request.mode ?? "nar";
    this.#fitMethod();
    this.#schedule.value = request.schedule ?? SCHEDULES[0];
    this.#fitPriority();
    for (const field of this.#numbers) field.value = request[field.name] ?? initial(field.name, request);
    if (request.seed !== undefined) {
      this.#seed.value = request.seed;
      this.#seed.fresh = false;
    }
    const advanced = NUMBER_NAMES.some((name) => !FIRST.includes(name) && request[name] !== undefined);
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

  /** What the method does not heed is out of sight. */
  #fitMethod() {
    const method = this.#method.value;
    for (const field of this.#numbers) {
      field.hidden = !heeds(method, field.name);
      // What was left as it was starts where the new method does; the priority is its schedule's.
      const [from, to] = [this.#fitted, method].map((mode) => initial(field.name, { mode }));
      if (field.value === from && field.name !== "priority") field.value = to;
    }
    this.#fitted = method;
    for (const mode of MODES) this.#groups[mode].hidden = !modesOf(method).includes(mode);
  }

  /** Each schedule starts from a priority of its own, and some know none. */
  #fitPriority() {
    const schedule = /** @type {import("../lib/request.js").Schedule} */ (this.#schedule.value);
    const priority = this.#number("priority");
    priority.value = initial("priority", { schedule });
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
 * @param {Record<string, string>} [more] further attributes
 */
function number(name, label, step, hint, more = {}) {
  const field = new NumberField();
  for (const [key, value] of Object.entries({ name, label, step, hint, ...more })) field.setAttribute(key, value);
  return field;
}

/** @param {import("../lib/modes.js").Mode} mode */
function group(mode) {
  return el("fieldset", { class: "bare" }, el("legend", {}, `Only ${PAPER_NAMES[mode]}`));
}

customElements.define("vg-prompt", Prompt);
