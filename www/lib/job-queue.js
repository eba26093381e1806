/**
 * One job after another, in the order asked for, whatever becomes of each.
 */
export class JobQueue {
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();

  /**
   * @template T
   * @param {() => Promise<T>} job
   * @returns {Promise<T>}
   */
  add(job) {
    const turn = this.#last.then(job);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
