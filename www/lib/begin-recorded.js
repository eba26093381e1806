/** Panels that work on pictures begin with the recorded one of the model. */
import { loadRecording } from "./recording.js";
import { piecesOfRecording } from "./shelf.js";

/**
 * Puts what was recorded on the shelf of those who have made nothing yet.
 *
 * @param {import("../components/panels.js").Studio} studio
 * @param {import("./description.js").Description} description
 * @param {() => boolean} busy whether something is being made meanwhile
 */
export async function beginRecorded({ shelf, recording }, description, busy) {
  if (!recording || shelf.newest()) return;
  try {
    const pieces = piecesOfRecording(await loadRecording(recording), description);
    if (!shelf.newest() && !busy()) for (const piece of pieces) shelf.add(piece);
  } catch {
    // A picture can be drawn as well.
  }
}
