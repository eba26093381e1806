/**
 * `<vg-prompt>`: all that can be asked of a model, as one form made from its description: controls for its axes, a few
 * ideas, and what is worth turning.
 *
 * Fires "request-change" when a visitor changes any of it, "request-set" when the page does, "generate" with the request, "stop", and "switch" with what another
 * model has. The button is one and the same for both, so that it keeps the focus of whoever pressed it.
 */
import { ElementBase, define } from "../lib/define.js";
import { withParents } from "../lib/axes.js";
import { NOTHING, scheduleOf } from "../lib/description.js";
import { el, emit, freshId, isComposing, pressedOnce } from "../lib/dom.js";
import { NO_WORDS, loadWords } from "../lib/class-words.js";
import { findElsewhere } from "../lib/elsewhere.js";
import { familiarOf, tellFamiliar } from "../lib/familiar.js";
import { MODES, PAPER_NAMES, modesOf } from "../lib/modes.js";
import { heeds, initial, initialSchedule, initialShares, sameShares, promptOf } from "../lib/request.js";
import { AxisFields } from "./axis-fields.js";
import { CountPicker } from "./count-picker.js";
import { ideasOf, surprise } from "./ideas.js";
import { MethodPicker } from "./method-picker.js";
import { NumberField } from "./number-field.js";
import { Pace } from "./pace.js";
import { SeedField } from "./seed-field.js";
import { SharesField } from "./shares-field.js";
import { NUMBERS } from "./numbers.js";

/** @typedef {import("../lib/request.js").Wish} Wish */
/** @typedef {import("../lib/request.js").Prompt} AskedFor */
/** @typedef {import("../lib/description.js").Description} Description */
/**
 * @typedef {object} Offered
 * @property {readonly AskedFor[]} [ideas] prompts to begin with; what of them the model does not have is left out
 * @property {boolean} [recites] whether it draws what training had as it was there
 * @property {string | null} [words] address of other words for its classes
 * @property {readonly import("../lib/models.js").ModelEntry[]} [others] models that may have what this one has not
 */

export class Prompt extends ElementBase {
  /** @type {Description} */
  #description = NOTHING;
  #axes = new AxisFields("What should it draw?");
  #count = new CountPicker();
  /** Whether training had what is chosen. */
  #familiar = el("p", { class: "familiar", role: "status" });
  #recites = false;
  /** @type {readonly import("../lib/models.js").ModelEntry[]} */
  #others = [];
  #ideas = el("div", { class: "ideas", role: "group", "aria-label": "Ideas", "data-part": "ideas" });
  /** Everything but the button, which can be pressed before the model is there: what is asked for, ideas, and the rest. */
  #asked = el("div", { class: "choices" });
  #offers = el("div", { class: "choices" });
  #rest = el("div", { class: "choices rest", id: freshId("rest") });
  /** Whether something was chosen before the model was there. */
  #touched = false;
  /** What a picture takes on this device. */
  pace = new Pace();
  /** Where all is in one column the rest would push the picture out of sight: it is shown when it is asked for. */
  #more = el("button", { type: "button", class: "more", "aria-expanded": "false", "aria-controls": this.#rest.id }, "More choices");
  #schedule = el("select", { id: freshId("schedule") });
  #scheduleHint = el("p", { class: "hint", id: freshId("schedule-hint") });
  #seed = new SeedField();
  #method = new MethodPicker();
  #shares = new SharesField();
  /** @type {NumberField[]} */
  #numbers = [];
  /** What only one generator heeds. */
  #groups = { nar: group("nar"), ar: group("ar") };
  #button = el("button", { type: "submit", class: "primary" }, "Draw");
  #busy = false;
  /** @type {import("../lib/modes.js").Method} what the form was last fitted to */
  #fitted = "nar";

