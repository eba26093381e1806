/**
 * Pictures that the engine paints on canvases, with the fake engine: every step is there, on canvases of any size, and
 * what cannot be drawn on is said.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TIMEOUT, makePack, useBlankPage, useSite } from "../helpers.js";

describe("drawing on a canvas", { timeout: 10 * TIMEOUT }, () => {
  const site = useSite({ pack: makePack({ filler: 0 }).contents, more: { textures: makePack({ kind: "no-axis" }).contents } });
  const blank = useBlankPage(site);

  /** Puts into the page what the tests look at canvases with. */
  const equip = () =>
    blank.page.evaluate(() => {
      Object.assign(globalThis, {
        /** @param {number} width @param {boolean} [shown] @param {number} [height] */
        canvasOf(width, shown = true, height = width) {
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [width, height];
          if (shown) document.body.append(canvas);
          return canvas;
        },
        /** Mean difference of what a canvas shows from a picture in its middle. @param {HTMLCanvasElement} canvas @param {ImageData} image */
        async apart(canvas, image) {
          const { width, height } = canvas;
          const [seen, wanted, small] = [[width, height], [width, height], [image.width, image.height]].map(([w, h]) => new OffscreenCanvas(w, h).getContext("2d"));
          if (!seen || !wanted || !small) throw new Error("no context");
          small.putImageData(image, 0, 0);
          const side = Math.min(width, height);
          wanted.imageSmoothingEnabled = side < image.width;
          wanted.drawImage(small.canvas, (width - side) / 2, (height - side) / 2, side, side);
          // What a worker paints is shown with one of the page's next frames, on a busy machine of the next seconds.
          for (const end = performance.now() + 30_000; ; ) {
            await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
            await pause(50);
            seen.clearRect(0, 0, width, height);
            seen.drawImage(canvas, 0, 0);
            const [a, b] = [seen, wanted].map((context) => context.getImageData(0, 0, width, height).data);
            const far = a.reduce((sum, value, at) => sum + Math.abs(value - b[at]), 0) / a.length;
            if (far < 1 || performance.now() > end) return far;
          }
        },
      });
    });

  it("shows every step, on a canvas of the picture's size, larger and smaller ones and one that nobody sees", async () => {
    await equip();
    const result = await blank.page.evaluate(async () => {
      const { canvasOf, apart } = /** @type {any} */ (globalThis);
      const vg = await load();
      const far = [];
      for (const [width, shown, height] of [[128, true], [300, true], [50, true], [128, false], [300, true, 150]]) {
        const canvas = canvasOf(width, shown, height);
        for await (const { image } of vg.generate({ seed: 3, steps: 3, canvas })) far.push(await apart(canvas, image));
      }
      return far;
    });
    assert.equal(result.length, 15);
    assert.ok(result.every((far) => far < 1), String(result));
  });

  it("takes the same canvas again and again, for either generator", async () => {
    await equip();
    const far = await blank.page.evaluate(async () => {
      const { canvasOf, apart } = /** @type {any} */ (globalThis);
      const vg = await load();
      const canvas = canvasOf(128);
      const far = [];
      for (const request of /** @type {const} */ ([{ seed: 1, steps: 2 }, { seed: 2, steps: 2 }, { mode: "ar", seed: 3, every: 64 }])) {
        const steps = await all(vg, { ...request, canvas });
        far.push(await apart(canvas, steps[steps.length - 1].image));
      }
      return far;
    });
    assert.ok(far.every((one) => one < 1), String(far));
  });

  it("draws on several canvases at once without mixing them up, and on one what came last", async () => {
    await equip();
    const { own, shared } = await blank.page.evaluate(async () => {
      const { canvasOf, apart } = /** @type {any} */ (globalThis);
      const vg = await load();
      const canvases = [1, 2, 3].map(() => canvasOf(128));
      const runs = await Promise.all(canvases.map((canvas, at) => all(vg, { seed: at, steps: 4, canvas })));
      const own = [];
      for (const [at, steps] of runs.entries()) own.push(await apart(canvases[at], steps[3].image));
      const [canvas] = canvases;
      const [, long] = await Promise.all([all(vg, { seed: 7, steps: 2, canvas }), all(vg, { seed: 8, steps: 6, canvas })]);
      return { own, shared: await apart(canvas, long[5].image) };
    });
    assert.ok(own.every((one) => one < 1), String(own));
    assert.ok(shared < 1, String(shared));
  });

  it("draws on when the canvas goes away, and takes an OffscreenCanvas", async () => {
    await equip();
    const counts = await blank.page.evaluate(async () => {
      const { canvasOf } = /** @type {any} */ (globalThis);
      const vg = await load();
      const canvas = canvasOf(128);
      const steps = [];
      for await (const step of vg.generate({ seed: 1, steps: 4, canvas })) {
        steps.push(step);
        canvas.remove();
      }
      const offscreen = new OffscreenCanvas(64, 64);
      return [steps.length, (await all(vg, { steps: 2, canvas: offscreen })).length, (await all(vg, { steps: 2, canvas: offscreen })).length];
    });
    assert.deepEqual(counts, [4, 2, 2]);
  });

  it("says what cannot be drawn on, and goes on", async () => {
    await equip();
    const codes = await blank.page.evaluate(async () => {
      const { canvasOf } = /** @type {any} */ (globalThis);
      const vg = await load();
      const other = await load({ model: "./models/textures/" });
      const [painted, gone, elsewhere, offscreen] = [canvasOf(8), canvasOf(8), canvasOf(8), new OffscreenCanvas(8, 8)];
      painted.getContext("2d");
      gone.transferControlToOffscreen();
      offscreen.getContext("2d");
      await all(other, { steps: 1, canvas: elsewhere });
      const codes = [];
      for (const canvas of [painted, gone, offscreen, elsewhere, null, "canvas", document.createElement("p"), {}]) {
        codes.push(await codeOf(() => all(vg, { steps: 1, canvas: /** @type {any} */ (canvas) })));
      }
      // Nothing of the canvas was spoilt by a request that was.
      const fresh = canvasOf(8);
      codes.push(await codeOf(() => all(vg, { prompt: { style: "x" }, canvas: fresh })));
      return [...codes, await codeOf(() => all(vg, { steps: 1, canvas: fresh }))];
    });
    assert.deepEqual(codes, [...Array(8).fill("bad-canvas"), "unknown-class", "none"]);
  });

  it("asks for a fresh canvas once the engine that had it is gone", async () => {
    await equip();
    const { crashed, message, fresh, closed } = await blank.page.evaluate(async () => {
      const { canvasOf, apart } = /** @type {any} */ (globalThis);
      const vg = await load();
      const canvas = canvasOf(128);
      const code = await codeOf(() => all(vg, { seed: 666002, canvas }));
      const error = await all(vg, { steps: 1, canvas }).catch((thrown) => thrown);
      const another = canvasOf(128);
      const [step] = await all(vg, { steps: 1, canvas: another });
      const fresh = await apart(another, step.image);
      vg.close();
      const again = await load();
      return { crashed: [code, error.code], message: error.message, fresh, closed: await codeOf(() => all(again, { steps: 1, canvas: another })) };
    });
    assert.deepEqual(crashed, ["worker-crashed", "bad-canvas"]);
    assert.match(message, /ended.*a fresh canvas is needed/);
    assert.ok(fresh < 1, String(fresh));
    assert.equal(closed, "bad-canvas");
  });
});
