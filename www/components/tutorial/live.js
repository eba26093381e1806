/**
 * A button that asks the model: it is downloaded when one presses it first, and shared with all figures and
 * players of the page. Beside it stands what is going on.
 */
import { el, onPress } from "../../lib/dom.js";
import { asVarigrainError } from "../../lib/errors.js";
import { resolveModel } from "../../lib/models.js";
import { lease } from "../../lib/shared-model.js";
import { loadingText } from "../player/words.js";

/** @typedef {import("../../varigrain.js").Varigrain} Varigrain */

/** The tutorial tells of one model, and its recordings are of that. */
export const MODEL = "emoji-128";
/** Kept for as long as the page is there: the next figure is to find the model loaded. @type {import("../../lib/shared-model.js").Lease | null} */
let shared = null;

/** `?backend=cpu` or `?backend=webgpu` insists on one, as in the playground. */
export function askedBackend() {
  const asked = new URLSearchParams(location.search).get("backend");
  return asked === "cpu" || asked === "webgpu" ? asked : "auto";
}

/**
 * @param {string} label
 * @param {(varigrain: Varigrain, signal: AbortSignal, say: (text: string) => void) => Promise<string>} act
 *   returns what is said in the end
 */
export function liveButton(label, act) {
  const button = el("button", { type: "button", class: "live" }, label);
  const words = el("p", { class: "hint", role: "status" }, "On this device. The model is downloaded once.");
  /** @type {AbortController | null} */
  let job = null;
  const say = (/** @type {string} */ text) => (words.textContent = text);
  onPress(button, async () => {
    if (job) return job.abort();
    const own = (job = new AbortController());
    button.textContent = "Stop";
    say("Waiting …");
    try {
      if (!shared || shared.released) shared = lease({ model: await resolveModel(MODEL), backend: askedBackend() });
      shared.onProgress = (progress) => job === own && say(loadingText(progress));
      say(await shared.use((varigrain) => act(varigrain, own.signal, say), own.signal));
    } catch (error) {
      say(own.signal.aborted ? "Stopped." : asVarigrainError(error).message);
    }
    job = null;
    button.textContent = label;
  });
  return el("div", { class: "ask" }, button, words);
}
