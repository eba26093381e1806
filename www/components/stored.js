/**
 * `<vg-stored>`: how much is stored on this device, and a button that clears it. Nothing is shown as long as
 * nothing is stored. Sends `cleared`.
 */
import { ElementBase, define } from "../lib/define.js";
import { el, emit } from "../lib/dom.js";
import { clearStored, storedBytes } from "../lib/stored.js";
import { megabytes } from "./player/words.js";

export class Stored extends ElementBase {
  #button = el("button", { type: "button", class: "quiet" });
  #said = el("span", { role: "status" });

  connectedCallback() {
    this.#button.addEventListener("click", () => void this.#clear());
    this.replaceChildren(this.#button, this.#said);
    void this.refresh();
  }

  /** Looks again. */
  async refresh() {
    const bytes = await storedBytes();
    this.#button.hidden = bytes === 0;
    this.#button.textContent = `Clear what is stored (${megabytes(bytes)} MB)`;
    if (bytes) this.#said.textContent = "";
  }

  async #clear() {
    this.#button.disabled = true;
    try {
      await clearStored();
      await this.refresh();
      this.#said.textContent = "Nothing is stored here any more. This page keeps working; the next visit downloads everything again.";
      emit(this, "cleared");
    } catch {
      this.#said.textContent = "The browser did not allow it to be cleared; its settings for this site can do it.";
    }
    this.#button.disabled = false;
  }
}

define("vg-stored", Stored);
