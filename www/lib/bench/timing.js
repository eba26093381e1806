/**
 * Repeats a piece of work and takes its time. Runs in the workers, next to what it measures.
 */

/** @typedef {{ runs: number, budgetMs: number }} Effort at most so many runs, and about so long */

/**
 * Work that has not been compiled yet, or a processor that is still asleep, would spoil the first
 * figures.
 *
 * @param {() => Promise<unknown>} work
 * @param {Effort} effort
 */
export async function warmUp(work, { runs, budgetMs }) {
  const from = performance.now();
  for (let run = 0; run < Math.min(runs, 10); run++) {
    await work();
    if (performance.now() - from > budgetMs / 5) return;
  }
}

/**
 * @param {() => Promise<unknown>} work
 * @param {Effort} effort
 * @returns {Promise<number[]>} milliseconds of each run, at least one
 */
export async function repeat(work, { runs, budgetMs }) {
  const samples = [];
  const begun = performance.now();
  do {
    const from = performance.now();
    await work();
    samples.push(performance.now() - from);
    // The processor's backend never waits for anything; messages would pile up meanwhile.
    await pause();
  } while (samples.length < runs && performance.now() - begun < budgetMs);
  return samples;
}

/** Lets other tasks of this thread have their turn; unlike a timeout, at once. */
function pause() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(null);
    };
    port2.postMessage(null);
  });
}
