/** "Complete the set", as a visitor uses it, with the fake engine. */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, makePack, openPage, startServer, useSite } from "../helpers.js";

/** Trained with everything but: the first thing in Blobs, all others in FxEmoji; of the sun with all. */
function pack() {
  const { contents, manifest } = makePack({ filler: 60, stepMs: 10, pairs: true });
  const [styles, , concepts] = manifest.classes.axes;
  const combinations = styles.classes.flatMap((_, style) =>
    concepts.classes.flatMap(({ id }, concept) => (id !== "sun" && (concept ? style === 2 : style === 1) ? [] : [[style, concept]])),
  );
  const classes = { ...manifest.classes, trained: { axes: ["style", "concept"], combinations } };
  return new Map([...contents, ["manifest.json", Buffer.from(JSON.stringify({ ...manifest, classes }))]]);
}

describe("complete the set", { timeout: 10 * TIMEOUT }, () => {
  const contents = pack();
  const site = useSite({ pack: contents });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;

  afterEach(async () => {
    await opened.context.close();
  });

  /** @param {Parameters<typeof openPage>[1]} [options] */
  async function visit(options) {
    opened = await openPage(site.browser, options);
    await opened.page.goto(`${site.server.url}#tab=set`);
    await opened.page.waitForSelector("[data-ready]");
    return opened.page;
  }

  /** @param {import("playwright-core").Page} page */
  const parts = (page) => {
    const panel = page.locator("vg-set");
    return {
      panel,
      rows: panel.locator("tbody tr"),
      find: panel.getByLabel("Find: concept"),
      kind: panel.getByLabel("Category"),
      only: panel.getByLabel("Only rows with a gap"),
      line: panel.locator(".telling-line"),
      detail: panel.locator(".set-detail"),
    };
  };

  it("draws what does not exist, beside its own drawings in the styles it knows", async () => {
    const page = await visit();
    const { panel, rows, detail, line } = parts(page);
    await rows.first().waitFor();
    await panel.getByText(/^Concept by style: \d+ × 7 pairs, of which \d+ were not in the training\.$/).waitFor();
    const cell = panel.getByRole("button", { name: "grinning face, Blobs: new" });
    await cell.click();
    await line.getByText("grinning face, Blobs is drawn, and 3 that the model was trained with.").waitFor();
    assert.equal(await detail.getByRole("heading").textContent(), "grinning face, Blobs");
    await detail.getByText(/the model has never seen such a picture\. This is the model’s own drawing/).waitFor();
    assert.deepEqual(await detail.locator(".exhibits .exhibit-title").allTextContents(), ["Noto", "FxEmoji", "Fluent"]);
    assert.equal(await detail.getByRole("img", { name: /drawn by the model$/ }).count(), 4);
    assert.equal(await cell.locator("canvas").count(), 1);
    await panel.getByRole("button", { name: "With another seed" }).click();
    await line.getByText(/is drawn, and 3/).waitFor();
    // What was drawn can be worked on in the other panels.
    await page.getByRole("tab", { name: "Repaint" }).click();
    await page.locator("vg-repaint").getByText("grinning face, Blobs, as it is").waitFor();
    assert.deepEqual(opened.problems, []);
  });

  it("is searched, and looked through by kind, a page at a time", async () => {
    const page = await visit();
    const { rows, find, kind, only, panel } = parts(page);
    await rows.first().waitFor();
    assert.equal(await rows.count(), 7);
    await find.fill("sun");
    await panel.getByText(/^1 row with a gap$/).waitFor();
    assert.equal(await rows.count(), 1);
    await only.uncheck();
    assert.equal(await rows.count(), 2);
    assert.ok(await kind.isDisabled());
    await find.fill("no such thing");
    await panel.getByText(/^Nothing is found/).waitFor();
    await find.fill("");
    await kind.selectOption("other-object");
    assert.equal(await rows.count(), 40);
    await panel.getByText(/^60 rows, the first 40 of them here/).waitFor();
  });

  it("is one stop by keyboard, and its cells are reached with arrows", async () => {
    const page = await visit();
    const { rows, line, only } = parts(page);
    await rows.first().waitFor();
    await only.focus();
    await page.keyboard.press("Tab");
    const label = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    assert.equal(await label(), "grinning face, Noto: trained with");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    assert.equal(await label(), "grinning face with big eyes, EmojiOne: trained with");
    for (let n = 0; n < 4; n++) await page.keyboard.press("ArrowLeft");
    assert.equal(await label(), "grinning face with big eyes, FxEmoji: new");
    await page.keyboard.press("Enter");
    await line.getByText(/^grinning face with big eyes, FxEmoji is drawn/).waitFor();
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => !document.activeElement?.closest("table")));
  });

  it("goes on with the cell that was chosen last", async () => {
    const page = await visit();
    const { panel, line, detail } = parts(page);
    await panel.getByRole("button", { name: "grinning face, Blobs: new" }).click();
    await panel.getByRole("button", { name: "grinning face, Noto: trained with" }).click();
    await line.getByText("grinning face, Noto is drawn, and 3 that the model was trained with.").waitFor();
    assert.equal(await detail.getByRole("heading").textContent(), "grinning face, Noto");
  });

  it("is not there where a model does not tell which pairs it was trained with", async () => {
    const server = await startServer({ pack: makePack({ filler: 0 }).contents });
    opened = await openPage(site.browser);
    const { page } = opened;
    await page.goto(`${server.url}#tab=set`);
    await page.waitForSelector("[data-ready]");
    assert.deepEqual(await page.getByRole("tab").allTextContents(), ["Draw", "Encode your own", "Repaint", "Compare"]);
    assert.equal(await page.getByRole("tab", { name: "Draw" }).getAttribute("aria-selected"), "true");
    await page.locator("varigrain-player").waitFor();
    await server.stop();
  });

  it("fits a phone", async () => {
    const page = await visit({ context: { viewport: { width: 390, height: 844 }, hasTouch: true } });
    await parts(page).rows.first().waitFor();
    const [wide, room, table, hold] = await page.evaluate(() => {
      const hold = /** @type {Element} */ (document.querySelector(".set-scroll"));
      return [document.documentElement.scrollWidth, innerWidth, hold.scrollWidth, hold.clientWidth];
    });
    assert.ok(wide <= room && table <= hold, `${wide} in ${room}, ${table} in ${hold}`);
  });
});