  connectedCallback() {
    if (this.childElementCount) return;
    const fields = (/** @type {keyof typeof NUMBERS} */ kind) => NUMBERS[kind].map(([name, label, step, hint, more]) => number({ name, label, step, hint, ...more }));
    const [pace, look, nar, ar] = /** @type {const} */ (["pace", "look", "nar", "ar"]).map(fields);
    this.#numbers = [...pace, ...look, ...nar, ...ar];
    this.#schedule.setAttribute("aria-describedby", this.#scheduleHint.id);
    const schedule = el("div", { class: "field" }, el("label", { class: "label", for: this.#schedule.id }, "Schedule"), this.#schedule, this.#scheduleHint);
    this.#groups.nar.append(el("div", { class: "field-stack" }, ...nar, schedule));
    this.#groups.ar.append(el("div", { class: "pair" }, ...ar));
    this.#asked.append(part("prompt", this.#axes.boxes));
    this.#offers.append(this.#axes.read, this.#axes.chips, this.#familiar, this.#ideas);
    this.#rest.append(
      part("style", this.#axes.tiles),
      part("method", this.#method),
      part("count", this.#count),
      part("seed", this.#seed),
      el(
        "details",
        { class: "advanced", "data-part": "settings" },
        el("summary", {}, "Settings"),
        ...[el("div", { class: "pair" }, ...pace), el("div", { class: "pair" }, ...look, this.#shares), this.#groups.nar, this.#groups.ar],
      ),
    );
    const submit = el("div", { class: "submit" }, this.#button, this.pace.element);
    // The button comes early: it is a few steps of the Tab key away.
    const form = el("form", { novalidate: true, "aria-label": "What to draw" }, this.#asked, submit, this.#offers, this.#more, this.#rest);
    this.replaceChildren(form);
    this.#within("none");
    this.addEventListener("request-change", () => (this.#touched = true));
    this.#more.addEventListener("click", () => {
      const open = this.classList.toggle("open");
      this.#more.setAttribute("aria-expanded", String(open));
      this.#more.textContent = open ? "Fewer choices" : "More choices";
    });
    // The form hears of the others by "submit".
    pressedOnce(this.#button);
    form.addEventListener("keydown", (event) => {
      const held = event.repeat && event.key === "Enter";
      if (held || (event.key === "Enter" && isComposing(event))) event.preventDefault();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#busy) emit(this, "stop");
      else this.#generate();
    });
    this.#method.addEventListener("change", () => this.#fitMethod());
    this.#schedule.addEventListener("change", () => this.#fitPriority());
    this.#axes.onChange = () => {
      this.#tellFamiliar();
      emit(this, "request-change");
    };
    form.addEventListener("lost", (event) => {
      const { text, unknown, meant, show } = /** @type {CustomEvent<import("./words-box.js").Lost>} */ (event).detail;
      void findElsewhere(this.#others, text, unknown, meant).then(show);
    });
    form.addEventListener("change", () => emit(this, "request-change"));
  }

  /**
   * What can be chosen of a model whose engine is still to come: its manifest says so much.
   *
   * @param {Pick<Description, "axes" | "trained">} classes
   * @param {Offered & { usable?: boolean }} [more] `usable`: false where what is chosen will be another's choice
   */
  preview({ axes, trained }, { usable = true, ...more } = {}) {
    this.#choices({ ...NOTHING, axes, trained }, more);
    this.#within(usable ? "choices" : "none");
    emit(this, "request-set");
  }

  /**
   * The form for a model.
   *
   * @param {Description} description
   * @param {Offered} [more]
   */
  describe(description, more) {
    this.#choices(description, more);
    this.#method.modes = description.generators;
    this.#fitted = this.#method.value;
    this.#seed.limit = description.limits.seed;
    this.#schedule.replaceChildren(...description.schedules.map(({ id, name }) => el("option", { value: id }, name)));
    for (const field of this.#numbers) {
      const limit = description.limits[field.name];
      if (limit) field.limit(limit, initial(description, this.#nameOf(field), { mode: this.#fitted }));
    }
    this.#shares.describe(description, initialShares(description, this.#fitted));
    this.#schedule.value = initialSchedule(description);
    this.#within("all");
    this.#fitPriority();
    this.#fitMethod();
    emit(this, "request-set");
  }

  /** @param {Description} description @param {Offered} [more] */
  #choices(description, { ideas = [], recites = false, words = null, others = [] } = {}) {
    this.#description = description;
    this.#recites = recites;
    this.#others = others;
    this.#axes.describe(description.axes);
    void loadWords(words).then((found) => {
      if (this.#description === description && found !== NO_WORDS) this.#axes.learn(found);
    });
    this.#asked.hidden = !this.#axes.searched;
    this.#offer(ideas);
    this.#tellFamiliar();
  }

  /** No model is there any more, or none yet. */
  forget() {
    this.#touched = false;
    this.#within("none");
  }

  /** Whether a visitor has chosen something before the model was there. */
  get touched() {
    return this.#touched;
  }

  /** How much of it is within reach; what is still to come keeps its place. @param {"none" | "choices" | "all"} reach */
  #within(reach) {
    this.classList.toggle("known", this.#axes.axes.length > 0 || reach === "all");
    this.classList.toggle("described", reach === "all");
    const early = [this.#asked, this.#offers, /** @type {HTMLElement} */ (this.#axes.tiles)];
    for (const part of early) part.inert = reach === "none";
    for (const part of this.#rest.children) if (part !== this.#axes.tiles) /** @type {HTMLElement} */ (part).inert = reach !== "all";
  }

  /** Puts the focus on the first of it. @returns {boolean} whether there is anything to be seen of it */
  enter() {
    const field = [...this.querySelectorAll("input, button")].find((one) => one instanceof HTMLElement && !one.closest("[inert]") && one.offsetParent !== null && one.tabIndex >= 0);
    if (field instanceof HTMLElement) field.focus();
    return Boolean(field);
  }

  /** What training had of it, where one chooses. */
  #tellFamiliar() {
    const familiar = familiarOf(this.#description, this.#axes.value);
    // Where a model does not tell its line is empty: what is below would jump.
    this.#familiar.dataset.kind = familiar?.kind ?? "";
    if (!familiar) return this.#familiar.replaceChildren();
    const { mark, about } = tellFamiliar(familiar, this.#recites);
    this.#familiar.replaceChildren(el("b", {}, mark), `: ${about}`);
  }

  /** @param {readonly AskedFor[]} ideas */
  #offer(ideas) {
    const buttons = ideasOf(this.#description, ideas).map(({ prompt, title, glyph }) => {
      const sign = glyph ? [el("span", { class: "sign", "aria-hidden": "true" }, glyph)] : [];
      const button = el("button", { type: "button", class: "idea" }, ...sign, title);
      button.addEventListener("click", () => this.#try(prompt));
      return button;
    });
    const chance = el("button", { type: "button", class: "idea surprise" }, "Surprise me");
    chance.addEventListener("click", () => this.surprise());
    this.#ideas.hidden = this.#offers.hidden = this.#axes.empty;
    this.#ideas.replaceChildren(...buttons, chance);
  }

  /** Draws something by chance. */
  surprise() {
    if (!this.#axes.empty) this.#try(surprise(this.#description.axes));
  }

  /** @param {AskedFor} prompt */
  #try(prompt) {
    if (this.#busy) return;
    this.#axes.value = prompt;
    this.#tellFamiliar();
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
    const { limits, schedules } = this.#description;
    /** @type {Wish & Record<string, unknown>} */
    const request = { mode: this.#method.value, prompt: this.#axes.value, seed: this.#seed.value };
    if (schedules.length) request.schedule = this.#schedule.value;
    if (!this.#shares.hidden) request.shares = this.#shares.value;
    for (const field of this.#numbers) if (limits[field.name]) request[field.name] = field.value;
    return request;
  }

  /** Whatever is left out goes back to where it started. */
  set request(request) {
    const description = this.#description;
    this.#axes.value = promptOf(request);
    this.#tellFamiliar();
    if (modesOf(request.mode).every((mode) => description.generators.includes(mode))) this.#method.value = request.mode ?? description.generators[0];
    this.#fitMethod();
    const schedule = request.schedule ?? initialSchedule(description);
    this.#schedule.value = schedule;
    this.#fitPriority();
    const shares = initialShares(description, this.#fitted);
    this.#shares.value = request.shares ?? shares;
    let advanced = schedule !== initialSchedule(description) || (request.shares !== undefined && !sameShares(request.shares, shares));
    for (const field of this.#numbers) {
      const name = this.#nameOf(field);
      const usual = initial(description, name, { schedule, mode: this.#fitted });
      field.value = request[name] ?? usual;
      advanced ||= field.value !== usual;
    }
    if (request.seed !== undefined) {
      this.#seed.value = request.seed;
      this.#seed.fresh = false;
    }
    const details = this.querySelector("details");
    if (details && advanced) details.open = true;
    emit(this, "request-set");
  }

  /** What to begin with: the same thing, but a seed of its own. @param {Wish} request */
  suggest(request) {
    this.#axes.value = withParents(promptOf(request), this.#description.axes);
    this.#tellFamiliar();
    emit(this, "request-set");
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
    emit(this, "request-set");
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

  /** @param {NumberField} field */
  #nameOf(field) {
    return /** @type {import("../lib/request.js").NumberName} */ (field.name);
  }

  /** @param {import("../lib/request.js").NumberName} name */
  #number(name) {
    return /** @type {NumberField} */ (this.#numbers.find((field) => field.name === name));
  }

  /** What the method does not heed, and what the model does not know, is out of sight. */
  #fitMethod() {
    const description = this.#description;
    const method = this.#method.value;
    const [before, now] = [this.#fitted, method].map((mode) => ({ mode, schedule: this.#schedule.value }));
    for (const field of this.#numbers) {
      field.hidden = !description.limits[field.name] || !heeds(description, method, field.name);
      if (!heeds(description, this.#fitted, field.name) || field.hidden) continue;
      // What was left as it was starts where the new method does.
      const [from, to] = [before, now].map((wish) => initial(description, this.#nameOf(field), wish));
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
}

/** What can be hidden by its name. @param {import("../lib/page-state.js").Hideable} name @param {HTMLElement} element */
function part(name, element) {
  element.dataset.part = name;
  return element;
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

define("vg-prompt", Prompt);
