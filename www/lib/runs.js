/**
 * The worker's side of what is drawn: one queue for all that needs the engine, the runs that are under way, and the
 * canvases that they are painted on.
 *
 * The engine must not be entered twice at once. So everything that enters it is a job of the one queue, served in the
 * order of arrival; a run asks for one step at a time, and several runs share the engine step by step. Jobs of a run
 * that was dropped never begin. What was begun ends, so that its failures are heard.
 */
import { VarigrainError, aborted } from "./errors.js";
import { JobQueue } from "./job-queue.js";

/** @typedef {import("./wasm-module.js").Generation} Generation */
/** @typedef {{ dropped: boolean, generation?: Generation }} Run */

export class Runs {
  #queue = new JobQueue();
  /** @type {Map<number, Run>} */
  #runs = new Map();
  /** @type {Map<number, OffscreenCanvas>} */
  #canvases = new Map();

  /** Whether anything is being drawn. */
  get underWay() {
    return this.#runs.size > 0;
  }

  /**
   * Enters the engine when those before have left it.
   *
   * @template T
   * @param {() => T | Promise<T>} work
   * @returns {Promise<T>}
   */
  inTurn(work) {
    return this.#queue.add(async () => work());
  }

  /**
   * The same for a run: not if it is dropped before its turn.
   *
   * @template T
   * @param {number} id
   * @param {(run: Run) => T | Promise<T>} work
   * @returns {Promise<T>}
   */
  inTurnOf(id, work) {
    let run = this.#runs.get(id);
    if (!run) this.#runs.set(id, (run = { dropped: false }));
    const own = run;
    return this.inTurn(() => {
      if (own.dropped) throw aborted();
      return work(own);
    });
  }

  /**
   * Begins to draw.
   *
   * @param {number} id
   * @param {(() => Generation)} start
   * @param {object} [show]
   * @param {number} [show.canvas] to paint the steps on
   * @param {boolean} [show.direct] by the graphics processor itself
   * @param {boolean} [show.images] whether steps have theirs
   */
  begin(id, start, { canvas, direct = false, images = true } = {}) {
    return this.inTurnOf(id, (run) => {
      const surface = canvas === undefined ? undefined : this.#surface(canvas);
      run.generation = start();
      if (surface) run.generation.paintOn(surface, direct);
      if (!images) run.generation.withoutImages();
    });
  }

  /**
   * @param {number} id
   * @param {<T>(work: Promise<T>) => Promise<T>} [answered] gives up waiting for what does not answer
   * @returns {Promise<{ step: Awaited<ReturnType<Generation["next"]>>, ms: number }>}
   */
  next(id, answered = (work) => work) {
    return this.inTurnOf(id, async ({ generation }) => {
      if (!generation) throw aborted();
      const from = performance.now();
      const step = await answered(generation.next());
      return { step, ms: performance.now() - from };
    });
  }

  /**
   * Drops a run: nothing more of it begins, and what it holds is freed once the step under way has ended.
   *
   * @param {number} id
   */
  async drop(id) {
    const run = this.#runs.get(id);
    if (!run || run.dropped) return;
    run.dropped = true;
    await this.inTurn(() => {
      this.#runs.delete(id);
      run.generation?.free();
    });
  }

  /** @param {number} number @param {OffscreenCanvas | null} surface null: nobody sees it any more */
  keepCanvas(number, surface) {
    if (surface) this.#canvases.set(number, surface);
    else this.#canvases.delete(number);
  }

  /** @param {number} number */
  #surface(number) {
    const surface = this.#canvases.get(number);
    if (!surface) throw new VarigrainError("bad-canvas", "The canvas cannot be drawn on: the engine does not have it.");
    return surface;
  }
}
