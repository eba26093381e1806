/**
 * Whether training had what a prompt asks for: the combination, or at least each class of it. A model need not tell.
 */
import { axisOf } from "./description.js";
import { listed } from "./listed.js";

/** @typedef {import("./description.js").Description} Description */
/** @typedef {Readonly<Record<string, string | null | undefined>>} Prompt */
/**
 * `kind`: "trained": training had it, or, where something is left open, draws by lot among what it had; "new": it had all
 * of the classes but not together; "unseen": one of them it never had.
 *
 * @typedef {{ kind: "trained" | "new" | "unseen", open: boolean, names: string[] }} Familiar `names`: of the axes that the
 *   combination is of; of "unseen", what was never seen
 */

/**
 * @param {Pick<Description, "axes" | "trained">} description
 * @param {Prompt} prompt
 * @returns {Familiar | null} null: nothing of it was chosen, or the model does not tell
 */
export function familiarOf({ axes, trained }, prompt) {
  const own = (trained?.axes ?? []).map((id) => axisOf({ axes }, id));
  if (!trained || !own.length || own.some((axis) => !axis)) return null;
  const chosen = own.flatMap((axis, at) => {
    if (!axis) return [];
    const place = axis.classes.findIndex(({ id }) => id === prompt[axis.id]);
    return place < 0 ? [] : [{ axis, at, place }];
  });
  if (!chosen.length) return null;
  const had = (/** @type {typeof chosen} */ some) => trained.combinations.some((combination) => some.every(({ at, place }) => combination[at] === place));
  const open = chosen.length < own.length;
  if (had(chosen)) return { kind: "trained", open, names: chosen.map(({ axis }) => axis.name.toLowerCase()) };
  const never = chosen.filter((one) => !had([one]));
  if (never.length) return { kind: "unseen", open, names: never.map(({ axis, place }) => axis.classes[place].name) };
  return { kind: "new", open, names: chosen.map(({ axis }) => axis.name.toLowerCase()) };
}

/**
 * @param {Familiar} familiar
 * @param {boolean} recites whether the model draws what training had as it was there
 * @returns {{ mark: string, about: string }} a word or two, and a sentence
 */
export function tellFamiliar({ kind, open, names }, recites) {
  if (kind === "unseen") return { mark: "Never seen", about: `training had no ${listed(names)} at all.` };
  if (kind === "new") return { mark: "New", about: `training never had this combination of ${listed(names)}.` };
  const lot = "the rest is picked at random from what training had.";
  if (recites) return { mark: "Learned by heart", about: open ? lot : "training had this drawing." };
  return { mark: "In training", about: open ? lot : `it had this ${listed(names)}.` };
}
