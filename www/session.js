/**
 * Which of the site's models is used: one at a time. Another one frees the one before, and what was begun for that says
 * nothing more.
 */
import { asVarigrainError } from "./lib/errors.js";
import { loadModels } from "./lib/models.js";
import { Shelf } from "./lib/shelf.js";
import { closePanels } from "./components/panels.js";
import { player } from "./parts.js";

/** @typedef {import("./varigrain.js").Varigrain} Varigrain */
/** @typedef {import("./lib/models.js").Models} Models */
/** @typedef {import("./lib/models.js").ModelEntry} ModelEntry */
/**
 * @typedef {object} Heard
 * @property {(models: Models) => ModelEntry} listed the list is there; returns which one to begin with
 * @property {() => boolean} alone whether the decoder is all that is wanted at first
 * @property {(entry: ModelEntry, first: boolean) => void} changed another is used from now on, and is on its way
 * @property {(varigrain: Varigrain, entry: ModelEntry) => void} ready
 * @property {(what: string, error: import("./lib/errors.js").VarigrainError, again: () => void) => void} failed
 */

export class Session {
  #heard;
  #loading = false;
  /** Counts changes of the model: what was begun before one is over. */
  turn = 0;
  /** @type {Models | null} */
  models = null;
  /** @type {ModelEntry | null} */
  entry = null;
  /** @type {Varigrain | null} */
  varigrain = null;
  /** Whether the model was loaded without a generator, which comes when something is drawn. */
  alone = false;
  /** What panels may work on: pictures of this model. */
  shelf = new Shelf();

  /** @param {Heard} heard */
  constructor(heard) {
    this.#heard = heard;
  }

  /** The models that are not used. @returns {readonly ModelEntry[]} */
  get others() {
    return (this.models?.models ?? []).filter((one) => one !== this.entry);
  }

  /** Gets the list, then a model; what failed of it is tried again. */
  async start() {
    if (this.models) return this.#load();
    try {
      this.models = await loadModels();
    } catch (error) {
      this.#heard.failed("The list of models could not be loaded.", asVarigrainError(error), () => void this.start());
      return;
    }
    this.use(this.#heard.listed(this.models));
  }

  /** @param {ModelEntry} entry */
  use(entry) {
    if (entry !== this.entry) {
      const first = !this.entry;
      this.turn++;
      this.#loading = false;
      this.entry = entry;
      this.varigrain = null;
      this.shelf = new Shelf();
      closePanels();
      // The panels' leases are given back, this is the last one: the worker ends with it.
      player.model = entry.id;
      this.#heard.changed(entry, first);
    }
    void this.#load();
  }

  /** The same model once more, on something else: what was begun is over. */
  again() {
    if (!this.entry) return;
    this.turn++;
    this.#loading = false;
    this.varigrain = null;
    closePanels();
    this.#heard.changed(this.entry, false);
    void this.#load();
  }

  async #load() {
    const { entry, turn } = this;
    if (!entry || this.#loading || this.varigrain) return;
    this.#loading = true;
    this.alone = this.#heard.alone();
    try {
      const varigrain = await player.load(this.alone ? { modes: [] } : {});
      if (turn !== this.turn) return;
      this.#loading = false;
      this.varigrain = varigrain;
    } catch (error) {
      // Of a model that was left, what became of it matters to nobody.
      if (turn !== this.turn) return;
      this.#loading = false;
      this.#heard.failed("The model is not loaded.", asVarigrainError(error), () => void this.#load());
      return;
    }
    this.#heard.ready(this.varigrain, entry);
  }
}
