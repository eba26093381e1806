/**
 * What the make-believe models are: their classes and their sizes. One like the shipped model, and others that differ
 * from it in every way in which models may differ.
 */

/** @typedef {import("../../../www/lib/description.js").Axis} Axis */
/**
 * @typedef {object} Kind
 * @property {string} name
 * @property {number} image pixels along a side
 * @property {{ regions: number, granularities: number }} grid
 * @property {(filler: number) => Axis[]} axes
 * @property {string[]} [roles] of its files, if it is not to have a generator
 * @property {string[]} [trained] axes whose combinations training had
 */

const STYLES = [
  ["noto", "Noto"],
  ["noto-v1", "Blobs"],
  ["fxemoji", "FxEmoji"],
  ["fluent", "Fluent"],
  ["fluent-flat", "Fluent flat"],
  ["twemoji", "Twemoji"],
  ["emojione", "EmojiOne"],
];

/** Category, then its concepts as "emoji name". */
/** @type {Record<string, string>} */
const CONCEPTS = {
  "face-smiling":
    "😀 grinning face,😃 grinning face with big eyes,😁 beaming face with smiling eyes,😂 face with tears of joy,🙂 slightly smiling face,😊 smiling face with smiling eyes,😇 smiling face with halo",
  "face-affection": "🥰 smiling face with hearts,😍 smiling face with heart-eyes,😘 face blowing a kiss",
  "cat-face": "😺 grinning cat,😸 grinning cat with smiling eyes,😻 smiling cat with heart-eyes,😿 crying cat",
  heart: "❤️ red heart,💙 blue heart,💔 broken heart,💖 sparkling heart",
  "animal-mammal": "🐱 cat face,🐶 dog face,🦊 fox,🐻 bear,🐼 panda,🐨 koala,🐈 cat,🐘 elephant",
  "food-fruit": "🍎 red apple,🍊 tangerine,🍋 lemon,🍓 strawberry,🍒 cherries,🥝 kiwi fruit,🍍 pineapple",
  "food-prepared": "🍕 pizza,🍔 hamburger,🌮 taco,🍳 cooking,🥨 pretzel",
  "sky-weather": "☀️ sun,🌙 crescent moon,⭐ star,🌈 rainbow,☁️ cloud",
  "plant-flower": "🌸 cherry blossom,🌻 sunflower,🌷 tulip",
  music: "🎸 guitar,🎹 musical keyboard,🥁 drum",
};

/** @param {string} name */
const slug = (name) => name.toLowerCase().replace(/[^a-z0-9]+/g, "-");

/** @param {string} id */
function title(id) {
  const words = id.replaceAll("-", " ");
  return words[0].toUpperCase() + words.slice(1);
}

/** @param {string[]} ids */
const named = (ids) => ids.map((id) => ({ id, name: title(id) }));

/** @param {string[]} ids */
const plain = (ids) => ids.map((id) => ({ id, name: id }));

/** @param {number} filler meaningless concepts to make the list as long as the shipped model's @returns {Axis[]} */
function emojiAxes(filler) {
  const ids = Object.keys(CONCEPTS);
  const concepts = ids.flatMap((parent) =>
    CONCEPTS[parent].split(",").map((entry) => {
      const [glyph, ...words] = entry.split(" ");
      const name = words.join(" ");
      return { id: slug(name), name, glyph, parent };
    }),
  );
  for (let n = 1; n <= filler; n++) concepts.push({ id: `object-${n}`, name: `object ${n}`, glyph: "▫️", parent: "other-object" });
  const categories = named(filler ? [...ids, "other-object"] : ids);
  return [
    { id: "style", name: "Style", classes: STYLES.map(([id, name]) => ({ id, name })) },
    { id: "category", name: "Category", classes: categories },
    { id: "concept", name: "Concept", parent: "category", classes: concepts },
  ];
}

/** @type {Readonly<Record<"emoji" | "one-axis" | "no-axis" | "three-grains" | "four-grains" | "encodes-only" | "parts", Kind>>} */
export const KINDS = Object.freeze({
  emoji: { name: "emoji-128", image: 128, grid: { regions: 8, granularities: 2 }, axes: emojiAxes, trained: ["style", "concept"] },
  "one-axis": {
    ...{ name: "portraits-64", image: 64, grid: { regions: 4, granularities: 2 } },
    // Its id is a setting's name, too.
    axes: () => [{ id: "mode", name: "Mood", classes: named(["merry", "calm", "grim"]) }],
  },
  "no-axis": { name: "textures-64", image: 64, grid: { regions: 8, granularities: 1 }, axes: () => [] },
  "three-grains": {
    ...{ name: "photos-128", image: 128, grid: { regions: 4, granularities: 3 } },
    axes: () => [
      { id: "subject", name: "Subject", classes: named(["cat", "heart", "sun", "apple"]) },
      { id: "style", name: "Style", classes: named(["noto", "fluent", "emojione"]) },
    ],
    trained: ["subject", "style"],
  },
  "encodes-only": {
    ...{ name: "photos-256", image: 256, grid: { regions: 8, granularities: 3 }, roles: ["decoder", "encoder"] },
    axes: () => [],
  },
  // Many axes of few classes, and none that a picture is of.
  parts: {
    ...{ name: "faces-256", image: 256, grid: { regions: 8, granularities: 3 } },
    axes: () => [
      { id: "style", name: "Style", classes: named(["inked", "toon-head", "big-ears"]) },
      { id: "hair-colour", name: "Hair colour", classes: plain(["black", "red", "blond", "green", "blue"]) },
      { id: "hair-length", name: "Hair", classes: plain(["short", "long", "bald"]) },
      { id: "expression", name: "Expression", classes: plain(["smiling", "sad", "angry"]) },
      { id: "glasses", name: "Glasses", classes: plain(["none", "glasses"]) },
      { id: "background", name: "Background", classes: plain(["white", "green", "blue"]) },
    ],
    trained: ["style", "hair-colour", "expression"],
  },
  "four-grains": {
    ...{ name: "maps-128", image: 128, grid: { regions: 4, granularities: 4 } },
    axes: () => [{ id: "subject", name: "Subject", classes: named(["sun", "cat"]) }],
  },
});
