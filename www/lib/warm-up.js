/**
 * What an engine does before its first picture, and beside the first ones: a known step, which compiles and tells how long
 * a step takes, and the race of tilings. Kernels that were right before do the known step after the first picture.
 */
import { USUAL, kindsInUse, raced, remember } from "./tuning.js";

/** @typedef {import("./modes.js").Mode} Mode */
/** @typedef {import("./wasm-module.js").Engine} Engine */
/** @typedef {<T>(on: Engine, work: Promise<T>) => Promise<T>} Answered gives up waiting for what does not answer */

/** A first pass that took longer than this is not repeated only to be measured. */
const MAX_REPEATED_MS = 6000;

/** Milliseconds after a picture until something else begins. */
const REST_MS = 1500;

/**
 * The first pass on the processor is several times slower than all that follow, because the browser
 * is still optimising the wasm code; a second one tells what a step really takes. Of no use where a
 * pass is so long that this hardly counts.
 *
 * @param {Engine} engine
 * @param {Mode} mode
 * @param {Answered} answered
 * @returns {Promise<number>} how long one step takes
 */
export async function warmUp(engine, mode, answered) {
  const pass = async () => {
    const from = performance.now();
    await answered(engine, engine.warmUp(mode));
    return performance.now() - from;
  };
  const first = await pass();
  if (engine.backend !== "cpu" || first > MAX_REPEATED_MS) return first;
  return Math.min(first, await pass());
}

/**
 * Warms up with remembered tilings, or kernels that were asked for. Should they compute wrong numbers after all, the usual ones may not.
 *
 * @param {Engine} engine
 * @param {Mode} mode
 * @param {Answered} answered
 */
export async function warmUpTuned(engine, mode, answered) {
  try {
    return await warmUp(engine, mode, answered);
  } catch {
    await remember(engine, null, kindsInUse(engine));
    engine.tune?.(USUAL);
    return warmUp(engine, mode, answered);
  }
}

/** A pause, in which whoever draws can go on. */
const rest = () => new Promise((resolve) => setTimeout(resolve, REST_MS));

/**
 * Asks kernels that were trusted for their known answers after all, once nothing is drawn.
 *
 * @param {Engine} engine
 * @param {readonly Mode[]} modes
 * @param {import("./trusted.js").Trust} trust withdrawn if they are wrong
 * @param {import("./runs.js").Runs} runs
 * @param {Answered} answered
 * @throws what the warm-up throws
 */
export async function askLater(engine, modes, trust, runs, answered) {
  do await rest();
  while (runs.underWay);
  try {
    for (const mode of modes) await runs.inTurn(() => answered(engine, engine.warmUp(mode)));
  } catch (error) {
    await trust.withdraw();
    throw error;
  }
}

/**
 * Races tilings while nothing is drawn, and remembers the winner for the next visit: to compile a candidate can take seconds,
 * for which a picture under way would stand still.
 *
 * @param {Engine} engine
 * @param {number} tokens how long a list to race with
 * @param {import("./runs.js").Runs} runs
 * @param {Answered} answered
 */
export async function raceLater(engine, tokens, runs, answered) {
  await rest();
  try {
    const { winner, rows } = await raced(engine, tokens, async (work) => {
      while (runs.underWay) await rest();
      return runs.inTurn(() => answered(engine, work()));
    });
    await remember(engine, winner);
    console.info(`Varigrain: kernels for this graphics processor ${winner}`, rows);
  } catch {
    // It goes on with the usual ones, and what is wrong with it is found out by whoever draws.
  }
}
