/**
 * How a player begins: with an empty plate, or a poster, that has a button to play the recording or to draw; or by itself,
 * as soon as it is seen.
 */
import { breathe } from "../../lib/breathe.js";
import { thingOf } from "../../lib/drawn.js";
import { asVarigrainError } from "../../lib/errors.js";
import { loadRecording } from "../../lib/recording.js";
import { promptOf } from "../../lib/request.js";
import { posterFrom } from "./poster.js";

/** @typedef {import("../../lib/view/step.js").Track} Track */

export class Beginning {
  #player;
  #showing;
  #generation;
  #desk;
  /** Whether something was asked for, or begun by itself. */
  begun = false;
  /** @type {IntersectionObserver | null} */
  #sight = null;
  /** @type {{ tracks: Track[], address: string } | null} */
  #recorded = null;

  /**
   * @param {import("./player.js").VarigrainPlayer} player
   * @param {import("./showing.js").Showing} showing
   * @param {import("./generation.js").Generation} generation
   * @param {import("./desk.js").Desk} desk
   */
  constructor(player, showing, generation, desk) {
    this.#player = player;
    this.#showing = showing;
    this.#generation = generation;
    this.#desk = desk;
  }

  /** An empty plate with a button. */
  invite() {
    const { request, description } = this.#player;
    const recorded = this.#player.getAttribute("recording");
    const name = thingOf(request, description);
    const { stage } = this.#showing;
    this.#showing.blank(name);
    this.#desk.seed = request.seed;
    this.#desk.styles(description?.axes ?? null, promptOf(request));
    if (recorded) stage.cover(`Play ${name}`, "", () => this.#player.start());
    else stage.cover(`Draw ${name}`, "On this device. The model is downloaded once.", () => this.#player.start());
    void this.#hang(this.#player.getAttribute("poster"), name);
  }

  /** A picture instead of the empty plate, until there is one that was drawn. @param {string | null} address @param {string} name */
  async #hang(address, name) {
    const picture = address ? await posterFrom(address) : null;
    const empty = !this.#showing.tracks.length && !this.#generation.busy;
    if (picture && empty && address === this.#player.getAttribute("poster")) this.#showing.stage.poster(picture, name);
  }

  /** Whatever starts by itself waits until it can be seen. */
  startWhenSeen() {
    this.#sight = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) this.#player.start();
    });
    this.#sight.observe(this.#player);
  }

  /** It does not start by itself any more. */
  stopWaiting() {
    this.#sight?.disconnect();
  }

  /** Plays the recording, or draws. */
  start() {
    if (this.begun) return;
    this.begun = true;
    this.stopWaiting();
    const recorded = this.#player.getAttribute("recording");
    if (recorded) void this.#replay(new URL(recorded, document.baseURI));
    else void this.#player.generate();
  }

  /** @param {URL} url */
  async #replay(url) {
    this.#showing.stage.uncover();
    try {
      const { tracks, title, request } = await loadRecording(url);
      await breathe();
      // Someone may have been faster.
      if (!this.#player.isConnected || this.#generation.busy || this.#showing.tracks.length) return;
      this.#recorded = { tracks, address: url.href };
      this.#player.show(tracks, { title, request, ribbon: "Recorded", play: true });
    } catch (error) {
      this.begun = false;
      this.#generation.fail(asVarigrainError(error));
    }
  }

  /** Address of the recording that is on show, if it is one. @returns {string | null} */
  get recorded() {
    return this.#recorded?.tracks === this.#showing.tracks ? this.#recorded.address : null;
  }
}
