/**
 * On which processor pictures are drawn, and what is told of it: the other one can be chosen, or offered while the graphics
 * processor is waited for, or asked for again when it was lost.
 */
import { asVarigrainError } from "./lib/errors.js";
import { BackendSwitch } from "./backend-switch.js";
import { PaceTeller } from "./pace.js";
import { notice, player, status } from "./parts.js";
import { report } from "./report.js";
import { Waiting } from "./waiting.js";

/** @typedef {import("./varigrain.js").Varigrain} Varigrain */
/** @typedef {import("./varigrain.js").Backend} Backend */
/** @typedef {import("./session.js").Session} Session */

export class Processors {
  #session;
  /** `?backend=cpu` or `?backend=webgpu` insists on one; for comparing them, and for tests. */
  #asked = new URLSearchParams(location.search).get("backend");
  #again;
  #switch = new BackendSwitch((backend) => this.#use(backend));
  #pace;
  /** Nobody has to wait for a graphics processor. */
  waiting = new Waiting(
    () => {
      status.say("Waiting for the graphics processor …");
      notice.show({
        kind: "note",
        text: "The graphics processor is slow to answer. The processor can draw instead: the same pictures, only slower.",
        code: "waiting",
        way: { label: "Use the processor", act: () => this.#use("cpu") },
      });
    },
    () => notice.clear("waiting"),
  );

  /** @param {Session} session @param {() => void} again gets the same model once more, on what is asked for now */
  constructor(session, again) {
    this.#session = session;
    this.#again = again;
    this.#pace = new PaceTeller(session, (varigrain) => void this.#retry(varigrain));
    if (this.#asked) player.setAttribute("backend", this.#asked);
  }

  /** What is insisted on. @returns {"auto" | Backend} */
  get asked() {
    return this.#asked === "cpu" || this.#asked === "webgpu" ? this.#asked : "auto";
  }

  /** Another model is used, or none yet. @param {boolean} other */
  forget(other) {
    if (other) this.#switch.forget();
    this.#pace.tell();
  }

  /** @param {number} ms of one picture @param {number} steps */
  took(ms, steps) {
    const { varigrain } = this.#session;
    if (varigrain?.backend) this.#switch.took(varigrain.backend, ms, steps);
  }

  /** @param {boolean} [again] with all that there is to say, though it is still the same */
  tell(again = false) {
    const { varigrain } = this.#session;
    if (!varigrain) return;
    const before = this.#switch.now;
    const changed = this.#switch.tell(varigrain.backend);
    this.#pace.tell(again);
    const { reason, description } = varigrain;
    if (!changed || !reason) return;
    // Whoever never had a graphics processor reads it below the button. One that is lost is told of at once.
    if (!description.generators.length) notice.show({ kind: "note", text: `${reason} Encoding on the processor instead: the same codes, but slower.`, code: "no-webgpu" });
    else if (before) notice.show({ kind: "note", text: `${reason} Drawing goes on with the processor.`, code: "no-webgpu" });
  }

  /** @param {Backend} backend */
  #use(backend) {
    // Whether there is such a graphics processor is found out, not insisted on.
    this.#asked = backend === "cpu" ? "cpu" : null;
    if (this.#asked) player.setAttribute("backend", this.#asked);
    else player.removeAttribute("backend");
    this.#again();
  }

  /** @param {Varigrain} varigrain */
  async #retry(varigrain) {
    const { turn } = this.#session;
    player.stop();
    status.say("Asking for the graphics processor again …");
    try {
      await varigrain.retryGpu();
      if (turn !== this.#session.turn) return;
      status.say("Ready to draw.");
      this.tell(true);
    } catch (error) {
      if (turn !== this.#session.turn) return;
      status.say("The engine could not be started.");
      report(asVarigrainError(error), { label: "Try again", act: () => void this.#retry(varigrain) });
    } finally {
      this.waiting.over();
    }
  }
}
