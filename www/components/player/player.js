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
 */
import { ElementBase, define } from "../../lib/define.js";
import { Drawing } from "../drawing.js";
import { captionOf, captionOfAll, thingOf } from "../../lib/drawn.js";
import { NOTHING } from "../../lib/description.js";
import { el } from "../../lib/dom.js";
import { breathe } from "../../lib/breathe.js";
import { asVarigrainError } from "../../lib/errors.js";
import { LOOK_ATTRIBUTES, WISH_ATTRIBUTES, controlsOf, countOf, seedsFrom, wishOf } from "../../lib/player-options.js";
import { checkValue, reflect, setAttributeFrom, takeOver, tell } from "../../lib/player-properties.js";
import { Grid } from "../../lib/grid.js";
import { later } from "../../lib/later.js";
import { loadRecording } from "../../lib/recording.js";
import { promptOf, randomSeed } from "../../lib/request.js";
import { orAborted } from "../../lib/or-aborted.js";
import { isLayer, layersFor } from "../../lib/view/layers.js";
import { duration } from "../../lib/view/step.js";
import { Timeline, indexAt } from "../../lib/view/timeline.js";
import { About } from "./about.js";
import { coloursIn, forgetColours } from "./colours.js";
import { Desk } from "./desk.js";
import { Holder } from "./holder.js";
import { LayerBar, Legend } from "./layer-bar.js";
import { Readout } from "./readout.js";
import { Sizer } from "./sizer.js";
import { Stage } from "./stage.js";
import { posterFrom } from "./poster.js";
import { playerSheet } from "./style.js";
import { TimelineBar } from "./timeline-bar.js";
import { loadingText, tally } from "./words.js";

