/**
 * `<vg-compare>`: the same thing from the same seed with two values of one setting, side by side. What is drawn, the seed
 * and all other settings are those of the page's form. Before anything is drawn here the picture that was drawn last, or was
 * recorded, stands on the left.
 */
import { define } from "../../lib/define.js";
import { beginRecorded } from "../../lib/begin-recorded.js";
import { bringIntoView, el, freshId, isComposing, nextFrame, pressedOnce } from "../../lib/dom.js";
import { NOTHING } from "../../lib/description.js";
import { captionOf, completed, mannerOf, thingOf } from "../../lib/drawn.js";
import { meanDifference, tellDifference } from "../../lib/fidelity.js";
import { Grid } from "../../lib/grid.js";
import { METHOD_NAMES, modesOf } from "../../lib/modes.js";
import { Panel } from "../panel/panel.js";
import { megabytes } from "../player/words.js";
import { ValueField } from "./field.js";
import { differencesOf, knobsOf, modeOf, requestsOf, titleOf, valuesOf } from "./knobs.js";
import { Side } from "./side.js";

/** @typedef {import("../panels.js").Studio} Studio */
/** @typedef {import("../../lib/description.js").Description} Description */
/** @typedef {import("../../lib/request.js").Request} Request */
/** @typedef {import("../../varigrain.js").Step} Step */
/** @typedef {import("./knobs.js").Knob} Knob */

const WHICH = ["first", "second"];

export class ComparePanel extends Panel {
  /** @type {Description} */
  #description = NOTHING;
  #what = el("p", { class: "compare-what" });
  #change = el("button", { type: "button", class: "quiet" }, "Change it in Draw");
  #knob = el("select", { id: freshId("knob") });
  #hint = el("p", { class: "hint", id: freshId("knob-hint") });
  #values = ["First picture", "Second picture"].map((legend) => new ValueField(legend));
  #download = el("p", { class: "hint" });
  #go = el("button", { type: "submit", class: "primary", disabled: true }, "Draw both");
  #title = el("h3");
  #sides = [new Side(), new Side()];
  #table = el("div", { class: "table", role: "region", "aria-label": "The two pictures" });
  /** @type {readonly Knob[]} */
  #knobs = [];
  /** Whether a value was set here; if not, it follows the form. */
  #set = false;
  /** Whether the pictures on show were asked for here. */
  #asked = false;
  /** @type {AbortController | null} */
  #job = null;
  #here = new AbortController();

