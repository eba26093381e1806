/** What is said of one code of a picture, in figures and in words. */
import { el } from "../../lib/dom.js";
import { percent } from "../../lib/view/odds.js";

/** @typedef {import("../../lib/view/step.js").Step} Step */
/** @typedef {import("../../varigrain.js").Decision} Decision */
/** @typedef {import("../../lib/modes.js").Mode} Mode */
/** @typedef {{ row: number, column: number, span: number, grain: number, cell: number }} Spot a code, and the cell that points at it */

/** The code under a cell. @param {Step} step @param {number} cell @returns {Spot} */
export function spotOf({ grid, grains }, cell) {
  return { ...grid.codeAt(grains, Math.floor(cell / grid.cells), cell % grid.cells), cell };
}

/**
 * Figures of a code; some of them only the engine knows.
 *
 * @param {Step} step
 * @param {Spot} spot
 * @param {Mode | undefined} mode that it was drawn with
 * @param {Decision | null} decision null until the engine has answered
 */
export function factsOf(step, spot, mode, decision) {
  const { grid } = step;
  const level = decision && (decision.level === null ? "not known" : `${decision.level} of ${decision.levels - 1}`);
  const rows = [
    ["Place", `row ${spot.row + 1}, column ${spot.column + 1} of ${grid.cells}`],
    ["Granularity", `${nameOf(grid, spot.grain)}: ${spot.span} × ${spot.span} ${spot.span > 1 ? "cells" : "cell"}`],
    ["Density of its region", level ?? "…"],
    ["Chosen", chosenIn(step, spot, mode)],
    ["Known before it", decision ? `${decision.before} of ${step.tokens} codes` : "…"],
    ["Probability then", chanceIn(step, spot.cell)],
  ];
  const wanted = mode === "nar" ? rows : rows.filter(([, value]) => value !== "…");
  return wanted.map(([term, value]) => el("div", {}, el("dt", {}, term), el("dd", {}, value)));
}

/** What is spoken when one comes to a code. @param {Step} step @param {Spot} spot @param {Mode | undefined} mode */
export function inWords(step, spot, mode) {
  const size = spot.span > 1 ? `, ${spot.span} cells wide` : "";
  return `Row ${spot.row + 1}, column ${spot.column + 1}: ${nameOf(step.grid, spot.grain)}${size}, ${chosenIn(step, spot, mode)}.`;
}

/** @param {Step} step @param {Spot} spot @param {Mode | undefined} mode */
function chosenIn({ known, order, total, tokens }, { cell }, mode) {
  if (!known[cell]) return "still open";
  if (!order[cell]) return "kept from before";
  return mode === "ar" ? `as code ${order[cell]} of ${tokens}` : `in step ${order[cell]} of ${total}`;
}

/** A granularity; where there is only one it has no name. @param {import("../../lib/grid.js").Grid} grid @param {number} grain */
const nameOf = ({ names }, grain) => names[grain] || "the only granularity";

/** The probability with which the code under a cell was chosen, where it is known. @param {Step} step @param {number} cell */
function chanceIn({ known, confidence }, cell) {
  const chance = known[cell] ? confidence?.[cell] : undefined;
  return chance ? percent(chance) : "–";
}
