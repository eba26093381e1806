/**
 * `<vg-encode>`: a picture of one's own as codes, and what its variable length is worth against a fixed grid of as many
 * codes and an ordinary codec in as many bytes. Its `studio` is set when the tab is first opened; the encoder's file is
 * downloaded when someone asks for it. Before that examples show what was recorded of them.
 */
import { define } from "../../lib/define.js";
import { el, freshId } from "../../lib/dom.js";
import { NOTHING } from "../../lib/description.js";
import { evenCounts } from "../../lib/even-counts.js";
import { filesFor } from "../../lib/modes.js";
import { ordinary } from "../../lib/ordinary-codec.js";
import { errorsOf } from "../../lib/recorded-coding.js";
import { megabytes } from "../player/words.js";
import { Panel } from "../panel/panel.js";
import { PictureLink } from "../picture-link.js";
import { SharesField } from "../shares-field.js";
import { Curve } from "./curve.js";
import { Recorded } from "./recorded.js";
import { Result, bytesOf, found } from "./result.js";
import { Source, fileIn } from "./source.js";

/** @typedef {import("../panels.js").Studio} Studio */
/** @typedef {import("../../lib/description.js").Description} Description */
/** @typedef {import("../../lib/description.js").Measure} Measure */
/** @typedef {import("../../lib/recorded-coding.js").Shown} Shown */

export class EncodePanel extends Panel {
  /** @type {Description} */
  #description = NOTHING;
  #desk = el("div", { class: "desk", role: "region", "aria-label": "The picture to encode" });
  #source = new Source(() => this.studio?.shelf.newest("drawn") ?? null, NOTHING.image);
  /** What the model has not seen. */
  #note = el("p", { class: "aside", hidden: true });
  #recorded = new Recorded();
  #result = new Result();
  #curve = new Curve(
    (shares, signal) => this.#pair(/** @type {ImageData} */ (this.#image), shares, signal),
    (error) => this.telling.fail(error, () => void this.#encode()),
  );
  #get = el("button", { type: "button", class: "primary" }, "Download the encoder");
  #promise = el("p", { class: "hint" }, "It runs on this device. You will see which regions get more codes, what the codes make of your picture, and where the result is off.");
  #shares = new SharesField();
  #measure = el("select", { id: freshId("measure") });
  #measureHint = el("p", { class: "hint", id: freshId("measure-hint") });
  #repaint = el("button", { type: "button", class: "onward", hidden: true }, "Repaint a part of it");
  #link = new PictureLink();
  /** @type {ImageData | null} */
  #image = null;
  /** What is on show, if it is recorded. @type {import("../../lib/recorded-coding.js").Coding | null} */
  #coding = null;
  /** Whether the encoder is here. */
  #ready = false;
  #busy = false;
  /** Something was changed while it was encoding. */
  #stale = false;
  /** @type {AbortController | null} */
  #download = null;
  /** @type {AbortController | null} of the search for what the codec makes of it */
  #search = null;

