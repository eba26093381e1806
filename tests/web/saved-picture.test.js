/** What a saved PNG asks for, before the page follows it: anyone can write such a file. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { VarigrainError } from "../../www/lib/errors.js";
import { toModels } from "../../www/lib/models.js";
import { formatState, parseState } from "../../www/lib/page-state.js";
import { withText } from "../../www/lib/png-text.js";
import { REQUEST, checkedRequest, requestIn } from "../../www/lib/saved-picture.js";
import { describePack, inRepo } from "./helpers.js";

const models = toModels(JSON.parse(readFileSync(inRepo("www/models/index.json"), "utf8")), "https://example.org/models/index.json");
const here = { id: "emoji-128", description: describePack() };
const view = /** @type {const} */ ({ count: 4, layer: "grains", pixels: true, hidden: [], tab: "" });
const wish = { prompt: { style: "noto", concept: "sun" }, seed: 7, steps: 3 };
const asked = formatState(wish, { ...view, hidden: [] }, here);
const plain = new Uint8Array(readFileSync(inRepo("tests/web/fixtures/two.png")));

describe("what a saved picture asks for", () => {
  it("is what the page had in its address, and is read back the same", async () => {
    const file = new Blob([withText(plain, { [REQUEST]: asked })]);
    const text = checkedRequest(await requestIn(file), models, here);
    const { request, view: seen, problems } = parseState(text, here);
    assert.deepEqual([request.seed, request.steps, request.prompt?.concept, request.prompt?.style, seen.count, seen.layer, seen.pixels, problems], [7, 3, "sun", "noto", 4, "grains", true, []]);
  });

  it("is followed for a model that is not loaded yet, and judged when it is", () => {
    assert.equal(checkedRequest(asked, models, null), asked);
    assert.equal(checkedRequest("model=portraits-256&seed=1", models, here), "model=portraits-256&seed=1");
    assert.throws(() => checkedRequest(asked.replace("sun", "son"), models, here), { code: "picture-damaged" });
  });

  it("is refused with a sentence, whatever stands there", () => {
    let state = 7;
    const random = (/** @type {number} */ below) => (state = (state * 48271) % 2147483647) % below;
    const refused = { count: 0 };
    for (let round = 0; round < 10_000; round++) {
      const signs = [...asked];
      for (let n = random(3); n >= 0; n--) signs[random(signs.length)] = String.fromCodePoint(random(4) ? 32 + random(95) : random(0xd7ff));
      const text = signs.join("").slice(0, random(6) ? undefined : random(asked.length));
      try {
        assert.equal(checkedRequest(text, models, here), text);
      } catch (error) {
        assert.ok(error instanceof VarigrainError && error.message.length > 20, String(error));
        refused.count++;
      }
    }
    assert.ok(refused.count > 5000, `${refused.count} refused`);
  });
});
