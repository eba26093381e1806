/** What a player says of a download, and of what came of it. */
import { METHOD_NAMES, PAPER_NAMES } from "../../lib/modes.js";

/** @param {number} bytes */
export function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

/** @param {import("../../varigrain.js").Progress} progress */
export function loadingText({ phase, loaded, total, mode }) {
  if (phase === "compile") return "Checking and building the model";
  if (phase === "warm-up") return "Warming up";
  if (phase === "ready") return "Ready.";
  // All is there: now it is the engine, or its graphics processor, that is waited for.
  if (total && loaded >= total && !mode) return `Starting the engine (downloaded ${megabytes(total)} MB)`;
  const of = total ? ` of ${megabytes(total)}` : "";
  return `Downloading ${mode ? PAPER_NAMES[mode] : "the model"}: ${megabytes(loaded)}${of} MB`;
}

/** How many codes pictures took. @param {readonly import("../../lib/view/step.js").Track[]} tracks */
export function tally(tracks) {
  const counts = tracks.map(({ mode, steps }) => ({ mode, codes: steps.at(-1)?.tokens ?? 0 }));
  if (counts.length > 2) return `${counts.reduce((sum, { codes }) => sum + codes, 0)} codes in ${counts.length} pictures`;
  if (counts.length < 2) return `${counts[0]?.codes ?? 0} codes`;
  const named = counts.map(({ mode, codes }, at) => `${codes}${at ? "" : " codes"} ${METHOD_NAMES[mode].toLowerCase()}`);
  return named.join(", ");
}
