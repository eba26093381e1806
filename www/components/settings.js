/**
 * What is worth turning at a picture: numbers, the schedule and the shares of the granularities, folded away. What a
 * method does not heed and a model does not know is out of sight.
 */
import { NOTHING, scheduleOf } from "../lib/description.js";
import { el, freshId } from "../lib/dom.js";
import { MODES, PAPER_NAMES, modesOf } from "../lib/modes.js";
import { heeds, initial, initialSchedule, initialShares } from "../lib/initial.js";
import { sameShares } from "../lib/request.js";
import { NumberField } from "./number-field.js";
import { NUMBERS } from "./numbers.js";
import { SharesField } from "./shares-field.js";

/** @typedef {import("../lib/request.js").Wish} Wish */
/** @typedef {import("../lib/description.js").Description} Description */
/** @typedef {import("../lib/modes.js").Method} Method */

export class Settings {
  #description = NOTHING;
  #schedule = el("select", { id: freshId("schedule") });
  #scheduleHint = el("p", { class: "hint", id: freshId("schedule-hint") });
  #shares = new SharesField();
  /** @type {NumberField[]} */
  #numbers;
  /** What only one generator heeds. */
  #groups = { nar: group("nar"), ar: group("ar") };
  /** @type {Method} what they were last fitted to */
  #fitted = "nar";

  constructor() {
    const fields = (/** @type {keyof typeof NUMBERS} */ kind) => NUMBERS[kind].map(([name, label, step, hint, more]) => number({ name, label, step, hint, ...more }));
    const [pace, look, nar, ar] = /** @type {const} */ (["pace", "look", "nar", "ar"]).map(fields);
    this.#numbers = [...pace, ...look, ...nar, ...ar];
    this.#schedule.setAttribute("aria-describedby", this.#scheduleHint.id);
    this.#schedule.addEventListener("change", () => this.#fitPriority());
    const schedule = el("div", { class: "field" }, el("label", { class: "label", for: this.#schedule.id }, "Schedule"), this.#schedule, this.#scheduleHint);
    this.#groups.nar.append(el("div", { class: "field-stack" }, ...nar, schedule));
    this.#groups.ar.append(el("div", { class: "pair" }, ...ar));
    this.element = el(
      "details",
      { class: "advanced", "data-part": "settings" },
      el("summary", {}, "Settings"),
      ...[el("div", { class: "pair" }, ...pace), el("div", { class: "pair" }, ...look, this.#shares), this.#groups.nar, this.#groups.ar],
    );
  }

  /** Of a model whose engine is still to come nothing is known. @param {Description} description */
  set model(description) {
    this.#description = description;
  }

  /** What a model has, all of it where it starts. @param {Description} description @param {Method} method */
  describe(description, method) {
    this.#description = description;
    this.#fitted = method;
    this.#schedule.replaceChildren(...description.schedules.map(({ id, name }) => el("option", { value: id }, name)));
    for (const field of this.#numbers) {
      const limit = description.limits[field.name];
      if (limit) field.limit(limit, initial(description, nameOf(field), { mode: method }));
    }
    this.#shares.describe(description, initialShares(description, method));
    this.#schedule.value = initialSchedule(description);
    this.#fitPriority();
    this.fit(method);
  }

  /** Their part of a request. @returns {Partial<Wish>} */
  get request() {
    const { limits, schedules } = this.#description;
    /** @type {Partial<Wish> & Record<string, unknown>} */
    const request = {};
    if (schedules.length) request.schedule = this.#schedule.value;
    if (!this.#shares.hidden) request.shares = this.#shares.value;
    for (const field of this.#numbers) if (limits[field.name]) request[field.name] = field.value;
    return request;
  }

  /** Whatever is left out goes back to where it started; what does not stand there is shown. */
  set request(request) {
    const description = this.#description;
    const schedule = request.schedule ?? initialSchedule(description);
    this.#schedule.value = schedule;
    this.#fitPriority();
    const shares = initialShares(description, this.#fitted);
    this.#shares.value = request.shares ?? shares;
    let turned = schedule !== initialSchedule(description) || (request.shares !== undefined && !sameShares(request.shares, shares));
    for (const field of this.#numbers) {
      const name = nameOf(field);
      const usual = initial(description, name, { schedule, mode: this.#fitted });
      field.value = request[name] ?? usual;
      turned ||= field.value !== usual;
    }
    if (turned) this.element.open = true;
  }

  /** @param {number} count */
  set steps(count) {
    this.#number("steps").value = count;
  }

  /** Shows what a method heeds. @param {Method} method */
  fit(method) {
    const description = this.#description;
    const [before, now] = [this.#fitted, method].map((mode) => ({ mode, schedule: this.#schedule.value }));
    for (const field of this.#numbers) {
      field.hidden = !description.limits[field.name] || !heeds(description, method, field.name);
      if (!heeds(description, this.#fitted, field.name) || field.hidden) continue;
      // What was left as it was starts where the new method does.
      const [from, to] = [before, now].map((wish) => initial(description, nameOf(field), wish));
      if (field.value === from) field.value = to;
    }
    const [from, to] = [before, now].map(({ mode }) => initialShares(description, mode));
    if (sameShares(this.#shares.value, from)) this.#shares.value = to;
    this.#fitted = method;
    for (const mode of MODES) {
      const own = this.#numbers.some(({ name, hidden }) => !hidden && NUMBERS[mode].some(([one]) => one === name));
      const ordered = mode === "nar" && description.schedules.length > 0;
      this.#groups[mode].hidden = !modesOf(method).includes(mode) || !(own || ordered);
    }
  }

  /** Each schedule starts from a priority of its own, and some know none. */
  #fitPriority() {
    const schedule = this.#schedule.value;
    const known = scheduleOf(this.#description, schedule);
    const priority = this.#number("priority");
    priority.value = initial(this.#description, "priority", { schedule, mode: "nar" });
    priority.disabled = !known?.prioritised;
    this.#scheduleHint.textContent = known?.about ?? "";
  }

  /** @param {import("../lib/request.js").NumberName} name */
  #number(name) {
    return /** @type {NumberField} */ (this.#numbers.find((field) => field.name === name));
  }
}

/** @param {NumberField} field */
function nameOf(field) {
  return /** @type {import("../lib/request.js").NumberName} */ (field.name);
}

/** @param {Record<string, string>} attributes */
function number(attributes) {
  const field = new NumberField();
  for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value);
  return field;
}

/** @param {import("../lib/modes.js").Mode} mode */
function group(mode) {
  return el("fieldset", { class: "bare" }, el("legend", {}, `Only ${PAPER_NAMES[mode]}`));
}
