/** Which drawings exist: the file of it, its script, and that it belongs to the shipped model. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { STATE_WORDS } from "../../www/components/set/words.js";
import { Pairs, STATES, digestOf, encodePairs } from "../../www/lib/pairs.js";
import { inRepo } from "./helpers.js";

const named = (/** @type {string[]} */ ids) => ids.map((id) => ({ id, name: id }));
const [STYLES, CONCEPTS] = [["a", "b", "c"], ["sun", "moon", "fox"]];
const ITEMS = [
  { style: 0, concept: 0, split: "train" },
  { style: 2, concept: 0, split: "train" },
  { style: 1, concept: 1, split: "test-cells" },
  { style: 2, concept: 2, split: "test-concepts" },
];

describe("the table of pairs", () => {
  const pairs = new Pairs(encodePairs(STYLES, CONCEPTS, ITEMS), named(STYLES), named(CONCEPTS));

  it("tells the three states apart", () => {
    const rows = CONCEPTS.map((_, concept) => STYLES.map((_, style) => pairs.state(concept, style)));
    assert.deepEqual(rows, [
      ["trained", "gap", "trained"],
      ["gap", "held-out", "gap"],
      ["gap", "gap", "held-out"],
    ]);
    assert.deepEqual(pairs.tally(), { gap: 5, trained: 2, "held-out": 2 });
    assert.deepEqual(Object.keys(STATE_WORDS).sort(), [...STATES].sort());
  });

  it("finds gaps, and neighbours that the model knows", () => {
    const full = new Pairs(encodePairs(["a"], ["sun"], [ITEMS[0]]), named(["a"]), named(["sun"]));
    assert.deepEqual([pairs.hasGap(0), full.hasGap(0)], [true, false]);
    assert.deepEqual(pairs.neighbours(0, 1, 3), [0, 2]);
    assert.deepEqual(pairs.neighbours(0, 0, 3), [2]);
    assert.deepEqual(pairs.neighbours(0, 1, 1), [0]);
    assert.deepEqual(pairs.neighbours(1, 0, 3), []);
  });

  it("refuses what belongs to another model, and what is no table", () => {
    const file = encodePairs(STYLES, CONCEPTS, ITEMS);
    for (const wrong of [null, {}, { ...file, format: 2 }, { ...file, states: "AA==" }, { ...file, digest: "0" }]) {
      assert.throws(() => new Pairs(wrong, named(STYLES), named(CONCEPTS)), { code: "pack-damaged" });
    }
    assert.throws(() => new Pairs(file, named(["a", "c", "b"]), named(CONCEPTS)), { code: "pack-damaged" });
    assert.notEqual(digestOf(["a", "b"]), digestOf(["b", "a"]));
  });

  it("is written by the script", () => {
    const folder = mkdtempSync(join(tmpdir(), "varigrain-pairs-"));
    const [index, out] = [join(folder, "index.json"), join(folder, "deep", "pairs.json")];
    writeFileSync(index, JSON.stringify({ classes: { styles: named(STYLES), concepts: named(CONCEPTS) }, items: ITEMS }));
    const said = execFileSync(process.execPath, [inRepo("scripts/pairs.mjs"), index, out], { encoding: "utf8" });
    assert.match(said, /^4 of 9 drawings exist, 2 were trained with/);
    assert.deepEqual(JSON.parse(readFileSync(out, "utf8")), encodePairs(STYLES, CONCEPTS, ITEMS));
    rmSync(folder, { recursive: true });
  });

  it("fits the shipped model", (t) => {
    const manifest = inRepo("www/models/emoji-128/manifest.json");
    if (!existsSync(manifest)) return t.skip("no model in this checkout");
    const { styles, concepts } = JSON.parse(readFileSync(manifest, "utf8")).classes;
    const shipped = new Pairs(JSON.parse(readFileSync(inRepo("www/data/pairs.json"), "utf8")), styles, concepts);
    const { gap, trained, "held-out": heldOut } = shipped.tally();
    assert.equal(gap + trained + heldOut, styles.length * concepts.length);
    assert.deepEqual([trained, heldOut], [7527, 652]);
  });
});
