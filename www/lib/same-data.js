/** Whether two plain values say the same, in whatever order their properties come. */

/** @param {unknown} value */
const ordered = (value) =>
  JSON.stringify(value, (_, part) => (part && typeof part === "object" && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part));

/** @param {unknown} a @param {unknown} b what JSON can hold */
export const sameData = (a, b) => ordered(a) === ordered(b);
