/**
 * Brings a panel's program when its tab is first opened, and hands it what all panels share. A visitor
 * who only draws downloads none of them.
 */
import { el } from "../lib/dom.js";
import { later } from "../lib/later.js";
import { tableOf } from "../lib/trained.js";

/**
 * @typedef {object} Studio what a panel gets
 * @property {import("../lib/shared-model.js").Lease} model the page's own model, shared
 * @property {string} id what links call it
 * @property {string} name for people
 * @property {readonly import("../lib/models.js").ModelEntry[]} others the site's other models
 * @property {(entry: import("../lib/models.js").ModelEntry) => void} use another of them, with the same tab
 * @property {string} address of its folder, absolute
 * @property {import("../lib/shelf.js").Shelf} shelf of pictures of this model
 * @property {(tab: string) => void} open another tab
 * @property {EventTarget & { readonly request: import("../lib/request.js").Wish }} form the page's own; tells "request-change"
 *   when a visitor changes it, and "request-set" when the page does
 * @property {(mode: import("../lib/modes.js").Mode) => number} missing bytes to download before a generator can draw
 * @property {import("../lib/request.js").Prompt} first what is drawn for those who come without a picture
 * @property {string | null} recording address of a drawing of the model that was recorded
 * @property {string | null} drawings address of the folder with the real drawings as codes, absolute
 * @property {import("../lib/models.js").ModelEntry["encodes"]} encodes on pictures of one's own
 */
/** @typedef {import("./panel/panel.js").Panel} Panel */

const PART = "This part of the page";

/** @type {Record<string, () => Promise<unknown>>} */
const PANELS = {
  encode: () => later(() => import("./encode/encode.js"), "./encode/encode.js", import.meta.url, PART),
  repaint: () => later(() => import("./repaint/repaint.js"), "./repaint/repaint.js", import.meta.url, PART),
  compare: () => later(() => import("./compare/compare.js"), "./compare/compare.js", import.meta.url, PART),
  inside: () => later(() => import("./inside/inside.js"), "./inside/inside.js", import.meta.url, PART),
  set: () => later(() => import("./set/set.js"), "./set/set.js", import.meta.url, PART),
};

/** @type {Set<string>} */
const opened = new Set();

/**
 * Panels that there is nothing to do in with a model.
 *
 * @param {import("../lib/description.js").Description} description
 * @param {boolean} others whether there are other models: where one draws, the panel of pairs says which has them
 * @returns {string[]} ids of their sections
 */
export function idlePanels(description, others) {
  const { encodes, generators } = description;
  const idle = { draw: !generators.length && encodes, encode: !encodes, repaint: !generators.includes("nar"), inside: !generators.length, set: !tableOf(description) && !(others && generators.length), compare: !generators.length };
  return Object.entries(idle).flatMap(([id, one]) => (one ? [id] : []));
}

/** Another model is used from now on: every panel lets go of the last one and begins anew. */
export function closePanels() {
  for (const tab of opened) {
    const panel = /** @type {Panel | null} */ (document.querySelector(`#${tab} > *`));
    panel?.studio?.model.release();
    panel?.replaceWith(document.createElement(panel.localName));
  }
  opened.clear();
}

/**
 * @param {string} tab id of its section
 * @param {() => Studio} studio one for each panel: what it downloads is told to it alone
 */
export async function openPanel(tab, studio) {
  if (!Object.hasOwn(PANELS, tab) || opened.has(tab)) return;
  opened.add(tab);
  const panel = /** @type {Panel | null} */ (document.querySelector(`#${tab} > *`));
  if (!panel) return;
  // What an attempt before has said.
  if (!customElements.get(panel.localName)) panel.replaceChildren();
  try {
    await PANELS[tab]();
    // Another model may have been chosen meanwhile, and with it come other panels.
    if (panel.isConnected) panel.studio = studio();
  } catch (error) {
    // Offline, perhaps; so does the next visit to the tab.
    opened.delete(tab);
    const again = el("button", { type: "button" }, "Try again");
    again.addEventListener("click", () => void openPanel(tab, studio));
    const words = el("p", {}, error instanceof Error ? error.message : String(error));
    panel.replaceChildren(el("div", { class: "notice", role: "alert" }, words, again));
  }
}
