/**
 * `<vg-words-box>`: one text field for all axes of a model at once, where each has few classes: "smiling woman, red hair,
 * glasses". It says what it understood, and of what it did not what is spelt like it.
 *
 * What it says is in `told`, which goes below the button that one is about to press: it grows and shrinks as one types.
 *
 * Fires "read" with the prompt whenever other words are understood, "lost" when some are not or only stand for something, and
 * "switch" with what another model has for them.
 */
import { ElementBase, define } from "../lib/define.js";
import { el, emit, freshId } from "../lib/dom.js";
import { phraseOf } from "../lib/phrase.js";
import { fold } from "../lib/search.js";
import { buildLexicon, nearTo, promptOf, understand } from "../lib/understand.js";

/** @typedef {import("../lib/description.js").Axis} Axis */
/** @typedef {Readonly<Record<string, string | null | undefined>>} Prompt axis → class, ids */
/** @typedef {import("../lib/understand.js").Meaning} Meaning */
/** @typedef {import("../lib/elsewhere.js").Offer} Offer */
/**
 * `text`: what was typed; `unknown`: of it; `meant`: words that stand for what is called otherwise here; `show`: where to
 * show what other models have.
 *
 * @typedef {{ text: string, unknown: readonly string[], meant: readonly string[], show: (offers: readonly Offer[]) => void }} Lost
 */

/** What is typed is told when there is a pause: every letter would be read out. */
const PAUSE_MS = 500;

export class WordsBox extends ElementBase {
  #axes;
  #label;
  #lexicon;
  #aboutId = freshId("understood");
  #input = el("input", { type: "text", id: freshId("prompt"), autocomplete: "off", autocapitalize: "off", spellcheck: "false", "aria-describedby": this.#aboutId });
  #clear = el("button", { type: "button", class: "quiet clear", "aria-label": "Clear the prompt" }, "×");
  #about = el("p", { class: "hint", id: this.#aboutId, role: "status" });
  #near = el("div", { class: "ideas", role: "group", "aria-label": "Instead", hidden: true });
  told = el("div", { class: "told silent" }, this.#about, this.#near);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {string} label @param {readonly Axis[]} axes */
  constructor(label, axes) {
    super();
    this.#label = label;
    this.#axes = axes;
    this.#lexicon = buildLexicon(axes);
    // Of the middle of each list: at the ends are often what is nothing of it.
    const some = axes.filter((_, at) => at % 2 === 1 || axes.length < 4).slice(0, 3);
    const example = Object.fromEntries(some.map(({ id, classes }) => [id, classes[classes.length >> 1].id]));
    this.#input.placeholder = `${phraseOf(example, axes)} …`;
  }

  connectedCallback() {
    if (this.childElementCount) return;
    const label = el("label", { class: "label", for: this.#input.id }, this.#label);
    this.replaceChildren(label, el("div", { class: "combobox" }, this.#input, this.#clear));
    this.#input.addEventListener("input", () => this.#read());
    // What is in it has been told already: the form need not hear of it again when the field is left.
    this.#input.addEventListener("change", (event) => event.stopPropagation());
    this.#clear.addEventListener("click", () => {
      this.#input.value = "";
      this.#read();
      this.#input.focus();
    });
    this.#render();
  }

  /** @param {Prompt} prompt what is asked for now; words that mean just that stay as they are */
  set value(prompt) {
    const asked = (/** @type {Prompt} */ one) => JSON.stringify(this.#axes.map(({ id }) => one[id] ?? null));
    if (asked(promptOf(understand(this.#lexicon, this.#input.value))) === asked(prompt)) return;
    this.#input.value = phraseOf(prompt, this.#axes);
    this.#render();
    this.#tell();
  }

  #render() {
    this.#clear.hidden = !this.#input.value;
    this.classList.toggle("has-text", Boolean(this.#input.value));
  }

  #read() {
    this.#render();
    emit(this, "read", promptOf(understand(this.#lexicon, this.#input.value)));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), PAUSE_MS);
  }

  /** What was understood and what was not. */
  #tell() {
    const text = this.#input.value;
    const { understood, unknown } = understand(this.#lexicon, text);
    const said = understood.filter(({ guess }) => guess).map(({ one, words }) => `“${words}” taken for ${one.name}`);
    const prompt = phraseOf(promptOf({ understood, unknown }), this.#axes);
    // What the words say as they stand needs no telling.
    const parts = unknown.length || said.length ? [prompt && `Understood: ${prompt}`, ...said, unknown.length ? `not understood: ${unknown.join(", ")}` : ""] : [];
    const told = parts.filter(Boolean).join("; ");
    const near = unknown.flatMap((word) => nearTo(this.#lexicon, word).map((meaning) => ({ word, meaning })));
    const rest = unknown.length && !near.length && !understood.length ? ` It knows words for ${this.#axes.map(({ name }) => name.toLowerCase()).join(", ")}.` : "";
    this.#about.textContent = told ? `${told[0].toUpperCase()}${told.slice(1)}.${rest}` : "";
    const instead = near.map(({ word, meaning }) => this.#offer(word, meaning));
    const show = (/** @type {readonly Offer[]} */ offers) => {
      if (text !== this.#input.value) return;
      this.#near.replaceChildren(...instead, ...offers.map((offer) => this.#elsewhere(offer)));
      this.#near.hidden = !this.#near.childElementCount;
      this.told.classList.toggle("silent", this.#near.hidden && !told);
    };
    show([]);
    // A bare "peach" may be more than a background, too.
    const bare = (/** @type {import("../lib/understand.js").Taken} */ { axis, one, words }) => words === fold(text) && words !== fold(phraseOf({ [axis.id]: one.id }, this.#axes));
    const meant = understood.filter((taken) => taken.other || bare(taken)).map(({ words }) => words);
    if (unknown.length || meant.length) emit(this, "lost", { text, unknown, meant, show });
  }

  /** @param {Offer} offer */
  #elsewhere(offer) {
    const words = offer.also ? `Also: ${offer.told}, in ${offer.entry.name}` : `${offer.entry.name} has “${offer.told}”: switch`;
    const button = el("button", { type: "button", class: "idea" }, words);
    button.addEventListener("click", () => emit(this, "switch", offer));
    return button;
  }

  /** @param {string} word @param {Meaning} meaning */
  #offer(word, { axis, one }) {
    const name = phraseOf({ [axis.id]: one.id }, this.#axes);
    const button = el("button", { type: "button", class: "idea" }, `${name}?`);
    button.addEventListener("click", () => {
      // In place of the word, which may stand in the text with other capitals.
      const words = this.#input.value.split(/(?<=\s|,)|(?=\s|,)/);
      const at = words.findIndex((own) => own.toLowerCase() === word);
      if (at >= 0) words[at] = name;
      this.#input.value = at < 0 ? `${this.#input.value}, ${name}` : words.join("");
      this.#read();
      this.#tell();
      this.#input.focus();
    });
    return button;
  }
}

define("vg-words-box", WordsBox);
