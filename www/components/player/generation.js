/**
 * What a player draws: the model that it holds, the drawing that is under way, and what becomes of it.
 */
import { Drawing } from "../drawing.js";
import { thingOf } from "../../lib/drawn.js";
import { asVarigrainError } from "../../lib/errors.js";
import { countOf, seedsFrom } from "../../lib/player-options.js";
import { orAborted } from "../../lib/or-aborted.js";
import { promptOf, randomSeed } from "../../lib/request.js";
import { duration } from "../../lib/view/step.js";
import { Holder } from "./holder.js";
import { loadingText, tally } from "./words.js";

/** @typedef {import("./player.js").VarigrainPlayer} VarigrainPlayer */
/** @typedef {import("../../lib/request.js").Wish} Wish */
/** @typedef {import("../../lib/view/step.js").Track} Track */
/** @typedef {import("../../lib/errors.js").VarigrainError} VarigrainError */
/** @typedef {{ outcome: "done" | "stopped" | "failed", request: Wish, tracks: Track[], ms: number, errors: VarigrainError[] }} Result */

export class Generation {
  #player;
  #showing;
  #desk;
  #model = new Holder();
  /** @type {AbortController | null} of what is drawn, or waits to be */
  #job = null;
  /** Told when it was stopped before anything was on show. */
  onNothing = () => {};

  /**
   * @param {VarigrainPlayer} player which tells of what happens
   * @param {import("./showing.js").Showing} showing
   * @param {import("./desk.js").Desk} desk
   */
  constructor(player, showing, desk) {
    this.#player = player;
    this.#showing = showing;
    this.#desk = desk;
    this.#model.onProgress = (progress) => {
      if (this.#job) showing.say(loadingText(progress), "");
      if (!progress.part) showing.stage.progress = progress.phase === "download" ? progress.loaded / (progress.total || Infinity) : 1;
      player.dispatchEvent(new CustomEvent("progress", { detail: progress }));
    };
  }

  /** What the model says of itself, as soon as it is there. */
  get description() {
    return this.#model.varigrain?.description;
  }

  /** Whether something is drawn, or waits to be. */
  get busy() {
    return this.#job !== null;
  }

  /** @param {readonly import("../../lib/modes.js").Mode[]} [modes] */
  hold(modes) {
    return this.#model.take(this.#player.model, this.#player.getAttribute("backend"), modes);
  }

  letGo() {
    this.stop();
    this.#model.letGo();
  }

  /** Stops what is drawn within a step, and what waits at once. */
  stop() {
    this.#job?.abort();
  }

  /** Stops it, and tells nothing more of it. */
  giveUp() {
    this.stop();
    this.#job = null;
  }

  /** @param {Wish} wish @returns {Promise<Result>} */
  async generate(wish) {
    this.stop();
    const own = (this.#job = new AbortController());
    const request = { ...wish, seed: wish.seed ?? randomSeed() };
    const [count, from] = [countOf(this.#player.getAttribute("count")), performance.now()];
    const { stage } = this.#showing;
    stage.uncover();
    this.#desk.busy = true;
    if (!this.#model.varigrain) stage.progress = 0;
    stage.coming = true;
    this.#showing.say(this.#model.varigrain ? "Drawing …" : "Waiting …", "A new picture is on its way.");
    /** @type {Result} */
    const result = { outcome: "done", request, tracks: [], ms: 0, errors: [] };
    try {
      const model = await orAborted(this.hold(), own.signal);
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

  /**
   * @param {import("../../varigrain.js").Varigrain} varigrain
   * @param {Result} result
   * @param {number} count
   * @param {AbortSignal} signal
   */
  async #draw(varigrain, result, count, signal) {
    const { request } = result;
    const showing = this.#showing;
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
          showing.arrange(result.tracks, title, request);
          showing.stage.ribbon = "";
          this.#desk.seed = request.seed;
          showing.timeline.begin();
        },
        step: ({ mode }, step) => {
          const track = result.tracks.find((one) => one.mode === mode && one.seed === seed);
          if (track && !signal.aborted) this.#add(track, step);
          if (!signal.aborted) showing.say(`Drawing: ${drawing.progress}`, "");
        },
      });
      result.errors.push(...drawing.failures.map(asVarigrainError));
      if (signal.aborted || drawing.failures.length) break;
    }
  }

  /** @param {Track} track @param {import("../../lib/view/step.js").Step} step */
  #add(track, step) {
    this.#showing.add(track, step);
    const { index, total, done } = step;
    this.#player.dispatchEvent(new CustomEvent("step", { detail: { index, total, done, mode: track.mode, seed: track.seed, step, track } }));
  }

  /** @param {Result} result */
  #ended(result) {
    const { outcome, tracks, errors, ms } = result;
    const showing = this.#showing;
    this.#job = null;
    this.#desk.busy = false;
    showing.stage.progress = null;
    showing.stage.coming = false;
    showing.timeline.end();
    showing.show();
    if (outcome === "done") {
      showing.say(`Done in ${duration(ms)}: ${tally(tracks)} for ${showing.caption}.`);
      this.#player.dispatchEvent(new CustomEvent("done", { detail: result }));
    } else if (outcome === "stopped") {
      showing.say("Stopped.");
      if (!showing.tracks.length) this.onNothing();
    } else this.fail(errors[0]);
  }

  /** @param {VarigrainError} error */
  fail(error) {
    const { code, message } = error;
    const event = new CustomEvent("error", { detail: { code, message, error }, cancelable: true });
    // Who takes care of it says so by preventDefault().
    if (!this.#player.dispatchEvent(event)) return;
    this.#showing.say(message);
    this.#showing.stage.cover("Try again", message, () => void this.#player.generate());
  }
}
