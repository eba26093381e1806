/**
 * A make-believe model pack for the fake engine: classes enough to try the search on, and files whose
 * hashes are right, so that damage to them is noticed.
 */
import { createHash } from "node:crypto";

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
export function slug(name) {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

/** @param {string} id */
function title(id) {
  const words = id.replaceAll("-", " ");
  return words[0].toUpperCase() + words.slice(1);
}

/**
 * @param {object} [options]
 * @param {number} [options.filler] meaningless concepts to make the list as long as the real one
 * @param {number} [options.fileBytes]
 * @param {number} [options.stepMs] how long the fake engine takes over one step
 * @param {boolean} [options.ar] false: a pack with one generator only
 * @param {boolean} [options.pairs] tells which pairs of style and concept were trained: all but the filler; older packs
 *   do not, and leave "any" to the network
 */
export function makePack({ filler = 1300, fileBytes = 150_000, stepMs = 15, ar = true, pairs = false } = {}) {
  const ids = Object.keys(CONCEPTS);
  const concepts = ids.flatMap((id, category) =>
    CONCEPTS[id].split(",").map((entry) => {
      const [emoji, ...words] = entry.split(" ");
      const name = words.join(" ");
      return { id: slug(name), name, emoji, category, ...(pairs ? { styles: STYLES.map((_, style) => style) } : {}) };
    }),
  );
  const categories = [...ids, "other-object"].map((id) => ({ id, name: title(id) }));
  for (let n = 1; n <= filler; n++) {
    concepts.push({ id: `object-${n}`, name: `object ${n}`, emoji: "▫️", category: ids.length });
  }
  /** @type {Map<string, Buffer>} */
  const contents = new Map();
  const roles = ["decoder", "grain-map", "nar", "encoder", ...(ar ? ["ar"] : [])];
  const files = roles.map((role, at) => {
    const bytes = Buffer.alloc(fileBytes, at + 1);
    const name = `${role}.safetensors`;
    contents.set(name, bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { name, role, bytes: bytes.length, sha256 };
  });
  const manifest = {
    name: "emoji-128",
    version: 1,
    size: 128,
    classes: { styles: STYLES.map(([id, name]) => ({ id, name })), categories, concepts },
    architecture: { nar: { vocabulary: 64 }, tokenizer: { grid: { regions: 8 } } },
    files,
    fake: { stepMs },
  };
  contents.set("manifest.json", Buffer.from(JSON.stringify(manifest)));
  return { manifest, contents };
}
