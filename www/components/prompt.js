/**
 * `<vg-prompt>`: all that can be asked of a model, as one form made from its description: controls for its axes, a few
 * ideas, and what is worth turning.
 *
 * Fires "request-change" when a visitor changes any of it, "request-set" when the page does, "generate" with the request,
 * "stop", and "switch" with what another model has. The button is one and the same for both, so that it keeps the focus of whoever pressed it.
 */
import { ElementBase, define } from "../lib/define.js";
import { withParents } from "../lib/axes.js";
import { NOTHING } from "../lib/description.js";
import { el, emit, freshId, isComposing, pressedOnce } from "../lib/dom.js";
import { NO_WORDS, loadWords } from "../lib/class-words.js";
import { findElsewhere } from "../lib/elsewhere.js";
import { familiarOf, tellFamiliar } from "../lib/familiar.js";
import { modesOf } from "../lib/modes.js";
import { promptOf } from "../lib/request.js";
import { AxisFields } from "./axis-fields.js";
import { CountPicker } from "./count-picker.js";
import { ideasOf, surprise } from "./ideas.js";
import { MethodPicker } from "./method-picker.js";
import { Pace } from "./pace.js";
import { SeedField } from "./seed-field.js";
import { Settings } from "./settings.js";

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
  #seed = new SeedField();
  #method = new MethodPicker();
  #settings = new Settings();
  #button = el("button", { type: "submit", class: "primary" }, "Draw");
  #busy = false;

  connectedCallback() {
    if (this.childElementCount) return;
    this.#asked.append(part("prompt", this.#axes.boxes));
    this.#offers.append(this.#axes.read, this.#axes.chips, this.#familiar, this.#ideas);
    this.#rest.append(
      part("style", this.#axes.tiles),
      part("method", this.#method),
      part("count", this.#count),
      part("seed", this.#seed),
      this.#settings.element,
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
    this.#method.addEventListener("change", () => this.#settings.fit(this.#method.value));
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
    this.#seed.limit = description.limits.seed;
    this.#settings.describe(description, this.#method.value);
    this.#within("all");
    emit(this, "request-set");
  }

  /** @param {Description} description @param {Offered} [more] */
  #choices(description, { ideas = [], recites = false, words = null, others = [] } = {}) {
    this.#description = description;
    this.#settings.model = description;
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
    return { mode: this.#method.value, prompt: this.#axes.value, seed: this.#seed.value, ...this.#settings.request };
  }

  /** Whatever is left out goes back to where it started. */
  set request(request) {
    const description = this.#description;
    this.#axes.value = promptOf(request);
    this.#tellFamiliar();
    if (modesOf(request.mode).every((mode) => description.generators.includes(mode))) this.#method.value = request.mode ?? description.generators[0];
    this.#settings.fit(this.#method.value);
    this.#settings.request = request;
    if (request.seed !== undefined) {
      this.#seed.value = request.seed;
      this.#seed.fresh = false;
    }
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
    this.#settings.steps = count;
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
}

/** What can be hidden by its name. @param {import("../lib/page-state.js").Hideable} name @param {HTMLElement} element */
function part(name, element) {
  element.dataset.part = name;
  return element;
}

define("vg-prompt", Prompt);
