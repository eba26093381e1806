/**
 * What the fake engine draws for "any": one of the trained combinations that fit, as the real one does, but in turn
 * with the seed and not by lot. Where a part of a picture is drawn again, "any" stays.
 */

/** @typedef {import("../../../www/lib/description.js").Axis} Axis */
/** @typedef {import("../../../www/lib/description.js").Trained} Trained */
/** @typedef {Record<string, string | null>} Drawn */

/**
 * @param {{ prompt?: Readonly<Record<string, string | null | undefined>>, seed: number, repaint?: object | null }} request
 * @param {{ axes: readonly Axis[], trained?: Trained }} classes
 * @returns {Drawn} a class for every axis, or null
 */
export function completed({ prompt = {}, seed, repaint }, { axes, trained }) {
  const asked = withParents(Object.fromEntries(axes.map(({ id }) => [id, prompt[id] ?? null])), axes);
  if (repaint || !trained || trained.axes.every((id) => asked[id])) return asked;
  const fits = trained.combinations
    .map((places) => {
      const chosen = trained.axes.map((id, at) => [id, axes.find((axis) => axis.id === id)?.classes[places[at]].id ?? null]);
      return withParents({ ...Object.fromEntries(axes.map(({ id }) => [id, null])), ...Object.fromEntries(chosen) }, axes);
    })
    .filter((one) => axes.every(({ id }) => !asked[id] || one[id] === asked[id]));
  return fits[seed % fits.length] ?? asked;
}

/** @param {Drawn} drawn @param {readonly Axis[]} axes @returns {Drawn} */
function withParents(drawn, axes) {
  for (const { id, parent, classes } of [...axes].reverse()) {
    const own = classes.find((one) => one.id === drawn[id]);
    if (parent && own?.parent) drawn[parent] = own.parent;
  }
  return drawn;
}
