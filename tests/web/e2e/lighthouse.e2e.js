/**
 * Lighthouse over the gathered site, as a phone and as a desk, with stand-ins for engine and weights; and
 * that nothing jumps when scripts come late.
 *
 * Of performance only what does not depend on how busy this computer is counts here. The whole score is in the
 * output, and `make lighthouse` holds it to 95.
 */
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { DEVICES, LEAST, PAGES, examine, faults, launchFor, scores } from "../../../scripts/lighthouse.mjs";
import { compress } from "../../../scripts/weight.mjs";
import { TIMEOUT, inRepo, launch, makePack, openPage, startServer, watchShifts } from "../helpers.js";
import { gatherSite } from "../site.js";

/** Of Lighthouse's performance: what the pages are, not how long they took. */
const LASTING = [
  ...["cumulative-layout-shift", "unsized-images", "dom-size", "total-byte-weight", "uses-text-compression", "redirects"],
  ...["modern-image-formats", "uses-optimized-images", "uses-responsive-images", "offscreen-images", "non-composited-animations"],
  ...["legacy-javascript", "duplicated-javascript", "no-document-write", "uses-passive-event-listeners", "font-display"],
];

/** A text with its tables has as many elements as it has. */
const OF_LONG_TEXTS = ["dom-size"];

const WINDOWS = [
  [1350, 940],
  [820, 1180],
  [412, 823],
];
/** What comes last on a page. @type {Record<string, string>} */
const LAST = {
  "index.html": "[data-ready] .figures",
  "tutorial.html": "vg-tut-opening canvas",
  "embed.html": "#both .figures, #both canvas",
  "bench.html": "#reference table, #reference p",
  "doc.html?page=results": "[data-ready] #text table",
};
/** What is left: chips that shift in their row when the first step is known, and such. */
const MOST_SHIFT = 0.03;

describe("the pages before Lighthouse", { timeout: 10 * TIMEOUT }, () => {
  /** @type {ReturnType<typeof gatherSite>} */
  let site;
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  before(async () => {
    site = gatherSite();
    cpSync(inRepo("docs"), join(site.folder, "docs"), { recursive: true });
    compress([site.folder]);
    server = await startServer({ mounts: [`/=${site.folder}`], pack: makePack({ filler: 0, stepMs: 20 }).contents });
  });
  after(async () => {
    await server?.stop();
    site?.remove();
  });

  for (const path of PAGES) {
    for (const device of DEVICES) {
      it(`${path}, ${device}: nothing to find fault with`, async (t) => {
        const browser = await launchFor(["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-unsafe-swiftshader"]);
        try {
          const result = await examine(browser.port, server.url + path, device);
          const { performance, ...of } = scores(result);
          t.diagnostic(`performance ${performance} here, with what the computer had to do besides`);
          for (const category of /** @type {const} */ (["accessibility", "best-practices"])) {
            assert.ok(of[category] >= LEAST[category], `${category} ${of[category]}: ${faults(result, category).join("; ")}`);
          }
          const lasting = LASTING.filter((id) => !(path.startsWith("doc.html") && OF_LONG_TEXTS.includes(id)));
          const poor = lasting.filter((id) => (result.audits[id].score ?? 1) < 0.95);
          assert.deepEqual(poor.map((id) => `${id}: ${result.audits[id].displayValue}`), []);
          assert.deepEqual(result.runWarnings, []);
        } finally {
          await browser.close();
        }
      });
    }
  }

  describe("nothing jumps when the scripts come after the first paint", () => {
    for (const webgpu of [true, false]) {
      for (const path of webgpu ? PAGES : PAGES.slice(0, 1)) {
        it(`${path}${webgpu ? "" : " without a graphics processor"}`, async () => {
          const browser = await launch({ webgpu });
          try {
            for (const [width, height] of WINDOWS) {
              const { page, context } = await openPage(browser, { context: { viewport: { width, height }, serviceWorkers: "block" } });
              /** @type {(value: unknown) => void} */
              let painted = () => {};
              const paint = new Promise((resolve) => (painted = resolve));
              await page.exposeFunction("painted", painted);
              await page.addInitScript(watchShifts);
              await page.route(/\/(app|tutorial|embed|bench|doc)\.js$/, async (route) => {
                await paint;
                await route.continue();
              });
              await page.goto(server.url + path);
              await page.locator(LAST[path]).first().waitFor();
              // What the recordings and the model bring.
              await page.waitForLoadState("networkidle", { timeout: TIMEOUT / 4 }).catch(() => {});
              const shifts = await page.evaluate(() => /** @type {any} */ (globalThis).shifts);
              const sum = shifts.reduce((/** @type {number} */ sum, /** @type {{ value: number }} */ { value }) => sum + value, 0);
              assert.ok(sum < MOST_SHIFT, `${width}x${height}: ${JSON.stringify(shifts)}`);
              await context.close();
            }
          } finally {
            await browser.close();
          }
        });
      }
    }
  });
});
