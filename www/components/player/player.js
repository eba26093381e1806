/**
 * `<varigrain-player>`: draws a picture, and lets one look at every step of it.
 *
 * ```html
 * <script type="module" src="https://…/player.js"></script>
 * <varigrain-player concept="red-heart" style="twemoji" seed="7" controls="play timeline layers"></varigrain-player>
 * ```
 *
 * Nothing is downloaded before someone asks, or before an `autoplay` player is seen. Players of the same
 * model share one worker and take turns. README.md beside this file lists attributes, events and parts.
 *
 * Here is what others may set and ask; beginning.js, generation.js and showing.js do it.
 */
import { ElementBase, define } from "../../lib/define.js";
import { LOOK_ATTRIBUTES, WISH_ATTRIBUTES, wishOf } from "../../lib/player-options.js";
import { checkValue, reflect, setAttributeFrom, takeOver, tell } from "../../lib/player-properties.js";
import { later } from "../../lib/later.js";
import { isLayer } from "../../lib/view/layers.js";
import { Beginning } from "./beginning.js";
import { Desk } from "./desk.js";
import { Generation } from "./generation.js";
import { Showing } from "./showing.js";
import { playerSheet } from "./style.js";

/** @typedef {import("../../lib/request.js").Wish} Wish */
/** @typedef {import("../../lib/view/step.js").Step} Step */
/** @typedef {import("../../lib/view/step.js").Track} Track */
/** @typedef {import("../../lib/view/layers.js").Layer} Layer */
/** @typedef {import("../../lib/view/timeline.js").Timeline} Timeline */
/** @typedef {import("./generation.js").Result} Result */

export class VarigrainPlayer extends ElementBase {
  static observedAttributes = [...WISH_ATTRIBUTES, ...LOOK_ATTRIBUTES];

