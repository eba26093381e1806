/**
 * One job after another, in the order asked for. A job that is called off before its turn never begins.
 */
import { aborted } from "./errors.js";

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
    return untilAborted(turn, signal);
  }
}

/**
 * Who calls off does not wait for those before it in the queue.
 *
 * @template T
 * @param {Promise<T>} turn
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
function untilAborted(turn, signal) {
  if (!signal) return turn;
  return new Promise((resolve, reject) => {
    const stop = () => reject(aborted());
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    turn.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
