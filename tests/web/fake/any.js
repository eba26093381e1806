/**
 * What the fake engine draws for "any": one of the trained pairs that fit, as the real one does, but in turn with the
 * seed and not by lot. Where a part of a picture is drawn again, "any" stays.
 */

/** @typedef {import("../../../www/lib/protocol.js").Prompt} Prompt */
/** @typedef {import("../../../www/lib/protocol.js").RawClasses} RawClasses */

/**
 * @param {Partial<Prompt> & { seed: number, repaint?: object | null }} request
 * @param {RawClasses} classes
 * @returns {Prompt}
 */
export function completed({ style = null, category = null, concept = null, seed, repaint }, { styles, categories, concepts }) {
  const named = concepts.find(({ id }) => id === concept);
  const asked = { style, category: named ? categories[named.category].id : category, concept };
  if (repaint || (style && concept)) return asked;
  const pairs = concepts.flatMap((entry) =>
    (entry.styles ?? []).map((at) => ({ style: styles[at].id, category: categories[entry.category].id, concept: entry.id })),
  );
  const fits = pairs.filter((pair) => Object.entries(asked).every(([axis, id]) => !id || pair[/** @type {keyof Prompt} */ (axis)] === id));
  return fits[seed % fits.length] ?? asked;
}
