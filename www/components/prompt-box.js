/**
 * `<vg-prompt-box>`: one text field for a class of an axis that has many. It finds things, groups of things, and things
 * in a manner, if it is told of other axes; after the ARIA authoring practices' editable combobox with a list. The focus
 * stays in the field; the list is pointed at with aria-activedescendant.
 *
 * It never comes to nothing: what is spelt alike is offered, and what other models of the site have.
 *
 * Fires "pick" with the idea that was chosen, "lost" when words are not known or nothing is called just that, and "switch" with what another model has.
 */
import { ElementBase, define } from "../lib/define.js";
import { el, emit, freshId, isComposing } from "../lib/dom.js";
import { ANYTHING, buildPromptIndex, ideaOf, suggest } from "../lib/prompt-search.js";
import { fold } from "../lib/search.js";
import { thousands } from "../lib/thousands.js";

/** @typedef {import("../lib/prompt-search.js").Idea} Idea */
/** @typedef {import("../lib/description.js").Axis} Axis */
/** @typedef {Readonly<Record<string, string | null | undefined>>} Prompt axis → class, ids */

/** @typedef {import("../lib/elsewhere.js").Offer} Offer */

/** Other models are looked at when there is a pause. */
const PAUSE_MS = 400;
/** More are not shown at once. */
const MOST = 60;

