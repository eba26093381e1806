/**
 * Canvases that the graphics processor paints from its own memory, with the real engine and a tiny pack: the picture is
 * the one that is read otherwise, and where nobody wants its pixels they are not read.
 */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { TIMEOUT, blindToSoftware, keepDevice, launch, openBlank, startServer, workerWith } from "../helpers.js";
import { makeTinyPack, packOf, realMounts } from "../real.js";

/** In the worker: which canvases get a context, and the bytes of every read. */
const PRELUDE = `
  const told = new BroadcastChannel("surface");
  for (const [kind, name] of [[GPUCanvasContext, "configure"], [OffscreenCanvasRenderingContext2D, "putImageData"]]) {
    const own = kind.prototype[name];
    kind.prototype[name] = function (...args) {
      told.postMessage({ what: name });
      return own.apply(this, args);
    };
  }
  const { copyBufferToBuffer } = GPUCommandEncoder.prototype;
  GPUCommandEncoder.prototype.copyBufferToBuffer = function (...args) {
    const [, , to, , bytes] = args;
    if (to.usage & GPUBufferUsage.MAP_READ) told.postMessage({ what: "read", bytes });
    return copyBufferToBuffer.apply(this, args);
  };`;

describe("a canvas that the graphics processor paints", { timeout: 5 * TIMEOUT }, () => {
  /** @type {string} */
  let folder;
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof launch>>} */
  let browser;
  /** @type {import("playwright-core").Page} */
  let page;

  before(async () => {
    folder = makeTinyPack("vq", ["--image", "64"]);
    server = await startServer({ pack: packOf(folder), mounts: realMounts("/") });
    server.hooks.override = (path) => {
      if (path.endsWith("/lib/webgpu.js")) return { body: blindToSoftware(), type: "text/javascript" };
      return path.endsWith("/worker.js") ? workerWith(PRELUDE) : null;
    };
    browser = await launch({ canvas: true });
    page = await openBlank(browser, server);
    page.on("worker", (worker) => void keepDevice(worker));
    await page.evaluate(async () => {
      /** @type {{ what: string, bytes?: number }[]} */
      const told = [];
      new BroadcastChannel("surface").onmessage = ({ data }) => told.push(data);
      const vg = await load({ backend: "webgpu", modes: ["nar", "ar"] });
      Object.assign(globalThis, {
        vg,
        told,
        /** @param {number} width @param {number} height */
        canvasOf(width, height) {
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [width, height];
          document.body.append(canvas);
          return canvas;
        },
        /** The largest difference of what a canvas shows from a picture in its middle. @param {HTMLCanvasElement} canvas @param {ImageData} image */
        async apart(canvas, image) {
          const [seen, wanted, small] = [canvas, canvas, image].map(({ width, height }) => new OffscreenCanvas(width, height).getContext("2d"));
          if (!seen || !wanted || !small) throw new Error("no context");
          const { width, height } = canvas;
          const side = Math.min(width, height);
          small.putImageData(image, 0, 0);
          wanted.imageSmoothingEnabled = side < image.width;
          wanted.drawImage(small.canvas, (width - side) / 2, (height - side) / 2, side, side);
          let worst = 255;
          // What a worker paints is shown with one of the page's next frames, on a busy machine of the next seconds.
          for (const end = performance.now() + 30_000; worst > 0 && performance.now() < end; ) {
            await pause(20);
            seen.clearRect(0, 0, width, height);
            seen.drawImage(canvas, 0, 0);
            const [a, b] = [seen, wanted].map((context) => context.getImageData(0, 0, width, height).data);
            worst = a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0);
          }
          return worst;
        },
      });
    });
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("shows every step of both generators as it is, in its own size, larger and beside its middle", async () => {
    const found = await page.evaluate(async () => {
      const { vg, told, canvasOf, apart } = /** @type {any} */ (globalThis);
      told.length = 0;
      const { image: side } = vg.description;
      const far = [];
      for (const mode of ["nar", "ar"]) {
        for (const [width, height] of [[side, side], [3 * side, 3 * side], [2 * side + 40, side]]) {
          const canvas = canvasOf(width, height);
          for await (const { image } of vg.generate({ mode, seed: 3, steps: 3, every: 64, canvas })) far.push(await apart(canvas, image));
        }
      }
      return { far, told: told.map((/** @type {{ what: string }} */ { what }) => what) };
    });
    assert.ok(found.far.length >= 12, String(found.far));
    assert.deepEqual([...new Set(found.far)], [0]);
    assert.ok(found.told.includes("configure"));
    assert.ok(!found.told.includes("putImageData"));
  });

  it("reads no pixels where nobody wants them, and makes them again of the codes", async () => {
    const found = await page.evaluate(async () => {
      const { vg, told, canvasOf, apart } = /** @type {any} */ (globalThis);
      const { image: side } = vg.description;
      const canvas = canvasOf(side, side);
      const rows = [];
      for (const mode of /** @type {const} */ (["nar", "ar"])) {
        // Its last step is under way in the background of the one before.
        await all(vg, { mode, seed: 5, steps: 3, every: 64, canvas, images: false });
        told.length = 0;
        let count = 0;
        let last;
        for await (const step of vg.generate({ mode, seed: 5, steps: 3, every: 64, canvas, images: false })) {
          [last, count] = [step, count + 1];
          if (step.image !== null) throw new Error("it has an image");
        }
        const bytes = told.filter((/** @type {any} */ { what }) => what === "read").map((/** @type {any} */ one) => one.bytes);
        const { image } = await vg.decode(last);
        rows.push({ count, most: Math.max(...bytes), reads: bytes.length, far: await apart(canvas, image) });
      }
      return { rows, pixels: side * side };
    });
    for (const { count, most, reads, far } of found.rows) {
      assert.ok(count >= 3 && reads >= count, `${reads} reads in ${count} steps`);
      assert.ok(most < found.pixels, `${most} bytes`);
      assert.equal(far, 0);
    }
  });

  it("is painted with pixels that were read where it is smaller than the picture", async () => {
    const found = await page.evaluate(async () => {
      const { vg, told, canvasOf } = /** @type {any} */ (globalThis);
      told.length = 0;
      const canvas = canvasOf(50, 50);
      const steps = await all(vg, { seed: 3, steps: 2, canvas, images: false });
      await pause(50);
      return { steps: steps.map(({ image }) => image), told: [...new Set(told.map((/** @type {any} */ { what }) => what))] };
    });
    assert.deepEqual(found.steps, [null, null]);
    assert.ok(found.told.includes("putImageData"));
    assert.ok(!found.told.includes("configure"));
  });

  it("is lost with a device that is lost, which costs the picture and not the page: a fresh canvas serves", async () => {
    const found = page.evaluate(async () => {
      const { vg, canvasOf, apart } = /** @type {any} */ (globalThis);
      const { image: side } = vg.description;
      const canvas = canvasOf(side, side);
      const lost = await codeOf(async () => {
        for await (const { index } of vg.generate({ seed: 3, steps: 64, canvas })) if (index === 1) document.title = "begun";
      });
      const again = await codeOf(() => all(vg, { seed: 3, steps: 2, canvas }));
      const fresh = canvasOf(side, side);
      const steps = await all(vg, { seed: 3, steps: 2, canvas: fresh });
      return { lost, again, far: await apart(fresh, /** @type {any} */ (steps.at(-1)).image) };
    });
    await page.waitForFunction(() => document.title === "begun");
    await page.workers()[0].evaluate(() => /** @type {any} */ (globalThis).device.destroy());
    assert.deepEqual(await found, { lost: "device-lost", again: "bad-canvas", far: 0 });
  });

  it("serves several pictures at once, on a canvas each", async () => {
    const far = await page.evaluate(async () => {
      const { vg, canvasOf, apart } = /** @type {any} */ (globalThis);
      const { image: side } = vg.description;
      const drawn = [7, 8, 9].map(async (seed) => {
        const canvas = canvasOf(side, side);
        const steps = await all(vg, { seed, steps: 4, canvas });
        return { canvas, image: /** @type {any} */ (steps.at(-1)).image };
      });
      return Promise.all((await Promise.all(drawn)).map(({ canvas, image }) => apart(canvas, image)));
    });
    assert.deepEqual(far, [0, 0, 0]);
  });
});
