/** `<vg-tut-order>`: which codes are first: confidence and density weighed by β, and the orders it is compared with. */
import { define } from "../../lib/define.js";
import { el } from "../../lib/dom.js";
import { drawOrder } from "../../lib/order-trail.js";
import { cosine, perStep } from "../../lib/tutorial/schedule.js";
import { duration } from "../../lib/view/step.js";
import { Board } from "./board.js";
import { lineChart, numbers, rangeOf } from "../chart.js";
import { Figure, choice, readout, recordingOf, results, ribbon, slider } from "./figure.js";
import { liveButton } from "./live.js";
import { Uncovering } from "./uncover.js";

/** @typedef {import("../../lib/tutorial/schedule.js").Order} Order */

const STEPS = 12;
const ORDERS = /** @type {const} */ ([["priority", "Confidence + β × density"], ["halton", "Halton"], ["random", "Random"], ["strict", "Density only"]]);
/** As the slider has them: those that were measured. */
const BETAS = [0, 0.5, 1, 2, 4, 8];

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
  /** @type {ReturnType<typeof lineChart> | null} */
  #chart = null;

  /** @override */
  async build() {
    const [, { schedules }] = await Promise.all([this.#recorded(), results()]);
    const curve = schedules.filter(({ name }) => name === "confidence + β");
    const others = schedules.filter(({ name, beta }) => !curve.some((one) => one.name === name) && !beta);
    const label = (/** @type {string} */ name) => ({ "Halton + β": "Halton + β × density", "confidence + β": "confidence + β × density", strict: "density only" })[name] ?? name;
    // The two lie too close together for a line each.
    const halton = schedules.find(({ name, beta }) => name === "Halton + β" && beta === 0)?.fd.mean ?? 0;
    const words = (/** @type {string} */ name) => (name === "random" ? `random (Halton: ${halton.toFixed(1)})` : name === "strict" ? "density only" : name);
    this.#chart = lineChart({
      label: `Distance to the training pictures, less is better: ${schedules.map(({ name, beta, fd }) => `${label(name)}${beta === null ? "" : ` ${beta}`}: ${fd.mean}`).join("; ")}`,
      series: [{ name: "confidence + β × density", points: curve.map(({ beta, fd }) => ({ x: Number(beta), y: fd.mean, spread: fd.spread })), below: true }],
      levels: others.filter(({ name }) => name !== "Halton + β").map(({ name, fd }) => ({ name: words(name), y: fd.mean })),
      ...{ x: "β", y: "FD-lite: less is better", xRange: [0, 8], yRange: rangeOf(schedules.map(({ fd }) => fd)) },
      marker: () => (this.#order === "priority" ? this.#beta : null),
    });
    const order = choice("Order", ORDERS, "priority", (value) => {
      this.#order = value;
      this.#weight.element.hidden = value !== "priority";
      void this.#recorded();
    });
    this.#picture.over(this.#ribbon);
    this.#map.caption = "The step in which each code is settled";
    const live = liveButton("Draw it live in this order", async (varigrain, signal, say) => this.#draw(varigrain, signal, say));
    const rows = schedules.map(({ name, beta, fd }) => [label(name), beta === null ? "–" : String(beta), `${fd.mean.toFixed(2)} ± ${(fd.spread ?? 0).toFixed(2)}`]);
    const pair = el("div", { class: "pair" }, this.#picture.element, this.#map.element);
    const table = numbers(["order", "β", "FD-lite"], rows);
    this.replaceChildren(order, this.#weight.element, pair, this.#step.element, this.#said, live, this.#chart.element, table);
    this.#tell();
  }

  /** @override */
  paint() {
    for (const board of [this.#picture, this.#map]) board.paint();
    this.#chart?.paint();
  }

  /** The recorded picture in the order that is chosen. */
  async #recorded() {
    const last = (await recordingOf("tutorial-nar")).tracks[0].steps.at(-1);
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
    const wish = { prompt: { concept: "grinning-face", style: "twemoji" }, seed: 2, steps: STEPS, shares: [0.5], schedule, ...(schedule === "priority" ? { priority: beta } : {}) };
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
    return `Drawn anew in ${duration(performance.now() - from)}, same seed, in this order.`;
  }

  #tell() {
    if (!this.#drawing) return;
    const { all, fine } = this.#drawing.settled(this.#at);
    const share = all ? Math.round((100 * fine) / all) : 0;
    this.#ribbon.textContent = this.#live ? "Live" : "Recorded";
    this.#picture.caption = this.#live ? "Drawn just now, uncovered in the order it was drawn" : "A finished picture, uncovered in this order";
    this.#said.textContent = `After step ${this.#at}: ${all} of ${this.#drawing.tokens} codes, ${share} % of them fine.`;
    this.#picture.label = `The picture with ${all} codes uncovered`;
    this.#map.label = `Order of the codes, ${STEPS} steps`;
    this.paint();
  }
}

define("vg-tut-order", OrderFigure);
