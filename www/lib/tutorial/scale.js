/**
 * Round numbers for the axis of a chart, about as many as wanted.
 *
 * @param {readonly [number, number]} range
 * @param {number} about
 * @returns {number[]}
 */
export function ticks([from, to], about) {
  const raw = (to - from) / Math.max(1, about);
  if (!(raw > 0)) return [];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= raw * 0.999) ?? 10 * power;
  const list = [];
  for (let n = Math.ceil(from / step - 1e-9); n * step <= to + step * 1e-9; n++) list.push(Number((n * step).toPrecision(6)));
  return list;
}
