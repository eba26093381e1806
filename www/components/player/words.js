/** What a player says of a download. */
import { PAPER_NAMES } from "../../lib/modes.js";

/** @param {number} bytes */
export function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

/** @param {import("../../varigrain.js").Progress} progress */
export function loadingText({ phase, loaded, total, mode }) {
  if (phase === "compile") return "Checking and building the model";
  if (phase === "warm-up") return "Warming up";
  if (phase === "ready") return "Ready.";
  const of = total ? ` of ${megabytes(total)}` : "";
  return `Downloading ${mode ? PAPER_NAMES[mode] : "the model"}: ${megabytes(loaded)}${of} MB`;
}
