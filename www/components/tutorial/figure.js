/**
 * What all figures of the tutorial share: they are built when one comes near them, say what went wrong, and
 * have their sliders and choices from here. Recordings are downloaded once for all of them.
 */
import { el, freshId } from "../../lib/dom.js";
import { asVarigrainError } from "../../lib/errors.js";
import { loadRecording } from "../../lib/recording.js";

/** @typedef {import("../../lib/view/step.js").Step} Step */
/** @typedef {import("../../lib/recording.js").Recording} Recording */
/** @typedef {ReturnType<typeof import("../../../scripts/tutorial-data.mjs").results>} Results */

const FOLDER = new URL("../../recordings/", import.meta.url);
/** How far below the window a figure may be to be built. */
const NEAR = "900px";

/** @type {Map<string, Promise<any>>} */
const files = new Map();

/** @template T @param {string} name @param {(url: URL) => Promise<T>} load @returns {Promise<T>} */
function once(name, load) {
  const file = files.get(name) ?? load(new URL(`${name}.json`, FOLDER));
  files.set(name, file);
  // What failed may be tried again.
  file.catch(() => files.delete(name));
  return file;
}

/** @param {string} name @returns {Promise<Recording>} */
export const recordingOf = (name) => once(name, loadRecording);

/** @returns {Promise<Results>} what was measured */
export const results = () => once("tutorial-results", async (url) => (await fetch(url)).json());

/** Pictures that figures compute on, of one size and grid: a drawing that training did not see, and what models drew. */
export const PICTURES = Object.freeze({
  portrait: { title: "A portrait (held out)", file: "tutorial-coded", at: 0 },
  drawn: { title: "A portrait (by the model)", file: "portrait", at: -1 },
  sunflower: { title: "A sunflower (by the model)", file: "sunflower", at: -1 },
});

/** @typedef {keyof typeof PICTURES} PictureName */

/** @param {PictureName} name @returns {Promise<Step>} */
export async function pictureOf(name) {
  const { file, at } = PICTURES[name];
  return /** @type {Step} */ ((await recordingOf(file)).tracks[0].steps.at(at));
}

/** A figure. Sub-classes have `build()`, and `paint()` where colours matter. */
export class Figure extends HTMLElement {
  #begun = false;
  /** @type {IntersectionObserver | null} */
  #sight = null;
  #scheme = matchMedia("(prefers-color-scheme: dark)");
  #repaint = () => this.paint();

  connectedCallback() {
    this.#scheme.addEventListener("change", this.#repaint);
    if (this.#begun) return;
    this.#sight = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && void this.#begin(), { rootMargin: NEAR });
    this.#sight.observe(this);
    addEventListener("beforeprint", () => void this.#begin(), { once: true });
  }

  disconnectedCallback() {
    this.#scheme.removeEventListener("change", this.#repaint);
    this.#sight?.disconnect();
  }

  async #begin() {
    if (this.#begun) return;
    this.#begun = true;
    this.#sight?.disconnect();
    try {
      await this.build();
      this.dataset.ready = "";
    } catch (error) {
      this.#begun = false;
      const again = el("button", { type: "button" }, "Try again");
      again.addEventListener("click", () => void this.#begin());
      this.replaceChildren(el("p", { class: "said", role: "alert" }, asVarigrainError(error).message, " ", again));
    }
  }

  /** @returns {Promise<void>} */
  async build() {}

  /** Colours are others now. */
  paint() {}
}

/**
 * A slider with its name and, beside it, what it stands at.
 *
 * @param {string} label
 * @param {object} range
 * @param {number} range.min
 * @param {number} range.max
 * @param {number} range.value
 * @param {number} [range.step]
 * @param {(value: number) => string} [range.text]
 * @param {(value: number) => void} act
 */
export function slider(label, { min, max, value, step = 1, text = String }, act) {
  const id = freshId("range");
  const input = el("input", { type: "range", id, min, max, step, value });
  const output = el("output", { for: id, class: "at" });
  const tell = () => {
    output.textContent = text(Number(input.value));
    input.setAttribute("aria-valuetext", output.textContent);
  };
  input.addEventListener("input", () => {
    tell();
    act(Number(input.value));
  });
  tell();
  const element = el("div", { class: "range" }, el("label", { for: id }, label), output, input);
  return { element, input, tell };
}

/**
 * One of several, as buttons in a row.
 *
 * @template {string} Value
 * @param {string} label
 * @param {readonly (readonly [Value, string])[]} values and what they are called
 * @param {Value} value
 * @param {(value: Value) => void} act
 */
export function choice(label, values, value, act) {
  const name = freshId("choice");
  const chips = values.map(([one, title]) => {
    const input = el("input", { type: "radio", name, value: one, checked: one === value });
    input.addEventListener("change", () => act(one));
    return el("label", { class: "pick" }, input, el("span", {}, title));
  });
  return el("fieldset", { class: "bare choice" }, el("legend", {}, label), el("div", { class: "picks" }, ...chips));
}

/** @param {(name: PictureName) => void} act @param {PictureName} [value] */
export function pictureChoice(act, value = "portrait") {
  const names = /** @type {PictureName[]} */ (Object.keys(PICTURES));
  return choice("Picture", names.map((name) => /** @type {const} */ ([name, PICTURES[name].title])), value, act);
}

/** A line of figures that is read out when it changes. */
export function readout() {
  return el("p", { class: "said", role: "status" });
}

/** @param {string} [text] */
export const ribbon = (text = "Recorded") => el("span", { class: "ribbon" }, text);
