/**
 * `<vg-set>`: all things in all styles. Where a set has no drawing, the model can make one.
 */
import { el, freshId, nextFrame } from "../../lib/dom.js";
import { propose } from "../../lib/estimate.js";
import { Pairs, STATES } from "../../lib/pairs.js";
import { VarigrainError } from "../../lib/errors.js";
import { randomSeed } from "../../lib/request.js";
import { buildIndex, search } from "../../lib/search.js";
import { Panel } from "../panel/panel.js";
import { Detail } from "./detail.js";
import { SetTable } from "./table.js";
import { STATE_WORDS } from "./words.js";

/** @typedef {import("../panels.js").Studio} Studio */
/** @typedef {import("../../varigrain.js").Varigrain} Varigrain */
/** @typedef {import("./table.js").Pair} Pair */

const PAIRS = new URL("../../data/pairs.json", import.meta.url);
/** More rows than this are not looked through, but searched. */
const MOST_ROWS = 40;
const MOST_NEIGHBOURS = 3;

export class SetPanel extends Panel {
  #detail = new Detail();
  #search = el("input", { type: "text", id: freshId("find"), placeholder: "cat, food, flag …", autocomplete: "off", spellcheck: "false" });
  #category = el("select", { id: freshId("category") });
  #gaps = el("input", { type: "checkbox", checked: true });
  #count = el("p", { class: "hint" });
  #sums = el("p", { class: "hint" });
  #again = el("button", { type: "button", hidden: true }, "With another seed");
  #place = el("div", { class: "table" });
  #desk = el("div", { class: "desk field-stack set-desk", role: "region", "aria-label": "The chosen drawing" });
  #controls = el("div", { class: "settings three", inert: true });
  /** @type {SetTable | null} */
  #table = null;
  /** @type {Pairs | null} */
  #pairs = null;
  /** @type {import("../../lib/search.js").Entry[]} */
  #index = [];
  /** Places of the concepts by id. @type {Map<string, number>} */
  #at = new Map();
  /** @type {Pair | null} */
  #pair = null;
  /** @type {AbortController | null} */
  #job = null;

