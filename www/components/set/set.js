/**
 * `<vg-set>`: all pairs of two axes. Where training had no picture of a pair, the model can make one.
 */
import { define } from "../../lib/define.js";
import { el, freshId, nextFrame } from "../../lib/dom.js";
import { withParents } from "../../lib/axes.js";
import { axisOf } from "../../lib/description.js";
import { propose } from "../../lib/estimate.js";
import { Grid } from "../../lib/grid.js";
import { RealDrawings } from "../../lib/real-drawings.js";
import { initial } from "../../lib/initial.js";
import { randomSeed } from "../../lib/request.js";
import { buildIndex, search } from "../../lib/search.js";
import { tableOf } from "../../lib/trained.js";
import { Panel } from "../panel/panel.js";
import { Detail } from "./detail.js";
import { elsewhere } from "./elsewhere.js";
import { Hanging } from "./hanging.js";
import { SetTable } from "./table.js";
import { STATE_WORDS } from "./words.js";

/** @typedef {import("../panels.js").Studio} Studio */
/** @typedef {import("../../varigrain.js").Varigrain} Varigrain */
/** @typedef {import("./table.js").Pair} Pair */

/** More rows than this are not looked through, but searched. */
const MOST_ROWS = 40;
const MOST_NEIGHBOURS = 3;

export class SetPanel extends Panel {
  #detail = new Detail();
  #search = el("input", { type: "text", id: freshId("find"), autocomplete: "off", spellcheck: "false" });
  #searchLabel = el("label", { class: "label", for: this.#search.id }, "Find");
  #kind = el("select", { id: freshId("kind") });
  #kindLabel = el("label", { class: "label", for: this.#kind.id }, "Kind");
  #gaps = el("input", { type: "checkbox", checked: true });
  #count = el("p", { class: "hint" });
  #sums = el("p", { class: "hint" });
  #again = el("button", { type: "button", hidden: true }, "With another seed");
  #place = el("div", { class: "table" });
  #desk = el("div", { class: "desk field-stack set-desk", role: "region", "aria-label": "The chosen drawing" });
  #controls = el("div", { class: "settings three", inert: true });
  #legend = el("ul", { class: "set-legend" });
  #hint = el("p", { class: "hint" }, "Choose a cell, and the model draws it. A dashed one is a pair that it was not trained with.");
  /** @type {SetTable | null} */
  #table = null;
  /** @type {RealDrawings | null} */
  #drawings = null;
  /** @type {Hanging | null} */
  #hanging = null;
  /** @type {import("../../lib/trained.js").TrainedPairs | null} */
  #pairs = null;
  /** @type {import("../../lib/search.js").Entry[]} */
  #index = [];
  /** Rows by the id of their class. @type {Map<string, number>} */
  #at = new Map();
  /** @type {Pair | null} */
  #pair = null;
  /** @type {AbortController | null} */
  #job = null;

