/**
 * `<vg-encode>`: a picture of one's own as codes, and what its variable length is worth against the same
 * number of codes spread evenly. Its `studio` is set when the tab is first opened; the encoder's file is
 * downloaded when someone asks for it.
 */
import { el, freshId } from "../../lib/dom.js";
import { MEASURES } from "../../lib/request.js";
import { megabytes } from "../player/words.js";
import { Panel } from "../panel/panel.js";
import { MEASURE_WORDS } from "./measures.js";
import { Result } from "./result.js";
import { Source, fileIn } from "./source.js";

/** @typedef {import("../panels.js").Studio} Studio */
/** @typedef {import("../../lib/request.js").Measure} Measure */

export class EncodePanel extends Panel {
  #source = new Source(() => this.studio?.shelf.newest("drawn") ?? null);
  #result = new Result();
  #get = el("button", { type: "button", class: "primary" }, "Download the encoder");
  #promise = el("p", { class: "hint" }, "It runs on this device. You will see which regions get four codes, what the codes make of your picture, and where that is off.");
  #ratio = el("input", { type: "range", min: 0, max: 1, step: 0.05, value: 0.5, id: freshId("ratio") });
  #ratioText = el("output", { for: this.#ratio.id }, "0.50");
  #measure = el("select", { id: freshId("measure") });
  #measureHint = el("p", { class: "hint", id: freshId("measure-hint") });
  #repaint = el("button", { type: "button", class: "onward", hidden: true }, "Repaint a part of it");
  /** @type {ImageData | null} */
  #image = null;
  /** Whether the encoder is here. */
  #ready = false;
  #busy = false;
  /** Something was changed while it was encoding. */
  #stale = false;
  /** @type {AbortController | null} */
  #download = null;

  /** @override */
  build() {
    for (const measure of MEASURES) this.#measure.append(el("option", { value: measure }, MEASURE_WORDS[measure].name));
    this.#measure.setAttribute("aria-describedby", this.#measureHint.id);
    const settings = el(
      "div",
      { class: "settings" },
      el("div", {}, el("label", { class: "label", for: this.#ratio.id }, "Fine ratio r ", this.#ratioText), this.#ratio,
        el("p", { class: "hint" }, "The share of regions that get four codes, over all pictures: a busy one gets more, a plain one fewer.")),
      el("div", {}, el("label", { class: "label", for: this.#measure.id }, "What counts as dense"), this.#measure, this.#measureHint),
    );
    const desk = el("div", { class: "desk", role: "region", "aria-label": "The picture to encode" }, this.#source.element);
    const table = el("div", { class: "table" }, settings, this.#get, this.#promise, this.telling.element, this.#result.element, this.#repaint);
    this.replaceChildren(el("div", { class: "playground mirrored" }, desk, table));
    this.#listen();
    this.#explain();
  }

  /** @override @param {import("../panel/panel.js").Progress} progress */
  awaits({ mode }) {
    return Boolean(this.#download) && !mode;
  }

  /** @override @param {Studio} studio */
  opened(studio) {
    studio.shelf.addEventListener("change", () => this.#source.refresh());
    this.#source.refresh();
    void studio.model.load().then(
      (varigrain) => this.#offer(varigrain),
      () => {},
    );
    void this.#source.begin();
  }

  #listen() {
    this.#source.onPicture = (image) => {
      this.telling.clear();
      this.#image = image;
      void this.#encode();
    };
    this.#source.onProblem = (message) => this.telling.warn(message);
    this.#get.addEventListener("click", () => void this.#prepare());
    this.telling.onStop = () => this.#download?.abort();
    this.#ratio.addEventListener("input", () => {
      this.#explain();
      void this.#encode();
    });
    this.#measure.addEventListener("change", () => {
      this.#explain();
      void this.#encode();
    });
    this.#repaint.addEventListener("click", () => this.studio?.open("repaint"));
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
    document.addEventListener("paste", (event) => {
      // Only while this panel is the one on show, and not into a field.
      if (!this.checkVisibility() || !event.clipboardData?.files.length) return;
      event.preventDefault();
      this.#take(fileIn(event.clipboardData));
    });
  }

  /** @param {File | null} file */
  #take(file) {
    if (file) void this.#source.take(file);
    else this.telling.warn("There was no picture in it. Drop an image file, or copy a picture and paste it.");
  }

  /** How large the download is, or why there is none. @param {import("../../varigrain.js").Varigrain} varigrain */
  #offer(varigrain) {
    const bytes = varigrain.info.files.find(({ role }) => role === "encoder")?.bytes ?? 0;
    this.#get.textContent = `Download the encoder (${megabytes(bytes)} MB)`;
    if (varigrain.encodes) return;
    this.#get.disabled = true;
    this.telling.warn("This model has no encoder, so pictures of your own cannot be encoded with it.");
  }

  #explain() {
    const ratio = this.#ratio.valueAsNumber;
    this.#ratioText.textContent = ratio.toFixed(2);
    this.#ratio.style.setProperty("--share", `${100 * ratio}%`);
    this.#measureHint.textContent = MEASURE_WORDS[this.#chosen].about;
  }

  get #chosen() {
    return /** @type {Measure} */ (this.#measure.value);
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
      this.#get.hidden = this.#promise.hidden = false;
      if (own.signal.aborted) this.telling.say("Cancelled. What has come of it is not lost if you ask again.");
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
      await this.#once(this.#image, this.#ratio.valueAsNumber, this.#chosen);
    }
    this.#busy = false;
  }

  /** @param {ImageData} image @param {number} fineRatio @param {Measure} chosen */
  async #once(image, fineRatio, chosen) {
    const studio = /** @type {Studio} */ (this.studio);
    const measure = chosen === "deviation" ? undefined : chosen;
    this.telling.say("Encoding …", "");
    try {
      const [variable, even] = await studio.model.use(async (varigrain) => {
        const variable = await varigrain.encode(image, { fineRatio, measure });
        const fineRegions = variable.grains.reduce((sum, grain) => sum + grain, 0);
        return [variable, await varigrain.encode(image, { fineRegions, allocation: "even" })];
      });
      this.#result.show(variable, even, MEASURE_WORDS[chosen].name.toLowerCase());
      const gain = variable.psnr - even.psnr;
      const found = `${variable.codes} codes, ${variable.psnr.toFixed(1)} dB; evenly spread ${even.psnr.toFixed(1)} dB`;
      this.telling.say(`Encoded in ${Math.round(variable.ms)} ms.`, `${found}, ${gain >= 0 ? "gained" : "lost"} ${Math.abs(gain).toFixed(1)}`);
      const { grains, cells } = variable;
      studio.shelf.add({ title: this.#source.title, image: variable.image, grains, cells, request: {}, from: "encoded" });
      this.#repaint.hidden = !document.getElementById("repaint");
    } catch (error) {
      this.#stale = false;
      this.telling.fail(error, () => void this.#encode());
    }
  }
}

customElements.define("vg-encode", EncodePanel);
