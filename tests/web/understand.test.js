/** Prompts of many axes: read from free text, written as a phrase, and found in other models. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { wordy } from "../../www/components/axis-layout.js";
import { ideasOf } from "../../www/components/ideas.js";
import { captionOf, mannerOf, thingOf } from "../../www/lib/drawn.js";
import { namedIn, offerOf } from "../../www/lib/elsewhere.js";
import { distance, farness, nearest } from "../../www/lib/nearest.js";
import { byParts, partsOf, phraseOf } from "../../www/lib/phrase.js";
import { buildLexicon, nearTo, promptOf, understand } from "../../www/lib/understand.js";
import { describePack, inRepo } from "./helpers.js";

/** @param {string} id */
const classesOf = (id) => JSON.parse(readFileSync(inRepo(`www/models/${id}/manifest.json`), "utf8")).classes;
const { axes } = classesOf("portraits-256");
const emoji = classesOf("emoji-128").axes;
const lexicon = buildLexicon(axes);
/** @param {string} text */
const read = (text) => promptOf(understand(lexicon, text));

describe("words for a portrait", () => {
  for (const [text, prompt, unknown] of /** @type {[string, Record<string, string>, string[]][]} */ ([
    ["smiling woman red hair glasses", { expression: "smiling", "hair-colour": "red", glasses: "glasses" }, ["woman"]],
    ["A happy blonde, with shades", { expression: "smiling", "hair-colour": "blond", glasses: "sunglasses" }, []],
    ["redhead with a mustache and no glasses", { "hair-colour": "red", beard: "moustache", glasses: "none" }, []],
    ["long red hair green background", { "hair-length": "long", "hair-colour": "red", background: "green" }, []],
    ["green background, red hair", { "hair-colour": "red", background: "green" }, []],
    ["brown skin brown hair", { "skin-tone": "brown", "hair-colour": "brown" }, []],
    ["dark hair", { "hair-colour": "black" }, []],
    ["GRAY background gray-haired", { background: "grey", "hair-colour": "grey" }, []],
    ["toon head", { style: "toon-head" }, []],
    ["smilling", { expression: "smiling" }, []],
    ["laughi", { expression: "laughing" }, []],
    ["smiling red hair", { expression: "smiling", "hair-colour": "red" }, []],
    ["dog on the moon", {}, ["dog", "moon"]],
    ["", {}, []],
    [", , !", {}, []],
  ])) {
    it(`reads “${text}”`, () => {
      const reading = understand(lexicon, text);
      assert.deepEqual(promptOf(reading), prompt);
      assert.deepEqual(reading.unknown, unknown);
    });
  }

  it("tells what it took for something else, and what is spelt like the rest", () => {
    assert.deepEqual(understand(lexicon, "smilling red hair").understood.map(({ one, guess }) => [one.id, guess]), [["smiling", true], ["red", false]]);
    assert.ok(nearTo(lexicon, "gressen").some(({ one }) => one.name === "green"));
    assert.deepEqual(nearTo(lexicon, "dog"), []);
  });

  it("takes no text for too much: nothing of it is markup, and long ones end", () => {
    for (const text of ["<b>red</b> hair", "x".repeat(5000), "red ".repeat(300), "__proto__ constructor toString"]) understand(lexicon, text);
    assert.deepEqual(understand(lexicon, "__proto__ constructor").understood, []);
  });
});

