/**
 * Draws for the page, one request at a time. What is asked for before the model is there waits for it; what the address
 * comes to ask for meanwhile takes the place of what is drawn.
 */
import { completedBy, mannerOf, thingOf } from "./lib/drawn.js";
import { bringIntoView } from "./lib/dom.js";
import { piecesOf } from "./lib/shelf.js";
import { gallery, notice, player, prompt, status } from "./parts.js";
import { report } from "./report.js";

/** @typedef {import("./address.js").Address} Address */
/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./lib/request.js").Wish} Wish */
/**
 * @typedef {object} Around what is told of a drawing, or goes on after it
 * @property {import("./components/invitation.js").Invitation} invitation
 * @property {import("./keeping.js").Keeping} keeping
 * @property {import("./processors.js").Processors} processors
 * @property {import("./sharing.js").Sharing} sharing
 * @property {() => void} openLinked the address has come to have a picture
 */

export class Painter {
  #address;
  #session;
  #around;
  #drawing = false;
  /** Pressed before the model was there. */
  #wanted = false;
  /** Pressed again: what that is answered with stays until the model is downloaded. */
  #stopped = false;
  /** What the address has come to ask for while another was drawn. @type {Wish | null} */
  #next = null;

  /** @param {Address} address @param {Session} session @param {Around} around */
  constructor(address, session, around) {
    this.#address = address;
    this.#session = session;
    this.#around = around;
  }

  get drawing() {
    return this.#drawing;
  }

  /** Whether it draws as soon as there is a model. */
  get wanted() {
    return this.#wanted;
  }

  /** Another model is used, or the same on something else. @param {boolean} first none was used before */
  changed(first) {
    this.#next = null;
    this.#stopped = false;
    if (!first) this.rest();
  }

  /** Nothing is drawn, nor waited for. */
  rest() {
    prompt.busy = this.#wanted = false;
  }

  /** Draws as soon as there is a model. */
  wish() {
    this.#stopped = false;
    prompt.busy = this.#wanted = true;
    status.say("Will draw as soon as the model is here.");
  }

  stop() {
    player.stop();
    if (!this.#wanted) return;
    this.rest();
    this.#stopped = true;
    status.say("Stopped. The model is still on its way.");
  }

  /** The address is another one. @param {Wish | null} asked null: it has a picture */
  follow(asked) {
    this.#next = asked;
    if (this.#drawing) player.stop();
    else if (asked) this.#drawNext();
    else this.#around.openLinked();
  }

  /** Tells of a download. @param {import("./varigrain.js").Progress} progress */
  loading(progress) {
    const { phase, mode } = progress;
    // The download goes on when the drawing that asked for it was stopped.
    if (phase !== "download") this.#stopped = false;
    if (phase !== "ready" && (!mode || this.#drawing) && !this.#stopped) status.loading(progress);
  }

  /** @param {Wish} wish */
  async draw(wish) {
    const [address, session] = [this.#address, this.#session];
    const { invitation, keeping, openLinked, processors, sharing } = this.#around;
    const { turn, entry } = session;
    if (this.#drawing || !entry) return;
    this.#wanted = false;
    prompt.busy = this.#drawing = true;
    notice.clear();
    invitation.clear();
    const { picture } = address;
    const { count } = address.view;
    player.setAttribute("count", String(count));
    address.picture = null;
    address.write(wish);
    bringIntoView(player);
    const begun = performance.now();
    const result = await player.generate(wish);
    const ms = performance.now() - begun;
    this.#drawing = false;
    // Of a model that is not used any more there is nothing left to say.
    if (turn !== session.turn) return;
    this.#keep(result, ms, entry, count);
    if (picture !== null && address.linked === null && player.tracks.some(({ whole }) => whole)) {
      // Nothing has come in its place.
      address.picture = picture;
      address.write();
      sharing.offer();
    }
    if (result.outcome === "failed") {
      status.say("The picture was not finished.");
      report(result.errors[0], { label: "Try again", act: () => void this.draw(wish) });
    }
    prompt.busy = false;
    // A lost device may have moved the work to the processor.
    processors.tell();
    if (this.#next) return this.#drawNext();
    if (address.linked !== null) return openLinked();
    if (session.varigrain) void keeping.look(session.varigrain);
  }

  /**
   * What came of it, for all who work on with pictures.
   *
   * @param {Awaited<ReturnType<typeof player.generate>>} result
   * @param {number} ms
   * @param {import("./lib/models.js").ModelEntry} entry
   * @param {1 | 4 | 9} count
   */
  #keep({ outcome, request, tracks }, ms, entry, count) {
    const { shelf, varigrain } = this.#session;
    // Of two generators one may have drawn, whatever became of the other.
    const finished = tracks.filter(({ steps }) => steps.at(-1)?.done);
    if (!finished.length || !varigrain) return;
    const { description } = varigrain;
    const modes = [...new Set(finished.map(({ mode }) => mode))];
    const mode = modes.length > 1 ? "both" : modes[0];
    const made = completedBy(request, finished);
    this.#around.sharing.add(finished, entry);
    if (outcome !== "failed") this.#around.processors.took(ms / finished.length, finished[0].steps.length);
    for (const piece of piecesOf(finished, request, description)) shelf.add(piece);
    gallery.add({ model: entry.id, request: { ...request, mode }, title: thingOf(made, description), manner: mannerOf(made, description), count, tracks: finished });
  }

  #drawNext() {
    const wanted = this.#next;
    this.#next = null;
    if (wanted) void this.draw(wanted);
  }
}
