/**
 * What other models of the site call by a name that this one does not know: their manifests are small, and are read when
 * someone has typed such a word.
 */
import { withParents } from "./axes.js";
import { NO_WORDS, loadWords } from "./class-words.js";
import { classesOf } from "./manifest-classes.js";
import { byParts, phraseOf } from "./phrase.js";
import { buildPromptIndex, suggest } from "./prompt-search.js";
import { fold } from "./search.js";
import { buildLexicon, promptOf, understand } from "./understand.js";

/** @typedef {import("./models.js").ModelEntry} ModelEntry */
/** @typedef {import("./description.js").Axis} Axis */
/**
 * `told`: the prompt in words; `also`: what was typed means something here too, but there it is called just that.
 *
 * @typedef {{ entry: ModelEntry, prompt: Readonly<Record<string, string | null>>, told: string, also: boolean }} Offer
 */

/**
 * @param {readonly Axis[]} axes of another model
 * @param {string} text all that was typed
 * @param {readonly string[]} unknown words of it that are not known here
 * @param {import("./class-words.js").ClassWords} [words] other words for its classes
 * @returns {Pick<Offer, "prompt" | "told"> | null}
 */
export function offerOf(axes, text, unknown, words = NO_WORDS) {
  if (!axes.length) return null;
  if (byParts(axes)) {
    const lexicon = buildLexicon(axes);
    const reading = understand(lexicon, text);
    // The word itself, or what is said of it: of "red hair" this one may only know what red is.
    const helps = reading.understood.some(({ axis, words, guess }) => !guess && unknown.some((word) => words.split(" ").includes(word) || lexicon.nouns.get(word)?.has(axis)));
    const prompt = promptOf(reading);
    return helps ? { prompt, told: phraseOf(prompt, axes) } : null;
  }
  const index = buildPromptIndex(axes, words);
  // All of them at once, or else the first that it knows.
  for (const said of [unknown.join(" "), ...unknown]) {
    const { ideas, unknown } = suggest(index, said, { limit: 1 });
    const [idea] = ideas;
    if (!unknown.length && idea && idea.kind !== "anything") return { prompt: idea.prompt, told: idea.kind === "manner" ? idea.detail : idea.title };
  }
  return null;
}

/**
 * A class that is called just that.
 *
 * @param {readonly Axis[]} axes of another model
 * @param {readonly string[]} meant folded words
 * @returns {Pick<Offer, "prompt" | "told"> | null}
 */
export function namedIn(axes, meant) {
  for (const axis of axes) {
    const one = axis.classes.find(({ name }) => meant.includes(fold(name)));
    if (one) return { prompt: withParents({ [axis.id]: one.id }, axes), told: one.name };
  }
  return null;
}

/**
 * @param {readonly ModelEntry[]} others
 * @param {string} text
 * @param {readonly string[]} unknown
 * @param {readonly string[]} [meant] words that were taken for something here that is not called so
 * @returns {Promise<Offer[]>}
 */
export async function findElsewhere(others, text, unknown, meant = []) {
  const offers = await Promise.all(
    others.map(async (entry) => {
      const [{ axes }, words] = await Promise.all([classesOf(entry), unknown.length ? loadWords(entry.words) : NO_WORDS]);
      const found = unknown.length ? offerOf(axes, text, unknown, words) : null;
      const named = found ?? namedIn(axes, meant);
      return named ? [{ entry, ...named, also: !found }] : [];
    }),
  );
  return offers.flat();
}
