/** "Complete the set", as a visitor uses it, with the fake engine. */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { pictureText } from "../../../www/lib/picture-link.js";
import { writePicture } from "../fake/bytes.js";
import { layout } from "../fake/layout.js";
import { TIMEOUT, makePack, openPage, startServer, useSite } from "../helpers.js";

/** What the drawings of a style are painted with: every code of them. */
const CODES = [3, 12, 48, 15, 51, 60, 21];

/**
 * Trained with everything but: the first thing in Blobs, all others in FxEmoji; of the sun with all. There is a real drawing
 * of the first thing in each style but FxEmoji, and of the second one in each.
 */
function pack() {
  const { contents, manifest } = makePack({ filler: 60, stepMs: 10, pairs: true });
  const [styles, , concepts] = manifest.classes.axes;
  const combinations = styles.classes.flatMap((_, style) =>
    concepts.classes.flatMap(({ id }, concept) => (id !== "sun" && (concept ? style === 2 : style === 1) ? [] : [[style, concept]])),
  );
  const classes = { ...manifest.classes, trained: { axes: ["style", "concept"], combinations } };
  const { grid, image } = manifest.architecture.tokenizer;
  const cells = grid.regions * 2 ** (grid.granularities - 1);
  const text = (/** @type {number} */ code) =>
    pictureText(writePicture({ grains: new Uint8Array(grid.regions ** 2), cells: new Uint16Array(cells ** 2).fill(code) }, manifest, layout({ ...grid, cells }, image)));
  const texts = styles.classes.map(({ id }, style) => [id, text(CODES[style])]);
  const sheets = new Map();
  for (const [at, { id, parent = "all" }] of concepts.classes.entries()) {
    const drawings = sheets.get(parent) ?? {};
    if (at < 2) drawings[id] = Object.fromEntries(at ? texts : texts.filter((_, style) => style !== 2));
    sheets.set(parent, drawings);
  }
  const files = [...sheets].map(([name, drawings]) => /** @type {const} */ ([`drawings/${name}.json`, Buffer.from(JSON.stringify({ axes: ["concept", "style"], drawings }))]));
  return new Map([...contents, ...files, ["manifest.json", Buffer.from(JSON.stringify({ ...manifest, classes }))]]);
}