  /** @override */
  build() {
    this.#knob.setAttribute("aria-describedby", this.#hint.id);
    const form = el(
      "form",
      { class: "field-stack", novalidate: true, "aria-label": "What to compare" },
      el("div", {}, el("p", { class: "label" }, "What is drawn"), this.#what, this.#change),
      el("div", {}, el("label", { class: "label", for: this.#knob.id }, "What differs"), this.#knob, this.#hint),
      ...this.#values.map(({ element }) => element),
      this.#go,
      this.#download,
    );
    const note = el("p", { class: "hint" }, "One seed is one example: another may show less of a difference, or more.");
    this.#table.append(this.#title, this.telling.element, el("div", { class: "compare-sides" }, ...this.#sides.map(({ element }) => element)), note);
    this.replaceChildren(el("div", { class: "playground" }, el("div", { class: "desk" }, form), this.#table));
    this.#listen(form);
  }

  /** @param {HTMLFormElement} form */
  #listen(form) {
    pressedOnce(this.#go);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#draw();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.repeat || isComposing(event))) event.preventDefault();
    });
    form.addEventListener("change", (event) => {
      if (event.target === this.#knob) this.#begin();
      else {
        this.#set = true;
        this.#preview();
      }
    });
    this.#change.addEventListener("click", () => this.studio?.open("draw"));
    this.telling.onStop = () => this.#job?.abort();
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !isComposing(event)) this.#job?.abort();
    });
  }

  disconnectedCallback() {
    this.#here.abort();
    this.#job?.abort();
  }

  /** @override @param {import("../panel/panel.js").Progress} progress */
  awaits({ part }) {
    return Boolean(this.#job) && !part;
  }

  /** @override @param {Studio} studio */
  opened(studio) {
    const { signal } = (this.#here = new AbortController());
    for (const type of ["request-change", "request-set"]) studio.form.addEventListener(type, () => this.#refresh(), { signal });
    studio.shelf.addEventListener("change", () => this.#preview(), { signal });
    this.telling.say("Waiting for the model …", "");
    void studio.model.load().then(
      ({ description }) => {
        this.#description = description;
        this.#go.disabled = false;
        if (!this.#job) this.telling.say("", "");
        this.#refresh();
        void beginRecorded(studio, description, () => Boolean(this.#job));
      },
      (error) => this.telling.fail(error, () => this.opened(studio)),
    );
  }

  /** The form says something else, perhaps. */
  #refresh() {
    const [studio, description] = [this.studio, this.#description];
    if (!studio || description === NOTHING) return;
    const wish = studio.form.request;
    this.#what.textContent = inWords(wish, description);
    const knobs = knobsOf(description, wish);
    const same = knobs.map(({ id }) => id).join() === this.#knobs.map(({ id }) => id).join();
    const chosen = this.#knob.value;
    this.#knobs = knobs;
    if (!same) {
      this.#knob.replaceChildren(...knobs.map(({ id, name }) => el("option", { value: id }, name)));
      if (knobs.some(({ id }) => id === chosen)) this.#knob.value = chosen;
    }
    if (this.#set && this.#knob.value === chosen) this.#preview();
    else this.#begin();
  }

  /** @returns {Knob | undefined} */
  get #chosen() {
    return this.#knobs.find(({ id }) => id === this.#knob.value);
  }

  /** Another setting is chosen: it starts from what the form says. */
  #begin() {
    const [studio, knob, description] = [this.studio, this.#chosen, this.#description];
    if (!studio || !knob) return;
    this.#set = false;
    const values = valuesOf(knob, studio.form.request, description);
    for (const [at, field] of this.#values.entries()) field.describe(knob, values[at], description);
    this.#preview();
  }

  /** What the two will be drawn with, as long as none is drawn. */
  #preview() {
    const [studio, knob, description] = [this.studio, this.#chosen, this.#description];
    if (!studio || !knob) return;
    const wish = studio.form.request;
    const requests = this.#requests(knob);
    const by = knob.id === "mode" ? "" : ` Everything else is as in Draw; both are drawn ${METHOD_NAMES[modeOf(wish, description)].toLowerCase()}.`;
    this.#hint.textContent = `${knob.hint}${by}`;
    const modes = new Set(requests.flatMap(({ mode }) => modesOf(mode)));
    const bytes = [...modes].reduce((sum, mode) => sum + studio.missing(mode), 0);
    this.#download.textContent = bytes ? `Needs ${megabytes(bytes)} MB more, once.` : "";
    if (!this.#asked && !this.#job) this.#show(knob, requests);
  }

  /** @param {Knob} knob @returns {[Request, Request]} */
  #requests(knob) {
    const [first, second] = this.#values.map(({ value }) => value);
    return requestsOf(/** @type {Studio} */ (this.studio).form.request, knob, [first, second], this.#description);
  }

  /** Two empty sheets; until something is asked for here, what was drawn last on the left. @param {Knob} knob @param {readonly [Request, Request]} requests */
  #show(knob, requests) {
    const description = this.#description;
    const grid = new Grid(description.grid);
    // The setting that was chosen is the title of each.
    const others = differencesOf(requests, description).filter(([name]) => name !== knob.name);
    for (const [at, side] of this.#sides.entries()) {
      const settings = others.flatMap(([name, ...values]) => (values[at] === null ? [] : [/** @type {const} */ ([name, values[at]])]));
      side.begin(titleOf(knob, requests[at], description), settings, grid);
    }
    if (this.#asked) return;
    const last = this.studio?.shelf.pieces.find(({ from }) => from === "drawn" || from === "recorded");
    if (last) this.#sides[0].keep(last);
    this.#sides[1].invite("“Draw both” draws it twice from one seed, with two values of one setting.");
  }

  async #draw() {
    const [studio, knob] = [this.studio, this.#chosen];
    if (!studio || !knob || this.#job) return;
    const own = (this.#job = new AbortController());
    const wish = studio.form.request;
    const requests = this.#requests(knob);
    this.#asked = true;
    this.#show(knob, requests);
    this.#title.textContent = inWords(wish, this.#description);
    this.#download.textContent = "";
    this.telling.clear();
    this.telling.stoppable = true;
    this.telling.say(studio.model.varigrain ? "Drawing …" : "Waiting for the model …");
    this.#busy = true;
    bringIntoView(this.#table);
    try {
      const said = await studio.model.use((varigrain) => this.#both(varigrain, requests, own.signal), own.signal);
      this.telling.say(said);
    } catch (error) {
      if (own.signal.aborted) this.telling.say("Cancelled.");
      else this.telling.fail(error, () => void this.#draw());
    }
    this.#job = null;
    this.telling.stoppable = false;
    this.#busy = false;
    this.#preview();
  }

  set #busy(/** @type {boolean} */ on) {
    this.toggleAttribute("data-busy", on);
    this.#table.setAttribute("aria-busy", String(on));
    // Not disabled, or whoever pressed it with a key would lose the focus.
    this.#go.setAttribute("aria-disabled", String(on));
  }

  /**
   * One after the other, so that the time of each is its own.
   *
   * @param {import("../../varigrain.js").Varigrain} varigrain
   * @param {readonly [Request, Request]} requests
   * @param {AbortSignal} signal
   * @returns {Promise<string>} what to say
   */
  async #both(varigrain, requests, signal) {
    const { description } = varigrain;
    /** @type {Step[]} */
    const finished = [];
    for (const [at, request] of requests.entries()) {
      this.telling.say(`Drawing the ${WHICH[at]} picture …`);
      for await (const step of varigrain.generate({ ...request, signal })) {
        this.#title.textContent = inWords(completed(request, step.prompt), description);
        this.#sides[at].step(step, captionOf(request, step.prompt, description));
        if (step.done) finished.push(step);
        else this.telling.working(`Drawing the ${WHICH[at]} picture: step ${step.index + 1} of ${step.total}`, (at + (step.index + 1) / step.total) / 2, "Both pictures");
        await nextFrame();
      }
    }
    const [one, other] = finished.map(({ image }) => image.data);
    return `Both are drawn. ${tellDifference(meanDifference(one, other))}`;
  }
}

/** What is drawn, and from which seed. @param {import("../../lib/request.js").Wish} wish @param {Description} description */
const inWords = (wish, description) => [thingOf(wish, description), mannerOf(wish, description), `seed ${wish.seed}`].filter(Boolean).join(", ");

define("vg-compare", ComparePanel);
