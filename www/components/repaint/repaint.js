/**
 * `<vg-repaint>`: draws regions of a picture again, with other seeds, as often as one likes; all other
 * codes stay exactly as they are.
 */
import { define } from "../../lib/define.js";
import { bringIntoView, el, nextFrame } from "../../lib/dom.js";
import { captionOf, completed } from "../../lib/drawn.js";
import { propose } from "../../lib/estimate.js";
import { beginRecorded } from "../../lib/begin-recorded.js";
import { codesIn } from "../../lib/regions.js";
import { initial } from "../../lib/initial.js";
import { promptOf, randomSeed, requestFor } from "../../lib/request.js";
import { AxisFields } from "../axis-fields.js";
import { Panel } from "../panel/panel.js";
import { Pieces } from "../panel/pieces.js";
import { BrushPicker } from "./brush.js";
import { RepaintCanvas } from "./canvas.js";

/** @typedef {import("../panels.js").Studio} Studio */
/** @typedef {import("../../lib/shelf.js").Piece} Piece */
/** @typedef {import("../../varigrain.js").Varigrain} Varigrain */

export class RepaintPanel extends Panel {
  #canvas = new RepaintCanvas();
  #brush = new BrushPicker();
  #pieces = new Pieces();
  #axes = new AxisFields("What should be there?");
  #go = el("button", { type: "button", class: "primary" }, "Draw these again");
  #first = el("button", { type: "button", class: "primary" }, "Draw a picture to start with");
  #undo = el("button", { type: "button" }, "Undo");
  #before = el("button", { type: "button", "aria-pressed": "false" }, "Show before");
  #detail = el("button", { type: "button", class: "idea" }, "All detailed regions");
  #all = el("button", { type: "button", class: "idea" }, "Everything");
  #none = el("button", { type: "button", class: "idea" }, "Nothing");
  #work = el("div", { class: "field-stack" });
  /** What should be there instead. */
  #wish = el("div", { class: "field-stack" });
  /** What was there, the newest last. @type {Piece[]} */
  #history = [];
  /** @type {AbortController | null} */
  #job = null;

