/** Names as a sentence has them: "a, b and c". @param {readonly string[]} names at least one */
export const listed = (names) => (names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}` : names[0]);