  /** @override */
  build() {
    this.#controls.append(
      el("div", {}, this.#searchLabel, this.#search),
      el("div", {}, this.#kindLabel, this.#kind),
      el("label", { class: "check" }, this.#gaps, "Only rows with a gap"),
    );
    this.#place.append(this.#sums, this.#controls, this.#legend, this.#count);
    this.#desk.append(this.#hint, this.#detail.element, this.telling.element, this.#again);
    this.replaceChildren(el("div", { class: "playground" }, this.#place, this.#desk));
    for (const [field, type] of /** @type {const} */ ([[this.#search, "input"], [this.#kind, "change"], [this.#gaps, "change"]])) {
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

  disconnectedCallback() {
    this.#job?.abort();
    this.#hanging?.stop();
  }

  /** What marks mean, and where the pictures are from. @param {boolean} real whether there are real drawings */
  #explain(real) {
    const states = Object.entries(STATE_WORDS).filter(([state]) => real || state !== "held");
    this.#legend.replaceChildren(...states.map(([state, { name }]) => el("li", { "data-state": state }, el("span", { class: "pair-mark", "aria-hidden": "true" }), name)));
    if (real) this.#hint.textContent += " The pictures in the table are the real drawings, each kept as a few hundred bytes of this model’s codes.";
  }

  /** @param {Studio} studio */
  async #load(studio) {
    this.telling.say("Waiting for the model …", "");
    try {
      const { description } = await studio.model.load();
      const pairs = (this.#pairs = tableOf(description));
      if (!pairs) {
        const words = await elsewhere(studio, description);
        if (studio === this.studio && this.isConnected) this.replaceChildren(words);
        return;
      }
      const { rows } = pairs;
      const above = axisOf(description, rows.parent);
      this.#index = buildIndex(rows, above);
      this.#at = new Map(rows.classes.map(({ id }, at) => [id, at]));
      this.#table = new SetTable(pairs);
      this.#table.onPick = (pair) => void this.#draw(pair);
      this.#searchLabel.textContent = `Find: ${rows.name.toLowerCase()}`;
      this.#search.placeholder = `${[0.3, 0.6].map((share) => rows.classes[Math.floor(share * rows.classes.length)].name).join(", ")} …`;
      this.#kindLabel.textContent = above?.name ?? "";
      /** @type {HTMLElement} */ (this.#kind.parentElement).hidden = !above;
      this.#kind.replaceChildren(...(above?.classes ?? []).map(({ id, name }) => el("option", { value: id }, name)));
      this.#sums.textContent = `${rows.name} by ${pairs.columns.name.toLowerCase()}: ${rows.classes.length} × ${pairs.columns.classes.length} pairs, ${pairs.possible - pairs.count} of which were not in the training data.`;
      this.#place.append(this.#table.element);
      this.#explain(studio.drawings !== null);
      if (studio.drawings) {
        this.#drawings = new RealDrawings(studio.drawings, pairs);
        this.#hanging = new Hanging(this.#table, this.#drawings, (bytes) => studio.model.use(async (varigrain) => (await varigrain.fromBytes(bytes)).image));
      }
      this.#controls.inert = false;
      this.telling.say("");
      this.#list();
    } catch (error) {
      this.telling.fail(error, () => void this.#load(studio));
    }
  }

  /** What is searched for, or a kind of it. */
  #list() {
    const [pairs, table] = [this.#pairs, this.#table];
    if (!pairs || !table) return;
    const query = this.#search.value.trim();
    this.#kind.disabled = Boolean(query);
    const within = query ? null : this.#kind.value || null;
    const found = search(this.#index, query, { parent: within, limit: Infinity }).classes.map(({ id }) => this.#at.get(id) ?? 0);
    const wanted = this.#gaps.checked ? found.filter((row) => pairs.hasGap(row)) : found;
    const shown = wanted.slice(0, MOST_ROWS);
    const rest = wanted.length > shown.length ? `, the first ${shown.length} of them here` : "";
    const only = this.#gaps.checked ? " with a gap" : "";
    this.#count.textContent = wanted.length ? `${wanted.length} ${wanted.length === 1 ? "row" : "rows"}${only}${rest}` : `Nothing${only} is found. Try another word, or untick the box.`;
    const name = query ? `What matches “${query}”` : (this.#kind.selectedOptions[0]?.text ?? pairs.rows.name);
    table.show(shown, `${name}, by ${pairs.columns.name.toLowerCase()}`);
    void this.#hanging?.show(shown);
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
   * @param {import("../../lib/trained.js").TrainedPairs} pairs
   * @param {AbortSignal} signal
   */
  async #all(varigrain, pair, pairs, signal) {
    const { description } = varigrain;
    const { rows, columns } = pairs;
    const row = rows.classes[pair.row];
    const order = [pair.column, ...pairs.neighbours(pair.row, pair.column, MOST_NEIGHBOURS)];
    const names = order.map((column) => columns.classes[column].name);
    this.#detail.begin(row.name, names[0], /** @type {SetTable} */ (this.#table).stateOf(pair), names.slice(1), new Grid(description.grid));
    const seed = randomSeed();
    const steps = varigrain.backend === "cpu" ? propose(varigrain.warmUpMs, initial(description, "steps")).steps : undefined;
    for (const [at, column] of order.entries()) {
      const prompt = withParents({ [rows.id]: row.id, [columns.id]: columns.classes[column].id }, description.axes);
      const request = { prompt, seed, steps };
      for await (const step of varigrain.generate({ ...request, signal })) {
        const label = `${row.name}, ${names[at]}, drawn by the model`;
        this.#detail.step(at, step, step.done ? label : `${label}, step ${step.index + 1} of ${step.total}`);
        if (step.done && !at) this.#drawn(pair, step, `${row.name}, ${names[0]}`, request);
        await nextFrame();
      }
      if (!at) await this.#compare(varigrain, pair, `${row.name}, ${names[0]}, the real drawing`, signal);
    }
    this.telling.say(`${row.name}, ${names[0]} is drawn${order.length > 1 ? `, and ${order.length - 1} that the model was trained with` : ""}.`);
  }

  /** The real drawing beside it, where there is one. @param {Varigrain} varigrain @param {Pair} pair @param {string} label @param {AbortSignal} signal */
  async #compare(varigrain, pair, label, signal) {
    try {
      const bytes = await this.#drawings?.bytesOf(pair);
      const picture = bytes && (await varigrain.fromBytes(bytes, { signal }));
      if (picture && !signal.aborted) this.#detail.truth(picture, label);
    } catch {
      // The model's own drawings are there all the same.
    }
  }

  /** @param {Pair} pair @param {import("../../varigrain.js").Step} step @param {string} title @param {import("../../lib/request.js").Wish} request */
  #drawn(pair, { image, grid, grains, cells }, title, request) {
    const made = this.#table?.fill(pair, image) ?? 0;
    this.telling.say(`${made} drawn in this visit. Now those beside it …`, "");
    this.studio?.shelf.add({ title, image, grid, grains, cells, request, from: "drawn" });
  }
}

define("vg-set", SetPanel);