/** @param {number} code @returns {number[]} RGB, as the fake decoder has it */
const colour = (code) => [4, 2, 0].map((shift) => ((code >> shift) & 3) * 85);
/** In the middle. @param {import("playwright-core").Locator} canvas */
const colourOf = (canvas) =>
  canvas.evaluate((/** @type {HTMLCanvasElement} */ one) => [...(one.getContext("2d")?.getImageData(one.width / 2, one.height / 2, 1, 1).data ?? [])].slice(0, 3));

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
    await panel.getByText(/^Concept by style: \d+ × 7 pairs, \d+ of which were not in the training data\.$/).waitFor();
    const cell = panel.getByRole("button", { name: "grinning face, Blobs: held out" });
    await cell.click();
    await line.getByText("grinning face, Blobs is drawn, and 3 that the model was trained with.").waitFor();
    assert.equal(await detail.getByRole("heading").textContent(), "grinning face, Blobs");
    await detail.getByText(/^Held out: there is a real drawing of it, which the model has never seen\. This is the model’s own drawing/).waitFor();
    assert.deepEqual(await detail.locator(".exhibits .exhibit-title").allTextContents(), ["Noto", "FxEmoji", "Fluent"]);
    assert.equal(await detail.getByRole("img", { name: /drawn by the model$/ }).count(), 4);
    // The truth beside it, of Blobs.
    const truth = detail.getByRole("img", { name: "grinning face, Blobs, the real drawing" });
    assert.deepEqual(await colourOf(truth), colour(CODES[1]));
    assert.match(String(await detail.locator(".set-pair").textContent()), /The model’s drawing\d+ codesThe real drawingas 64 codes$/);
    assert.equal(await cell.locator("canvas").count(), 1);
    assert.equal(await cell.getAttribute("aria-label"), "grinning face, Blobs: held out, drawn by the model");
    await panel.getByRole("button", { name: "With another seed" }).click();
    await line.getByText(/is drawn, and 3/).waitFor();
    // What was drawn can be worked on in the other panels.
    await page.getByRole("tab", { name: "Repaint" }).click();
    await page.locator("vg-repaint").getByText("grinning face, Blobs, as it is").waitFor();
    assert.deepEqual(opened.problems, []);
  });

  it("has the real drawings in its cells, but not where training lacked them", async () => {
    const page = await visit();
    const { panel, rows, detail, line } = parts(page);
    await rows.first().waitFor();
    const cell = (/** @type {string} */ style) => rows.first().getByRole("button", { name: `grinning face, ${style}: ` });
    for (const [style, at] of /** @type {const} */ ([["Noto", 0], ["Fluent", 3], ["EmojiOne", 6]])) {
      await rows.first().getByRole("button", { name: `grinning face, ${style}: trained with, the real drawing` }).waitFor();
      assert.deepEqual(await colourOf(cell(style).locator("canvas")), colour(CODES[at]));
    }
    assert.equal(await cell("Blobs").locator("canvas").count(), 0, "held out: it is the model's to draw");
    assert.equal(await cell("FxEmoji").locator("canvas").count(), 0, "nobody has drawn it");
    assert.equal(await cell("FxEmoji").getAttribute("aria-label"), "grinning face, FxEmoji: trained with");
    assert.deepEqual(await panel.locator(".set-legend li").allTextContents(), ["Trained with", "Held out", "New"]);
    // What the model draws takes the real one's place, and the real one is beside it.
    await cell("Noto").click();
    await line.getByText("grinning face, Noto is drawn, and 3 that the model was trained with.").waitFor();
    await rows.first().getByRole("button", { name: "grinning face, Noto: trained with, drawn by the model" }).waitFor();
    assert.deepEqual(await colourOf(detail.getByRole("img", { name: "grinning face, Noto, the real drawing" })), colour(CODES[0]));
    await cell("FxEmoji").click();
    await line.getByText(/^grinning face, FxEmoji is drawn/).waitFor();
    assert.equal(await detail.getByRole("img", { name: /the real drawing$/ }).count(), 0);
    assert.deepEqual(opened.problems, []);
  });

  it("asks for the drawings of the kind on show only, and does without them", async () => {
    const page = await visit();
    const { rows } = parts(page);
    await rows.first().getByRole("button", { name: /the real drawing$/ }).first().waitFor();
    assert.equal(site.server.requests.filter((path) => path.includes("/drawings/")).length, 1);
    await opened.context.close();
    site.server.hooks.override = (path) => (path.includes("/drawings/") ? { body: '{"axes":["concept"],"drawings":{}}', type: "application/json" } : null);
    const other = parts(await visit());
    await other.panel.getByRole("button", { name: "grinning face, Blobs: new" }).click();
    await other.line.getByText("grinning face, Blobs is drawn, and 3 that the model was trained with.").waitFor();
    assert.equal(await other.detail.getByRole("img", { name: /the real drawing$/ }).count(), 0);
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
    assert.match(String(await label()), /^grinning face, Noto: trained with/);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    assert.match(String(await label()), /^grinning face with big eyes, EmojiOne: trained with/);
    for (let n = 0; n < 4; n++) await page.keyboard.press("ArrowLeft");
    assert.match(String(await label()), /^grinning face with big eyes, FxEmoji: (held out|new)$/);
    await page.keyboard.press("Enter");
    await line.getByText(/^grinning face with big eyes, FxEmoji is drawn/).waitFor();
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => !document.activeElement?.closest("table")));
  });

  it("goes on with the cell that was chosen last", async () => {
    const page = await visit();
    const { panel, line, detail } = parts(page);
    await panel.getByRole("button", { name: /^grinning face, Blobs: / }).click();
    await panel.getByRole("button", { name: "grinning face, Noto: trained with" }).click();
    await line.getByText("grinning face, Noto is drawn, and 3 that the model was trained with.").waitFor();
    assert.equal(await detail.getByRole("heading").textContent(), "grinning face, Noto");
  });

  it("is not there where the only model does not tell which pairs it was trained with", async () => {
    const server = await startServer({ pack: makePack({ filler: 0 }).contents });
    const list = await (await fetch(`${server.url}models/index.json`)).json();
    const alone = { ...list, models: list.models.filter((/** @type {{ id: string }} */ { id }) => id === list.default) };
    server.hooks.override = (path) => (path.endsWith("models/index.json") ? { body: JSON.stringify(alone), type: "application/json" } : null);
    opened = await openPage(site.browser);
    const { page } = opened;
    await page.goto(`${server.url}#tab=set`);
    await page.waitForSelector("[data-ready]");
    assert.deepEqual(await page.getByRole("tab").allTextContents(), ["Draw", "Encode your own", "Repaint", "Compare", "Look inside"]);
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
