/** Drawing a part of a picture again, as a visitor does, with the fake engine. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, clickWhile, inRepo, makePack, openPage, useSite } from "../helpers.js";
import { markedOn, restingBox } from "../pictures.js";

describe("repaint", { timeout: 10 * TIMEOUT }, () => {
  const { contents } = makePack({ filler: 0, stepMs: 100 });
  const site = useSite({ pack: contents });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;

  afterEach(async () => {
    await opened.context.close();
  });

  /** @param {string} [hash] @param {Parameters<typeof openPage>[1]} [options] */
  async function visit(hash = "#tab=repaint", options) {
    opened = await openPage(site.browser, options);
    await opened.page.goto(site.server.url + hash);
    await opened.page.waitForSelector("[data-ready]");
    return opened.page;
  }

  /** @param {import("playwright-core").Page} page */
  const parts = (page) => {
    const panel = page.locator("vg-repaint");
    const button = (/** @type {string | RegExp} */ name) => panel.getByRole("button", { name });
    return {
      panel,
      first: button("Draw a picture to start with"),
      go: button(/^Draw these again/),
      undo: button("Undo"),
      before: button("Show before"),
      sheet: panel.getByRole("application", { name: "Regions to draw again" }),
      line: panel.locator(".telling-line"),
      spoken: panel.locator(".telling").getByRole("status"),
    };
  };

  /** A sum over the picture that tells two apart. @param {import("playwright-core").Page} page */
  const look = (page) =>
    page.locator("vg-repaint .drawable canvas").first().evaluate((element) => {
      const copy = new OffscreenCanvas(128, 128);
      const context = /** @type {OffscreenCanvasRenderingContext2D} */ (copy.getContext("2d"));
      context.drawImage(/** @type {HTMLCanvasElement} */ (element), 0, 0);
      return context.getImageData(0, 0, 128, 128).data.reduce((sum, value, at) => (sum * 31 + value * (at % 97)) % 1000003, 7);
    });

  /** @param {import("playwright-core").Page} page @param {number[]} from @param {number[]} to in regions */
  async function brush(page, from, to) {
    const box = await restingBox(parts(page).sheet);
    const at = (/** @type {number[]} */ [column, row]) => /** @type {[number, number]} */ ([box.x + ((column + 0.5) / 8) * box.width, box.y + ((row + 0.5) / 8) * box.height]);
    await page.mouse.move(...at(from));
    await page.mouse.down();
    await page.mouse.move(...at(to), { steps: 3 });
    await page.mouse.up();
  }

  it("begins with what was recorded of this very model, and with nothing of another version", async () => {
    const file = JSON.parse(readFileSync(inRepo("www/recordings/red-heart.json"), "utf8"));
    const { name, version } = JSON.parse(String(contents.get("manifest.json")));
    for (const [told, there] of /** @type {const} */ ([[version, true], ["another", false]])) {
      site.server.hooks.override = (path) => (path.endsWith("red-heart.json") ? { body: JSON.stringify({ ...file, model: name, version: told }), type: "application/json" } : null);
      const page = await visit();
      const { first, sheet, panel } = parts(page);
      if (there) {
        await sheet.waitFor();
        await panel.getByText("red heart, as it is").filter({ visible: true }).first().waitFor();
        assert.equal(await first.isVisible(), false);
        await brush(page, [1, 1], [3, 1]);
        await parts(page).go.click();
        await parts(page).line.getByText(/^Drawn again/).waitFor();
      } else {
        await panel.getByText("You have no picture yet").first().waitFor();
        await page.waitForTimeout(300);
        assert.equal(await sheet.isVisible(), false);
      }
      await opened.context.close();
    }
    await visit();
  });

  it("draws a picture for those who have none, and a part of it again, and takes that back", async () => {
    const page = await visit();
    const { first, go, undo, before, line, panel, sheet } = parts(page);
    await panel.getByText("You have no picture yet").first().waitFor();
    assert.equal(await sheet.isVisible(), false);
    await first.click();
    await line.getByText(/is drawn\. Brush over/).waitFor();
    assert.ok(await go.isDisabled());
    await brush(page, [1, 1], [4, 1]);
    assert.match(String(await go.textContent()), /\(\d+ codes\)/);
    await brush(page, [4, 1], [4, 1]);
    const old = await look(page);
    const marks = panel.locator(".drawable .marks");
    const covered = await markedOn(marks);
    await go.click();
    await line.getByText(/^Drawn again: \d+ codes; the other \d+ are as they were\.$/).waitFor();
    const fresh = await look(page);
    assert.notEqual(fresh, old);
    // What was drawn is to be seen: nothing but outlines lies over it.
    assert.ok((await markedOn(marks)) < covered / 2);
    await before.click();
    assert.equal(await look(page), old);
    await panel.getByRole("img", { name: /, before$/ }).waitFor();
    await before.click();
    assert.equal(await look(page), fresh);
    await undo.click();
    assert.equal(await look(page), old);
    assert.ok(await undo.isDisabled());
    // What was chosen stays so: another try is one press away.
    await go.click();
    await line.getByText(/^Drawn again/).waitFor();
    assert.equal(await panel.locator(".piece").count(), 3);
    assert.deepEqual(opened.problems, []);
  });

  it("keeps what was chosen when another picture arrives late", async () => {
    const page = await visit();
    const { first, go, line, panel } = parts(page);
    await first.click();
    await line.getByText(/is drawn/).waitFor();
    await brush(page, [1, 1], [4, 1]);
    const asked = String(await go.textContent());
    assert.match(asked, /\(\d+ codes\)/);
    const arrive = () =>
      panel.evaluate((element) => {
        const { shelf } = /** @type {any} */ (element).studio;
        shelf.add({ ...shelf.pieces[0], title: "A late one", from: "encoded" });
      });
    await arrive();
    await panel.getByRole("button", { name: "A late one" }).waitFor();
    assert.equal(await go.textContent(), asked);
    // What arrives while one is elsewhere is there when one comes back.
    await page.getByRole("tab", { name: /Encode/ }).click();
    await arrive();
    await page.getByRole("tab", { name: /Repaint/ }).click();
    await panel.getByText("A late one, as it is").waitFor();
  });

  it("is chosen by keyboard, and says where one is", async () => {
    const page = await visit("#concept=sun&seed=4&tab=repaint");
    const { go, line, panel, sheet, spoken } = parts(page);
    await sheet.waitFor();
    await panel.getByText("sun, as it is").waitFor();
    await sheet.focus();
    await page.keyboard.press("Space");
    await spoken.getByText("row 4, column 4, chosen").waitFor();
    await page.keyboard.press("ArrowRight");
    await spoken.getByText("row 4, column 5, not chosen").waitFor();
    await page.keyboard.press("Space");
    await page.keyboard.press("Space");
    await go.focus();
    await page.keyboard.press("Enter");
    const said = String(await line.getByText(/^Drawn again/).textContent());
    assert.match(said, /^Drawn again: [14] codes/);
  });

  it("can be stopped, and then the picture is as it was", async () => {
    const page = await visit();
    const { first, go, line, panel, undo } = parts(page);
    await first.click();
    await line.getByText(/is drawn/).waitFor();
    const old = await look(page);
    await panel.getByRole("button", { name: "Everything" }).click();
    await go.click();
    await clickWhile(line, /^Drawing: step/, panel.locator(".telling > button"));
    await line.getByText("Stopped. The picture is as it was.").waitFor();
    assert.equal(await look(page), old);
    assert.ok(await undo.isDisabled());
    await panel.getByRole("button", { name: "Nothing" }).click();
    assert.ok(await go.isDisabled());
  });

  it("takes over what was encoded", async () => {
    const page = await visit("#tab=encode");
    const encode = page.locator("vg-encode");
    await encode.getByRole("button", { name: /^Download the encoder/ }).click();
    await encode.getByRole("button", { name: "Repaint a part of it" }).click();
    const { panel, go, line } = parts(page);
    await panel.getByText("Cat face, as it is").waitFor();
    assert.match(page.url(), /tab=repaint/);
    await panel.getByRole("button", { name: "All detailed regions" }).click();
    await go.click();
    await line.getByText(/^Drawn again: 128 codes; the other 32/).waitFor();
    assert.deepEqual(opened.problems, []);
  });

  it("fits a phone, and is brushed with a finger", async () => {
    const page = await visit("#tab=repaint", { context: { viewport: { width: 390, height: 844 }, hasTouch: true } });
    const { first, line, go, sheet } = parts(page);
    await first.click();
    await line.getByText(/is drawn/).waitFor();
    await sheet.tap();
    assert.match(String(await go.textContent()), /\([14] codes\)/);
    const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= room, `${wide} in ${room}`);
  });
});

