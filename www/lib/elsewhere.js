/**
 * What other models of the site call by a name that this one does not know: their manifests are small, and are read when
 * someone has typed such a word.
 */
import { NO_WORDS, loadWords } from "./class-words.js";
import { fetchJson } from "./fetch-json.js";
import { quietly } from "./pack-cache.js";
import { byParts, phraseOf } from "./phrase.js";
import { buildPromptIndex, suggest } from "./prompt-search.js";
import { buildLexicon, promptOf, understand } from "./understand.js";

/** @typedef {import("./models.js").ModelEntry} ModelEntry */
/** @typedef {import("./description.js").Axis} Axis */
/** @typedef {{ entry: ModelEntry, prompt: Readonly<Record<string, string | null>>, told: string }} Offer `told`: the prompt in words */

const BYTES = 4 << 20;

/** @type {Map<string, Promise<readonly Axis[]>>} */
const known = new Map();

/** The axes of a model that draws; none of one that does not, or is out of reach. @param {ModelEntry} entry */
function axesOf({ address }) {
  const found = known.get(address) ?? read(address);
  known.set(address, found);
  return found;
}

/** @param {string} address @returns {Promise<readonly Axis[]>} */
async function read(address) {
  const manifest = await quietly(async () => (await fetchJson(new URL("manifest.json", address), { what: "model", limit: BYTES })).list);
  // It may be there another time.
  if (!manifest) known.delete(address);
  const draws = manifest?.files?.some?.((/** @type {any} */ { role }) => role === "nar" || role === "ar");
  const axes = draws ? manifest.classes?.axes : [];
  return Array.isArray(axes) ? axes : [];
}

/**
 * @param {readonly Axis[]} axes of another model
 * @param {string} text all that was typed
 * @param {readonly string[]} unknown words of it that are not known here
 * @param {import("./class-words.js").ClassWords} [words] other words for its classes
 * @returns {Omit<Offer, "entry"> | null}
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
 * @param {readonly ModelEntry[]} others
 * @param {string} text
 * @param {readonly string[]} unknown
 * @returns {Promise<Offer[]>}
 */
export async function findElsewhere(others, text, unknown) {
  const offers = await Promise.all(
    others.map(async (entry) => {
      const [axes, words] = await Promise.all([axesOf(entry), loadWords(entry.words)]);
      return { entry, offer: offerOf(axes, text, unknown, words) };
    }),
  );
  return offers.flatMap(({ entry, offer }) => (offer ? [{ entry, ...offer }] : []));
}
