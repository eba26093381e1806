/**
 * Encoding and repainting through the public interface, with the fake engine: what comes back, which file
 * is fetched when, how it stops, and that every failure has its code.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TIMEOUT, makePack, openBlank, startServer, useBlankPage, useSite } from "../helpers.js";

describe("encoding on the page", { timeout: 10 * TIMEOUT }, () => {
  const { contents } = makePack({ filler: 0 });
  const site = useSite({ pack: contents });
  const blank = useBlankPage(site);

  const asked = () => site.server.requests.filter((path) => path.endsWith("/encoder.safetensors")).length;

  it("brings the encoder when it is first asked for, once, and tells of it", async () => {
    const { before, phases, kinds, shape, leftOver } = await blank.page.evaluate(async () => {
      /** @type {import("../../../www/varigrain.js").Progress[]} */
      const seen = [];
      const vg = await load({ onProgress: (progress) => seen.push(progress) });
      const before = [vg.description.encodes, seen.some(({ part }) => part)];
      const image = new ImageData(128, 128);
      const [coded] = await Promise.all([vg.encode(image, { counts: [20] }), vg.encode(image), vg.prepare("encode")]);
      const phases = [...new Set(seen.filter(({ part }) => part === "encode").map(({ phase }) => phase))];
      const { grid, density, levels, grains, cells, error, codes, bits, codeBits, mapBits, ms } = coded;
      const kinds = [density, levels, grains, cells, error, coded.image].map((value) => value.constructor.name);
      const shape = [density, levels, grains, cells, error].map(({ length }) => length);
      return { before, phases, kinds, shape, leftOver: [codes, grid.tokens(grains), bits === codeBits + mapBits, ms > 0, coded.image.width, image.data.length] };
    });
    assert.deepEqual(before, [true, false]);
    assert.equal(asked(), 1);
    assert.deepEqual(phases, ["download", "compile", "warm-up", "ready"]);
    assert.deepEqual(kinds, ["Float32Array", "Uint8Array", "Uint8Array", "Uint16Array", "Float32Array", "ImageData"]);
    assert.deepEqual(shape, [64, 64, 64, 256, 128 * 128]);
    assert.deepEqual(leftOver, [124, 124, true, true, 128, 4 * 128 * 128]);
  });

  it("names what is wrong, and goes on", async () => {
    const codes = await blank.page.evaluate(async () => {
      const vg = await load();
      const image = new ImageData(128, 128);
      /** @type {(() => Promise<unknown>)[]} */
      const tries = [
        () => vg.encode(new ImageData(64, 128)),
        () => vg.encode(/** @type {any} */ ([1, 2])),
        () => vg.encode(image, /** @type {any} */ ({ ratio: 1 })),
        () => vg.encode(image, /** @type {any} */ ({ measure: 3 })),
        () => vg.encode(image, { shares: [NaN] }),
        () => vg.encode(image, { shares: [] }),
        () => vg.encode(image, { signal: AbortSignal.abort() }),
        () => vg.encode(image),
      ];
      const codes = [];
      for (const work of tries) codes.push(await codeOf(work));
      vg.close();
      return [...codes, await codeOf(() => vg.encode(image))];
    });
    const bad = ["bad-image", "bad-image", "bad-request", "bad-request", "out-of-range", "bad-request"];
    assert.deepEqual(codes, [...bad, "aborted", "none", "closed"]);
  });

  it("does not begin what was given up before its turn", async () => {
    const { code, after } = await blank.page.evaluate(async () => {
      const vg = await load();
      await vg.prepare("encode");
      const controller = new AbortController();
      const drawing = all(vg, { seed: 1, steps: 8 });
      const waiting = codeOf(() => vg.encode(new ImageData(128, 128), { signal: controller.signal }));
      controller.abort();
      const code = await waiting;
      await drawing;
      return { code, after: (await vg.encode(new ImageData(128, 128))).codes };
    });
    assert.deepEqual([code, after], ["aborted", 160]);
  });

  it("says so where a model has no encoder", async () => {
    const whole = JSON.parse(String(contents.get("manifest.json")));
    const files = whole.files.filter((/** @type {{ role: string }} */ { role }) => role !== "encoder");
    const pack = new Map([...contents, ["manifest.json", Buffer.from(JSON.stringify({ ...whole, files }))]]);
    const server = await startServer({ pack });
    const other = await openBlank(site.browser, server);
    const result = await other.evaluate(async () => {
      const vg = await load();
      return [vg.description.encodes, await codeOf(() => vg.encode(new ImageData(128, 128))), (await all(vg, { steps: 2 })).length];
    });
    assert.deepEqual(result, [false, "pack-missing", 2]);
    await other.context().close();
    await server.stop();
  });

  it("draws a part of a picture again, and names what does not fit", async () => {
    const { codes, known, cells } = await blank.page.evaluate(async () => {
      const vg = await load();
      const { grains, cells } = await vg.encode(new ImageData(128, 128));
      const regions = Uint8Array.from({ length: 64 }, (_, region) => Number(region < 8));
      const [first] = await all(vg, { steps: 3, repaint: { grains, cells, regions } });
      /** @type {any[]} */
      const wrong = [
        { mode: "ar", repaint: { grains, cells, regions } },
        { repaint: { grains, cells, regions: new Uint8Array(64) } },
        { repaint: { grains, cells: cells.slice(1), regions } },
        { repaint: { grains, cells } },
        { repaint: { grains, cells: [...cells.slice(1), 0.5], regions } },
        { repaint: 3 },
      ];
      const codes = [];
      for (const request of wrong) codes.push(await codeOf(() => all(vg, request)));
      const kept = Array.from({ length: 224 }, (_, at) => at + 32);
      return { codes, known: kept.map((cell) => first.known[cell]), cells: kept.map((cell) => first.cells[cell] - cells[cell]) };
    });
    assert.deepEqual([...new Set(codes)], ["bad-request"]);
    assert.deepEqual([...new Set(known)], [1]);
    assert.deepEqual([...new Set(cells)], [0]);
  });

  it("fits any picture into the model's square, on white", async () => {
    const pixels = await blank.page.evaluate(async () => {
      const { fitImage } = await import(new URL("lib/fit-image.js", document.baseURI).href);
      const canvas = new OffscreenCanvas(256, 128);
      const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
      context.fillStyle = "#f00";
      context.fillRect(0, 0, 128, 128);
      const { data, width, height } = fitImage(canvas, 128);
      const at = (/** @type {number} */ x, /** @type {number} */ y) => [...data.slice((y * 128 + x) * 4, (y * 128 + x) * 4 + 4)];
      return { size: [width, height], at: [at(20, 64), at(100, 64), at(20, 10), at(20, 120)] };
    });
    const [red, white] = [[255, 0, 0, 255], [255, 255, 255, 255]];
    assert.deepEqual(pixels, { size: [128, 128], at: [red, white, white, white] });
  });
});
