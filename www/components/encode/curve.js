/**
 * The curve of rate and distortion: how near codes come to the picture at several budgets, beside a fixed grid of as many
 * codes each time. It is drawn when someone asks for it, as every point takes two encodings.
 */
import { el } from "../../lib/dom.js";
import { sharesAlong } from "../../lib/shares.js";
import { lineChart, numbers, rangeOf } from "../chart.js";
import { bytesOf } from "./result.js";

/** @typedef {import("../../varigrain.js").Coded} Coded */
/** @typedef {(shares: readonly number[], signal: AbortSignal) => Promise<readonly [Coded, Coded]>} Encode by shares, and on a fixed grid */

/** Where on the way from nothing but coarse regions to nothing but fine ones; the shares that are set are in the middle. */
const PLACES = [0, 0.25, 0.5, 0.7, 0.85, 1];

export class Curve {
  #encode;
  #draw = el("button", { type: "button" });
  #progress = el("p", { class: "hint", role: "status" });
  #plot = el("div", { class: "plot" });
  element = el("section", { class: "curve", hidden: true, "aria-label": "Rate and distortion" }, this.#draw, this.#progress, this.#plot);
  /** @type {AbortController | null} */
  #running = null;
  /** @type {readonly number[]} */
  #shares = [];

  /** @param {Encode} encode @param {(error: unknown) => void} failed */
  constructor(encode, failed) {
    this.#encode = encode;
    this.#draw.addEventListener("click", () => {
      if (this.#running) this.stop();
      else void this.#run().catch(failed);
    });
    this.#settle("");
  }

  /** There is another picture, or it is encoded in another way. @param {readonly number[]} shares that are set now */
  offer(shares) {
    this.stop();
    this.#shares = shares;
    this.#plot.replaceChildren();
    this.#settle("");
    // One granularity has one budget.
    this.element.hidden = !shares.length;
  }

  stop() {
    this.#running?.abort();
  }

  /** @param {string} said */
  #settle(said) {
    this.#running = null;
    this.#draw.textContent = "Draw the curve of bytes and dB";
    this.#progress.textContent = said;
  }

  async #run() {
    const own = (this.#running = new AbortController());
    this.#draw.textContent = "Stop";
    /** @type {[Coded, Coded][]} */
    const points = [];
    try {
      for (const [n, place] of PLACES.entries()) {
        this.#progress.textContent = `Encoding at budget ${n + 1} of ${PLACES.length} …`;
        points.push([...(await this.#encode(sharesAlong(this.#shares, place), own.signal))]);
        if (own.signal.aborted) break;
        if (n) this.#paint(points);
      }
    } catch (error) {
      if (this.#running === own) this.#settle("");
      if (!own.signal.aborted) throw error;
      return;
    }
    // What belongs to another picture by now is not shown.
    if (this.#running === own) this.#settle(own.signal.aborted ? "Stopped." : "");
  }

  /** @param {readonly [Coded, Coded][]} points */
  #paint(points) {
    const series = (/** @type {0 | 1} */ which) => points.map((point) => ({ x: bytesOf(point[which]), y: point[which].psnr }));
    const [variable, even] = [series(0), series(1)];
    const all = [...variable, ...even];
    const [last] = variable.slice(-1);
    const label = `PSNR by bytes, at ${points.length} budgets: from ${variable[0].y.toFixed(1)} dB in ${variable[0].x} bytes to ${last.y.toFixed(1)} dB in ${last.x}`;
    const { element, paint } = lineChart({
      label,
      series: [{ name: "Varigrain", points: variable }, { name: "Fixed grid", points: even, kind: "other", below: true }],
      ...{ x: "bytes", y: "PSNR, dB" },
      xRange: [0, Math.max(...all.map(({ x }) => x))],
      yRange: rangeOf(all.map(({ y }) => ({ mean: y }))),
    });
    const rows = points.map(([one, other]) => [`${one.codes}`, `${bytesOf(one)}`, one.psnr.toFixed(2), `${bytesOf(other)}`, other.psnr.toFixed(2)]);
    this.#plot.replaceChildren(element, numbers(["codes", "bytes", "dB", "bytes, fixed grid", "dB, fixed grid"], rows));
    paint();
  }
}