  /** @override */
  build() {
    this.#controls.append(
      el("div", {}, el("label", { class: "label", for: this.#search.id }, "Find things"), this.#search),
      el("div", {}, el("label", { class: "label", for: this.#category.id }, "Kind of thing"), this.#category),
      el("label", { class: "check" }, this.#gaps, "Only things with a gap"),
    );
    const legend = el("ul", { class: "set-legend" });
    for (const state of ["trained", "held-out", "gap"]) {
      const { name } = STATE_WORDS[/** @type {typeof STATES[number]} */ (state)];
      legend.append(el("li", { "data-state": state }, el("span", { class: "pair-mark", "aria-hidden": "true" }), name));
    }
    this.#place.append(this.#sums, this.#controls, legend, this.#count);
    const hint = el("p", { class: "hint" }, "Choose a cell, and the model draws it. A dashed one is a drawing that no set has.");
    this.#desk.append(hint, this.#detail.element, this.telling.element, this.#again);
    this.replaceChildren(el("div", { class: "playground" }, this.#place, this.#desk));
    for (const [field, type] of /** @type {const} */ ([[this.#search, "input"], [this.#category, "change"], [this.#gaps, "change"]])) {
      field.addEventListener(type, () => this.#list());
    }
    this.#again.addEventListener("click", () => {
      if (this.#pair) void this.#draw(this.#pair);
    });
    this.telling.onStop = () => this.#job?.abort();
  }

  /** @override @param {import("../panel/panel.js").Progress} progress */
  awaits({ mode, part }) {
    return !this.#table && !mode && !part;
  }

  /** @override @param {Studio} studio */
  opened(studio) {
    void this.#load(studio);
  }

  /** @param {Studio} studio */
  async #load(studio) {
    this.telling.say("Waiting for the model …", "");
    try {
      const [{ classes }, response] = await Promise.all([studio.model.load(), fetch(PAIRS).catch(() => null)]);
      if (!response?.ok) throw new VarigrainError("pack-missing", "The table of which drawings exist could not be downloaded.");
      this.#pairs = new Pairs(await response.json().catch(() => null), classes.styles, classes.concepts);
      this.#index = buildIndex(classes.concepts, (id) => classes.categories.find((category) => category.id === id)?.name ?? "");
      this.#at = new Map(classes.concepts.map(({ id }, at) => [id, at]));
      this.#table = new SetTable(classes, this.#pairs);
      this.#table.onPick = (pair) => void this.#draw(pair);
      this.#category.replaceChildren(...classes.categories.map(({ id, name }) => el("option", { value: id }, name)));
      const sums = this.#pairs.tally();
      const all = sums.gap + sums.trained + sums["held-out"];
      this.#sums.textContent = `${classes.concepts.length} things in ${classes.styles.length} styles: ${sums.gap} of ${all} drawings do not exist.`;
      this.#place.append(this.#table.element);
      this.#controls.inert = false;
      this.telling.say("");
      this.#list();
    } catch (error) {
      this.telling.fail(error, () => void this.#load(studio));
    }
  }

  /** What is searched for, or a kind of thing. */
  #list() {
    const [pairs, table] = [this.#pairs, this.#table];
    if (!pairs || !table) return;
    const query = this.#search.value.trim();
    this.#category.disabled = Boolean(query);
    const category = query ? null : this.#category.value;
    const found = search(this.#index, query, { category, limit: Infinity }).concepts.map(({ id }) => this.#at.get(id) ?? 0);
    const wanted = this.#gaps.checked ? found.filter((concept) => pairs.hasGap(concept)) : found;
    const shown = wanted.slice(0, MOST_ROWS);
    const rest = wanted.length > shown.length ? `, the first ${shown.length} of them here` : "";
    const only = this.#gaps.checked ? " with a gap" : "";
    this.#count.textContent = wanted.length ? `${wanted.length} ${wanted.length === 1 ? "thing" : "things"}${only}${rest}` : `Nothing${only} is found. Try another word, or take the tick away.`;
    const name = query ? `what matches “${query}”` : this.#category.selectedOptions[0]?.text;
    table.show(shown, `${name}, by style`);
  }

  /** @param {Pair} pair */
  async #draw(pair) {
    const [studio, pairs] = [this.studio, this.#pairs];
    if (!studio || !pairs) return;
    this.#job?.abort();
    const own = (this.#job = new AbortController());
    this.#pair = pair;
    this.telling.clear();
    this.telling.stoppable = true;
    this.telling.say("Drawing …", "");
    this.toggleAttribute("data-busy", true);
    this.#bringIntoView();
    try {
      await studio.model.use((varigrain) => this.#all(varigrain, pair, pairs, own.signal), own.signal);
    } catch (error) {
      if (this.#job === own && own.signal.aborted) this.telling.say("Stopped.");
      else if (this.#job === own) this.telling.fail(error, () => void this.#draw(pair));
    }
    // Another cell may have been chosen meanwhile; then all this is its affair.
    if (this.#job !== own) return;
    this.#job = null;
    this.telling.stoppable = false;
    this.#again.hidden = false;
    this.toggleAttribute("data-busy", false);
  }

  /** On a phone what is drawn is far above the cell that was chosen. */
  #bringIntoView() {
    const { bottom } = this.#detail.element.getBoundingClientRect();
    if (bottom > 200) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#desk.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "start" });
  }

  /**
   * The pair, then its neighbours with the same seed.
   *
   * @param {Varigrain} varigrain
   * @param {Pair} pair
   * @param {Pairs} pairs
   * @param {AbortSignal} signal
   */
  async #all(varigrain, pair, pairs, signal) {
    const { styles, concepts } = varigrain.classes;
    const concept = concepts[pair.concept];
    const order = [pair.style, ...pairs.neighbours(pair.concept, pair.style, MOST_NEIGHBOURS)];
    const names = order.map((style) => styles[style].name);
    this.#detail.begin(concept.name, names[0], pairs.state(pair.concept, pair.style), names.slice(1));
    const seed = randomSeed();
    const steps = varigrain.backend === "cpu" ? propose(varigrain.warmUpMs).steps : undefined;
    for (const [at, style] of order.entries()) {
      const request = { style: styles[style].id, category: concept.category, concept: concept.id, seed, steps };
      for await (const step of varigrain.generate({ ...request, signal })) {
        const label = `${concept.name} in ${names[at]}, drawn by the model, step ${step.index + 1} of ${step.total}`;
        this.#detail.step(at, step, step.done ? `${concept.name} in ${names[at]}, drawn by the model` : label);
        if (step.done && !at) this.#drawn(pair, step, `${concept.name}, ${names[0]}`, request);
        await nextFrame();
      }
    }
    this.telling.say(`${concept.name} in ${names[0]} is drawn${order.length > 1 ? `, and in ${order.length - 1} other ${order.length === 2 ? "style" : "styles"}` : ""}.`);
  }

  /** @param {Pair} pair @param {import("../../varigrain.js").Step} step @param {string} title @param {import("../../lib/request.js").Wish} request */
  #drawn(pair, { image, grains, cells }, title, request) {
    const made = this.#table?.fill(pair, image) ?? 0;
    this.telling.say(`${made} drawn in this visit. Now in the other styles …`, "");
    this.studio?.shelf.add({ title, image, grains, cells, request, from: "drawn" });
  }
}

customElements.define("vg-set", SetPanel);
