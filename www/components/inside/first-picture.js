/** A picture to look into, for those who have drawn none. */
import { nextFrame } from "../../lib/dom.js";
import { captionOf, completed } from "../../lib/drawn.js";
import { propose } from "../../lib/estimate.js";
import { initial } from "../../lib/initial.js";
import { randomSeed, requestFor } from "../../lib/request.js";
import { piecesOf } from "../../lib/shelf.js";

/**
 * @param {import("../../varigrain.js").Varigrain} varigrain
 * @param {import("../panels.js").Studio} studio
 * @param {AbortSignal} signal
 * @param {(step: import("../../varigrain.js").Step, title: string) => void} show
 * @returns {Promise<import("../../lib/shelf.js").Piece[]>}
 */
export async function firstPicture(varigrain, studio, signal, show) {
  const { description } = varigrain;
  const seed = randomSeed();
  const steps = varigrain.backend === "cpu" ? propose(varigrain.warmUpMs, initial(description, "steps", { mode: "nar" })).steps : undefined;
  const mode = description.generators.includes("nar") ? "nar" : "ar";
  const wish = { prompt: studio.first, seed, steps };
  /** @type {import("../../varigrain.js").Step[]} */
  const all = [];
  for await (const step of varigrain.generate({ ...requestFor(wish, mode, description), signal })) {
    all.push(step);
    show(step, captionOf(completed(wish, step.prompt), step.prompt, description));
    await nextFrame();
  }
  return piecesOf([{ mode, seed, steps: all }], wish, description);
}