describe("repainting what was drawn for any", { timeout: 10 * TIMEOUT }, () => {
  const { contents } = makePack({ filler: 0, stepMs: 20, pairs: true });
  const site = useSite({ pack: contents });

  it("keeps its class, whatever the next seed would draw", async () => {
    const { page, context, problems } = await openPage(site.browser);
    await page.goto(`${site.server.url}#seed=4`);
    await page.waitForSelector("[data-ready]");
    // The fifth pair of the fake engine.
    await page.getByRole("img", { name: "slightly smiling face in Noto, finished" }).waitFor();
    await page.locator(".seen", { hasText: /^Done in .* for slightly smiling face in Noto\.$/ }).waitFor();
    await page.locator(".print", { hasText: "slightly smiling face" }).getByText("Noto").waitFor();
    await page.getByRole("tab", { name: "Repaint" }).click();
    const panel = page.locator("vg-repaint");
    await panel.getByText("slightly smiling face in Noto, as it is").waitFor();
    assert.equal(await panel.getByRole("combobox", { name: "What should be there?" }).inputValue(), "slightly smiling face");
    await panel.getByRole("button", { name: "Everything" }).click();
    await panel.getByRole("button", { name: /^Draw these again/ }).click();
    await panel.locator(".telling-line").getByText(/^Drawn again/).waitFor();
    await panel.getByText("slightly smiling face in Noto, after").waitFor();
    assert.deepEqual(problems, []);
    await context.close();
  });
});
