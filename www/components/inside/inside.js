/**
 * `<vg-inside>`: how one code of a picture was chosen. How fine it is, how dense its region, in which step it came, what
 * else might have stood there and how likely, and what the network looked at. The temperature moves the figures.
 */
import { define } from "../../lib/define.js";
import { el, freshId, isComposing } from "../../lib/dom.js";
import { beginRecorded } from "../../lib/begin-recorded.js";
import { NOTHING } from "../../lib/description.js";
import { METHOD_NAMES } from "../../lib/modes.js";
import { initial } from "../../lib/initial.js";
import { requestFor } from "../../lib/request.js";
import { likeliest } from "../../lib/view/odds.js";
import { Panel } from "../panel/panel.js";
import { Pieces } from "../panel/pieces.js";
import { InsideCanvas } from "./canvas.js";
import { Decided } from "./decided.js";
import { factsOf, inWords, spotOf } from "./facts.js";
import { firstPicture } from "./first-picture.js";

/** @typedef {import("../panels.js").Studio} Studio */
/** @typedef {import("../../lib/shelf.js").Piece} Piece */
/** @typedef {import("../../lib/shelf.js").History} History */
/** @typedef {import("../../varigrain.js").Decision} Decision */
/** @typedef {import("../../lib/description.js").Description} Description */
/** @typedef {import("../../lib/view/step.js").Step} Step */

/** Codes that are shown. */
const COUNT = 5;
/** Whoever holds an arrow key down wants to see the last place, not all on the way. */
const REST_MS = 180;
/** A shorter wait is over before it is read. */
const WORTH_SAYING_MS = 500;