/** @typedef {import("../../lib/request.js").Wish} Wish */
/** @typedef {import("../../lib/view/step.js").Step} Step */
/** @typedef {import("../../lib/view/step.js").Track} Track */
/** @typedef {import("../../lib/view/layers.js").Layer} Layer */
/** @typedef {import("../../lib/errors.js").VarigrainError} VarigrainError */
/** @typedef {{ outcome: "done" | "stopped" | "failed", request: Wish, tracks: Track[], ms: number, errors: VarigrainError[] }} Result */

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export class VarigrainPlayer extends ElementBase {
  static observedAttributes = [...WISH_ATTRIBUTES, ...LOOK_ATTRIBUTES];

  /** Where one is in what was generated. */
  #timeline = new Timeline();
  #stage = new Stage(this, (index) => this.#choose(index));
  #bar = new TimelineBar(this.#timeline, this);
  #layers = new LayerBar((layer) => (this.layer = layer));
  #legend = new Legend(this);
  #readout = new Readout(this);
  #desk = new Desk({
    draw: ({ seed, prompt } = {}) => {
      if (seed !== undefined) this.#changes.seed = seed;
      if (prompt) this.#changes.prompt = { ...this.#changes.prompt, ...prompt };
      void this.generate();
    },
    stop: () => this.stop(),
    save: (format) => void this.save(format),
  });
  #about = new About(this);
  #status = el("p", { class: "status", part: "status" });
  #spoken = el("p", { class: "visually-hidden", role: "status" });
  #side = el("div", { class: "side" }, this.#legend.element, this.#readout.element);
  #player = el("div", { class: "player", part: "player", role: "group", dir: "ltr", lang: "en" });
  #model = new Holder();
  #sizer;
  /** @type {AbortController | null} of what is drawn, or waits to be */
  #job = null;
  /** What someone chose in the player itself; the attributes stay as they were. @type {Wish} */
  #changes = {};
  /** @type {Track[]} */
  #tracks = [];
  #title = "";
  /** What is on show, which need not be what is asked for next. @type {Wish} */
  #shown = {};
  /** Whether what they were asked for with is known. */
  #open = false;
  /** @type {{ tracks: Track[], address: string } | null} */
  #recorded = null;
  /** @type {Layer} */
  #layer = "picture";
  #begun = false;
  /** Whether it was set up since it is in the page. */
  #placed = false;
  /** @type {IntersectionObserver | null} */
  #sight = null;
  #scheme = matchMedia("(prefers-color-scheme: dark)");
  #repaint = () => {
    forgetColours(this);
    this.#paint();
  };

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [playerSheet()];
    this.#player.append(
      ...[this.#layers.element, this.#stage.element, this.#bar.element, this.#side],
      ...[this.#desk.element, this.#about.element, this.#status, this.#spoken],
    );
    root.append(this.#player);
    this.#sizer = new Sizer(this.#player, () => ({
      image: this.#tracks.find(({ steps }) => steps.length)?.steps[0].image.width ?? (this.description ?? NOTHING).image,
      columns: Math.ceil(Math.sqrt(Math.max(1, this.#tracks.length))),
      side: !this.#side.hidden,
      pair: this.#player.classList.contains("pair"),
    }));
    this.#model.onProgress = (progress) => {
      if (this.#job) this.#say(loadingText(progress), "");
      if (!progress.part) this.#stage.progress = progress.phase === "download" ? progress.loaded / (progress.total || Infinity) : 1;
      this.dispatchEvent(new CustomEvent("progress", { detail: progress }));
    };
    this.#bar.describe = (tick) => this.#tell(tick);
    this.#timeline.addEventListener("move", () => this.#show());
    this.#timeline.addEventListener("state", () => this.#changed());
    this.#bar.element.addEventListener("keydown", (event) => this.#key(event));
  }

  connectedCallback() {
    takeOver(this);
    this.#placed = true;
    this.#scheme.addEventListener("change", this.#repaint);
    this.#fit();
    if (!this.#begun) this.#invite();
    // Whatever starts by itself waits until it can be seen.
    if (this.hasAttribute("autoplay") && !this.#begun) {
      this.#sight = new IntersectionObserver((entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) this.start();
      });
      this.#sight.observe(this);
    }
  }

  disconnectedCallback() {
    this.#placed = false;
    // An element that is moved is put elsewhere at once: it goes on drawing there.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#scheme.removeEventListener("change", this.#repaint);
      this.#sight?.disconnect();
      this.#timeline.pause();
      this.#letGo();
    });
  }

  /** @param {string} name @param {string | null} before @param {string | null} now */
  attributeChangedCallback(name, before, now) {
    if (before !== now) checkValue(name, now);
    // Those that it comes with are looked at all together when it is placed.
    if (before === now || !this.#placed) return;
    if (name === "layer") this.layer = isLayer(now) ? now : "picture";
    else if (["controls", "pixels", "theme"].includes(name)) this.#fit();
    else if (name === "autoplay" || name === "poster" || name === "recording" || name === "model" || name === "backend") {
      if (name === "model" || name === "backend") this.#letGo();
      if (name === "model") this.#reset();
      else if (!this.#begun) this.#invite();
    } else {
      // What is chosen from outside counts for more than what was chosen in here before.
      this.#changes = {};
      if (!this.#begun) this.#invite();
      else if (this.hasAttribute("autoplay") && !(name === "style" && /[:;]/.test(now ?? ""))) void this.generate();
    }
  }

  // ---- what others may ask --------------------------------------------------------------------

  /** What the attribute says: the id of a model of the site, or the address of a folder; empty: the site's default. @returns {string} */
  get model() {
    return this.getAttribute("model") ?? "";
  }

  set model(/** @type {any} */ model) {
    setAttributeFrom(this, "model", model);
  }

  /** Where one is in what was generated. @returns {Timeline} */
  get timeline() {
    return this.#timeline;
  }

  /** What is drawn next. @returns {Wish} */
  get request() {
    const wish = wishOf((name) => this.getAttribute(name));
    return { ...wish, ...this.#changes, prompt: { ...wish.prompt, ...this.#changes.prompt } };
  }

  /** Everything that was generated, by method and seed. @returns {Track[]} */
  get tracks() {
    return this.#tracks;
  }

  /** What the pictures on show were asked for with. @returns {Wish} */
  get shown() {
    return this.#shown;
  }

  /** What the pictures on show depict, in words. @returns {string} */
  get caption() {
    return this.#anyDrawn ? captionOfAll(this.#shown, this.#tracks, this.description) : this.#title;
  }

  /** What the model says of itself, as soon as it is there. @returns {import("../../lib/description.js").Description | undefined} */
  get description() {
    return this.#model.varigrain?.description;
  }

  /** The steps on show, one of each track that has any. @returns {Step[]} */
  get steps() {
    return this.#tracks.flatMap((track, n) => track.steps[this.#indexOf(n)] ?? []);
  }

  /** Of the attribute of that name, which frameworks set as a property: how many steps a picture has. */
  set steps(/** @type {any} */ count) {
    setAttributeFrom(this, "steps", count);
  }

  /** The track whose figures are told. @returns {Track | undefined} */
  get selected() {
    return this.#tracks[this.#stage.selected];
  }

  /** @returns {Layer} */
  get layer() {
    return this.#layer;
  }

  set layer(/** @type {any} */ wanted) {
    const layer = wanted ?? "picture";
    if (!isLayer(layer)) {
      if (typeof layer === "string") checkValue("layer", layer);
      else tell("“layer” must be the name of one.");
      return;
    }
    if (layer === this.#layer) return;
    this.#layer = layer;
    this.#stage.layer = layer;
    this.#layers.value = layer;
    this.#legend.layer = layer;
    this.#figures();
    this.dispatchEvent(new CustomEvent("layerchange", { detail: { layer } }));
  }

  /**
   * The model, loaded now if it is not.
   *
   * @param {Pick<import("../../varigrain.js").LoadOptions, "modes">} [options]
   * @returns {Promise<import("../../varigrain.js").Varigrain>}
   */
  async load({ modes } = {}) {
    const varigrain = await (await this.#hold(modes)).load();
    if (!this.#begun) {
      // The empty plate is of the model's grid and size from now on.
      this.#stage.grid = this.#grid;
      this.#invite();
      this.#figures();
    }
    return varigrain;
  }

  /**
   * Draws, when those before it in the queue are done. Whatever this player was drawing is given up.
   *
   * @param {Wish} [wish] instead of what the attributes say
   * @returns {Promise<Result>}
   */
  async generate(wish = this.request) {
    this.stop();
    this.#begun = true;
    this.#sight?.disconnect();
    const own = (this.#job = new AbortController());
    const request = { ...wish, seed: wish.seed ?? randomSeed() };
    const [count, from] = [countOf(this.getAttribute("count")), performance.now()];
    this.#stage.uncover();
    this.#desk.busy = true;
    if (!this.#model.varigrain) this.#stage.progress = 0;
    this.#stage.coming = true;
    this.#say(this.#model.varigrain ? "Drawing …" : "Waiting …", "A new picture is on its way.");
    /** @type {Result} */
    const result = { outcome: "done", request, tracks: [], ms: 0, errors: [] };
    try {
      const model = await orAborted(this.#hold(), own.signal);
      await model.use((varigrain) => this.#draw(varigrain, result, count, own.signal), own.signal);
    } catch (error) {
      result.errors.push(asVarigrainError(error));
    }
    result.ms = performance.now() - from;
    if (own.signal.aborted) result.outcome = "stopped";
    else if (result.errors.length) result.outcome = "failed";
    // Another drawing of this player may have begun meanwhile; then all below is its affair.
    if (this.#job === own) this.#ended(result);
    return result;
  }

  /** Stops what is drawn within a step, and what waits at once. */
  stop() {
    this.#job?.abort();
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
  show(tracks, { title = "", ribbon = "", play = false, request } = {}) {
    this.stop();
    this.#job = null;
    this.#begun = true;
    this.#desk.busy = false;
    this.#arrange(tracks, title, request);
    this.#stage.ribbon = ribbon;
    this.#stage.uncover();
    this.#layers.offered = layersFor(tracks);
    this.#desk.seed = tracks[0]?.seed;
    this.#desk.saveable = tracks.some(({ steps }) => steps.length);
    const ticks = Math.max(0, ...tracks.map(({ steps }) => steps.length));
    const plays = play && !still();
    // What is played is not shown from its end first.
    this.#timeline.load(ticks, plays ? 0 : ticks - 1);
    if (plays) this.#timeline.play();
  }

  /** @param {import("./desk.js").Format} format @param {import("./save.js").PngOptions} [options] of a PNG */
  async save(format, options) {
    try {
      const { save } = await this.#saving();
      await save(this, format, options);
    } catch (error) {
      this.#say(`Not saved. ${error instanceof Error ? error.message : error}`);
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

  /** Address of the recording that is on show, if it is one. @returns {string | null} */
  get recorded() {
    return this.#recorded?.tracks === this.#tracks ? this.#recorded.address : null;
  }

  #saving() {
    return later(() => import("./save.js"), "./save.js", import.meta.url, "What saves pictures");
  }

  // ---- drawing --------------------------------------------------------------------------------

  /**
   * @param {import("../../varigrain.js").Varigrain} varigrain
   * @param {Result} result
   * @param {number} count
   * @param {AbortSignal} signal
   */
  async #draw(varigrain, result, count, signal) {
    const { request } = result;
    const seeds = seedsFrom(/** @type {number} */ (request.seed), count);
    const title = thingOf(request, this.description);
    this.#desk.styles(varigrain.description.axes, promptOf(request));
    for (const [n, seed] of seeds.entries()) {
      const drawing = new Drawing({ ...request, seed });
      signal.addEventListener("abort", () => drawing.stop());
      await drawing.draw(varigrain, {
        begin: () => {
          if (n) return;
          // Not sooner: until now the last picture is still on show.
          result.tracks = drawing.runs.flatMap(({ mode }) => seeds.map((one) => ({ mode, seed: one, steps: [] })));
          this.#arrange(result.tracks, title, request);
          this.#stage.ribbon = "";
          this.#desk.seed = request.seed;
          this.#timeline.begin();
        },
        step: ({ mode }, step) => {
          const track = result.tracks.find((one) => one.mode === mode && one.seed === seed);
          if (track && !signal.aborted) this.#add(track, step);
          if (!signal.aborted) this.#say(`Drawing: ${drawing.progress}`, "");
        },
      });
      result.errors.push(...drawing.failures.map(asVarigrainError));
      if (signal.aborted || drawing.failures.length) break;
    }
  }

  /** @param {Track} track @param {Step} step */
  #add(track, step) {
    track.steps.push(step);
    if (track.steps.length === 1) {
      this.#layers.offered = layersFor(this.#tracks);
      this.#sizer.fit();
    }
    this.#desk.saveable = true;
    this.#timeline.grow(Math.max(...this.#tracks.map(({ steps }) => steps.length)));
    const { index, total, done } = step;
    this.dispatchEvent(new CustomEvent("step", { detail: { index, total, done, mode: track.mode, seed: track.seed, step, track } }));
  }

  /** @param {Result} result */
  #ended(result) {
    const { outcome, tracks, errors, ms } = result;
    this.#job = null;
    this.#desk.busy = false;
    this.#stage.progress = null;
    this.#stage.coming = false;
    this.#timeline.end();
    this.#show();
    if (outcome === "done") {
      this.#say(`Done in ${duration(ms)}: ${tally(tracks)} for ${this.caption}.`);
      this.dispatchEvent(new CustomEvent("done", { detail: result }));
    } else if (outcome === "stopped") {
      this.#say("Stopped.");
      if (!this.#tracks.length) this.#invite();
    } else this.#fail(errors[0]);
  }

  /** @param {VarigrainError} error */
  #fail(error) {
    const { code, message } = error;
    const event = new CustomEvent("error", { detail: { code, message, error }, cancelable: true });
    // Who takes care of it says so by preventDefault().
    if (!this.dispatchEvent(event)) return;
    this.#say(message);
    this.#stage.cover("Try again", message, () => void this.generate());
  }

  /** @param {readonly import("../../lib/modes.js").Mode[]} [modes] */
  #hold(modes) {
    return this.#model.take(this.model, this.getAttribute("backend"), modes);
  }

  #letGo() {
    this.stop();
    this.#model.letGo();
  }

  /** Another model: what is on show, and what was chosen, are of the last one. */
  #reset() {
    this.#changes = {};
    if (!this.#begun && !this.#tracks.length) return this.#autostart();
    this.#begun = false;
    this.#arrange([], "");
    this.#stage.ribbon = "";
    this.#stage.progress = null;
    this.#desk.busy = this.#desk.saveable = false;
    this.#timeline.load(0);
    this.#autostart();
  }

  #autostart() {
    this.#invite();
    if (this.hasAttribute("autoplay")) this.start();
  }

  // ---- showing --------------------------------------------------------------------------------

  /** An empty plate with a button. */
  #invite() {
    const recorded = this.getAttribute("recording");
    const name = thingOf(this.request, this.description);
    this.#stage.layout([], name);
    this.#sizer.fit();
    this.#desk.seed = this.request.seed;
    this.#desk.styles(this.description?.axes ?? null, promptOf(this.request));
    if (recorded) this.#stage.cover(`Play ${name}`, "", () => this.start());
    else this.#stage.cover(`Draw ${name}`, "On this device. The model is downloaded once.", () => this.start());
    void this.#hang(this.getAttribute("poster"), name);
  }

  /** A picture instead of the empty plate, until there is one that was drawn. @param {string | null} address @param {string} name */
  async #hang(address, name) {
    const picture = address ? await posterFrom(address) : null;
    if (picture && !this.#tracks.length && !this.#job && address === this.getAttribute("poster")) this.#stage.poster(picture, name);
  }

  /** What the button on the empty plate does: plays the recording, or draws. */
  start() {
    if (this.#begun) return;
    this.#begun = true;
    this.#sight?.disconnect();
    const recorded = this.getAttribute("recording");
    if (recorded) void this.#replay(new URL(recorded, document.baseURI));
    else void this.generate();
  }

  /** @param {URL} url */
  async #replay(url) {
    this.#stage.uncover();
    try {
      const { tracks, title, request } = await loadRecording(url);
      await breathe();
      // Someone may have been faster.
      if (!this.isConnected || this.#job || this.#tracks.length) return;
      this.#recorded = { tracks, address: url.href };
      this.show(tracks, { title, request, ribbon: "Recorded", play: true });
    } catch (error) {
      this.#begun = false;
      this.#fail(asVarigrainError(error));
    }
  }

  /** Of what is on show, or is still to come. */
  get #grid() {
    return this.#tracks.find(({ steps }) => steps.length)?.steps[0].grid ?? new Grid(this.description?.grid ?? NOTHING.grid);
  }

  /** Whether the engine tells what was drawn, which may have been left to chance. */
  get #anyDrawn() {
    return this.#open && this.#tracks.some(({ steps }) => steps[0]?.prompt);
  }

  /** What a picture depicts, in words. @param {Step} step */
  #titleOf({ prompt }) {
    return this.#anyDrawn ? captionOf(this.#shown, prompt, this.description) : this.#title;
  }

  /** @param {Track[]} tracks @param {string} title @param {Wish} [request] */
  #arrange(tracks, title, request) {
    // Before anything is changed, colours are read at no cost.
    coloursIn(this);
    this.#tracks = tracks;
    this.#stage.grid = this.#grid;
    this.#shown = request ?? {};
    this.#open = Boolean(request);
    this.#title = title;
    this.#stage.layout(tracks, title);
    this.#bar.tracks = tracks;
    this.#offerTimeline();
    const modes = new Set(tracks.map(({ mode }) => mode));
    this.#player.classList.toggle("pair", modes.size > 1);
    this.#player.setAttribute("aria-label", title);
    this.#sizer.fit();
    this.#about.fill();
  }

  /** The step of a track that is shown now. @param {number} n */
  #indexOf(n) {
    const { length } = this.#tracks[n].steps;
    const { at, ticks, following } = this.#timeline;
    return following ? length - 1 : indexAt(at, ticks, length);
  }

  #show() {
    for (const [n, { mode, seed, steps }] of this.#tracks.entries()) {
      const plate = this.#stage.plates[n];
      const index = this.#indexOf(n);
      if (steps[index]) {
        const title = this.#titleOf(steps[index]);
        plate.show(steps[index], { title, mode, previous: steps[index - 1] });
        if (this.#anyDrawn) this.#stage.name(n, `Seed ${seed}: ${title}`);
      } else if (plate.step) plate.clear(this.#title);
    }
    this.#player.setAttribute("aria-label", this.caption);
    this.#figures();
    this.dispatchEvent(new CustomEvent("move", { detail: { at: this.#timeline.at, ticks: this.#timeline.ticks } }));
  }

  /** Of the chosen picture, and of the other method's with the same seed. */
  #figures() {
    const seed = this.selected?.seed;
    const looks = this.#tracks.flatMap((track, n) => (track.seed === seed ? { track, at: this.#indexOf(n) } : []));
    this.#readout.show(looks, this.#layer === "order", this.#grid);
    const [look] = looks;
    this.#legend.show(look?.track.steps[look.at], this.#grid);
  }

  /** @param {number} index */
  #choose(index) {
    this.#stage.select(index);
    this.#figures();
    // Each seed drew something else.
    const step = this.selected?.steps.at(-1);
    if (step && this.#anyDrawn && !this.#job) this.#say(`Seed ${this.selected?.seed}: ${this.#titleOf(step)}.`);
    this.dispatchEvent(new CustomEvent("select", { detail: { track: this.selected } }));
  }

  #changed() {
    this.toggleAttribute("data-playing", this.#timeline.playing);
  }

  /** A place on the timeline in words. @param {number} tick */
  #tell(tick) {
    const { ticks } = this.#timeline;
    const at = this.#tracks.findIndex((track) => track === this.selected);
    const step = at < 0 ? undefined : this.#tracks[at].steps[this.#indexOf(at)];
    return `step ${tick + 1} of ${ticks}${step ? `, ${step.codes} of ${step.tokens} codes` : ""}`;
  }

  /** @param {string} text @param {string} [aloud] */
  #say(text, aloud = text) {
    this.#status.textContent = text;
    if (aloud && !this.#status.hidden) this.#spoken.textContent = aloud;
    this.dispatchEvent(new CustomEvent("status", { detail: { text, aloud } }));
  }

  /** Shows the controls that are asked for. */
  #fit() {
    const controls = controlsOf(this.getAttribute("controls"));
    this.#layers.element.hidden = !controls.has("layers");
    this.#offerTimeline();
    this.#legend.element.hidden = !controls.has("legend");
    this.#readout.element.hidden = !controls.has("readout");
    this.#side.hidden = !controls.has("legend") && !controls.has("readout");
    this.#desk.offer(controls);
    this.#about.element.hidden = !controls.has("about");
    this.#status.hidden = !controls.has("status");
    const layer = this.getAttribute("layer");
    if (isLayer(layer)) this.layer = layer;
    this.#layers.value = this.#layer;
    this.#stage.pixels = this.hasAttribute("pixels");
    this.#sizer.fit();
    this.#repaint();
  }

  /** Of pictures that came whole there are no steps to go through. */
  #offerTimeline() {
    const controls = controlsOf(this.getAttribute("controls"));
    const steps = !this.#tracks.length || this.#tracks.some(({ whole }) => !whole);
    this.#bar.offer(steps && controls.has("play"), steps && controls.has("timeline"));
  }

  #paint() {
    this.#stage.paint();
    this.#bar.paint();
    this.#figures();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!(event.target instanceof HTMLInputElement) || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === " " || event.key === "k") this.#timeline.toggle();
    else if (event.key === "s") this.#timeline.slow = !this.#timeline.slow;
    else return;
    event.preventDefault();
  }
}

reflect(VarigrainPlayer);
define("varigrain-player", VarigrainPlayer);
