/** The opening picture as codes of variable length and on a fixed grid, with the line between them, as a visitor finds it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, inRepo, makePack, openPage, useSite } from "../helpers.js";

const MODEL = "portraits-256";
const PAIR = JSON.parse(readFileSync(inRepo("www/recordings/portrait-pair.json"), "utf8"));

describe("the opening picture", { timeout: 10 * TIMEOUT }, () => {
  const site = useSite({ more: { [MODEL]: makePack({ kind: "parts", stepMs: 5 }).contents } });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;
  afterEach(() => opened.context.close());

  /** @param {import("playwright-core").BrowserContextOptions} [context] */
  async function visit(context) {
    opened = await openPage(site.browser, { context });
    const { page } = opened;
    await page.goto(`${site.server.url}#model=${MODEL}`);
    const over = page.locator("varigrain-player .divider");
    return { page, over, line: page.getByRole("slider", { name: "Where the left picture ends" }), words: page.locator("#pair-words") };
  }

  const cost = (/** @type {any} */ { codes, codeBits, mapBits }) => `${codes} codes, ${Math.round(codeBits + mapBits).toLocaleString("en")} bits`;

  it("has a line to drag once it is drawn, with codes and bits of both", async () => {
    const { page, over, line, words } = await visit();
    assert.equal(await over.count(), 0, "not while it is being drawn");
    await over.waitFor();
    const labels = await over.locator("figcaption .side").allTextContents();
    assert.deepEqual(labels, [`Variable length${cost(PAIR.variable)}`, `Fixed grid${cost(PAIR.even)}`]);
    await words.getByText(`(${PAIR.variable.psnr.toFixed(1)} dB PSNR)`).waitFor();
    const [left, right] = await over.locator("canvas").evaluateAll((canvases) =>
      canvases.map((canvas) => String(/** @type {HTMLCanvasElement} */ (canvas).getContext("2d")?.getImageData(0, 0, 256, 256).data)),
    );
    assert.notEqual(left, right);
    const at = () => over.locator(".stage").evaluate((stage) => /** @type {HTMLElement} */ (stage).style.getPropertyValue("--at"));
    assert.equal(await at(), "50%");
    await line.focus();
    await page.keyboard.press("ArrowLeft");
    assert.equal(await at(), "49%");
    assert.equal(await line.getAttribute("aria-valuetext"), "49 % variable length, the rest fixed grid");
    const { x, y, width, height } = /** @type {{ x: number, y: number, width: number, height: number }} */ (await line.boundingBox());
    await page.mouse.move(x + 0.49 * width, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + 0.8 * width, y + height / 2, { steps: 4 });
    await page.mouse.up();
    assert.ok(Math.abs(parseFloat(await at()) - 80) < 4, await at());
    assert.deepEqual(opened.problems, []);
  });

  it("lies over nothing else: not over its steps, other layers or what is drawn next", async () => {
    const { page, over, words } = await visit({ reducedMotion: "reduce" });
    await over.waitFor();
    const player = page.locator("varigrain-player");
    await player.getByText("Grain map", { exact: true }).first().click();
    await over.waitFor({ state: "detached" });
    await words.waitFor({ state: "hidden" });
    await player.getByText("Picture", { exact: true }).click();
    await over.waitFor();
    await player.getByRole("slider", { name: "Step" }).press("Home");
    await over.waitFor({ state: "detached" });
    await player.getByRole("slider", { name: "Step" }).press("End");
    await over.waitFor();
    await page.waitForSelector("[data-ready]");
    await page.locator("vg-prompt").getByRole("button", { name: "Draw", exact: true }).click();
    await page.locator(".seen", { hasText: /^Done in/ }).waitFor();
    assert.equal(await over.count(), 0);
    await words.waitFor({ state: "hidden" });
  });

  it("covers the picture and nothing around it, on a phone too", async () => {
    for (const viewport of [{ width: 1366, height: 768 }, { width: 320, height: 640 }]) {
      const { page, over } = await visit({ viewport, reducedMotion: "reduce" });
      await over.waitFor();
      const [picture, stage] = await Promise.all([page.locator("varigrain-player .plate .picture"), over.locator(".stage")].map((one) => one.boundingBox()));
      for (const side of /** @type {const} */ (["x", "y", "width", "height"])) assert.ok(Math.abs((picture?.[side] ?? 0) - (stage?.[side] ?? 9)) <= 1, JSON.stringify([picture, stage]));
      const [left, right] = await Promise.all([".left-side", ".right-side"].map((side) => over.locator(side).boundingBox()));
      assert.ok(left && right && left.x + left.width < right.x, "the labels do not meet");
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= viewport.width);
      await opened.context.close();
    }
    await visit();
  });

  it("is shown without it if it cannot be read", async () => {
    site.server.hooks.override = (path) => (path.endsWith("portrait-pair.json") ? { body: '{"format":1}', type: "application/json" } : null);
    const { page, over } = await visit({ reducedMotion: "reduce" });
    await page.locator("varigrain-player").getByText("Recorded").waitFor();
    await page.waitForTimeout(300);
    assert.equal(await over.count(), 0);
    assert.ok(await page.locator("vg-notice").getByRole("alert").count().then((count) => count === 0));
  });
});
