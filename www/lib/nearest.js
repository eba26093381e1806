/** What is spelt nearly alike: most words that nothing is called are typing mistakes. src/classes/nearest.rs has it for ids. */

/**
 * How many letters have to be put in, taken out, exchanged or swapped with their neighbour to get from one to the other.
 *
 * @param {string} a
 * @param {string} b
 */
export function distance(a, b) {
  /** @type {number[][]} */
  const rows = [Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const other = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + other);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1);
    }
    rows.push(row);
  }
  return rows[a.length][b.length];
}

/** So many mistakes are still taken for one in a word of this length. @param {string} word */
export const tolerance = (word) => (word.length < 4 ? 0 : word.length < 7 ? 1 : 2);

/**
 * How far a word is from another, as a share of its length; what begins with it is nearer than any mistake.
 *
 * @param {string} word
 * @param {string} other
 */
export function farness(word, other) {
  if (other === word) return 0;
  if (word.length >= 3 && other.startsWith(word)) return 0.1;
  const length = Math.max(word.length, other.length);
  // Texts of very other lengths are far apart whatever they say.
  if (Math.abs(word.length - other.length) > length / 2) return 1;
  return distance(word, other) / length;
}

/**
 * Those with a word that is spelt most like one of those that were typed.
 *
 * @template T
 * @param {readonly string[]} words folded
 * @param {readonly T[]} all
 * @param {(one: T) => readonly string[]} wordsOf folded
 * @param {number} limit
 * @returns {{ one: T, far: number }[]} the nearest first; `far`: 0 (the same) to 1
 */
export function nearest(words, all, wordsOf, limit) {
  /** @type {Map<string, number>} */
  const known = new Map();
  const far = (/** @type {string} */ other) => {
    let least = known.get(other);
    if (least === undefined) known.set(other, (least = Math.min(...words.map((word) => farness(word, other)))));
    return least;
  };
  const found = all.map((one, at) => {
    const own = wordsOf(one);
    return { one, at, length: own.length, far: Math.min(1, ...own.map(far)) };
  });
  found.sort((a, b) => a.far - b.far || a.length - b.length || a.at - b.at);
  return found.slice(0, limit).map(({ one, far }) => ({ one, far }));
}
