/** `<vg-tut-order>`: which codes are first: confidence and density weighed by β, and the orders it is compared with, on a portrait. */
import { define } from "../../lib/define.js";
import { el } from "../../lib/dom.js";
import { drawOrder } from "../../lib/order-trail.js";
import { cosine, perStep } from "../../lib/tutorial/schedule.js";
import { duration } from "../../lib/view/step.js";
import { Board } from "./board.js";
import { Figure, choice, readout, recordingOf, ribbon, slider } from "./figure.js";
import { liveButton } from "./live.js";
import { Uncovering } from "./uncover.js";

/** @typedef {import("../../lib/tutorial/schedule.js").Order} Order */

const STEPS = 12;
const ORDERS = /** @type {const} */ ([["priority", "Confidence + β × density"], ["halton", "Halton"], ["random", "Random"], ["strict", "Density only"]]);
/** As the slider has them: those that were measured. */
const BETAS = [0, 0.5, 2, 4];
/** The recording, and the model that draws it live. */
const [RECORDING, MODEL] = ["portrait", "portraits-256"];

export class OrderFigure extends Figure {
  /** @type {Uncovering | null} */
  #drawing = null;
  /** @type {Order} */
  #order = "priority";
  #beta = 4;
  #at = 5;
  #live = false;
  #picture = new Board("", (context, size, colours) => this.#drawing?.draw(context, size, colours, this.#at));
  #map = new Board("", (context, size, { paper }, scale) => {
    if (!this.#drawing) return;
    const { step, order, tokens } = this.#drawing;
    drawOrder(context, size, { grid: step.grid, grains: step.grains, order, total: STEPS, tokens }, { mode: "nar", paper, scale });
  });
  #said = readout();
  #ribbon = ribbon();
  #step = slider("After step", { min: 1, max: STEPS, value: 5 }, (value) => {
    this.#at = value;
    this.#tell();
  });
  #weight = slider("β", { min: 0, max: BETAS.length - 1, value: BETAS.indexOf(4), text: (at) => String(BETAS[at]) }, (at) => {
    this.#beta = BETAS[at];
    void this.#recorded();
  });

  /** @override */
  async build() {
    await this.#recorded();
    const order = choice("Order", ORDERS, "priority", (value) => {
      this.#order = value;
      this.#weight.element.hidden = value !== "priority";
      void this.#recorded();
    });
    this.#picture.over(this.#ribbon);
    this.#map.caption = "The step in which each code is settled";
    const live = liveButton("Draw it live in this order", MODEL, async (varigrain, signal, say) => this.#draw(varigrain, signal, say));
    const pair = el("div", { class: "pair" }, this.#picture.element, this.#map.element);
    this.replaceChildren(order, this.#weight.element, pair, this.#step.element, this.#said, live);
    this.#tell();
  }

  /** @override */
  paint() {
    for (const board of [this.#picture, this.#map]) board.paint();
  }

  /** The recorded picture in the order that is chosen. */
  async #recorded() {
    const last = (await recordingOf(RECORDING)).tracks[0].steps.at(-1);
    if (!last) return;
    this.#live = false;
    this.#drawing = new Uncovering(last);
    // The others were measured, and are drawn, without it.
    const beta = this.#order === "priority" ? this.#beta : 0;
    this.#drawing.arrange(perStep(cosine(STEPS, this.#drawing.tokens)), this.#order, beta);
    this.#picture.image = this.#map.image = last.image;
    this.#tell();
  }

  /**
   * @param {import("../../varigrain.js").Varigrain} varigrain
   * @param {AbortSignal} signal
   * @param {(text: string) => void} say
   */
  async #draw(varigrain, signal, say) {
    const from = performance.now();
    const [schedule, beta] = [this.#order, this.#beta];
    // What the recording was asked for, in another order.
    const { prompt, seed } = (await recordingOf(RECORDING)).request;
    const wish = { prompt, seed, steps: STEPS, schedule, ...(schedule === "priority" ? { priority: beta } : {}) };
    for await (const step of varigrain.generate({ ...wish, signal })) {
      if (schedule !== this.#order || beta !== this.#beta) return "Stopped: another order was chosen.";
      this.#live = true;
      this.#drawing = new Uncovering(step);
      this.#drawing.order = step.order;
      this.#picture.image = this.#map.image = step.image;
      this.#at = step.index + 1;
      this.#step.input.value = String(this.#at);
      this.#step.tell();
      this.#tell();
      say(`Drawing: step ${this.#at} of ${step.total} …`);
    }
    return `Drawn again in ${duration(performance.now() - from)}, same seed, in this order.`;
  }

  #tell() {
    if (!this.#drawing) return;
    const { all, fine } = this.#drawing.settled(this.#at);
    const share = all ? Math.round((100 * fine) / all) : 0;
    this.#ribbon.textContent = this.#live ? "Live" : "Recorded";
    this.#picture.caption = this.#live ? "Drawn just now, uncovered in the order it was drawn" : "A finished picture, uncovered in this order";
    this.#said.textContent = `After step ${this.#at}: ${all} of ${this.#drawing.tokens} codes, ${share} % of them in fine regions.`;
    this.#picture.label = `The picture with ${all} codes uncovered`;
    this.#map.label = `Order of the codes, ${STEPS} steps`;
    this.paint();
  }
}

define("vg-tut-order", OrderFigure);
