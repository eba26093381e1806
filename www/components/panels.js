/**
 * Brings a panel's program when its tab is first opened, and hands it what all panels share. A visitor
 * who only draws downloads none of them.
 */

/**
 * @typedef {object} Studio what a panel gets
 * @property {import("../lib/shared-model.js").Lease} model the page's own model, shared
 * @property {import("../lib/shelf.js").Shelf} shelf
 * @property {(tab: string) => void} open another tab
 */
/** @typedef {import("./panel/panel.js").Panel} Panel */

/** @type {Record<string, () => Promise<unknown>>} */
const PANELS = {
  encode: () => import("./encode/encode.js"),
  repaint: () => import("./repaint/repaint.js"),
  set: () => import("./set/set.js"),
};

/** @type {Set<string>} */
const opened = new Set();

/**
 * @param {string} tab id of its section
 * @param {() => Studio} studio one for each panel: what it downloads is told to it alone
 */
export async function openPanel(tab, studio) {
  if (!Object.hasOwn(PANELS, tab) || opened.has(tab)) return;
  opened.add(tab);
  const panel = /** @type {Panel | null} */ (document.querySelector(`#${tab} > *`));
  if (!panel) return;
  try {
    await PANELS[tab]();
    panel.studio = studio();
  } catch {
    // Offline, perhaps; the next visit to the tab tries again.
    opened.delete(tab);
    panel.textContent = "This part of the page could not be downloaded. Choose its tab again to try once more.";
  }
}