export class InsidePanel extends Panel {
  /** @type {Description} */
  #description = NOTHING;
  #canvas = new InsideCanvas();
  #pieces = new Pieces();
  #first = el("button", { type: "button", class: "primary" }, "Draw a picture to look into");
  #moment = el("input", { type: "range", id: freshId("moment"), min: 1, step: 1 });
  #when = el("output", { for: this.#moment.id });
  #facts = el("dl", { class: "side-figures" });
  #decided = new Decided((weights) => (this.#canvas.weights = weights));
  #work = el("div", { class: "field-stack" });
  #under = el("div", { class: "inside-under" });
  /** @type {Piece | null} */
  #current = null;
  /** What is under way: a look at a code, or a drawing. @type {AbortController | null} */
  #job = null;
  #drawing = false;
  #here = new AbortController();
  /** Whether the code under the cursor is to be asked about once someone looks. */
  #late = false;
  #sight = new IntersectionObserver((entries) => {
    if (this.#late && entries.at(-1)?.isIntersecting) this.#look(0);
  });

  /** @override */
  build() {
    const moment = el("label", { class: "label", for: this.#moment.id }, "After step ");
    moment.append(this.#when);
    this.#under.append(el("div", {}, moment, this.#moment), this.#decided.attention);
    this.#work.append(el("div", {}, el("p", { class: "label" }, "This code"), this.#facts), this.#decided.odds);
    const table = el("div", { class: "table narrow" }, this.#canvas.element, this.#under);
    const desk = el("div", { class: "desk field-stack", role: "region", "aria-label": "How it was chosen" });
    desk.append(this.#pieces.element, this.#first, this.telling.element, this.#work);
    this.replaceChildren(el("div", { class: "playground" }, table, desk));
    this.#listen();
    this.#sight.observe(this);
    this.#refresh();
  }

  #listen() {
    this.#pieces.onPick = (piece) => this.#take(piece);
    this.#first.addEventListener("click", () => void this.#start());
    this.#canvas.onChoose = () => this.#look();
    this.telling.onStop = () => this.#job?.abort();
    this.#moment.addEventListener("input", () => {
      this.#showStep();
      this.#look();
    });
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !isComposing(event) && this.#drawing) this.#job?.abort();
    });
  }

  disconnectedCallback() {
    this.#sight.disconnect();
    this.#here.abort();
    this.#job?.abort();
  }

  /** @override @param {import("../panel/panel.js").Progress} progress */
  awaits({ mode, part }) {
    return Boolean(this.#job) && !part && mode !== "ar";
  }

  /** @override @param {Studio} studio */
  opened(studio) {
    const { signal } = (this.#here = new AbortController());
    studio.shelf.addEventListener("change", () => this.#arrived(), { signal });
    void studio.model.load().then(
      ({ description }) => {
        this.#description = description;
        const limit = description.limits.temperature;
        if (limit) this.#decided.temperature.limit(limit, initial(description, "temperature", { mode: "nar" }));
        void beginRecorded(studio, description, () => Boolean(this.#job));
        if (this.#current) this.#take(this.#current);
      },
      (error) => this.telling.fail(error, () => this.opened(studio)),
    );
    this.#arrived();
  }

  /** Pictures of which is known how they were drawn. */
  get #known() {
    return (this.studio?.shelf.pieces ?? []).filter(({ history }) => history);
  }

  /** Something new is on the shelf: it is taken up, but not from under someone who looks at another. */
  #arrived() {
    const [newest] = this.#known;
    const reading = this.#current && this.checkVisibility();
    if (newest && newest !== this.#current && !reading && !this.#drawing) this.#take(newest);
    else this.#refresh();
  }

  /** @param {Piece} piece */
  #take(piece) {
    const { history } = piece;
    if (!history || this.#drawing) return;
    this.#current = piece;
    this.#moment.max = String(history.steps.length);
    this.#moment.value = this.#moment.max;
    this.#moment.disabled = history.steps.length < 2;
    if (this.#description !== NOTHING) this.#decided.temperature.value = history.wish.temperature ?? initial(this.#description, "temperature", history.wish);
    this.telling.clear();
    this.telling.say("", "");
    this.#refresh();
    this.#showStep();
    this.#look(0);
  }

  #refresh() {
    const there = Boolean(this.#current);
    this.#pieces.show(this.#known, this.#current);
    this.#first.hidden = there;
    this.#first.disabled = this.#drawing;
    this.#work.hidden = !there || this.#drawing;
    this.#canvas.element.hidden = !there && !this.#drawing;
    this.#under.hidden = this.#work.hidden;
    if (!there && !this.#job) this.telling.say("No picture was drawn yet: draw one here, or in another tab.", "");
  }

  /** The step that is looked at. @returns {Step | null} */
  get #step() {
    return this.#current?.history?.steps[this.#moment.valueAsNumber - 1] ?? null;
  }

  #showStep() {
    const [piece, step] = [this.#current, this.#step];
    if (!piece || !step) return;
    this.#when.textContent = `${step.index + 1} of ${piece.history?.steps.length ?? step.total}`;
    this.#canvas.show(step, `${piece.title}, ${step.done ? "finished" : `after step ${step.index + 1}`}`);
  }

  /** The generator that drew the picture. */
  get #mode() {
    return this.#current?.history?.mode;
  }

  // ---- one code ----------------------------------------------------------------------------------

  /** Tells what is known of the code under the cursor, and asks for the rest. @param {number} [rest] before it is asked for */
  #look(rest = REST_MS) {
    const [studio, piece, step] = [this.studio, this.#current, this.#step];
    const history = piece?.history;
    if (!studio || !history || !step || this.#drawing) return;
    this.#job?.abort();
    const own = (this.#job = new AbortController());
    this.telling.stoppable = false;
    this.#decided.clear("not known yet");
    this.#list(step, null);
    this.telling.clear();
    const said = inWords(step, spotOf(step, this.#canvas.cell), history.mode);
    if (history.mode !== "nar") {
      this.#job = null;
      this.#decided.odds.hidden = true;
      this.#decided.clear(`only for pictures drawn ${METHOD_NAMES.nar.toLowerCase()}`);
      this.telling.say(`The likeliest codes and the attention can be seen of pictures drawn ${METHOD_NAMES.nar.toLowerCase()}.`, said);
      return;
    }
    this.#decided.odds.hidden = false;
    this.#late = !this.checkVisibility();
    if (this.#late) return this.#over(own);
    this.telling.say(studio.model.varigrain ? "Asking the network …" : "Waiting for the model …", said);
    void this.#ask(studio, history, step, own.signal, rest).then(
      () => this.#over(own),
      (error) => {
        this.#over(own);
        if (!own.signal.aborted) this.telling.fail(error, () => this.#look(0));
      },
    );
  }

  /** @param {AbortController} own */
  #over(own) {
    if (this.#job !== own) return;
    this.#job = null;
    if (this.#drawing) return;
    this.telling.stoppable = false;
    if (this.#decided.known) this.telling.say("", "");
  }

  /**
   * The odds first; then, one by one, what the likeliest codes would make of the picture.
   *
   * @param {Studio} studio
   * @param {History} history
   * @param {Step} step
   * @param {AbortSignal} signal
   * @param {number} rest
   */
  async #ask(studio, { mode, wish }, step, signal, rest) {
    await new Promise((resolve) => setTimeout(resolve, rest));
    if (signal.aborted) return;
    await studio.model.use(async (varigrain) => {
      const { cell, ...spot } = spotOf(step, this.#canvas.cell);
      const decision = await varigrain.inspect(step, cell, requestFor(wish, mode, varigrain.description), { signal });
      if (signal.aborted) return;
      const codes = likeliest(decision.logits, COUNT);
      // What was chosen against the odds is shown all the same.
      if (!codes.includes(decision.code)) codes.push(decision.code);
      this.#tell(decision, step, codes);
      const { grid, grains } = step;
      const squares = grid.cellsUnder(spot);
      this.#decided.candidates.show(decision.code, step.image, grid, spot);
      const others = codes.filter((code) => code !== decision.code);
      const from = performance.now();
      for (const [at, code] of others.entries()) {
        const cells = step.cells.slice();
        for (const square of squares) cells[square] = code;
        const { image } = await varigrain.decode({ grains, cells }, { signal });
        if (signal.aborted) return;
        this.#decided.candidates.show(code, image, grid, spot);
        if (performance.now() - from > WORTH_SAYING_MS && at + 1 < others.length) {
          this.telling.stoppable = true;
          this.telling.working(`Pictures of the codes: ${at + 1} of ${others.length}`, (at + 1) / others.length, "Pictures of the codes");
        }
      }
    }, signal);
  }

  /** @param {Decision} decision @param {Step} step @param {readonly number[]} codes */
  #tell(decision, step, codes) {
    this.#decided.show(decision, codes);
    this.#list(step, decision);
    this.telling.say("", this.#decided.inWords(decision, codes));
  }

  /** Figures of the code under the cursor. @param {Step} step @param {Decision | null} decision */
  #list(step, decision) {
    const items = factsOf(step, spotOf(step, this.#canvas.cell), this.#mode, decision);
    if (decision) items.push(this.#decided.entropy);
    this.#facts.replaceChildren(...items);
  }

  // ---- a first picture -----------------------------------------------------------------------------

  async #start() {
    const { studio } = this;
    if (!studio || this.#drawing) return;
    const own = (this.#job = new AbortController());
    this.#drawing = true;
    this.telling.clear();
    this.telling.stoppable = true;
    this.telling.say(studio.model.varigrain ? "Drawing …" : "Waiting for the model …");
    this.#refresh();
    /** @type {Piece[]} */
    let drawn = [];
    try {
      drawn = await studio.model.use((varigrain) => firstPicture(varigrain, studio, own.signal, this.#watch), own.signal);
    } catch (error) {
      if (own.signal.aborted) this.telling.say("Stopped.");
      else this.telling.fail(error, () => void this.#start());
    }
    this.telling.stoppable = false;
    this.#drawing = false;
    this.#over(own);
    for (const piece of drawn) studio.shelf.add(piece);
    if (drawn.length) {
      this.#take(drawn[0]);
      this.#canvas.element.querySelector("[tabindex]")?.scrollIntoView({ block: "nearest" });
    } else this.#refresh();
  }

  /** @param {import("../../varigrain.js").Step} step @param {string} title */
  #watch = (step, title) => {
    this.#canvas.show(step, `${title}, step ${step.index + 1} of ${step.total}`);
    this.telling.working(`Drawing: step ${step.index + 1} of ${step.total}`, (step.index + 1) / step.total, "The picture");
  };
}

define("vg-inside", InsidePanel);
