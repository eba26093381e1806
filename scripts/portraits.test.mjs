// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import * as collection from "@dicebear/collection";
import { draw, labels, numbers } from "./portraits.mjs";

/**
 * The variants that the library has of a part.
 * @param {string} style
 * @param {string} part
 * @returns {string[]}
 */
const known = (style, part) => /** @type {any} */ (collection)[style].schema.properties[part]?.items?.enum ?? [];

test("every part and variant of the labels exists in the library", () => {
  for (const [style, own] of Object.entries(labels.styles)) {
    /** @type {(part: string, variants: (string | null)[]) => void} */
    const check = (part, variants) => {
      for (const variant of variants) {
        const name = variant && /^\d/.test(variant) ? `variant${variant}` : variant;
        assert.ok(name === null || known(style, part).includes(name), `${style} ${part} ${variant}`);
      }
    };
    for (const length of ["short", "medium", "long", "tied", "bald", "covered"]) {
      for (const variant of own.hair[length] ?? []) {
        const [front, rear] = [variant].flat();
        check(own.hair.part, [front]);
        if (own.hair.rear) check(own.hair.rear, [rear]);
      }
    }
    if (Array.isArray(own.hair.ink)) check(own.hair.part, own.hair.ink);
    for (const parts of Object.values(own.expression)) {
      for (const [part, variants] of Object.entries(parts)) check(part, variants);
    }
    for (const axis of [own.glasses, own.beard]) {
      if (!axis) continue;
      const { part, clash = [], ...classes } = axis;
      check(own.hair.part, clash);
      for (const variants of Object.values(classes)) check(part, variants);
    }
    for (const [part, variants] of Object.entries(own.others ?? {})) check(part, variants);
  }
});

test("a drawing depends on seed, style and number alone", () => {
  const first = draw("lorelei", 3, 1);
  draw("micah", 0, 1);
  assert.deepEqual(draw("lorelei", 3, 1), first);
  assert.notEqual(draw("lorelei", 4, 1).svg, first.svg);
  assert.notEqual(draw("lorelei", 3, 2).svg, first.svg);
});

test("a drawing is one square on an opaque background, in the colours of its classes", () => {
  for (const style of Object.keys(labels.styles)) {
    for (let number = 0; number < 40; number++) {
      const { classes, svg } = draw(style, number, 7);
      const [, width, height] = /viewBox="0 0 (\S+) (\S+)"/.exec(svg) ?? [];
      assert.ok(width && width === height, style);
      assert.ok(!svg.includes("<metadata") && !svg.includes("viewboxMask") && !svg.includes("\n"), style);
      const [background] = labels.colours.background[classes.background];
      assert.ok(svg.includes(`<rect fill="#${background}" width="${width}"`), style);
      const skins = labels.colours.skin[classes["skin-tone"]];
      assert.ok(!skins || skins.some((colour) => svg.includes(`#${colour}`)), `${style} ${number}`);
      const hidden = ["bald", "covered"].includes(classes["hair-length"]);
      assert.equal(classes["hair-colour"] === "none", hidden);
    }
  }
});

test("classes of an axis are about as frequent as their weights say", () => {
  /** @type {Record<string, number>} */
  const counts = {};
  for (let number = 0; number < 600; number++) {
    const { classes } = draw("adventurer", number, 1);
    for (const [axis, name] of Object.entries(classes)) counts[`${axis} ${name}`] = (counts[`${axis} ${name}`] ?? 0) + 1;
  }
  for (const expression of ["neutral", "smiling", "laughing", "sad", "angry", "surprised"]) {
    const count = counts[`expression ${expression}`];
    assert.ok(count > 70 && count < 130, `${expression}: ${count}`);
  }
  assert.ok(counts["glasses none"] > 350 && counts["glasses sunglasses"] > 40);
});

test("numbers are spread over the unit interval", () => {
  const random = numbers("x");
  const list = Array.from({ length: 2000 }, random);
  assert.ok(list.every((value) => value >= 0 && value < 1));
  assert.ok(Math.abs(list.reduce((sum, value) => sum + value) / 2000 - 0.5) < 0.03);
});
