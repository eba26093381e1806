/** What the browser's own codecs make of a picture in so many bytes, and the table of it. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { codecTable } from "../../../scripts/codec-table.mjs";
import { TIMEOUT, useBlankPage, useSite } from "../helpers.js";

describe("an ordinary codec", { timeout: 4 * TIMEOUT }, () => {
  const site = useSite({});
  const blank = useBlankPage(site);

  /** Of a picture of waves. @param {number} budget @param {"WEBP" | "JPEG"} format */
  const made = (budget, format) =>
    blank.page.evaluate(
      async ([budget, format]) => {
        const at = (/** @type {string} */ path) => new URL(path, document.baseURI).href;
        const codec = await import(at("lib/ordinary-codec.js"));
        const size = 64;
        const picture = new ImageData(size, size);
        for (let at = 0; at < size * size; at++) {
          const [x, y] = [at % size, Math.floor(at / size)];
          picture.data.set([128 + 100 * Math.sin((x * y) / 90), 255 - 3 * x, 90 + 80 * Math.cos(y / 5), 255], 4 * at);
        }
        const { fit, least, format: name } = await codec.ordinary(picture, budget, { formats: [codec[format]] });
        if (!fit) return { fit: null, least, name };
        const bytes = new Uint8Array(await fit.file.arrayBuffer());
        const { quality, psnr, image, stored } = fit;
        const text = String.fromCharCode(...bytes.slice(0, 400));
        return { fit: { size: fit.size, quality, psnr, bytes: fit.bytes, length: bytes.length, shown: image.width, stored: stored.width }, profiled: /ICC/.test(text), least, name };
      },
      /** @type {const} */ ([budget, format]),
    );

  it("keeps to its bytes, without a colour profile, and does better with more", async () => {
    for (const format of /** @type {const} */ (["WEBP", "JPEG"])) {
      let before = 0;
      for (const budget of [700, 1000, 2500]) {
        const { fit, profiled } = await made(budget, format);
        assert.ok(fit && !profiled, `${format} in ${budget}`);
        assert.ok(fit.bytes <= budget && fit.bytes === fit.length, `${fit.bytes} of ${budget}`);
        assert.deepEqual([fit.shown, fit.stored], [64, fit.size]);
        assert.ok(fit.psnr > before && fit.psnr < 60, `${format} in ${budget}: ${fit.psnr}`);
        before = fit.psnr;
      }
    }
  });

  it("becomes smaller where it must, and says so where nothing fits", async () => {
    const small = await made(150, "WEBP");
    assert.ok(small.fit && small.fit.size < 64 && small.fit.bytes <= 150);
    const none = await made(30, "WEBP");
    assert.deepEqual([none.fit, none.name], [null, "WebP"]);
    assert.ok(none.least > 30 && none.least < 100, String(none.least));
    // Its tables alone take more.
    assert.equal((await made(200, "JPEG")).fit, null);
  });

  it("is measured over a folder of pictures", async () => {
    const folder = mkdtempSync(join(tmpdir(), "varigrain-codecs-"));
    const base64 = await blank.page.evaluate(() => {
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = 48;
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      for (let x = 0; x < 48; x++) {
        context.fillStyle = `hsl(${x * 11} 70% ${30 + x}%)`;
        context.fillRect(x, 0, 1, 48 - x / 2);
      }
      return canvas.toDataURL("image/png").split(",")[1];
    });
    writeFileSync(join(folder, "bands.png"), Buffer.from(base64, "base64"));
    const { rows, means } = await codecTable({ pictures: folder, budgets: [120, 900] });
    rmSync(folder, { recursive: true });
    assert.deepEqual(rows.map(({ picture, budget }) => [picture, budget]), [["bands", 120], ["bands", 900]]);
    const [few, many] = rows;
    assert.ok(few.webp.found && few.webp.found.bytes <= 120 && few.jpeg.found === null && few.jpeg.least > 120);
    assert.ok(many.webp.found && many.jpeg.found && many.webp.found.psnr > few.webp.found.psnr && many.webp.found.ssim > few.webp.found.ssim);
    assert.deepEqual(means.map(({ webp, jpeg }) => [webp.fits, jpeg.fits]), [[1, 0], [1, 1]]);
  });
});
