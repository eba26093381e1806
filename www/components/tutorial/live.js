/**
 * A button that asks a model: it is downloaded when one presses it first, and shared with all figures and
 * players of the page that want the same. Beside it stands what is going on.
 */
import { el, onPress } from "../../lib/dom.js";
import { asVarigrainError } from "../../lib/errors.js";
import { resolveModel } from "../../lib/models.js";
import { lease } from "../../lib/shared-model.js";
import { loadingText } from "../player/words.js";

/** @typedef {import("../../varigrain.js").Varigrain} Varigrain */

/** @typedef {import("../../lib/shared-model.js").Lease} Lease */

/** Kept for as long as the page is there, by id: the next figure is to find the model loaded. @type {Map<string, Lease>} */
const kept = new Map();

/** `?backend=cpu` or `?backend=webgpu` insists on one, as in the playground. */
export function askedBackend() {
  const asked = new URLSearchParams(location.search).get("backend");
  return asked === "cpu" || asked === "webgpu" ? asked : "auto";
}

/**
 * @param {string} label
 * @param {string} model id in the list of models
 * @param {(varigrain: Varigrain, signal: AbortSignal, say: (text: string) => void) => Promise<string>} act
 *   returns what is said in the end
 */
export function liveButton(label, model, act) {
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
      const held = kept.get(model);
      const shared = held && !held.released ? held : lease({ model: await resolveModel(model), backend: askedBackend() });
      kept.set(model, shared);
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
