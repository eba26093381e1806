/**
 * `<vg-prompt>`: all that can be asked for, as one form: a box that understands things and styles, a few
 * ideas, and what is worth turning.
 *
 * Fires "request-change" when any of it changes, "generate" with the request, and "stop". The button
 * is one and the same for both, so that it keeps the focus of whoever pressed it.
 */
import { el, emit, freshId } from "../lib/dom.js";
import { MODES, PAPER_NAMES, heeds, modesOf } from "../lib/modes.js";
import { NUMBER_NAMES, PRIORITISED, SCHEDULES, initial, randomSeed } from "../lib/request.js";
import { StylePicker } from "./style-picker.js";
import { CountPicker } from "./count-picker.js";
import { PromptBox } from "./prompt-box.js";
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

/** Prompts to begin with, as far as the model has them. */
const IDEAS = [
  { concept: "cat-face", style: "noto" },
  { concept: "red-heart", style: "fluent" },
  { concept: "red-apple", style: "noto" },
  { concept: "sun", style: "fluent" },
  { concept: "grinning-face", style: "twemoji" },
];

export class Prompt extends HTMLElement {
  #style = new StylePicker();
  #box = new PromptBox();
  #count = new CountPicker();
  #ideas = el("div", { class: "ideas", role: "group", "aria-label": "Ideas", "data-part": "ideas" });
  /** @type {Classes} */
  #classes = { styles: [], categories: [], concepts: [] };
  /** Everything but the button, which can be pressed before the model is there. */
  #choices = el("div", { class: "choices", inert: true });
  #schedule = el("select", { id: freshId("schedule") });
  #seed = new SeedField();
  #method = new MethodPicker();
  /** @type {NumberField[]} */
  #numbers = [];
  /** What only one generator heeds. */
  #groups = { nar: group("nar"), ar: group("ar") };
  #button = el("button", { type: "submit", class: "primary" }, "Draw");
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
    const places = number("positionTemperature", "Temperature of places", "0.05", "The same for where codes go.");
    const ratio = number("fineRatio", "Fine share", "0.05", "Regions that get four codes instead of one.");
    const priority = number("priority", "Priority", "0.1", "How much earlier dense codes are settled.", { reach: "10" });
    const unlimited = (/** @type {string} */ reach) => ({ reach, unlimited: "" });
    const sampling = [
      number("topK", "Top k", "1", "Choose among so many codes.", unlimited("256")),
      number("topP", "Top p", "0.01", "Choose among this share of the odds."),
      number("positionTopK", "Top k of places", "1", "The next code goes to one of so many.", unlimited("64")),
      number("positionTopP", "Top p of places", "0.01", "The same as a share of the odds."),
    ];
    this.#numbers = [steps, every, guidance, temperature, places, priority, ratio, ...sampling];
    this.#groups.nar.append(el("div", { class: "field-stack" }, priority, field("Schedule", this.#schedule)));
    this.#groups.ar.append(el("div", { class: "pair" }, ...sampling));
    const numbers = el("div", { class: "pair" }, steps, every, guidance);
    this.#choices.append(
      part("prompt", this.#box),
      this.#ideas,
      part("style", this.#style),
      part("method", this.#method),
      part("count", this.#count),
      part("seed", this.#seed),
      el(
        "details",
        { class: "advanced", "data-part": "settings" },
        el("summary", {}, "Settings"),
        ...[numbers, el("div", { class: "pair" }, temperature, places, ratio), this.#groups.nar, this.#groups.ar],
      ),
    );
    const submit = el("div", { class: "submit" }, this.#button);
    const form = el("form", { novalidate: true, "aria-label": "What to draw" }, this.#choices, submit);
    this.replaceChildren(form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#busy) emit(this, "stop");
      else this.#generate();
    });
    this.#fitMethod();
    this.#method.addEventListener("change", () => this.#fitMethod());
    this.#schedule.addEventListener("change", () => this.#fitPriority());
    this.#box.addEventListener("pick", (event) => {
      const { style } = /** @type {CustomEvent<import("../lib/prompt-search.js").Idea>} */ (event).detail;
      if (style !== undefined) this.#style.value = style;
      emit(this, "request-change");
    });
    form.addEventListener("change", () => emit(this, "request-change"));
  }

  /** @param {Classes} classes */
  set classes(classes) {
    this.#classes = classes;
    this.#style.styles = classes.styles;
    this.#box.classes = classes;
    this.#choices.inert = false;
    const ideas = IDEAS.flatMap((idea) => {
      const concept = classes.concepts.find(({ id }) => id === idea.concept);
      const style = classes.styles.find(({ id }) => id === idea.style);
      if (!concept || !style) return [];
      const sign = el("span", { class: "emoji", "aria-hidden": "true" }, concept.emoji);
      const button = el("button", { type: "button", class: "idea" }, sign, `${style.name} ${concept.name}`);
      button.addEventListener("click", () => this.#try(idea));
      return [button];
    });
    const surprise = el("button", { type: "button", class: "idea surprise" }, "Surprise me");
    surprise.addEventListener("click", () => this.surprise());
    this.#ideas.replaceChildren(...ideas, surprise);
  }

  /** Draws something by chance, in a style by chance. */
  surprise() {
    const { concepts, styles } = this.#classes;
    if (!concepts.length || !styles.length) return;
    this.#try({ concept: concepts[randomSeed() % concepts.length].id, style: styles[randomSeed() % styles.length].id });
  }

  /** @param {{ concept: string, style: string }} idea */
  #try({ concept, style }) {
    if (this.#busy) return;
    this.#box.value = { concept };
    this.#style.value = style;
    if (this.#seed.fresh) this.#seed.throw();
    emit(this, "request-change");
    emit(this, "generate", this.request);
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
      ...this.#box.value,
      seed: this.#seed.value,
      schedule: /** @type {import("../lib/request.js").Schedule} */ (this.#schedule.value),
    };
    for (const field of this.#numbers) request[field.name] = field.value;
    return request;
  }

  /** Whatever is left out goes back to where it started. */
  set request(request) {
    this.#style.value = request.style ?? null;
    this.#box.value = request;
    this.#method.value = request.mode ?? "nar";
    this.#fitMethod();
    this.#schedule.value = request.schedule ?? SCHEDULES[0];
    this.#fitPriority();
    for (const field of this.#numbers) field.value = request[field.name] ?? initial(field.name, request);
    if (request.seed !== undefined) {
      this.#seed.value = request.seed;
      this.#seed.fresh = false;
    }
    const advanced = NUMBER_NAMES.some((name) => name !== "seed" && request[name] !== undefined && request[name] !== initial(name, request));
    const details = this.querySelector("details");
    if (details && (advanced || (request.schedule && request.schedule !== SCHEDULES[0]))) details.open = true;
  }

  /** What to begin with: the thing and the style, but a seed of its own. @param {Wish} request */
  suggest({ concept, category, style }) {
    this.#box.value = { concept, category };
    this.#style.value = style ?? null;
  }

  /** Pictures of consecutive seeds. */
  get count() {
    return this.#count.value;
  }

  set count(count) {
    this.#count.value = count;
  }

  /** How many steps to begin with on this device; a link that names another number still wins. */
  set steps(/** @type {number} */ count) {
    this.#number("steps").value = count;
  }

  /** @param {boolean} busy */
  set busy(busy) {
    this.#busy = busy;
    this.#button.textContent = busy ? "Stop" : "Draw";
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
}

/** What can be hidden by its name. @param {import("../lib/page-state.js").Hideable} name @param {HTMLElement} element */
function part(name, element) {
  element.dataset.part = name;
  return element;
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
