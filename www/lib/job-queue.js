/**
 * One job after another, in the order asked for. A job that is called off before its turn never begins.
 */
import { aborted } from "./errors.js";
import { orAborted } from "./or-aborted.js";

export class JobQueue {
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();
  #waiting = 0;

  /** How many have not ended yet. */
  get length() {
    return this.#waiting;
  }

  /**
   * @template T
   * @param {() => Promise<T>} job
   * @param {AbortSignal} [signal] of a job that runs, the signal is the job's own affair
   * @returns {Promise<T>}
   */
  add(job, signal) {
    this.#waiting++;
    const turn = this.#last.then(() => {
      if (signal?.aborted) throw aborted();
      return job();
    });
    const ended = turn.catch(() => {}).finally(() => this.#waiting--);
    this.#last = ended;
    // Who calls off does not wait for those before it in the queue.
    return orAborted(turn, signal);
  }
}
