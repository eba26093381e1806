import assert from "node:assert/strict";
import { it } from "node:test";
import { wordsFor } from "./words.mjs";

it("words of CLDR are those that name and group do not say, without what is short, empty or said of very many", () => {
  const classes = [
    { id: "red-heart", name: "red heart", glyph: "❤", parent: "heart" },
    { id: "clock", name: "three o’clock", glyph: "🕒", parent: "time" },
    { id: "dot", name: "dot", parent: "time" },
    ...Array.from({ length: 61 }, (_, n) => ({ id: `x-${n}`, name: `x ${n}`, glyph: `x${n}`, parent: "time" })),
  ];
  const annotations = {
    "❤️": { default: ["red heart", "Émotion", "love", "an", "and", "hearts", "everything"], tts: ["red heart"] },
    "🕒": { default: ["00", "3 o’clock", "three", "time", "watch", "watch"] },
    ...Object.fromEntries(Array.from({ length: 61 }, (_, n) => [`x${n}`, { default: ["everything"] }])),
  };
  assert.deepEqual(wordsFor(classes, new Map([["heart", "Hearts"], ["time", "Time"]]), annotations), { "red-heart": "emotion love", "clock": "watch" });
});
