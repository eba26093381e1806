/**
 * One press of the button: draws with each generator that was asked for, step by step in turns. What
 * becomes of a step is for the page to say.
 */
import { about, remaining } from "../lib/estimate.js";
import { nextFrame } from "../lib/dom.js";
import { modesOf } from "../lib/modes.js";
import { requestFor } from "../lib/request.js";

/** @typedef {import("../varigrain.js").Step} Step */
/** @typedef {import("../varigrain.js").Varigrain} Varigrain */
/** @typedef {import("../lib/request.js").Wish} Wish */
/** @typedef {{ mode: import("../lib/modes.js").Mode, steps: Step[] }} Run what one generator drew */

/** A shorter wait is over before it is read. */
const WORTH_SAYING_MS = 2000;

export class Drawing {
  #controller = new AbortController();
  #wish;
  #begun = false;
  /** @type {Run[]} one for each generator that takes part */
  runs = [];
  /** @type {unknown[]} what went wrong, without what was stopped on purpose */
  failures = [];

  /** @param {Wish} wish */
  constructor(wish) {
    this.#wish = wish;
  }

  stop() {
    this.#controller.abort();
  }

  get stopped() {
    return this.#controller.signal.aborted;
  }

  /** Whether nothing has come of it yet. */
  get waiting() {
    return !this.#begun && !this.stopped;
  }

  get finished() {
    return this.runs.filter(({ steps }) => steps.at(-1)?.done);
  }

  /**
   * @param {Varigrain} varigrain
   * @param {object} page
   * @param {() => void} page.begin called once, before the first step
   * @param {(run: Run, step: Step) => void} page.step
   */
  async draw(varigrain, page) {
    const { signal } = this.#controller;
    const modes = modesOf(this.#wish.mode);
    // Side by side means at the same time: neither begins before the other can.
    const prepared = modes.map((mode) => (modes.length > 1 ? varigrain.prepare(mode, { signal }) : null));
    const outcomes = await Promise.allSettled(prepared);
    for (const outcome of outcomes) if (outcome.status === "rejected") this.#fail(outcome.reason);
    const able = modes.filter((_, at) => outcomes[at].status === "fulfilled");
    this.runs = able.map((mode) => ({ mode, steps: [] }));
    await Promise.all(this.runs.map((run) => this.#run(varigrain, run, page).catch((error) => this.#fail(error))));
  }

  /** @param {Varigrain} varigrain @param {Run} run @param {Parameters<Drawing["draw"]>[1]} page */
  async #run(varigrain, run, page) {
    const request = requestFor(this.#wish, run.mode, varigrain.description);
    for await (const step of varigrain.generate({ ...request, signal: this.#controller.signal })) {
      if (!this.#begun) page.begin();
      this.#begun = true;
      run.steps.push(step);
      page.step(run, step);
      // The browser paints between tasks; without this, fast steps would all land in one frame.
      await nextFrame();
    }
  }

  /** @param {unknown} error */
  #fail(error) {
    if (!this.stopped) this.failures.push(error);
  }

  /** How far it has come, and how long it is going to take. */
  get progress() {
    const under = this.runs.flatMap(({ steps }) => steps.at(-1) ?? []);
    const left = this.runs.reduce((sum, { steps }) => sum + remaining(steps), 0);
    const wait = left < WORTH_SAYING_MS ? "" : `, ${about(left)} to go`;
    return under.map(({ index, total }) => `step ${index + 1} of ${total}`).join(" and ") + wait;
  }
}
