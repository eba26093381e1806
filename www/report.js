/** Says that something failed, with what may help. */
import { advice, isOffline, onceOnline } from "./lib/trouble.js";
import { notice } from "./parts.js";

/** @typedef {import("./lib/errors.js").VarigrainError} VarigrainError */

/** @param {VarigrainError} error @param {{ label: string, act: () => void }} way */
export function report(error, way) {
  const act = isOffline(error) ? onceOnline(way.act, () => notice.clear()) : way.act;
  const text = `${error.message} ${advice(error)}`.trim();
  // Another browser is not a button away.
  const on = error.code === "unsupported" ? undefined : { ...way, act };
  notice.show({ kind: "problem", text, code: error.code, way: on });
}

/** The address had a picture that cannot be had. Said last, so that nothing takes its place. @param {VarigrainError | null} refused */
export function tellRefused(refused) {
  if (refused) notice.show({ kind: "problem", text: `${refused.message} Everything else works as if the link had no picture.`, code: refused.code });
}