  /** @override */
  build() {
    this.#work.append(
      el("div", {}, el("p", { class: "label" }, "Choose regions"), el("div", { class: "idea-row" }, this.#detail, this.#all, this.#none)),
      this.#brush.element,
      this.#go,
      el("div", { class: "row" }, this.#before, this.#undo),
    );
    // Many of them are tall: what is pressed, and what is said of it, stays beside the picture.
    this.#wish.append(this.#axes.boxes, this.#axes.tiles);
    const table = el("div", { class: "table narrow" }, this.#canvas.element);
    const desk = el("div", { class: "desk field-stack", role: "region", "aria-label": "What to draw again" });
    desk.append(this.#pieces.element, this.#first, this.#work, this.telling.element, this.#wish);
    this.replaceChildren(el("div", { class: "playground" }, table, desk));
    this.#listen();
    this.#refresh();
  }

  /** @override @param {import("../panel/panel.js").Progress} progress */
  awaits({ mode, part }) {
    return Boolean(this.#job) && !mode && !part;
  }

  /** @override @param {Studio} studio */
  opened(studio) {
    studio.shelf.addEventListener("change", () => this.#arrived());
    void studio.model.load().then(
      ({ description }) => {
        this.#axes.describe(description.axes);
        this.#ask(this.#current);
        void beginRecorded(studio, description, () => Boolean(this.#job));
      },
      () => {},
    );
    this.#arrived();
  }

  /** What a picture is of is what is asked for again, if nothing else is chosen. @param {Piece | null} piece */
  #ask(piece) {
    this.#axes.value = promptOf(piece?.request ?? {});
  }

  /** @returns {Piece | null} */
  get #current() {
    return this.#history.at(-1) ?? null;
  }

  #listen() {
    this.#pieces.onPick = (piece) => this.#take(piece);
    this.#brush.onChange = (grain) => (this.#canvas.brush = grain);
    this.#canvas.onChoose = (spoken) => this.#refresh(spoken);
    this.#go.addEventListener("click", () => void this.#again());
    this.#first.addEventListener("click", () => void this.#start());
    this.telling.onStop = () => this.#job?.abort();
    this.#undo.addEventListener("click", () => {
      this.#history.pop();
      this.telling.say("Undone.");
      this.#showCurrent();
    });
    this.#before.addEventListener("click", () => {
      const on = this.#before.getAttribute("aria-pressed") !== "true";
      this.#before.setAttribute("aria-pressed", String(on));
      this.#paint();
    });
    this.#detail.addEventListener("click", () => this.#canvas.choose((region) => this.#current?.grains[region] ?? 0));
    this.#all.addEventListener("click", () => this.#canvas.choose(() => 1));
    this.#none.addEventListener("click", () => this.#canvas.choose(() => 0));
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#job?.abort();
    });
  }

  /** Something new is on the shelf: what was made elsewhere is taken up at once, but not from under a brush. */
  #arrived() {
    const newest = this.studio?.shelf.newest() ?? null;
    const begun = this.checkVisibility() && this.#canvas.chosen.includes(1);
    if (newest && newest.from !== "repainted" && !this.#job && !begun) this.#take(newest);
    else this.#refresh();
  }

  /** @param {Piece} piece */
  #take(piece) {
    if (this.#job) return;
    this.#history = [piece];
    this.#ask(piece);
    this.#begin(piece.grid);
    this.telling.clear();
    this.telling.say("", "");
    this.#showCurrent();
  }

  /** Another picture is there to be drawn on. @param {import("../../lib/grid.js").Grid} grid */
  #begin(grid) {
    this.#canvas.clear(grid);
    this.#brush.describe(grid);
  }

  #showCurrent() {
    this.#before.setAttribute("aria-pressed", "false");
    this.#paint();
    this.#refresh();
  }

  /** The picture now, or the one before. */
  #paint() {
    const earlier = this.#before.getAttribute("aria-pressed") === "true" ? this.#history.at(-2) : null;
    const piece = earlier ?? this.#current;
    if (!piece) return;
    const again = this.#history.length > 1;
    const when = earlier ? "before" : again ? "after" : "as it is";
    this.#canvas.title = `${piece.title}, ${when}`;
    // What was drawn again is to be seen, though its regions stay chosen for another try.
    this.#canvas.show(piece, `${piece.title}, ${when}`, again ? new Uint8Array(piece.grid.cellCount).fill(1) : null);
  }

  /** @param {string} [spoken] */
  #refresh(spoken = "") {
    const current = this.#current;
    const { chosen } = this.#canvas;
    const count = chosen.reduce((sum, one) => sum + one, 0);
    this.#first.hidden = Boolean(current);
    this.#work.hidden = this.#wish.hidden = this.#canvas.element.hidden = !current;
    this.#canvas.locked = Boolean(this.#job);
    this.toggleAttribute("data-busy", Boolean(this.#job));
    this.#go.disabled = !count || Boolean(this.#job);
    this.#first.disabled = Boolean(this.#job);
    this.#undo.disabled = this.#before.disabled = this.#history.length < 2 || Boolean(this.#job);
    this.#go.textContent = count && current ? `Draw these again (${codesIn(current.grid, chosen, this.#canvas.grainsOver(current.grains))} codes)` : "Draw these again";
    this.#pieces.show(this.studio?.shelf.pieces ?? [], current);
    if (spoken) this.telling.say(spoken);
    else if (!current && !this.#job) this.telling.say("You have no picture yet: draw one here, or make one in another tab.", "");
  }

  /** A first picture, made here. */
  #start() {
    const { studio } = this;
    if (!studio) return;
    return this.#run(async (varigrain, signal) => {
      const { description } = varigrain;
      const request = { prompt: studio.first, seed: randomSeed() };
      const { step, history } = await this.#draw(varigrain, request, signal, captionOf(request, undefined, description));
      const { image, grid, grains, cells, prompt } = step;
      // What was left to chance is known now; what is drawn again shall be of the same.
      const own = completed(request, prompt);
      const title = captionOf(request, prompt, description);
      this.#history = [{ title, image, grid, grains, cells, request: own, from: "drawn", history }];
      this.#ask(this.#current);
      this.#begin(grid);
      return `${title} is drawn. Brush over what should be drawn again.`;
    }, () => void this.#start());
  }

  /** The chosen regions with another seed. */
  #again() {
    const base = this.#current;
    if (!base) return;
    return this.#run(async (varigrain, signal) => {
      const regions = this.#canvas.chosen.slice();
      const request = { ...base.request, prompt: this.#axes.value, seed: randomSeed() };
      const { grid, cells } = base;
      const grains = this.#canvas.grainsOver(base.grains);
      const { step, history } = await this.#draw(varigrain, { ...request, repaint: { grains, cells, regions } }, signal, base.title);
      this.#history.push({ ...base, image: step.image, grains: step.grains, cells: step.cells, request, from: "repainted", history });
      const codes = codesIn(grid, regions, step.grains);
      return `Drawn again: ${codes} codes; the other ${step.tokens - codes} are as they were.`;
    }, () => void this.#again());
  }

  /**
   * @param {Varigrain} varigrain
   * @param {import("../../lib/request.js").Wish} wish
   * @param {AbortSignal} signal
   * @param {string} title
   */
  async #draw(varigrain, wish, signal, title) {
    const steps = wish.steps ?? (varigrain.backend === "cpu" ? propose(varigrain.warmUpMs, initial(varigrain.description, "steps")).steps : undefined);
    const own = { ...wish, steps };
    /** @type {import("../../varigrain.js").Step[]} */
    const all = [];
    for await (const step of varigrain.generate({ ...requestFor(own, "nar", varigrain.description), signal })) {
      all.push(step);
      this.telling.say(`Drawing: step ${step.index + 1} of ${step.total}`, "");
      this.#canvas.element.hidden = false;
      this.#canvas.show(step, `${title}, step ${step.index + 1} of ${step.total}`, step.known);
      await nextFrame();
    }
    /** @type {import("../../lib/shelf.js").History} */
    const history = { mode: "nar", wish: own, steps: all };
    return { step: /** @type {import("../../varigrain.js").Step} */ (all.at(-1)), history };
  }

  /**
   * @param {(varigrain: Varigrain, signal: AbortSignal) => Promise<string>} work returns what to say
   * @param {() => void} again
   */
  async #run(work, again) {
    const studio = this.studio;
    if (!studio || this.#job) return;
    const own = (this.#job = new AbortController());
    bringIntoView(this.#canvas.element);
    this.telling.clear();
    this.telling.stoppable = true;
    this.telling.say(studio.model.varigrain ? "Drawing …" : "Waiting for the model …");
    this.#before.setAttribute("aria-pressed", "false");
    this.#refresh();
    let said = "";
    try {
      said = await studio.model.use((varigrain) => work(varigrain, own.signal), own.signal);
    } catch (error) {
      if (own.signal.aborted) this.telling.say("Stopped. The picture is as it was.");
      else this.telling.fail(error, again);
    }
    this.telling.stoppable = false;
    this.#job = null;
    // Only now, or the panel would take it up from the shelf as something new.
    const current = this.#current;
    if (said && current) {
      const history = this.#history;
      studio.shelf.add(current);
      this.#history = history;
    }
    // After the shelf, whose news clears what is told.
    if (said) this.telling.say(said);
    this.#showCurrent();
  }
}

define("vg-repaint", RepaintPanel);
