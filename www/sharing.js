/** What can be done with the picture that is looked at: save it, copy a link to it or with it, copy markup. */
import { find } from "./lib/dom.js";
import { pictureLink, player, status } from "./parts.js";

/** @typedef {import("./address.js").Address} Address */
/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./lib/models.js").ModelEntry} ModelEntry */
/** @typedef {import("./lib/view/step.js").Track} Track */

export class Sharing {
  #address;
  #session;
  /** The model of each picture that was drawn or came with a link. A recording may be of another version. @type {WeakMap<Track, ModelEntry>} */
  #models = new WeakMap();

  /** @param {Address} address @param {Session} session */
  constructor(address, session) {
    this.#address = address;
    this.#session = session;
    for (const button of document.querySelectorAll("[data-save]")) {
      const format = /** @type {import("./components/player/desk.js").Format} */ (/** @type {HTMLElement} */ (button).dataset.save);
      button.addEventListener("click", () => void player.save(format));
    }
    find("#link").addEventListener("click", () => void address.copyLink());
    find("#embed").addEventListener("click", () => void address.copyEmbed());
    pictureLink.addEventListener("say", (event) => status.say(/** @type {CustomEvent<string>} */ (event).detail));
    for (const type of ["move", "select"]) player.addEventListener(type, () => this.offer());
  }

  /** Pictures that are finished. @param {readonly Track[]} tracks @param {ModelEntry} entry */
  add(tracks, entry) {
    for (const track of tracks) this.#models.set(track, entry);
    this.offer();
  }

  /** Fits the buttons to what is on show. */
  offer() {
    for (const button of document.querySelectorAll("[data-save], #link, #embed")) {
      // A player of another page draws; it takes no picture.
      /** @type {HTMLButtonElement} */ (button).disabled = !player.steps.length || (button.id === "embed" && this.#address.picture !== null);
    }
    const { selected } = player;
    const { entry, varigrain } = this.#session;
    const last = selected?.steps.at(-1);
    const known = selected && last?.done && entry && varigrain && this.#models.get(selected) === entry;
    pictureLink.source = known ? { id: entry.id, load: async () => varigrain, picture: last } : null;
  }
}
