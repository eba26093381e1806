/**
 * What the page keeps on the device for the next visit, and what it says about that: no room, another
 * version, cleared.
 */
import { installOffline, keepProgram, stayOff } from "./lib/offline.js";
import "./components/stored.js";

/** @typedef {import("./components/notice.js").Notice} Notice */
/** @typedef {import("./components/stored.js").Stored} Stored */

const FULL =
  "There is no room on this device to keep everything. Drawing goes on; what is missing is downloaded again at the next visit. Clearing what is stored, below, or another site's data makes room.";

/**
 * To keep the site, some hundred files are read and hashed, beside which the opening picture would stutter and the model
 * come later. So it begins when the model is there and the page has been calm for a while, or when that takes too long.
 */
const CALM_MS = 3_000;
const LATEST_MS = 30_000;

export class Keeping {
  #notice;
  #stored;
  #told = false;
  #cleared = false;
  /** @type {Promise<void> | null} */
  #begun = null;

  /** @param {Notice} notice @param {Stored} stored */
  constructor(notice, stored) {
    this.#notice = notice;
    this.#stored = stored;
    stored.addEventListener("cleared", () => {
      this.#cleared = true;
      stayOff();
    });
  }

  /**
   * After loading and after every picture: more may have been stored.
   *
   * @param {import("./varigrain.js").Varigrain} varigrain
   */
  async look(varigrain) {
    if (this.#cleared) return;
    if (varigrain.storageFull) this.#full();
    if (!this.#begun) await new Promise((resolve) => setTimeout(resolve, CALM_MS));
    await this.#begin();
    if (varigrain.backend && (await keepProgram(varigrain.backend)) === "full") this.#full();
    await this.#stored.refresh();
  }

  /** Whatever becomes of the model. */
  start() {
    setTimeout(() => void this.#begin(), LATEST_MS);
  }

  #begin() {
    return (this.#begun ??= this.#install());
  }

  async #install() {
    await installOffline({ update: (way) => this.#update(way), full: () => this.#full() });
    await this.#stored.refresh();
  }

  /** Said once: whoever has read it knows. */
  #full() {
    if (this.#told) return;
    this.#told = true;
    this.#notice.show({ kind: "note", text: FULL, code: "storage-full" });
  }

  /** @param {() => Promise<boolean>} way */
  #update(way) {
    const act = async () => {
      if (await way()) return;
      const text = "Other tabs still use the version of this page that is open. Close them, and the new one comes by itself.";
      this.#notice.show({ kind: "note", text, way: { label: "Try again", act } });
    };
    this.#notice.show({ kind: "note", text: "A new version of this page is there.", way: { label: "Change to it", act } });
  }
}
