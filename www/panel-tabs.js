/** The panels beside drawing: which of them the model has, which is open, and what they get to work with. */
import { find } from "./lib/dom.js";
import { lease } from "./lib/shared-model.js";
import { idlePanels, openPanel } from "./components/panels.js";
import { prompt, tabs } from "./parts.js";

/** @typedef {import("./address.js").Address} Address */
/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./lib/models.js").ModelEntry} ModelEntry */
/** @typedef {import("./components/panels.js").Studio} Studio */

export class PanelTabs {
  #address;
  #session;
  #page;

  /**
   * @param {Address} address
   * @param {Session} session
   * @param {Pick<Studio, "use" | "missing"> & { backend(): "auto" | import("./varigrain.js").Backend }} page
   */
  constructor(address, session, page) {
    this.#address = address;
    this.#session = session;
    this.#page = page;
  }

  /** The panels that a model has. One that does not draw shows a picture of a link where others draw. */
  fit() {
    const description = this.#session.varigrain?.description;
    if (!description) return;
    const draws = description.generators.length > 0;
    const shows = this.#address.linked !== null || this.#address.picture !== null;
    const section = /** @type {HTMLElement} */ (find("#draw"));
    const name = draws ? "Draw" : "Picture";
    section.toggleAttribute("data-bare", !draws);
    tabs.absent = idlePanels(description, this.#session.others.length > 0).filter((id) => id !== "draw" || !shows);
    if (section.dataset.tab === name) return;
    section.dataset.tab = name;
    tabs.refresh();
  }

  /** The one that is on show gets what it works with. */
  open() {
    const { entry } = this.#session;
    if (entry) void openPanel(tabs.value, () => this.#studio(entry));
  }

  /** @param {string} tab */
  turnTo(tab) {
    tabs.value = tab;
    this.#address.look({ tab: tabs.value });
    this.#address.write();
    this.open();
    tabs.querySelector(`#tab-${tab}`)?.scrollIntoView({ block: "nearest" });
  }

  /** The same model as the player's; what a panel downloads is told to the panel. @param {ModelEntry} entry @returns {Studio} */
  #studio({ id, name, address, ideas, recording, drawings, encodes }) {
    const { alone, shelf, others } = this.#session;
    const { use, missing, backend } = this.#page;
    const model = lease({ model: address, backend: backend(), modes: alone ? [] : undefined });
    const [first = {}] = ideas;
    return { ...{ model, id, name, others, use, address, shelf, form: prompt, missing, first, recording, drawings, encodes }, open: (tab) => this.#leadTo(tab) };
  }

  /** From a button that is out of sight then, and with it the focus. @param {string} tab */
  #leadTo(tab) {
    this.turnTo(tab);
    /** @type {HTMLElement | null} */ (tabs.querySelector(`#tab-${tab}`))?.focus();
  }
}
