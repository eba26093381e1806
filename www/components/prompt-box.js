/**
 * `<vg-prompt-box>`: one text field for a class of an axis that has many. It finds things, groups of things, and things
 * in a manner, if it is told of other axes; after the ARIA authoring practices' editable combobox with a list. The focus
 * stays in the field; the list is pointed at with aria-activedescendant.
 *
 * Fires "pick" with the idea that was chosen.
 */
import { ElementBase, define } from "../lib/define.js";
import { el, emit, freshId, isComposing } from "../lib/dom.js";
import { ANYTHING, buildPromptIndex, ideaOf, suggest } from "../lib/prompt-search.js";

/** @typedef {import("../lib/prompt-search.js").Idea} Idea */
/** @typedef {import("../lib/description.js").Axis} Axis */
/** @typedef {Readonly<Record<string, string | null | undefined>>} Prompt axis → class, ids */

/** More are not shown at once. */
const MOST = 60;

export class PromptBox extends ElementBase {
  #index;
  #line;
  #label;
  /** @type {string | null} id of a class of the axis above: what is not of it is left out, if there is anything else */
  #within = null;
  /** @type {Idea} */
  #idea = ANYTHING;
  #listId = freshId("ideas");
  /** @type {Idea[]} what the list shows, in its order */
  #shown = [];
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
    this.#index = buildPromptIndex([...line, ...others]);
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
      if (option) this.#choose(this.#shown[[...this.#list.children].indexOf(option)] ?? ANYTHING);
    });
    this.#render();
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
    const { ideas, total } = this.#suggest(text);
    this.#shown = ideas;
    if (text) this.#sign.textContent = "";
    this.#list.replaceChildren(...ideas.map((idea) => this.#option(idea)));
    const things = this.axis.classes.length;
    if (!ideas.length) this.#list.append(el("li", { class: "none" }, "Nothing is called that."));
    else if (!text.trim()) this.#list.append(el("li", { class: "none" }, `Type to search ${things.toLocaleString("en")}: ${this.axis.name.toLowerCase()}`));
    else if (total > ideas.length) {
      this.#list.append(el("li", { class: "none" }, `… and ${total - ideas.length} more: type to narrow them down`));
    }
    this.#list.hidden = false;
    this.#input.setAttribute("aria-expanded", "true");
    this.#count.textContent = `${total} found`;
    // A search has a best answer, ready for Enter; a mere look at the list has none.
    this.#activate(text.trim() && ideas.length ? 0 : -1);
  }

  /** @param {string} text */
  #suggest(text) {
    const above = this.axis.parent;
    if (!this.#within || !above) return suggest(this.#index, text, { limit: MOST });
    const own = this.axis.classes.filter(({ parent }) => parent === this.#within);
    const all = text.trim()
      ? suggest(this.#index, text, { limit: Infinity }).ideas
      : [ANYTHING, ...own.map(({ id }) => ideaOf(this.#index, { [this.axis.id]: id }))];
    const inside = all.filter(({ kind, prompt }) => kind !== "group" && (kind !== "thing" || prompt[above] === this.#within));
    // Where nothing there is called that, something elsewhere may be.
    const ideas = inside.length ? inside : all;
    return { ideas: ideas.slice(0, MOST), total: ideas.length };
  }

  #close() {
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#activate(-1);
    this.#count.textContent = "";
    if (this.#input.value === "" && this.#text) this.#choose(ANYTHING);
    else this.#render();
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
    const options = this.#list.children;
    options[this.#active]?.removeAttribute("aria-selected");
    this.#active = at;
    const option = at < 0 ? undefined : options[at];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.#input.setAttribute("aria-activedescendant", option.id);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  /** @param {Idea} idea */
  #option({ glyph, title, detail }) {
    const sign = el("span", { class: "sign", "aria-hidden": "true" }, glyph);
    const more = detail ? [el("small", {}, detail)] : [];
    return el("li", { id: freshId("option"), role: "option" }, sign, el("span", {}, title), " ", ...more);
  }

  /** @param {Idea} idea */
  #choose(idea) {
    this.#idea = idea;
    this.#render();
    this.#close();
    // Of the axis itself everything is said, though it be "any".
    const open = Object.fromEntries(this.#line.map(({ id }) => [id, null]));
    emit(this, "pick", { ...idea, prompt: { ...open, ...idea.prompt } });
  }
}

define("vg-prompt-box", PromptBox);
