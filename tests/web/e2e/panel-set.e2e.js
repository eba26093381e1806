/** "Complete the set", as a visitor uses it, with the fake engine and a table of its own. */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { encodePairs } from "../../../www/lib/pairs.js";
import { TIMEOUT, makePack, openPage, useSite } from "../helpers.js";

describe("complete the set", { timeout: 10 * TIMEOUT }, () => {
  const { contents, manifest } = makePack({ filler: 60, stepMs: 10 });
  const { styles, concepts } = manifest.classes;
  const ids = (/** @type {{ id: string }[]} */ list) => list.map(({ id }) => id);
  const at = (/** @type {string} */ id) => ids(concepts).indexOf(id);
  /** Blobs lack the first thing, FxEmoji everything but it; one is held out; sun is complete. */
  const items = concepts.flatMap((_, concept) =>
    styles.flatMap((_, style) => {
      const gap = concept !== at("sun") && (concept === 0 ? style === 1 : style === 2);
      return gap ? [] : [{ style, concept, split: concept === 0 && style === 3 ? "test-cells" : "train" }];
    }),
  );
  const table = JSON.stringify(encodePairs(ids(styles), ids(concepts), items));
  const site = useSite({ pack: contents });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;

  afterEach(async () => {
    await opened.context.close();
  });

  /** @param {Parameters<typeof openPage>[1]} [options] @param {string} [body] */
  async function visit(options, body = table) {
    site.server.hooks.override = (path) => (path.endsWith("/data/pairs.json") ? { body, type: "application/json" } : null);
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
      find: panel.getByLabel("Find things"),
      kind: panel.getByLabel("Kind of thing"),
      only: panel.getByLabel("Only things with a gap"),
      line: panel.locator(".telling-line"),
      detail: panel.locator(".set-detail"),
    };
  };

  it("draws what does not exist, beside its own drawings in the styles it knows", async () => {
    const page = await visit();
    const { panel, rows, detail, line } = parts(page);
    await rows.first().waitFor();
    await panel.getByText(/^\d+ things in 7 styles: \d+ of \d+ drawings do not exist\.$/).waitFor();
    const cell = panel.getByRole("button", { name: "grinning face in Blobs: does not exist" });
    await cell.click();
    await line.getByText("grinning face in Blobs is drawn, and in 3 other styles.").waitFor();
    assert.equal(await detail.getByRole("heading").textContent(), "grinning face in Blobs");
    await detail.getByText(/nobody has drawn it in this style\. This is the model’s own drawing/).waitFor();
    // Fluent is held out here, so it is not among them.
    assert.deepEqual(await detail.locator(".exhibits .exhibit-title").allTextContents(), ["Noto", "FxEmoji", "Fluent flat"]);
    assert.equal(await detail.getByRole("img", { name: /drawn by the model$/ }).count(), 4);
    assert.equal(await cell.locator("canvas").count(), 1);
    assert.equal(await panel.getByRole("button", { name: "grinning face in Fluent: drawn, held out" }).count(), 1);
    await panel.getByRole("button", { name: "With another seed" }).click();
    await line.getByText(/is drawn, and in 3/).waitFor();
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
    await panel.getByText(/^1 thing with a gap/).waitFor();
    assert.equal(await rows.count(), 1);
    await only.uncheck();
    assert.equal(await rows.count(), 2);
    assert.ok(await kind.isDisabled());
    await find.fill("no such thing");
    await panel.getByText(/^Nothing is found/).waitFor();
    await find.fill("");
    await kind.selectOption("other-object");
    assert.equal(await rows.count(), 40);
    await panel.getByText(/^60 things, the first 40 of them here/).waitFor();
  });

  it("is one stop by keyboard, and its cells are reached with arrows", async () => {
    const page = await visit();
    const { rows, line, only } = parts(page);
    await rows.first().waitFor();
    await only.focus();
    await page.keyboard.press("Tab");
    const label = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    assert.equal(await label(), "grinning face in Noto: drawn, and trained with");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    assert.equal(await label(), "grinning face with big eyes in EmojiOne: drawn, and trained with");
    for (let n = 0; n < 4; n++) await page.keyboard.press("ArrowLeft");
    assert.equal(await label(), "grinning face with big eyes in FxEmoji: does not exist");
    await page.keyboard.press("Enter");
    await line.getByText(/^grinning face with big eyes in FxEmoji is drawn/).waitFor();
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => !document.activeElement?.closest("table")));
  });

  it("goes on with the cell that was chosen last", async () => {
    const page = await visit();
    const { panel, line, detail } = parts(page);
    await panel.getByRole("button", { name: "grinning face in Blobs: does not exist" }).click();
    await panel.getByRole("button", { name: "grinning face in Noto: drawn, and trained with" }).click();
    await line.getByText("grinning face in Noto is drawn, and in 3 other styles.").waitFor();
    assert.equal(await detail.getByRole("heading").textContent(), "grinning face in Noto");
  });

  it("says so if the table is another model's", async () => {
    const page = await visit({}, "{}");
    await parts(page).panel.getByRole("alert").getByText(/belongs to another model/).waitFor();
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
