/** What the page says before anything is done with it, and the way past it for those who use the Tab key. */
import { find } from "./lib/dom.js";
import { usualCodes } from "./lib/shares.js";
import { OpeningPair } from "./components/opening-pair.js";
import { player, prompt, tabs } from "./parts.js";

/** How many codes a picture of this model takes. @param {import("./lib/description.js").Description} description */
export function tellCodes(description) {
  find("#codes").textContent = `about ${usualCodes(description)}`;
}

const pair = new OpeningPair(player, find("#pair-words"));

/** What its recorded drawing is worth on a fixed grid. @param {import("./lib/models.js").ModelEntry} entry */
export const comparePair = (entry) => pair.offer(entry.recording, entry.pair);

/** The address is the page's state, so a link to a place in it would be taken for a picture to draw. */
export function skipByKey() {
  find(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    const panel = /** @type {HTMLElement | null} */ (document.querySelector("vg-tabs > section:not([hidden])"));
    if (!tabs.value && prompt.enter()) return;
    if (!panel) return;
    panel.tabIndex = -1;
    panel.focus();
  });
}
