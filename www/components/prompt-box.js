/**
 * `<vg-prompt-box>`: one text field for what to draw. It finds things, groups of things and styles, and
 * things in a style; after the ARIA authoring practices' editable combobox with a list. The focus stays
 * in the field; the list is pointed at with aria-activedescendant.
 *
 * Fires "pick" with the idea that was chosen.
 */
import { el, emit, freshId } from "../lib/dom.js";
import { ANYTHING, buildPromptIndex, suggest } from "../lib/prompt-search.js";

/** @typedef {import("../lib/prompt-search.js").Idea} Idea */
/** @typedef {import("../varigrain.js").Classes} Classes */

export class PromptBox extends HTMLElement {
  /** @type {import("../lib/prompt-search.js").PromptIndex} */
  #index = { concepts: [], categories: [], styles: [] };
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
    placeholder: "cat, food, blob ghost …",
  });
  #emoji = el("span", { class: "chosen-emoji", "aria-hidden": "true" });
  #clear = el("button", { type: "button", class: "quiet clear", "aria-label": "Clear the prompt" }, "×");
  #list = el("ul", { id: this.#listId, role: "listbox", "aria-label": "What can be drawn", hidden: true });
  #count = el("p", { class: "visually-hidden", role: "status" });

  connectedCallback() {
    const label = el("label", { class: "label", for: this.#input.id }, this.getAttribute("label") ?? "What shall it draw?");
    const box = el("div", { class: "combobox" }, this.#emoji, this.#input, this.#clear, this.#list);
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

  /** @param {Classes} classes */
  set classes(classes) {
    this.#index = buildPromptIndex(classes);
  }

  /** The thing or the group of things that was chosen; null for none. */
  get value() {
    const { concept, category } = this.#idea;
    return { concept, category };
  }

  /** @param {{ concept?: string | null, category?: string | null }} wanted */
  set value({ concept, category }) {
    const thing = this.#index.concepts.find((entry) => entry.concept.id === concept)?.concept;
    const group = this.#index.categories.find((entry) => entry.category.id === category);
    if (thing) {
      const { id, name, emoji } = thing;
      this.#idea = { ...ANYTHING, kind: "concept", concept: id, category: thing.category, title: name, emoji };
    } else if (group) {
      this.#idea = { ...ANYTHING, kind: "category", category: group.category.id, title: group.category.name, emoji: group.emoji };
    } else this.#idea = ANYTHING;
    this.#render();
  }

  get #text() {
    return this.#idea.concept || this.#idea.category ? this.#idea.title : "";
  }

  #render() {
    this.#input.value = this.#text;
    this.#emoji.textContent = this.#text ? this.#idea.emoji : "";
    this.#clear.hidden = !this.#text;
    this.classList.toggle("has-emoji", Boolean(this.#text));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
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
    const { ideas, total } = suggest(this.#index, text);
    this.#shown = ideas;
    if (text) this.#emoji.textContent = "";
    this.#list.replaceChildren(...ideas.map((idea) => this.#option(idea)));
    const things = this.#index.concepts.length;
    if (!ideas.length) this.#list.append(el("li", { class: "none" }, "Nothing is called that."));
    else if (!text.trim()) this.#list.append(el("li", { class: "none" }, `Type to search ${things.toLocaleString("en")} things`));
    else if (total > ideas.length) {
      this.#list.append(el("li", { class: "none" }, `… and ${total - ideas.length} more: type to narrow them down`));
    }
    this.#list.hidden = false;
    this.#input.setAttribute("aria-expanded", "true");
    this.#count.textContent = `${total} found`;
    // A search has a best answer, ready for Enter; a mere look at the list has none.
    this.#activate(text.trim() && ideas.length ? 0 : -1);
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
  #option({ emoji, title, detail }) {
    const sign = el("span", { class: "emoji", "aria-hidden": "true" }, emoji);
    const more = detail ? [el("small", {}, detail)] : [];
    return el("li", { id: freshId("option"), role: "option" }, sign, el("span", {}, title), " ", ...more);
  }

  /** @param {Idea} idea */
  #choose(idea) {
    this.#idea = idea;
    this.#render();
    this.#close();
    emit(this, "pick", idea);
  }
}

customElements.define("vg-prompt-box", PromptBox);
