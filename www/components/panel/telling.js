/**
 * What a panel says: a line of status (spoken too), the progress of a download with a way to call it off,
 * and failures with a way on.
 */
import { el } from "../../lib/dom.js";
import { asVarigrainError } from "../../lib/errors.js";
import { megabytes } from "../player/words.js";

/** @typedef {import("../../varigrain.js").Progress} Progress */

/** Codes after which trying again may help. Of the others the message says what to change. */
const PASSING = new Set(["pack-missing", "pack-damaged", "engine-missing", "worker-crashed", "device-lost", "no-webgpu"]);

export class Telling {
  #line = el("p", { class: "telling-line" });
  #spoken = el("p", { class: "visually-hidden", role: "status" });
  #bar = el("progress", { max: 1, value: 0, hidden: true });
  #stop = el("button", { type: "button", hidden: true }, "Cancel");
  #problem = el("div", { role: "alert" });
  element = el("div", { class: "telling" }, this.#line, this.#bar, this.#stop, this.#problem, this.#spoken);
  /** @type {() => void} */
  onStop = () => {};

  constructor() {
    this.#stop.addEventListener("click", () => this.onStop());
  }

  /** @param {string} text @param {string} [aloud] */
  say(text, aloud = text) {
    this.#line.textContent = text;
    this.#bar.hidden = true;
    if (aloud) this.#spoken.textContent = aloud;
  }

  /** Spoken after what was said last, for those who do not see what came to it. @param {string} text */
  also(text) {
    this.#spoken.textContent = `${this.#spoken.textContent} ${text}`.trim();
  }

  /** Whether there is something to call off. */
  set stoppable(/** @type {boolean} */ on) {
    this.#stop.hidden = !on;
  }

  /** @param {Progress} progress @param {string} what is downloaded */
  loading({ phase, loaded, total }, what) {
    if (phase === "ready") return;
    if (phase !== "download") return this.say(`Building ${what}`, "");
    const text = `Downloading ${what}: ${megabytes(loaded)}${total ? ` of ${megabytes(total)}` : ""} MB`;
    this.say(text, this.#bar.hidden ? text : "");
    this.#bar.setAttribute("aria-label", `Download of ${what}`);
    this.#bar.hidden = false;
    this.#bar.value = total ? loaded / total : 0;
  }

  /** How far a drawing is; not spoken. @param {string} text @param {number} share 0 to 1 @param {string} what is drawn */
  working(text, share, what) {
    this.say(text, "");
    this.#bar.setAttribute("aria-label", what);
    this.#bar.hidden = false;
    this.#bar.value = share;
  }

  /** @param {unknown} thrown @param {() => void} again */
  fail(thrown, again) {
    const { code, message } = asVarigrainError(thrown);
    this.say("", "");
    const words = el("p", {}, message, el("code", {}, code));
    const button = el("button", { type: "button" }, "Try again");
    button.addEventListener("click", () => {
      this.clear();
      again();
    });
    const way = PASSING.has(code) ? [button] : [];
    this.#problem.replaceChildren(el("div", { class: "notice" }, words, ...way));
    this.#problem.dataset.kind = "problem";
  }

  /** A message that no error object came with. @param {string} text */
  warn(text) {
    this.#problem.dataset.kind = "problem";
    this.#problem.replaceChildren(el("div", { class: "notice" }, el("p", {}, text)));
  }

  clear() {
    this.#problem.replaceChildren();
  }
}