  #desk = new Desk({
    draw: ({ seed, prompt } = {}) => {
      if (seed !== undefined) this.#changes.seed = seed;
      if (prompt) this.#changes.prompt = { ...this.#changes.prompt, ...prompt };
      void this.generate();
    },
    stop: () => this.stop(),
    save: (format) => void this.save(format),
  });
  #showing = new Showing(this, this.#desk);
  #generation = new Generation(this, this.#showing, this.#desk);
  #beginning = new Beginning(this, this.#showing, this.#generation, this.#desk);
  /** What someone chose in the player itself; the attributes stay as they were. @type {Wish} */
  #changes = {};
  /** Whether it was set up since it is in the page. */
  #placed = false;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [playerSheet()];
    root.append(this.#showing.element);
    this.#generation.onNothing = () => this.#beginning.invite();
  }

  connectedCallback() {
    takeOver(this);
    this.#placed = true;
    this.#showing.open();
    this.#showing.fit();
    if (this.#beginning.begun) return;
    this.#beginning.invite();
    if (this.hasAttribute("autoplay")) this.#beginning.startWhenSeen();
  }

  disconnectedCallback() {
    this.#placed = false;
    // An element that is moved is put elsewhere at once: it goes on drawing there.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#showing.close();
      this.#beginning.stopWaiting();
      this.timeline.pause();
      this.#generation.letGo();
    });
  }

  /** @param {string} name @param {string | null} before @param {string | null} now */
  attributeChangedCallback(name, before, now) {
    if (before !== now) checkValue(name, now);
    // Those that it comes with are looked at all together when it is placed.
    if (before === now || !this.#placed) return;
    const { begun } = this.#beginning;
    if (name === "layer") this.layer = isLayer(now) ? now : "picture";
    else if (["controls", "pixels", "theme"].includes(name)) this.#showing.fit();
    else if (name === "autoplay" || name === "poster" || name === "recording" || name === "model" || name === "backend") {
      if (name === "model" || name === "backend") this.#generation.letGo();
      if (name === "model") this.#reset();
      else if (!begun) this.#beginning.invite();
    } else {
      // What is chosen from outside counts for more than what was chosen in here before.
      this.#changes = {};
      if (!begun) this.#beginning.invite();
      else if (this.hasAttribute("autoplay") && !(name === "style" && /[:;]/.test(now ?? ""))) void this.generate();
    }
  }

  /** Another model: what is on show, and what was chosen, are of the last one. */
  #reset() {
    this.#changes = {};
    if (this.#beginning.begun || this.tracks.length) {
      this.#beginning.begun = false;
      this.#showing.clear();
    }
    this.#beginning.invite();
    if (this.hasAttribute("autoplay")) this.start();
  }

  // ---- what is asked for ----------------------------------------------------------------------

  /** What the attribute says: the id of a model of the site, or the address of a folder; empty: the site's default. @returns {string} */
  get model() {
    return this.getAttribute("model") ?? "";
  }

  set model(/** @type {any} */ model) {
    setAttributeFrom(this, "model", model);
  }

  /** What is drawn next. @returns {Wish} */
  get request() {
    const wish = wishOf((name) => this.getAttribute(name));
    return { ...wish, ...this.#changes, prompt: { ...wish.prompt, ...this.#changes.prompt } };
  }

  // ---- what is there --------------------------------------------------------------------------

  /** What the model says of itself, as soon as it is there. @returns {import("../../lib/description.js").Description | undefined} */
  get description() {
    return this.#generation.description;
  }

  /** Where one is in what was generated. @returns {Timeline} */
  get timeline() {
    return this.#showing.timeline;
  }

  /** Everything that was generated, by method and seed. @returns {Track[]} */
  get tracks() {
    return this.#showing.tracks;
  }

  /** What the pictures on show were asked for with. @returns {Wish} */
  get shown() {
    return this.#showing.request;
  }

  /** What the pictures on show depict, in words. @returns {string} */
  get caption() {
    return this.#showing.caption;
  }

  /** The steps on show, one of each track that has any. @returns {Step[]} */
  get steps() {
    return this.#showing.steps;
  }

  /** Of the attribute of that name, which frameworks set as a property: how many steps a picture has. */
  set steps(/** @type {any} */ count) {
    setAttributeFrom(this, "steps", count);
  }

  /** The track whose figures are told. @returns {Track | undefined} */
  get selected() {
    return this.#showing.selected;
  }

  /** Address of the recording that is on show, if it is one. @returns {string | null} */
  get recorded() {
    return this.#beginning.recorded;
  }

  /** @returns {Layer} */
  get layer() {
    return this.#showing.layer;
  }

  set layer(/** @type {any} */ wanted) {
    const layer = wanted ?? "picture";
    if (isLayer(layer)) this.#showing.layer = layer;
    else if (typeof layer === "string") checkValue("layer", layer);
    else tell("“layer” must be the name of one.");
  }

  // ---- what it can do -------------------------------------------------------------------------

  /**
   * The model, loaded now if it is not.
   *
   * @param {Pick<import("../../varigrain.js").LoadOptions, "modes">} [options]
   * @returns {Promise<import("../../varigrain.js").Varigrain>}
   */
  async load({ modes } = {}) {
    const varigrain = await (await this.#generation.hold(modes)).load();
    if (!this.#beginning.begun) {
      // The empty plate is of the model's grid and size from now on.
      this.#showing.stage.grid = this.#showing.grid;
      this.#beginning.invite();
      this.#showing.figures();
    }
    return varigrain;
  }

  /** What the button on the empty plate does: plays the recording, or draws. */
  start() {
    this.#beginning.start();
  }

  /**
   * Draws, when those before it in the queue are done. Whatever this player was drawing is given up.
   *
   * @param {Wish} [wish] instead of what the attributes say
   * @returns {Promise<Result>}
   */
  generate(wish = this.request) {
    this.#beginning.begun = true;
    this.#beginning.stopWaiting();
    return this.#generation.generate(wish);
  }

  /** Stops what is drawn within a step, and what waits at once. */
  stop() {
    this.#generation.stop();
  }

  /**
   * Shows what was generated elsewhere or before.
   *
   * @param {Track[]} tracks by method, then by seed
   * @param {object} [options]
   * @param {string} [options.title]
   * @param {string} [options.ribbon] a word on the picture
   * @param {boolean} [options.play] from the first step on; otherwise the last is shown
   * @param {Wish} [options.request] what they were asked for with; where it left something open, what was drawn is
   *   told instead of the title
   */
  show(tracks, options = {}) {
    this.#generation.giveUp();
    this.#beginning.begun = true;
    this.#showing.display(tracks, options);
  }

  /** @param {import("./desk.js").Format} format @param {import("./save.js").PngOptions} [options] of a PNG */
  async save(format, options) {
    try {
      const { save } = await this.#saving();
      await save(this, format, options);
    } catch (error) {
      this.#showing.say(`Not saved. ${error instanceof Error ? error.message : error}`);
    }
  }

  /** What is on show as a PNG, and what it would be called as a file. @param {import("./save.js").PngOptions} [options] */
  async png(options) {
    const { png, nameOf } = await this.#saving();
    return { blob: await png(this, options), name: nameOf(this, "png") };
  }

  /** What is on show, small, as an address for the attribute "poster" of another player. @returns {Promise<string>} */
  async toPoster() {
    return (await this.#saving()).poster(this);
  }

  #saving() {
    return later(() => import("./save.js"), "./save.js", import.meta.url, "What saves pictures");
  }
}

reflect(VarigrainPlayer);
define("varigrain-player", VarigrainPlayer);
