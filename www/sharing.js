/**
 * What can be done with the picture that is looked at: save, copy or share it, copy a link to it or with it, copy markup;
 * and opening one that was saved.
 */
import { copyPicture } from "./lib/clipboard.js";
import { find } from "./lib/dom.js";
import { REQUEST, checkedRequest, requestIn } from "./lib/saved-picture.js";
import { notice, pictureLink, pixels, player, savedPicture, share, status } from "./parts.js";

/** @typedef {import("./address.js").Address} Address */
/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./lib/models.js").ModelEntry} ModelEntry */
/** @typedef {import("./lib/view/step.js").Track} Track */

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

const BUTTONS = "[data-save], #link, #embed, #frame";

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
      button.addEventListener("click", () => void player.save(format, this.#options));
    }
    find("#link").addEventListener("click", () => void address.copyLink());
    find("#embed").addEventListener("click", () => void address.copyEmbed());
    find("#frame").addEventListener("click", () => void address.copyEmbed(true));
    share.addEventListener("share-picture", (event) => {
      const { to } = /** @type {CustomEvent<{ to: import("./components/share.js").Way }>} */ (event).detail;
      void (to === "clipboard" ? this.#copy() : this.#share());
    });
    savedPicture.addEventListener("saved-picture", (event) => void this.#open(/** @type {CustomEvent<File>} */ (event).detail));
    pixels.addEventListener("change", () => (share.smooth = !pixels.checked));
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
    const there = player.steps.length > 0;
    for (const button of document.querySelectorAll(BUTTONS)) {
      // A player of another page draws; it takes no picture.
      /** @type {HTMLButtonElement} */ (button).disabled = !there || (["embed", "frame"].includes(button.id) && this.#address.picture !== null);
    }
    share.ready = there;
    share.smooth = !pixels.checked;
    const { selected } = player;
    const { entry, varigrain } = this.#session;
    const last = selected?.steps.at(-1);
    const known = selected && last?.done && entry && varigrain && this.#models.get(selected) === entry;
    pictureLink.source = known ? { id: entry.id, load: async () => varigrain, picture: last } : null;
  }

  /** Of a PNG. Until the model is there nobody knows what was asked for. */
  get #options() {
    const { request } = this.#address;
    const words = request ? { [REQUEST]: request, Title: player.caption, Software: "Varigrain" } : undefined;
    return { scale: share.scale, words };
  }

  async #copy() {
    try {
      const copied = await copyPicture(player.png(this.#options).then(({ blob }) => blob));
      status.say(copied ? "The picture is in the clipboard." : "The clipboard is not available here; save the picture instead.");
    } catch (error) {
      status.say(`Not copied. ${messageOf(error)}`);
    }
  }

  async #share() {
    try {
      const { blob, name } = await player.png(this.#options);
      await navigator.share({ files: [new File([blob], name, { type: blob.type })], title: player.caption });
      status.say("The picture was shared.");
    } catch (error) {
      // Whoever closes the sheet has changed their mind.
      if (error instanceof DOMException && error.name === "AbortError") return;
      status.say(`Not shared. ${messageOf(error)}`);
    }
  }

  /** @param {File} file */
  async #open(file) {
    const { models, entry, varigrain } = this.#session;
    try {
      const text = await requestIn(file);
      if (!models) throw new Error("The list of models has not arrived yet. Try again in a moment.");
      const here = entry && varigrain ? { id: entry.id, description: varigrain.description } : null;
      const request = checkedRequest(text, models, here);
      notice.clear();
      if (location.hash === `#${request}`) return status.say("This is what the page shows already.");
      status.say(`Opening “${file.name}” …`);
      // From here on it is a link like any other.
      location.hash = request;
    } catch (error) {
      notice.show({ kind: "problem", text: messageOf(error), code: /** @type {{ code?: string }} */ (error).code });
    }
  }
}
