/**
 * What a picture costs here before it is drawn, in words: time on the processor, and the bytes of a generator that is still
 * to be downloaded.
 */
import { filesFor, modesOf } from "./lib/modes.js";
import { megabytes } from "./components/player/words.js";
import { fullTime, timeHere } from "./pace.js";
import { prompt, status } from "./parts.js";

/** @typedef {import("./varigrain.js").Mode} Mode */
/** @typedef {import("./varigrain.js").Part} Part */
/** @typedef {import("./varigrain.js").Varigrain} Varigrain */
/** @typedef {import("./session.js").Session} Session */

export class Costs {
  #session;
  /** Bytes that are still to be downloaded before a generator can draw. @type {Partial<Record<Mode, number>>} */
  #missing = {};

  /** @param {Session} session */
  constructor(session) {
    this.#session = session;
  }

  /** @param {Mode} mode */
  missing(mode) {
    return this.#missing[mode] ?? 0;
  }

  /** The model is there, with its first generator or without any. @param {Varigrain} varigrain */
  ready({ description }) {
    /** @type {readonly Part[]} */
    const here = this.#session.alone ? ["decode"] : description.generators.slice(0, 1);
    const others = description.generators.filter((mode) => !here.includes(mode));
    // What all of them need is here already.
    this.#know(Object.fromEntries(others.map((mode) => [mode, this.#weight([...here, mode]) - this.#weight(here)])));
  }

  /** One more generator is there. @param {Mode} mode */
  came(mode) {
    this.#know({ ...this.#missing, [mode]: 0 });
  }

  /** Says what can be drawn now. @param {Varigrain} varigrain @param {import("./lib/models.js").ModelEntry} entry */
  tell({ description }, entry) {
    const [time, full] = [timeHere, fullTime].map((ask) => ask(this.#session, prompt.request));
    const more = full ? `; the usual ${full.steps} are more careful` : "";
    const takes = time ? ` A picture of ${time.steps} steps takes ${time.takes} here${more}.` : "";
    const most = [...description.axes].sort((a, b) => b.classes.length - a.classes.length)[0];
    const choice = most ? `${most.classes.length} to choose from by ${most.name.toLowerCase()}, ` : "";
    status.say(`Ready to draw.${takes}`, `Ready: ${entry.name}, ${choice}${megabytes(this.#weight(description.generators.slice(0, 1)))} MB.${takes}`);
  }

  /** Of what the form asks for; empty where it comes fast and nothing is to be downloaded. */
  get words() {
    const { request, count } = prompt;
    const time = timeHere(this.#session, request, count);
    const more = modesOf(request.mode).reduce((sum, mode) => sum + this.missing(mode), 0);
    return [time && `On the processor: ${time.takes}.`, more && `${megabytes(more)} MB are downloaded first.`].filter(Boolean).join(" ");
  }

  /** @param {Partial<Record<Mode, number>>} missing */
  #know(missing) {
    prompt.method.missing = this.#missing = missing;
  }

  /** @param {readonly Part[]} parts @returns {number} bytes of the files that they need */
  #weight(parts) {
    return filesFor(this.#session.varigrain?.description.files ?? [], parts).reduce((sum, { bytes }) => sum + bytes, 0);
  }
}
