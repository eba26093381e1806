/**
 * `<vg-tabs label>`: its sections as panels, one at a time. A section says how its tab is called
 * (`data-tab`) and what is in the address for it (`id`). With one section there are no tabs.
 *
 * ```html
 * <vg-tabs label="What to do">
 *   <section id="draw" data-tab="Draw">…</section>
 *   <section id="encode" data-tab="Encode your own"><vg-encode></vg-encode></section>
 * </vg-tabs>
 * ```
 *
 * Fires "tab" with the section's id; empty for the first, which is where one is if nothing is said. Where the first is not
 * to be had, one is at the next.
 */
import { ElementBase, define } from "../lib/define.js";
import { el, emit } from "../lib/dom.js";

export class Tabs extends ElementBase {
  #list = el("div", { role: "tablist", class: "tablist" });

  connectedCallback() {
    this.#list.setAttribute("aria-label", this.getAttribute("label") ?? "");
    this.prepend(this.#list);
    this.#list.addEventListener("click", (event) => {
      const at = this.#tabs.indexOf(/** @type {HTMLButtonElement} */ (/** @type {Element} */ (event.target).closest("button")));
      if (at >= 0) this.#choose(at);
    });
    this.#list.addEventListener("keydown", (event) => {
      const [at, last] = [this.#tabs.indexOf(/** @type {HTMLButtonElement} */ (event.target)), this.#tabs.length - 1];
      const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at ? at - 1 : last, Home: 0, End: last }[event.key];
      if (at < 0 || to === undefined) return;
      event.preventDefault();
      this.#choose(to);
      this.#tabs[to].focus();
    });
    this.refresh();
  }

  #value = "";
  /** What was asked for, which may be absent for a while. */
  #wanted = "";
  /** Ids of sections that are not to be had. @type {readonly string[]} */
  #absent = [];

  get #sections() {
    return this.#all.filter(({ id }) => !this.#absent.includes(id));
  }

  get #all() {
    return [...this.children].filter((child) => child instanceof HTMLElement && child.dataset.tab !== undefined);
  }

  /** Takes away sections that there is nothing to show in, and brings back all others. @param {readonly string[]} ids */
  set absent(ids) {
    if (ids.join() === this.#absent.join()) return;
    this.#absent = [...ids];
    for (const section of this.#all) /** @type {HTMLElement} */ (section).hidden = true;
    this.refresh();
  }

  get #tabs() {
    return [...this.#list.querySelectorAll("button")];
  }

  /** After sections were added or taken away. */
  refresh() {
    const tabs = this.#sections.map((section) => {
      section.setAttribute("role", "tabpanel");
      section.setAttribute("aria-labelledby", `tab-${section.id}`);
      const name = /** @type {HTMLElement} */ (section).dataset.tab ?? "";
      return el("button", { type: "button", role: "tab", id: `tab-${section.id}`, "aria-controls": section.id }, name);
    });
    this.#list.replaceChildren(...tabs);
    this.#list.hidden = tabs.length < 2;
    if (tabs.length < 2) for (const section of this.#sections) section.removeAttribute("role");
    this.value = this.#wanted;
  }

  /** The section on show; empty for the first of all. */
  get value() {
    return this.#value;
  }

  set value(id) {
    this.#wanted = id;
    const at = Math.max(0, this.#sections.findIndex((section) => section.id === id));
    const shown = this.#sections[at];
    this.#value = shown && shown !== this.#all[0] ? shown.id : "";
    for (const [n, tab] of this.#tabs.entries()) {
      tab.setAttribute("aria-selected", String(n === at));
      tab.tabIndex = n === at ? 0 : -1;
    }
    for (const [n, section] of this.#sections.entries()) /** @type {HTMLElement} */ (section).hidden = n !== at;
  }

  /** @param {number} at */
  #choose(at) {
    this.value = this.#sections[at].id;
    emit(this, "tab", this.value);
  }
}

define("vg-tabs", Tabs);
