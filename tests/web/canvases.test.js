/** Which worker has which canvas, without a browser: what stands for canvases here does only what counts. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { checkCanvas, giveCanvas } from "../../www/lib/canvases.js";

class Element {
  given = false;
  /** Whether someone has drawn on it. */
  context = false;

  transferControlToOffscreen() {
    if (this.given || this.context) throw new DOMException("no", "InvalidStateError");
    this.given = true;
    return new Surface();
  }
}

class Surface {
  detached = false;
  context = false;
}

/** What moves surfaces to a worker. */
function link() {
  const made = {
    broken: /** @type {Error | null} */ (null),
    /** @type {{ canvas: number, surface: unknown }[]} */
    calls: [],
    call(/** @type {string} */ type, /** @type {any} */ args, /** @type {any[]} */ moved) {
      assert.equal(type, "canvas");
      for (const surface of moved) {
        if (surface.detached || surface.context) throw new DOMException("no", "DataCloneError");
        surface.detached = true;
      }
      made.calls.push(args);
      return Promise.resolve();
    },
  };
  return made;
}

/** @param {ReturnType<typeof link>} to @param {unknown} canvas */
const give = (to, canvas) => giveCanvas(/** @type {any} */ (to), /** @type {any} */ (canvas));
/** @param {RegExp} why */
const bad = (why) => (/** @type {any} */ error) => error.code === "bad-canvas" && why.test(error.message);

describe("canvases in a worker", () => {
  before(() => void Object.assign(globalThis, { HTMLCanvasElement: Element, OffscreenCanvas: Surface }));
  after(() => ["HTMLCanvasElement", "OffscreenCanvas"].forEach((name) => Reflect.deleteProperty(globalThis, name)));

  it("are given once, and known by a number of their own from then on", () => {
    const to = link();
    const [element, surface] = [new Element(), new Surface()];
    const numbers = [element, surface, element, surface].map((canvas) => give(to, canvas));
    assert.equal(new Set(numbers).size, 2);
    assert.deepEqual(numbers.slice(0, 2), numbers.slice(2));
    assert.deepEqual(to.calls.map(({ canvas }) => canvas), numbers.slice(0, 2));
  });

  it("are refused where another model has them, or where they went with a worker that has ended", () => {
    const [first, second] = [link(), link()];
    const canvas = new Element();
    const number = give(first, canvas);
    assert.throws(() => give(second, canvas), bad(/another model/));
    assert.equal(give(first, canvas), number);
    first.broken = new Error("crashed");
    assert.throws(() => give(second, canvas), bad(/a fresh canvas is needed/));
    assert.notEqual(give(second, new Element()), number);
  });

  it("are refused with a context, once given away, and when they are no canvases; and not remembered then", () => {
    const to = link();
    const painted = Object.assign(new Element(), { context: true });
    const gone = Object.assign(new Surface(), { detached: true });
    for (const canvas of [painted, Object.assign(new Element(), { given: true }), gone, Object.assign(new Surface(), { context: true })]) {
      assert.throws(() => give(to, canvas), bad(/has a context, or was given away/));
    }
    assert.equal(to.calls.length, 0);
    painted.context = false;
    assert.ok(give(to, painted));
    for (const nothing of [null, undefined, {}, "canvas", 3, { transferControlToOffscreen() {} }]) assert.throws(() => checkCanvas(nothing), bad(/must be an HTMLCanvasElement/));
    assert.doesNotThrow(() => checkCanvas(new Surface()));
  });
});
