/**
 * The picture that came with the link: the decoder reads it, and it is shown where drawings are. Nothing is drawn, and
 * nobody knows what was asked for.
 */
import { asVarigrainError } from "./lib/errors.js";
import { inBytes, pictureBytes } from "./lib/picture-link.js";
import { layersFor } from "./lib/view/layers.js";
import { wholeTrack } from "./lib/view/step.js";
import { player, status } from "./parts.js";

/** @typedef {import("./address.js").Address} Address */
/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./lib/errors.js").VarigrainError} VarigrainError */
/** @typedef {import("./lib/view/step.js").Track} Track */

const TITLE = "A picture from a link";
/** What is wrong with the link, and not with the engine or the network. */
const OF_THE_LINK = ["picture-damaged", "picture-version"];

export class Linked {
  #address;
  #session;
  #heard;

  /**
   * @param {Address} address
   * @param {Session} session
   * @param {{ shown(track: Track): void, failed(error: VarigrainError, again: () => void): void }} heard
   */
  constructor(address, session, heard) {
    this.#address = address;
    this.#session = session;
    this.#heard = heard;
  }

  /** @param {() => void} otherwise done if the link has no picture that can be had here */
  async open(otherwise) {
    const { turn, varigrain, shelf } = this.#session;
    const text = this.#address.linked;
    if (!varigrain || text === null) return;
    /** Whether it is not asked for any more: another model or address, or something is drawn. */
    const over = () => turn !== this.#session.turn || text !== this.#address.linked;
    status.say("Opening the picture in the link …");
    try {
      const bytes = pictureBytes(text);
      const picture = await varigrain.fromBytes(bytes);
      if (over()) return;
      const track = wholeTrack(picture);
      this.#address.picture = text;
      // Of a picture that was not drawn here there are fewer layers.
      if (!layersFor([track]).includes(player.layer)) player.layer = "picture";
      player.show([track], { title: TITLE, ribbon: "From a link" });
      shelf.add({ ...picture, title: TITLE, request: {}, from: "linked" });
      this.#heard.shown(track);
      status.say(`This picture came with the link: ${inBytes(bytes.length)}, ${picture.codes} codes.`);
    } catch (thrown) {
      if (over()) return;
      const error = asVarigrainError(thrown);
      if (OF_THE_LINK.includes(error.code)) {
        this.#address.refused = error;
        return otherwise();
      }
      status.say("The picture in the link could not be opened.");
      this.#heard.failed(error, () => void this.open(otherwise));
    }
  }
}
