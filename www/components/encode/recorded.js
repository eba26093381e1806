/**
 * What the model made of an example once, for as long as the encoder is not here: it is shown at once, with a line that says
 * that it is recorded. A recording is shown only for the version of the model that it was made with.
 */
import { BOUNDS } from "../../lib/bounds.js";
import { el } from "../../lib/dom.js";
import { fetchJson } from "../../lib/fetch-json.js";
import { loadCoding } from "../../lib/recorded-coding.js";

/** @typedef {import("../../lib/recorded-coding.js").Coding} Coding */
/** @typedef {Pick<import("../../lib/description.js").Description, "name" | "version">} Named */
/** @typedef {Pick<import("../panels.js").Studio, "address" | "model">} Where the model is */

/** Settings that are as far apart are others. */
const APART = 1e-6;

export class Recorded {
  #words = el("span");
  element = el("p", { class: "recorded", hidden: true }, el("span", { class: "ribbon" }, "Recorded"), " ", this.#words);
  /** What was read, by address. @type {Map<string, Promise<Coding>>} */
  #read = new Map();
  /** The picture that was last asked for, and what was recorded of it. @type {{ image: ImageData, coding: Coding } | null} */
  #last = null;
  /** Only the last that was asked for counts. */
  #asked = 0;

  /**
   * @param {ImageData} image
   * @param {string | null} address of what was recorded of it; null: it may still be the last one
   * @param {Where} where
   * @returns {Promise<Coding | null>} null if there is none, or none of this version of the model
   */
  async of(image, address, where) {
    const own = ++this.#asked;
    if (address) this.#last = null;
    if (!address) return this.#last && equal(image, this.#last.image) ? this.#last.coding : null;
    try {
      const [coding, model] = await Promise.all([this.#coding(address), named(where)]);
      if (own !== this.#asked || !isOf(coding, model)) return null;
      this.#last = { image, coding };
      return coding;
    } catch {
      // The encoder is a button away.
      return null;
    }
  }

  /** @param {string} address */
  #coding(address) {
    const read = this.#read.get(address) ?? loadCoding(address);
    this.#read.set(address, read);
    void read.catch(() => this.#read.delete(address));
    return read;
  }

  /** It is on show. @param {Coding} coding @param {readonly number[]} shares that are set now; none: not known yet @param {string} measure */
  tell({ model, version, settings }, shares, measure) {
    const same = !shares.length || (measure === settings.measure && settings.shares.every((share, at) => Math.abs(share - shares[at]) < APART));
    this.#words.textContent = same
      ? `Encoded earlier by ${model}, version ${version}. Download the encoder to do so on this device, with pictures of your own and other settings.`
      : `Encoded earlier by ${model}, version ${version}, with other settings than those above. Download the encoder to see what these do.`;
    this.element.hidden = false;
  }

  /** Nothing of it is on show. */
  over() {
    this.#asked++;
    this.element.hidden = true;
  }
}

/** Whether it was made with this model as it is. @param {Coding} coding @param {Named} model */
const isOf = ({ model, version }, { name, version: present }) => model === name && version === String(present);

/** What the model is called, from its manifest if it is not loaded yet. @param {Where} where @returns {Promise<Named>} */
async function named({ address, model }) {
  if (model.varigrain) return model.varigrain.description;
  try {
    return (await fetchJson(new URL("manifest.json", address), { what: "model", limit: BOUNDS.manifestBytes })).list;
  } catch {
    // Without a network it may come from what the browser has kept.
    return (await model.load()).description;
  }
}

/** @param {ImageData} a @param {ImageData} b */
const equal = (a, b) => a.width === b.width && a.data.every((value, at) => value === b.data[at]);
