/**
 * `<vg-concept-search>`: a text field that finds one of some 1,400 concepts, after the ARIA
 * authoring practices' editable combobox with a list. The focus stays in the field; the list is
 * pointed at with aria-activedescendant.
 *
 * Fires "pick" with the concept, or null for "anything".
 */
import { el, emit, freshId } from "../lib/dom.js";
import { buildIndex, search } from "../lib/search.js";

/** @typedef {import("../varigrain.js").Concept} Concept */
/** @typedef {import("../varigrain.js").Classes} Classes */

export class ConceptSearch extends HTMLElement {
  /** @type {import("../lib/search.js").Entry[]} */
  #index = [];
  /** @type {Concept | null} */
  #concept = null;
  /** @type {string | null} */
  #category = null;
  #listId = freshId("concepts");
  /** @type {(Concept | null)[]} what the list shows, in its order */
  #shown = [];
  #active = -1;
  #input = el("input", {
    type: "text",
    id: freshId("concept"),
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": this.#listId,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    placeholder: "Anything",
  });
  #emoji = el("span", { class: "chosen-emoji", "aria-hidden": "true" });
  #clear = el("button", { type: "button", class: "quiet clear", "aria-label": "Clear the concept" }, "×");
  #list = el("ul", { id: this.#listId, role: "listbox", "aria-label": "Concepts", hidden: true });
  #count = el("p", { class: "visually-hidden", role: "status" });

  connectedCallback() {
    const label = el("label", { class: "label", for: this.#input.id }, "Concept");
    const box = el("div", { class: "combobox" }, this.#emoji, this.#input, this.#clear, this.#list);
    this.replaceChildren(label, box, this.#count);
    this.#input.addEventListener("input", () => this.#open());
    this.#input.addEventListener("click", () => this.#open());
    this.#input.addEventListener("focus", () => this.#input.select());
    this.#input.addEventListener("blur", () => this.#close());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#clear.addEventListener("click", () => {
      this.#choose(null);
      this.#input.focus();
    });
    // Before the field loses the focus, which would close the list under the pointer.
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => {
      const option = /** @type {Element} */ (event.target).closest("[role=option]");
      if (option) this.#choose(this.#shown[[...this.#list.children].indexOf(option)] ?? null);
    });
    this.#render();
  }

  /** @param {Classes} classes */
  set classes({ concepts, categories }) {
    const names = new Map(categories.map(({ id, name }) => [id, name]));
    this.#index = buildIndex(concepts, (id) => names.get(id) ?? "");
  }

  /** @param {string | null} id limits what is found */
  set category(id) {
    this.#category = id;
  }

  get value() {
    return this.#concept?.id ?? null;
  }

  /** @param {string | null} id */
  set value(id) {
    this.#concept = this.#index.find(({ concept }) => concept.id === id)?.concept ?? null;
    this.#render();
  }

  #render() {
    this.#input.value = this.#concept?.name ?? "";
    this.#emoji.textContent = this.#concept?.emoji ?? "";
    this.#clear.hidden = !this.#concept;
    this.classList.toggle("has-emoji", Boolean(this.#concept));
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
    const text = this.#input.value === (this.#concept?.name ?? "") ? "" : this.#input.value;
    const { concepts, total } = search(this.#index, text, { category: this.#category });
    this.#shown = text ? concepts : [null, ...concepts];
    if (text) this.#emoji.textContent = "";
    this.#list.replaceChildren(...this.#shown.map((concept) => this.#option(concept)));
    if (!this.#shown.length) this.#list.append(el("li", { class: "none" }, "Nothing is called that."));
    else if (total > concepts.length) {
      const more = total - concepts.length;
      this.#list.append(el("li", { class: "none" }, `… and ${more} more: type to narrow them down`));
    }
    this.#list.hidden = false;
    this.#input.setAttribute("aria-expanded", "true");
    this.#count.textContent = `${total} found`;
    // A search has a best answer, ready for Enter; a mere look at the list has none.
    this.#activate(text && concepts.length ? 0 : -1);
  }

  #close() {
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#activate(-1);
    this.#count.textContent = "";
    if (this.#input.value === "" && this.#concept) this.#choose(null);
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

  /** @param {Concept | null} concept */
  #option(concept) {
    const emoji = el("span", { class: "emoji", "aria-hidden": "true" }, concept?.emoji ?? "∗");
    const name = concept?.name ?? "Anything";
    return el("li", { id: freshId("option"), role: "option" }, emoji, name);
  }

  /** @param {Concept | null} concept */
  #choose(concept) {
    this.#concept = concept;
    this.#render();
    this.#close();
    emit(this, "pick", concept);
  }
}

customElements.define("vg-concept-search", ConceptSearch);