describe("a prompt as a phrase", () => {
  it("says of what each word is, and joins what is said of one thing", () => {
    const prompt = { style: "toon-head", "hair-colour": "red", "hair-length": "long", expression: "smiling", glasses: "glasses" };
    assert.equal(phraseOf(prompt, axes), "Toon Head, red long hair, smiling, glasses");
    assert.equal(phraseOf({ background: "green", "skin-tone": "dark", beard: "none" }, axes), "dark skin, no beard, green background");
    assert.equal(phraseOf({ "hair-colour": "none", "hair-length": "bald" }, axes), "hair not seen, bald");
    assert.equal(phraseOf({}, axes), "");
    assert.deepEqual(partsOf(prompt, axes).map(({ axes }) => axes.length), [1, 2, 1, 1]);
  });

  it("is read back as the prompt that it says, whatever that is", () => {
    let seed = 7;
    const lot = (/** @type {number} */ count) => (seed = (seed * 48271) % 2147483647) % count;
    for (let n = 0; n < 3000; n++) {
      const prompt = Object.fromEntries(axes.filter(() => lot(5) > 1).map((/** @type {any} */ { id, classes }) => [id, classes[lot(classes.length)].id]));
      assert.deepEqual(read(phraseOf(prompt, axes)), prompt);
    }
  });

  it("is what ideas and captions of such a model are called, and no other's", () => {
    const names = { name: "portraits", axes };
    const drawn = { style: "toon-head", "hair-colour": "red", glasses: "none", beard: "none" };
    assert.deepEqual(ideasOf({ axes }, [{ style: "micah", "hair-colour": "blue", "hair-length": "long" }]).map(({ title }) => title), ["Micah, blue long hair"]);
    assert.equal(captionOf({ prompt: { beard: "none" } }, drawn, names), "Toon Head, red hair, no beard");
    assert.deepEqual([thingOf({ prompt: drawn }, names), mannerOf({ prompt: drawn }, names)], ["Toon Head, red hair, no glasses, no beard", ""]);
    assert.equal(captionOf({}, {}, names), "anything");
    assert.deepEqual([emoji, describePack({ kind: "three-grains" }).axes, []].map(byParts), [false, false, false]);
    assert.deepEqual([axes, emoji, describePack({ kind: "three-grains" }).axes, describePack({ kind: "one-axis" }).axes].map(wordy), [true, false, false, false]);
  });
});

describe("spelling", () => {
  it("counts letters put in, taken out, exchanged and swapped", () => {
    assert.deepEqual([distance("", "abc"), distance("cat", "cat"), distance("cat", "cut"), distance("aplle", "apple"), distance("form", "from")], [3, 0, 1, 1, 1]);
    assert.deepEqual([farness("smi", "smiling"), farness("cat", "cat"), farness("a", "crocodile")], [0.1, 0, 1]);
  });

  it("ranks what is nearest, and is never empty-handed", () => {
    const ranked = nearest(["womann"], ["man", "woman", "cat"], (word) => [word], 2);
    assert.deepEqual(ranked.map(({ one }) => one), ["woman", "man"]);
  });
});

describe("other models", () => {
  it("are offered for words that this one does not know, with all that they understand", () => {
    assert.deepEqual(offerOf(axes, "smiling woman red hair glasses", ["smiling", "glasses"])?.told, "red hair, smiling, glasses");
    assert.deepEqual(offerOf(emoji, "red hair woman", ["woman"]), { prompt: { category: "person", concept: "woman" }, told: "woman" });
    assert.equal(offerOf(emoji, "noto rocket", ["qwertz", "rocket"])?.told, "rocket");
    assert.equal(offerOf(emoji, "qwertz", ["qwertz"]), null);
    assert.equal(offerOf(axes, "red hair", ["hair"])?.told, "red hair");
    assert.equal(offerOf(axes, "a dog with red hair", ["dog"]), null);
    assert.equal(offerOf([], "cat", ["cat"]), null);
  });

  it("are offered for what they call just so, where a word only stands for something here", () => {
    const [rose] = understand(lexicon, "rose").understood;
    assert.deepEqual([rose.one.id, rose.other], ["pink", true]);
    assert.deepEqual(namedIn(classesOf("photos-256").axes, ["rose"]), { prompt: { kind: "flower", subject: "rose" }, told: "rose" });
    // What is called so here is meant, and part of a name is none.
    assert.deepEqual(understand(lexicon, "glasses, red hair").understood.map(({ other }) => other), [false, false]);
    assert.equal(namedIn(emoji, ["apple"]), null);
  });
});
