/** A picture in a link: it comes back as it went in, and of what is no such text it is said why. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { VarigrainError } from "../../www/lib/errors.js";
import { PLAIN, formatState } from "../../www/lib/page-state.js";
import { MAX_PICTURE, inBytes, lengths, pictureBytes, pictureLink, pictureText, splitPicture, withPicture } from "../../www/lib/picture-link.js";
import { wholeTrack } from "../../www/lib/view/step.js";
import { layersFor } from "../../www/lib/view/layers.js";
import { Grid } from "../../www/lib/grid.js";
import { describePack } from "./helpers.js";

/** @param {number} length */
const some = (length) => Uint8Array.from({ length }, (_, at) => (at * 167 + 255) & 255);

/** @param {RegExp} message */
const damaged = (message) => (/** @type {unknown} */ error) => error instanceof VarigrainError && error.code === "picture-damaged" && message.test(error.message);

describe("a picture in a link", () => {
  it("comes back as it went in, of any length", () => {
    for (let length = 1; length < 70; length++) {
      const text = pictureText(some(length));
      assert.match(text, /^[\w-]+$/);
      assert.deepEqual(pictureBytes(text), some(length));
    }
    assert.equal(pictureText(Uint8Array.of(251, 255, 191)), "-_-_");
    const longest = some((MAX_PICTURE * 3) / 4);
    assert.deepEqual(pictureBytes(pictureText(longest)), longest);
  });

  it("says of a text that is none what is wrong with it", () => {
    assert.throws(() => pictureBytes(""), damaged(/empty/));
    assert.throws(() => pictureBytes("a".repeat(MAX_PICTURE + 1)), damaged(/longer than any/));
    for (const text of ["ab+/", "abcd=", "ab cd", "a&b", "äöüß", "%41%42"]) assert.throws(() => pictureBytes(text), damaged(/characters/));
    assert.throws(() => pictureBytes("abcde"), damaged(/its end is missing/));
    // "AA" and "AB" have the same byte.
    assert.deepEqual(pictureBytes("AA"), Uint8Array.of(0));
    assert.throws(() => pictureBytes("AB"), damaged(/its end is missing or was changed/));
    for (const text of ["", "abcde", "?"]) assert.throws(() => pictureBytes(text), damaged(/Get the whole link again\.$/));
  });

  it("is found in an address, whatever else is there", () => {
    assert.deepEqual(splitPicture("#model=a&picture=AbC&layer=grains"), { picture: "AbC", rest: "model=a&layer=grains" });
    assert.deepEqual(splitPicture("picture=AbC"), { picture: "AbC", rest: "" });
    assert.deepEqual(splitPicture("#model=a&picture="), { picture: "", rest: "model=a" });
    assert.deepEqual(splitPicture("#model=a&seed=1&pictures=2"), { picture: null, rest: "model=a&seed=1&pictures=2" });
    assert.deepEqual(splitPicture(""), { picture: null, rest: "" });
    const two = splitPicture("picture=AA&model=a&picture=AA");
    assert.equal(two.rest, "model=a");
    assert.throws(() => pictureBytes(String(two.picture)), damaged(/characters/));
    for (const rest of ["", "model=a&hide=prompt,gallery"]) assert.deepEqual(splitPicture(withPicture(rest, "AA")), { picture: "AA", rest });
  });

  it("is made of the page's address and the model, unless it is too long", () => {
    assert.equal(pictureLink("https://example.org/", "photos-256", Uint8Array.of(0)), "https://example.org/#model=photos-256&picture=AA");
    assert.throws(() => pictureLink("https://example.org/", "a", some((MAX_PICTURE * 3) / 4 + 1)), { code: "out-of-range", message: /3\.1 kB are too many/ });
  });

  it("leaves the name of its setting to no axis", () => {
    const axis = { id: "picture", name: "Picture", classes: [{ id: "cat", name: "cat" }] };
    const description = { ...describePack(), axes: [axis] };
    const text = formatState({ prompt: { picture: "cat" }, seed: 1 }, PLAIN, { id: "", description });
    assert.deepEqual(splitPicture(text), { picture: null, rest: "axis.picture=cat&seed=1&v=1" });
  });

  it("tells how long it is, beside the files that there are", () => {
    assert.deepEqual([1, 663, 999, 1000, 1234, 9949, 9950, 97_600].map(inBytes), ["1 byte", "663 bytes", "999 bytes", "1.0 kB", "1.2 kB", "9.9 kB", "10 kB", "98 kB"]);
    const files = [{ name: "PNG", bytes: 97_600 }, { name: "WebP", bytes: 12_300 }];
    assert.equal(lengths(663, files), "the picture is 663 bytes (PNG 98 kB, WebP 12 kB)");
    assert.equal(lengths(663, files.slice(0, 1)), "the picture is 663 bytes (PNG 98 kB)");
    assert.equal(lengths(663, []), "the picture is 663 bytes");
  });

  it("is looked at as a finished picture of which no step is known", () => {
    const grid = new Grid({ regions: 2, cells: 4, granularities: 2, names: ["coarse", "fine"] });
    const picture = { grid, grains: Uint8Array.of(0, 1, 0, 0), cells: new Uint16Array(16), codes: 7, image: /** @type {ImageData} */ ({ width: 8, height: 8 }) };
    const track = wholeTrack(picture);
    const [step] = track.steps;
    assert.deepEqual([step.done, step.codes, step.tokens, step.known.every(Boolean), step.undecided.length, step.prompt], [true, 7, 7, true, 4, undefined]);
    assert.deepEqual(layersFor([track]), ["picture", "grains"]);
    assert.ok(layersFor([track, { steps: [] }]).includes("order"));
  });
});
