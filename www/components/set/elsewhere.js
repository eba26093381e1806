/** For a model that has no table of pairs: why, and which of the site's models has one, a press away. */
import { el } from "../../lib/dom.js";
import { listed } from "../../lib/listed.js";
import { classesOf } from "../../lib/manifest-classes.js";
import { tableOf } from "../../lib/trained.js";

/** @typedef {import("../panels.js").Studio} Studio */

/**
 * @param {Studio} studio
 * @param {Pick<import("../../lib/description.js").Description, "trained">} description
 */
export async function elsewhere({ name, others, use }, { trained }) {
  const classes = await Promise.all(others.map(classesOf));
  const having = others.flatMap((entry, at) => {
    const pairs = tableOf(classes[at]);
    return pairs ? [{ entry, pairs }] : [];
  });
  const why = trained
    ? `${name} was trained with combinations of ${trained.axes.length} choices, not with pairs of two.`
    : `${name} does not say which pairs of two choices it was trained with.`;
  const there = having.length
    ? `${listed(having.map(({ entry }) => entry.name))} ${having.length > 1 ? "have" : "has"} it: ${having.map(({ pairs }) => `${pairs.rows.name.toLowerCase()} by ${pairs.columns.name.toLowerCase()}`).join("; ")}.`
    : "No other model here has such a table either.";
  const buttons = having.map(({ entry }) => {
    const button = el("button", { type: "button" }, `Switch to ${entry.name}`);
    button.addEventListener("click", () => use(entry));
    return button;
  });
  return el("div", { class: "set-elsewhere" }, el("p", {}, `This is a table of pairs, in which a model draws those that training left out. ${why} ${there}`), ...buttons);
}
