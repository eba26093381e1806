/**
 * What a picture takes on the processor, below the button: of what the form asks for now, however many steps and pictures
 * that is. On a graphics processor nobody has to be told.
 */
import { about, propose } from "./lib/estimate.js";
import { initial } from "./lib/initial.js";
import { prompt } from "./parts.js";

/** @typedef {import("./varigrain.js").Varigrain} Varigrain */
/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./lib/request.js").Wish} Wish */

/** Only of these steps it is known how long each takes, from the warm-up. @param {Session} session */
const known = ({ varigrain, alone }) => varigrain?.backend === "cpu" && !alone && varigrain.description.generators.includes("nar");

/** As many steps as the model takes if nothing is said. @param {Varigrain} varigrain */
const usualSteps = ({ description }) => initial(description, "steps", { mode: "nar" });

/** How many steps to begin with here, if not as many as usual. @param {Session} session @returns {number | null} */
export function stepsHere(session) {
  if (!session.varigrain || !known(session)) return null;
  return propose(session.varigrain.warmUpMs, usualSteps(session.varigrain)).steps;
}

/** A picture's time in words, and its steps. @param {Session} session @param {Wish} wish @returns {{ steps: number, takes: string } | null} null: not known */
export function timeHere(session, { mode = "nar", steps }, count = 1) {
  if (!session.varigrain || !known(session) || mode !== "nar" || !steps) return null;
  return { steps, takes: about(steps * count * session.varigrain.warmUpMs) };
}

/** The same with as many steps as usual: recorded pictures have those, and whoever is given fewer is told. @param {Session} session @param {Wish} wish @returns {{ steps: number, takes: string } | null} null: not known, or no more */
export function fullTime(session, wish, count = 1) {
  const time = timeHere(session, wish, count);
  const usual = session.varigrain ? usualSteps(session.varigrain) : 0;
  return time && time.steps < usual ? timeHere(session, { ...wish, steps: usual }, count) : null;
}

export class PaceTeller {
  #session;
  #again;

  /** @param {Session} session @param {(varigrain: Varigrain) => void} again asks for the graphics processor once more */
  constructor(session, again) {
    this.#session = session;
    this.#again = again;
    for (const type of ["request-change", "request-set"]) prompt.addEventListener(type, () => this.tell());
  }

  /** @param {boolean} [open] with all that there is to say */
  tell(open = false) {
    const { varigrain } = this.#session;
    if (!varigrain || varigrain.backend !== "cpu" || !varigrain.description.generators.length) return prompt.pace.tell("");
    const { request, count } = prompt;
    const time = timeHere(this.#session, request, count);
    const pictures = count > 1 ? `${count} pictures` : "a picture";
    const line = time ? `On the processor: ${time.takes} ${count > 1 ? "for " : ""}${pictures}.` : "On the processor: the same pictures, only slower.";
    const full = fullTime(this.#session, request, count);
    const other = full ? `the usual ${full.steps} are more careful and take ${full.takes}` : "fewer take less";
    const steps = time ? ` That is for ${time.steps} steps; ${other}.` : "";
    const why = varigrain.reason ? `${varigrain.reason} ` : "";
    const way = varigrain.mayRetryGpu ? { label: "Try the graphics processor again", act: () => this.#again(varigrain) } : undefined;
    prompt.pace.tell(line, `${why}The processor draws the same pictures, only slower.${steps}`, way);
    if (open) prompt.pace.open = true;
  }
}
