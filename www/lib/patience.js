/**
 * How long what is waited for may be silent before it counts as failed. Seconds are counted one by one, so that a tab
 * that the system puts to sleep does not find all of them gone when it wakes.
 */

export const PATIENCE = Object.freeze({
  /** An adapter, from the first time it is asked for; it is asked for a second time at half of this. */
  adapter: 8,
  /** A device, and what it makes of a small sum. */
  device: 10,
  /** One thing that the engine does on a graphics processor: starting, a warm-up, a step. Compiling every pipeline of a
   *  model takes about five on a fast one. */
  gpu: 30,
  /** Any word from a worker that has work on a graphics processor, or is still being loaded. */
  worker: 40,
  /** The next bytes of a download. */
  download: 40,
  /** A sign that what was called off has ended; on the processor one step may take a minute. */
  stop: 90,
});

/**
 * @param {number} seconds
 * @param {() => void} late called once, unless the clock is stopped before
 * @returns {{ again: () => void, stop: () => void }} `again`: begins to count anew
 */
export function countdown(seconds, late) {
  let left = seconds;
  const clock = setInterval(() => {
    if (--left > 0) return;
    clearInterval(clock);
    late();
  }, 1000);
  return { again: () => (left = seconds), stop: () => clearInterval(clock) };
}

/**
 * What the work comes to, or a rejection if it takes longer.
 *
 * @template T
 * @param {number} seconds
 * @param {Promise<T>} work
 * @param {() => Error} late
 * @returns {Promise<T>}
 */
export function within(seconds, work, late) {
  return new Promise((resolve, reject) => {
    const clock = countdown(seconds, () => reject(late()));
    work.then(resolve, reject).finally(clock.stop);
  });
}
