/**
 * `<vg-picture-link>`: copies a picture as a link, and says how long it is there and as a file. Where the clipboard is not
 * to be had the link is shown, selected. Its `source` is the picture; without one there is nothing to copy.
 *
 * Fires "say" with a sentence, for whoever has a line of status.
 */
import { copyText } from "../lib/clipboard.js";
import { ElementBase, define } from "../lib/define.js";
import { el, emit } from "../lib/dom.js";
import { fileSizes } from "../lib/file-sizes.js";
import { lengths, pictureLink } from "../lib/picture-link.js";

/** @typedef {import("../varigrain.js").Varigrain} Varigrain */
/**
 * @typedef {object} Source
 * @property {string} id of the model, in the list of models
 * @property {() => Promise<Varigrain>} load
 * @property {{ grains: Uint8Array, cells: Uint16Array, image: ImageData }} picture
 */

export class PictureLink extends ElementBase {
  #button = el("button", { type: "button", class: "quiet", disabled: true }, "Copy picture as link");
  #field = el("input", { type: "text", readonly: true, "aria-label": "Link with the picture", hidden: true });
  /** @type {Source | null} */
  #source = null;

  connectedCallback() {
    if (this.childElementCount) return;
    this.#button.addEventListener("click", () => void this.#copy());
    this.#field.addEventListener("focus", () => this.#field.select());
    this.replaceChildren(this.#button, this.#field);
  }

  set source(/** @type {Source | null} */ source) {
    if (source && source.picture === this.#source?.picture && source.id === this.#source.id) return;
    this.#source = source;
    this.#button.disabled = !source;
    this.#field.hidden = true;
  }

  async #copy() {
    const source = this.#source;
    if (!source) return;
    try {
      const bytes = await (await source.load()).toBytes(source.picture);
      const link = pictureLink(`${location.origin}${location.pathname}${location.search}`, source.id, bytes);
      const copied = await copyText(link);
      const said = lengths(bytes.length, await fileSizes(source.picture.image));
      // Another picture may be there by now.
      if (!copied && source === this.#source) this.#show(link);
      emit(this, "say", copied ? `Link copied: ${said}.` : `The clipboard is not available; copy the link from here: ${said}.`);
    } catch (error) {
      emit(this, "say", `Not copied. ${error instanceof Error ? error.message : error}`);
    }
  }

  /** @param {string} link */
  #show(link) {
    this.#field.value = link;
    this.#field.hidden = false;
    this.#field.focus();
  }
}

define("vg-picture-link", PictureLink);