export class PromptBox extends ElementBase {
  #axes;
  #index;
  #line;
  #label;
  /** @type {string | null} id of a class of the axis above: what is not of it is left out, if there is anything else */
  #within = null;
  /** @type {Idea} */
  #idea = ANYTHING;
  #listId = freshId("ideas");
  /** @type {(Idea | Offer)[]} what the list shows, in its order */
  #shown = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #active = -1;
  #input = el("input", {
    type: "text",
    id: freshId("prompt"),
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": this.#listId,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
  });
  #sign = el("span", { class: "chosen-sign", "aria-hidden": "true" });
  #clear = el("button", { type: "button", class: "quiet clear", "aria-label": "Clear the prompt" }, "×");
  #list = el("ul", { id: this.#listId, role: "listbox", "aria-label": "What can be drawn", hidden: true });
  #count = el("p", { class: "visually-hidden", role: "status" });

  /**
   * @param {string} label
   * @param {readonly Axis[]} line the axis, then those above it
   * @param {readonly Axis[]} others whose classes are understood beside it
   */
  constructor(label, line, others) {
    super();
    this.#label = label;
    this.#line = line;
    this.#axes = [...line, ...others];
    this.#index = buildPromptIndex(this.#axes);
    const { classes } = line[0];
    const names = [0.3, 0.6].map((share) => classes[Math.floor(share * classes.length)].name);
    this.#input.placeholder = [...names, line[1]?.classes[0].name ?? ""].filter(Boolean).join(", ") + " …";
  }

  connectedCallback() {
    if (this.childElementCount) return;
    const label = el("label", { class: "label", for: this.#input.id }, this.#label);
    const box = el("div", { class: "combobox" }, this.#sign, this.#input, this.#clear, this.#list);
    this.replaceChildren(label, box, this.#count);
    this.#input.addEventListener("input", () => this.#open());
    this.#input.addEventListener("click", () => this.#open());
    this.#input.addEventListener("focus", () => this.#input.select());
    this.#input.addEventListener("blur", () => this.#close());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#clear.addEventListener("click", () => {
      this.#choose(ANYTHING);
      this.#input.focus();
    });
    // Before the field loses the focus, which would close the list under the pointer.
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => {
      const option = /** @type {Element} */ (event.target).closest("[role=option]");
      if (option) this.#choose(this.#shown[[...this.#options].indexOf(option)] ?? ANYTHING);
    });
    this.#render();
  }

  /** Classes are found by other words too. @param {import("../lib/class-words.js").ClassWords} words */
  learn(words) {
    this.#index = buildPromptIndex(this.#axes, words);
    // What is being typed may mean more now.
    if (!this.#list.hidden && this.#active < 0) this.#open();
  }

  /** The axis that it is for. */
  get axis() {
    return this.#line[0];
  }

  /** @param {string | null} parent id of a class of the axis above; null: all */
  set within(parent) {
    this.#within = parent;
  }

  /** What was chosen of the axis and of those above it; null for any. */
  get value() {
    return Object.fromEntries(this.#line.map(({ id }) => [id, this.#idea.prompt[id] ?? null]));
  }

  /** @param {Prompt} prompt */
  set value(prompt) {
    this.#idea = ideaOf(this.#index, prompt);
    this.#render();
  }

  get #text() {
    return this.#idea.kind === "thing" || this.#idea.kind === "group" ? this.#idea.title : "";
  }

  #render() {
    this.#input.value = this.#text;
    this.#sign.textContent = this.#text ? this.#idea.glyph : "";
    this.#clear.hidden = !this.#text;
    this.classList.toggle("has-sign", Boolean(this.#sign.textContent));
    this.classList.toggle("has-text", Boolean(this.#text));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (isComposing(event)) return;
    const open = !this.#list.hidden;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp": {
        if (!open) this.#open();
        const down = event.key === "ArrowDown";
        if (!event.altKey) this.#move(down ? 1 : -1);
        break;
      }
      case "Enter":
        // With the list closed Enter is the form's: it starts the drawing.
        if (!open || this.#active < 0) {
          this.#close();
          return;
        }
        this.#choose(this.#shown[this.#active]);
        break;
      case "Escape":
        // Only what was open is closed; otherwise Escape is the page's, where it stops a drawing.
        if (!open) return;
        event.stopPropagation();
        this.#render();
        this.#close();
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  #open() {
    // An untouched field shows everything, not only what is called like the present choice.
    const text = this.#input.value === this.#text ? "" : this.#input.value;
    const found = this.#suggest(text);
    const { total, unknown } = found;
    // A sign that no class has, or dots: what there is.
    const ideas = found.ideas.length ? found.ideas : this.#suggest("").ideas;
    this.#shown = [...ideas];
    if (text) this.#sign.textContent = "";
    const options = ideas.map((idea) => this.#option(idea));
    const things = this.axis.classes.length;
    const lost = unknown.length > 0 || !found.ideas.length;
    const words = unknown.length ? unknown.join(" ") : text.trim();
    this.#list.replaceChildren(...(lost ? [el("li", { class: "none" }, `Nothing here is called “${words}”. The nearest:`)] : []), ...options);
    if (lost) this.#list.scrollTop = 0;
    else if (!text.trim()) this.#list.append(el("li", { class: "none" }, `Type to search ${thousands(things)}: ${this.axis.name.toLowerCase()}`));
    else if (total > ideas.length) {
      this.#list.append(el("li", { class: "none" }, `… and ${total - ideas.length} more: type to narrow them down`));
    }
    this.#list.hidden = false;
    this.#input.setAttribute("aria-expanded", "true");
    this.#count.textContent = lost ? `Nothing here is called ${words}; ${ideas.length} near it` : `${total} found`;
    clearTimeout(this.#timer);
    const said = fold(text);
    const meant = said && !unknown.length && !ideas.some(({ title }) => fold(title) === said) ? [said] : [];
    const show = (/** @type {readonly Offer[]} */ offers) => this.#add(text, offers);
    if (unknown.length || meant.length) this.#timer = setTimeout(() => emit(this, "lost", { text, unknown, meant, show }), PAUSE_MS);
    // A search has a best answer, ready for Enter; a mere look at the list has none.
    this.#activate(text.trim() && ideas.length ? 0 : -1);
  }

  /** What other models have for it. @param {string} text @param {readonly Offer[]} offers */
  #add(text, offers) {
    if (this.#list.hidden || this.#input.value !== text) return;
    for (const offer of offers) {
      this.#shown.push(offer);
      this.#list.append(this.#option({ glyph: "↗", title: offer.told, detail: `${offer.entry.name} has it: switch` }));
    }
  }

  /** @param {string} text */
  #suggest(text) {
    const above = this.axis.parent;
    if (!this.#within || !above) return suggest(this.#index, text, { limit: MOST });
    const own = this.axis.classes.filter(({ parent }) => parent === this.#within);
    const found = suggest(this.#index, text, { limit: Infinity });
    const all = text.trim()
      ? found.ideas
      : [ANYTHING, ...own.map(({ id }) => ideaOf(this.#index, { [this.axis.id]: id }))];
    const inside = all.filter(({ kind, prompt }) => kind !== "group" && (kind !== "thing" || prompt[above] === this.#within));
    // Where nothing there is called that, something elsewhere may be.
    const ideas = inside.length ? inside : all;
    return { ideas: ideas.slice(0, MOST), total: ideas.length, unknown: found.unknown };
  }

  #close() {
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#activate(-1);
    this.#count.textContent = "";
    if (this.#input.value === "" && this.#text) this.#choose(ANYTHING);
    else this.#render();
  }

  get #options() {
    return this.#list.querySelectorAll("[role=option]");
  }

  /** @param {number} by */
  #move(by) {
    const count = this.#shown.length;
    if (!count) return;
    const from = this.#active < 0 && by < 0 ? count : this.#active;
    this.#activate((from + by + count) % count);
  }

  /** @param {number} at */
  #activate(at) {
    const options = this.#options;
    options[this.#active]?.removeAttribute("aria-selected");
    this.#active = at;
    const option = at < 0 ? undefined : options[at];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.#input.setAttribute("aria-activedescendant", option.id);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  /** @param {Pick<Idea, "glyph" | "title" | "detail">} idea */
  #option({ glyph, title, detail }) {
    const sign = el("span", { class: "sign", "aria-hidden": "true" }, glyph);
    const more = detail ? [el("small", {}, detail)] : [];
    return el("li", { id: freshId("option"), role: "option" }, sign, el("span", {}, title), " ", ...more);
  }

  /** @param {Idea | Offer} idea */
  #choose(idea) {
    if ("entry" in idea) {
      this.#render();
      this.#close();
      return emit(this, "switch", idea);
    }
    this.#idea = idea;
    this.#render();
    this.#close();
    // Of the axis itself everything is said, though it be "any".
    const open = Object.fromEntries(this.#line.map(({ id }) => [id, null]));
    emit(this, "pick", { ...idea, prompt: { ...open, ...idea.prompt } });
  }
}

define("vg-prompt-box", PromptBox);