  /** @override */
  build() {
    this.#measure.setAttribute("aria-describedby", this.#measureHint.id);
    const spread = el("p", { class: "hint" }, "Shares are averages over all pictures: a busy one gets more, a plain one fewer.");
    this.#source.onPicture = (image, recording) => {
      this.telling.clear();
      this.#image = image;
      if (this.#ready) void this.#encode();
      else void this.#recall(image, recording);
    };
    this.#source.onProblem = (message) => this.telling.warn(message);
    this.#link.hidden = true;
    const settings = el(
      "div",
      { class: "settings encode-settings" },
      el("div", {}, this.#shares),
      el("div", {}, el("label", { class: "label", for: this.#measure.id }, "What counts as dense"), this.#measure, this.#measureHint, spread),
    );
    this.#desk.append(this.#source.element, this.#note);
    const table = el("div", { class: "table" }, settings, this.#get, this.#promise, this.telling.element, this.#recorded.element, this.#result.element, this.#curve.element, this.#link, this.#repaint);
    this.replaceChildren(el("div", { class: "playground mirrored" }, this.#desk, table));
    this.#listen();
  }

  /** @override @param {import("../panel/panel.js").Progress} progress */
  awaits({ mode }) {
    return Boolean(this.#download) && !mode;
  }

  /** @override @param {Studio} studio */
  opened(studio) {
    studio.shelf.addEventListener("change", () => this.#source.refresh());
    this.#source.refresh();
    this.#note.textContent = studio.encodes.note;
    this.#note.hidden = !studio.encodes.note;
    void studio.model.load().then(
      ({ description }) => this.#describe(description),
      () => {},
    );
    this.#source.fit(NOTHING.image, studio.encodes.examples);
    void this.#source.begin();
  }

  #listen() {
    this.#get.addEventListener("click", () => void this.#prepare());
    this.telling.onStop = () => this.#download?.abort();
    for (const type of ["input", "change"]) this.#shares.addEventListener(type, () => this.#set());
    this.#measure.addEventListener("change", () => {
      this.#explain();
      this.#set();
    });
    this.#repaint.addEventListener("click", () => this.studio?.open("repaint"));
    this.#link.addEventListener("say", (event) => this.telling.say(/** @type {CustomEvent<string>} */ (event).detail));
    this.addEventListener("dragover", (event) => {
      event.preventDefault();
      this.toggleAttribute("data-over", true);
    });
    this.addEventListener("dragleave", () => this.removeAttribute("data-over"));
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      this.removeAttribute("data-over");
      this.#take(fileIn(event.dataTransfer));
    });
    document.addEventListener("paste", this.#paste);
  }

  disconnectedCallback() {
    document.removeEventListener("paste", this.#paste);
    this.#download?.abort();
    this.#search?.abort();
    this.#curve.stop();
  }

  /** Only while this panel is the one on show, and not into a field. @param {ClipboardEvent} event */
  #paste = (event) => {
    if (!this.checkVisibility() || !event.clipboardData?.files.length) return;
    event.preventDefault();
    this.#take(fileIn(event.clipboardData));
  };

  /** @param {File | null} file */
  #take(file) {
    if (file) void this.#source.take(file);
    else this.telling.warn("There was no picture in it. Drop an image file, or copy a picture and paste it.");
  }

  /** What can be set, and how large the download is, or why there is none. @param {Description} description */
  #describe(description) {
    this.#description = description;
    const { image, defaults, measures, measure, encodes, files, generators } = description;
    this.#source.fit(image, []);
    this.#shares.describe(description, defaults.encode?.shares ?? []);
    this.#measure.replaceChildren(...measures.map(({ id, name }) => el("option", { value: id }, name)));
    this.#measure.value = defaults.encode?.measure ?? measure;
    this.#explain();
    this.#set();
    const here = filesFor(files, generators.slice(0, 1));
    const bytes = filesFor(files, ["encode"]).reduce((sum, file) => (here.includes(file) ? sum : sum + file.bytes), 0);
    this.#get.textContent = `Download the encoder (${megabytes(bytes)} MB)`;
    if (encodes) return;
    this.#get.disabled = true;
    this.telling.warn("This model has no encoder, so pictures of your own cannot be encoded with it.");
  }

  #explain() {
    this.#measureHint.textContent = this.#chosen?.about ?? "";
  }

  /** @returns {Measure | undefined} */
  get #chosen() {
    return this.#description.measures.find(({ id }) => id === this.#measure.value);
  }

  /** Something is set in another way. */
  #set() {
    if (this.#ready) void this.#encode();
    else if (this.#coding) this.#recorded.tell(this.#coding, this.#shares.value, this.#measure.value);
  }

  /** What was recorded of a picture while it cannot be encoded here. @param {ImageData} image @param {string | null} recording its address */
  async #recall(image, recording) {
    const studio = /** @type {Studio} */ (this.studio);
    const coding = await this.#recorded.of(image, recording, studio);
    if (this.#ready || image !== this.#image) return;
    // Another size is told again.
    if (coding && coding.variable.image.width !== image.width) return this.#source.fit(coding.variable.image.width, []);
    this.#coding = coding;
    this.#result.element.hidden = this.#promise.hidden = true;
    this.#search?.abort();
    if (!coding) {
      this.#recorded.over();
      this.#promise.hidden = Boolean(this.#download);
      return;
    }
    const [variable, even] = [coding.variable, coding.even].map((kept) => errorsOf(image, kept));
    this.#result.show(image, variable, even, coding.measured);
    this.#set();
    if (!this.#download) this.telling.say("", `Recorded: ${found(variable, even)}`);
    void this.#compare(image, variable);
  }

  async #prepare() {
    const studio = this.studio;
    if (!studio || this.#download) return;
    const own = (this.#download = new AbortController());
    this.telling.clear();
    this.telling.say("Downloading the encoder");
    this.telling.stoppable = true;
    this.#get.hidden = this.#promise.hidden = true;
    try {
      const varigrain = await studio.model.load();
      await varigrain.prepare("encode", { signal: own.signal });
      this.#ready = true;
      this.telling.say("");
    } catch (error) {
      this.#get.hidden = false;
      this.#promise.hidden = Boolean(this.#coding);
      if (own.signal.aborted) this.telling.say("Cancelled. What was already downloaded is kept if you ask again.");
      else this.telling.fail(error, () => void this.#prepare());
    }
    this.telling.stoppable = false;
    this.#download = null;
    if (this.#ready) void this.#encode();
  }

  /** Encodes what is there now; if it changes meanwhile, once more. */
  async #encode() {
    if (!this.#ready || !this.#image) return;
    this.telling.clear();
    this.#stale = true;
    if (this.#busy) return;
    this.#busy = true;
    while (this.#stale) {
      this.#stale = false;
      await this.#once(this.#image);
    }
    this.#busy = false;
  }

  /** @param {ImageData} image */
  async #once(image) {
    const studio = /** @type {Studio} */ (this.studio);
    const [shares, chosen] = [this.#shares.value, this.#chosen];
    this.#curve.stop();
    this.telling.say("Encoding …", "");
    try {
      const [variable, even] = await this.#pair(image, shares);
      this.#coding = null;
      this.#recorded.over();
      this.#result.show(image, variable, even, chosen?.name.toLowerCase() ?? "density");
      this.telling.say(`Encoded in ${Math.round(variable.ms)} ms.`, found(variable, even));
      this.#curve.offer(shares);
      void this.#compare(image, variable);
      const { grid, grains, cells } = variable;
      studio.shelf.add({ title: this.#source.title, image: variable.image, grid, grains, cells, request: {}, from: "encoded" });
      this.#link.source = { id: studio.id, load: () => studio.model.load(), picture: variable };
      this.#link.hidden = false;
      this.#repaint.hidden = !this.#description.generators.includes("nar");
    } catch (error) {
      this.#stale = false;
      this.telling.fail(error, () => void this.#encode());
    }
  }

  /**
   * As codes of variable length, and on a fixed grid of as many.
   *
   * @param {ImageData} image
   * @param {readonly number[]} shares
   * @param {AbortSignal} [signal]
   */
  #pair(image, shares, signal) {
    const [studio, chosen] = [/** @type {Studio} */ (this.studio), this.#chosen];
    const measure = !chosen || chosen.id === this.#description.measure ? undefined : chosen.id;
    return studio.model.use(async (varigrain) => {
      const variable = await varigrain.encode(image, { shares, measure, signal });
      const counts = evenCounts(variable.grid, variable.codes);
      return /** @type {const} */ ([variable, await varigrain.encode(image, { counts, allocation: "even", signal })]);
    });
  }

  /** An ordinary codec in as many bytes; of several searches only the last counts. @param {ImageData} image @param {Shown} coded */
  async #compare(image, coded) {
    this.#search?.abort();
    const { signal } = (this.#search = new AbortController());
    try {
      const found = await ordinary(image, bytesOf(coded), { signal });
      if (!signal.aborted) this.telling.also(this.#result.compare(found, coded));
    } catch (error) {
      if (!signal.aborted) this.telling.fail(error, () => void this.#compare(image, coded));
    }
  }
}

define("vg-encode", EncodePanel);
