/**
 * The page's address, which has what is drawn and how it is looked at: kept up to date, followed when it is
 * another one, and copied as a link or as markup.
 */
import { copyText } from "./lib/clipboard.js";
import { embedCode, frameCode } from "./lib/embed.js";
import { asVarigrainError } from "./lib/errors.js";
import { modelOf } from "./lib/models.js";
import { formatState, parseModel, parseState, parseView } from "./lib/page-state.js";
import { pictureBytes, splitPicture, withPicture } from "./lib/picture-link.js";
import { notice, pixels, player, prompt, status, tabs } from "./parts.js";

/** @typedef {import("./varigrain.js").Varigrain} Varigrain */
/** @typedef {import("./lib/request.js").Wish} Wish */
/** @typedef {import("./lib/page-state.js").View} View */
/** @typedef {import("./lib/models.js").Models} Models */
/** @typedef {import("./lib/models.js").ModelEntry} ModelEntry */

/** Of the player's controls a link may hide each. */
const CONTROLS = ["layers", "play", "timeline", "legend", "readout"];

/** What says nothing of a picture. */
const LOOKS = new Set(["model", "n", "layer", "pixels", "tab", "v", "hide"]);

/** What the address says beside a picture. */
const rest = () => splitPicture(location.hash).rest;

export class Address {
  /** How it is looked at: as it says when it arrives, and then as someone chooses. @type {View} */
  view = parseView(rest());
  /** The picture on show, if it came with the address; then nothing was asked for. @type {string | null} */
  picture = null;
  /** What is wrong with the picture that the address has. @type {import("./lib/errors.js").VarigrainError | null} */
  refused = null;
  /** @type {Models | null} */
  models = null;
  /** The model that is used. @type {ModelEntry | null} */
  entry = null;
  /** Known once the model is there; until then the address stays as it came. @type {Varigrain | null} */
  varigrain = null;

  constructor() {
    this.arrived();
  }

  /** It is another one, which this page did not write. */
  arrived() {
    this.picture = this.refused = null;
    this.view = parseView(rest());
    const { linked } = this;
    if (linked === null) return;
    try {
      pictureBytes(linked);
    } catch (error) {
      this.refused = asVarigrainError(error);
    }
  }

  /** Something is looked at in another way. @param {Partial<View>} change */
  look(change) {
    this.view = { ...this.view, ...change };
  }

  /** @param {Wish} [request] left out: what is on show */
  write(request = this.#seen) {
    if (this.varigrain) history.replaceState(null, "", `#${this.#format(request)}`);
  }

  /** Whether it names a picture, and not only a model or how pictures are looked at. */
  get asks() {
    return this.linked !== null || [...new URLSearchParams(rest()).keys()].some((key) => !LOOKS.has(key));
  }

  /** The picture that it has, if nothing is known to be wrong with it. @returns {string | null} */
  get linked() {
    return this.refused ? null : splitPicture(location.hash).picture;
  }

  /** Whether the model that it is for is not in the list. */
  get unlisted() {
    return parseModel(rest()) !== null && !this.model;
  }

  /** The picture that it had is not on show any more. @param {ModelEntry} entry the model of what is */
  leave(entry) {
    this.picture = null;
    if (this.linked !== null) history.replaceState(null, "", this.plain(entry));
  }

  /** The model that it is for, if there is such a one. @returns {ModelEntry | undefined} */
  get model() {
    const id = parseModel(rest());
    return this.models && id ? modelOf(this.models, id) : undefined;
  }

  /** Without anything that is asked of a model but which one it is. @param {ModelEntry} entry */
  plain({ id }) {
    const pairs = new URLSearchParams({ model: id });
    if (this.view.tab) pairs.set("tab", this.view.tab);
    const hide = this.view.hidden.length ? `&hide=${this.view.hidden.join(",")}` : "";
    return `#${pairs}${hide}`;
  }

  /** Hides what the address wants hidden, and looks at pictures as it says. */
  apply() {
    const hidden = (/** @type {string | undefined} */ name) => this.view.hidden.some((one) => one === name);
    for (const part of document.querySelectorAll("[data-part]")) {
      part.toggleAttribute("data-hidden", hidden(/** @type {HTMLElement} */ (part).dataset.part));
    }
    player.setAttribute("controls", CONTROLS.filter((name) => !hidden(name)).join(" "));
    document.documentElement.toggleAttribute("data-alone", hidden("prompt"));
    player.layer = this.view.layer;
    player.toggleAttribute("pixels", (pixels.checked = this.view.pixels));
    prompt.count = this.view.count;
    tabs.value = this.view.tab;
    // Not every model has all of them.
    this.look({ tab: tabs.value });
  }

  /** @returns {boolean} whether it asks for a picture that can be had */
  follow() {
    // What to draw has to wait for what the model says of itself; how to look at it has not.
    if (!this.varigrain || !this.entry || this.linked !== null) {
      this.apply();
      return false;
    }
    if (location.hash.length < 2) return false;
    const { description } = this.varigrain;
    const { request, problems } = parseState(rest(), { id: this.entry.id, description });
    this.apply();
    if (Object.keys(request).length) prompt.request = request;
    if (problems.length) notice.show({ kind: "note", text: problems.join(" ") });
    return Object.keys(request).length > 0 && !problems.length;
  }

  async copyLink() {
    const link = `${location.origin}${location.pathname}${location.search}#${this.#format(this.#seen)}`;
    const copied = await copyText(link);
    if (!copied) history.replaceState(null, "", link);
    status.say(`The link to this picture is in the ${copied ? "clipboard" : "address bar"}.`);
  }

  /** What is on show, as the hash of an address; null until the model is there. @returns {string | null} */
  get request() {
    return this.varigrain && this.entry ? this.#format(this.#seen) : null;
  }

  /** @param {boolean} [frame] as a frame, instead of a script and an element */
  async copyEmbed(frame = false) {
    if (!this.varigrain || !this.entry) return;
    const [script, page] = ["player.js", "frame.html"].map((name) => new URL(name, document.baseURI).href);
    const { description } = this.varigrain;
    // A player takes the usual model if none is named.
    const model = this.entry === this.models?.usual ? undefined : this.entry.id;
    // Without a canvas that can be read there is no poster, and the player begins with its button.
    const shown = { recording: player.recorded ?? undefined, poster: await player.toPoster().catch(() => undefined) };
    const code = frame
      ? frameCode(this.#seen, this.view, { page, title: player.caption, description, model }, shown)
      : embedCode(this.#seen, this.view, { script, description, model }, shown);
    if (await copyText(code)) status.say("The markup for this player is in the clipboard.");
    else notice.show({ kind: "note", text: code });
  }

  /** What is on show, or, before there is anything, what would be. */
  get #seen() {
    return player.shown.seed === undefined ? prompt.request : player.shown;
  }

  /** @param {Wish} request */
  #format(request) {
    // Until the model is there nothing more is known.
    if (!this.varigrain || !this.entry) return this.entry ? `model=${this.entry.id}` : "";
    const { description } = this.varigrain;
    if (this.picture !== null) return withPicture(formatState({}, this.view, { id: this.entry.id, description }), this.picture);
    // With nothing that draws there is nothing to be asked for.
    return formatState(description.generators.length ? request : {}, this.view, { id: this.entry.id, description });
  }
}
