/**
 * The page with models of every kind, with the fake engine: controls made from what a model says of itself, the picker,
 * links to each, and links that fit none. And a site that gets another model while it is served.
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, launch, makePack, openPage, shippedModels, showMore, startServer, useSite } from "../helpers.js";
import { gatherSite } from "../site.js";

/** @typedef {import("playwright-core").Page} Page */

/** @param {Page} page */
const parts = (page) => ({
  model: (/** @type {string} */ name) => page.locator("vg-model-picker").getByLabel(name, { exact: true }),
  prompt: page.locator("vg-prompt"),
  go: page.locator("vg-prompt").getByRole("button", { name: "Draw", exact: true }),
  group: (/** @type {string} */ name) => page.locator("vg-prompt").getByRole("group", { name, exact: true }),
  seed: page.locator("vg-prompt").getByLabel("Seed", { exact: true }),
  seen: page.locator(".seen"),
  done: page.locator(".seen", { hasText: /^Done in/ }),
  notice: page.locator(".notice"),
  prints: page.locator(".print"),
  tabs: page.getByRole("tab"),
});

const ready = (/** @type {Page} */ page) => page.waitForSelector("[data-ready]");

describe("a page of several models", { timeout: 10 * TIMEOUT }, () => {
  const more = {
    one: makePack({ kind: "one-axis", stepMs: 10 }).contents,
    none: makePack({ kind: "no-axis", stepMs: 10, ar: false }).contents,
    three: makePack({ kind: "three-grains", stepMs: 10, pairs: true }).contents,
  };
  const site = useSite({ pack: makePack({ filler: 0, stepMs: 10, pairs: true }).contents, more });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;

  afterEach(async () => {
    await opened.context.close();
  });

  /** @param {string} [hash] @param {Parameters<typeof openPage>[1]} [options] */
  async function visit(hash = "", options) {
    opened = await openPage(site.browser, options);
    await opened.page.goto(site.server.url + hash);
    await ready(opened.page);
    return opened.page;
  }

  /** @param {Page} page @param {string} name */
  async function change(page, name) {
    await parts(page).model(name).check();
    await ready(page);
  }

  it("has a control for each axis, a share for each granularity, and panels for what a model can do", async () => {
    const page = await visit();
    const { prompt, go, group, done, tabs } = parts(page);
    assert.deepEqual(await tabs.allTextContents(), ["Draw", "Encode your own", "Repaint", "Compare", "Look inside", "Complete the set"]);
    await change(page, "The one");
    // It has no pairs, and says so where they would be.
    assert.deepEqual(await tabs.allTextContents(), ["Draw", "Encode your own", "Repaint", "Compare", "Look inside", "Complete the set"]);
    assert.equal(await prompt.getByRole("combobox", { name: "What should it draw?" }).count(), 0);
    assert.ok(await group("Mood").getByLabel("Any").isChecked());
    await group("Mood").getByLabel("Calm").check();
    await go.click();
    await page.getByRole("img", { name: "Calm, finished" }).waitFor();
    await done.waitFor();
    // An axis that is called like a setting.
    assert.match(page.url(), /#model=one&axis\.mode=calm&seed=\d+&v=1$/);

    await change(page, "The none");
    assert.equal(await prompt.getByRole("group", { name: "Mood" }).count(), 0);
    assert.equal(await prompt.getByRole("button", { name: "Surprise me" }).isVisible(), false);
    // One generator only, one granularity only: nothing to choose.
    assert.equal(await prompt.getByRole("group", { name: "Method" }).isVisible(), false);
    await prompt.locator("summary").click();
    assert.equal(await prompt.getByRole("slider", { name: /share/ }).count(), 0);
    await go.click();
    await page.getByRole("img", { name: "a picture, finished" }).waitFor();
    await done.waitFor();
    assert.match(page.url(), /#model=none&seed=\d+&v=1$/);

    await change(page, "The three");
    assert.deepEqual(await tabs.allTextContents(), ["Draw", "Encode your own", "Repaint", "Compare", "Look inside", "Complete the set"]);
    await group("Subject").getByLabel("Sun").check();
    const [middle, fine] = ["Middle share", "Fine share"].map((name) => prompt.getByRole("slider", { name }));
    await fine.fill("0.75");
    assert.equal(await middle.inputValue(), "0.25");
    await middle.fill("0.5");
    assert.equal(await fine.inputValue(), "0.5");
    await go.click();
    await page.getByRole("img", { name: /^Sun in \w+, finished$/ }).waitFor();
    assert.match(page.url(), /#model=three&subject=sun&seed=\d+&shares=0\.5,0\.5&v=1$/);
    const figures = page.getByRole("group", { name: "Figures" });
    assert.match(String(await figures.textContent()), /0 coarse, 8 middle, 8 fine/);
    await page.getByText("middle = 4 codes").waitFor();
    assert.deepEqual(opened.problems, []);
  });

  it("frees the model before, brings its pictures back, and gives panels the model that is used", async () => {
    const page = await visit("#model=one&axis.mode=grim&seed=5&steps=3");
    const { done, prints, model, seed, group, tabs } = parts(page);
    await done.waitFor();
    assert.ok(await model("The one").isChecked());
    await tabs.filter({ hasText: "Repaint" }).click();
    const panel = page.locator("vg-repaint");
    await panel.getByText("Grim, as it is").waitFor();
    assert.equal(await panel.getByRole("group", { name: "Mood" }).getByLabel("Grim").isChecked(), true);
    await change(page, "The three");
    assert.equal(page.workers().length, 1);
    // The pictures of the last model are not this one's to repaint.
    await panel.getByText("You have no picture yet").first().waitFor();
    await panel.getByRole("button", { name: "Draw a picture to start with" }).click();
    await panel.getByText(/is drawn\. Brush over/).first().waitFor();
    assert.equal(page.workers().length, 1);
    await tabs.filter({ hasText: "Complete the set" }).click();
    await page.locator("vg-set").getByRole("button", { name: "Cat, Fluent: new" }).click();
    await page.locator("vg-set .telling-line").getByText("Cat, Fluent is drawn, and 2 that the model was trained with.").waitFor();
    await prints.click();
    await ready(page);
    assert.ok(await model("The one").isChecked());
    assert.equal(await seed.inputValue(), "5");
    assert.ok(await group("Mood").getByLabel("Grim").isChecked());
    await page.getByRole("img", { name: "Grim, finished" }).waitFor();
    assert.match(page.url(), /#model=one&axis\.mode=grim&seed=5&steps=3&v=1$/);
    assert.equal(page.workers().length, 1);
    assert.deepEqual(opened.problems, []);
  });

  it("is changed while a model is on its way, and while it draws", async () => {
    let come = false;
    const late = more.three.get("nar.safetensors");
    site.server.hooks.override = (path) => (path.endsWith("/three/nar.safetensors") ? { body: late, until: () => come } : null);
    const page = await visit("#seed=4&steps=64");
    const { seen, model, go, done } = parts(page);
    await seen.getByText(/^Drawing: step [2-9]/).waitFor();
    await model("The three").check();
    await seen.getByText(/^Downloading the model/).waitFor();
    await go.click();
    await model("The one").check();
    await ready(page);
    come = true;
    assert.equal(page.workers().length, 1);
    assert.ok(await go.isVisible());
    await go.click();
    await done.waitFor();
    assert.match(page.url(), /#model=one&/);
    assert.equal(await parts(page).notice.count(), 0);
    assert.deepEqual(opened.problems, []);
  });

  it("follows a link to another of its models", async () => {
    const page = await visit("#concept=sun&seed=1&steps=2");
    await parts(page).done.waitFor();
    await page.evaluate(() => (location.hash = "#model=three&subject=heart&style=noto&seed=8&steps=3&shares=0.2,0.3"));
    await page.getByRole("img", { name: "Heart, finished" }).waitFor();
    await parts(page).done.waitFor();
    assert.ok(await parts(page).group("Style").getByLabel("Noto").isChecked());
    assert.equal(await page.getByRole("slider", { name: "Step", exact: true }).getAttribute("max"), "2");
    assert.match(page.url(), /#model=three&subject=heart&style=noto&seed=8&steps=3&shares=0\.2,0\.3&v=1$/);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await showMore(page);
    await page.getByRole("button", { name: "Copy embed code" }).click();
    await parts(page).seen.getByText(/^The markup for this player is in/).waitFor();
    const markup = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(markup, /<varigrain-player model="three" drawing-style="noto" prompt="subject=heart" seed="8" steps="3" shares="0\.2,0\.3" poster="data:image\/webp;base64,[^"]+">/);
  });

  for (const [what, hash, message] of /** @type {[string, string, RegExp][]} */ ([
    ["an axis twice", "#model=three&style=noto&style=fluent&seed=9", /names style more than once/],
    ["an axis that the model lacks", "#model=three&hair=long&seed=9", /chooses a “hair”, which this model does not know/],
    ["a class that the axis lacks", "#model=three&subject=dragon&seed=9", /a subject this model does not have \(dragon\)/],
    ["shares of another grid", "#model=three&shares=0.5&seed=9", /shares of finer regions do not fit this model/],
    ["another version", "#model=three&subject=cat&seed=9&v=7", /another version of the model; here it is 1/],
  ])) {
    it(`says what of a link cannot be had, and keeps the rest: ${what}`, async () => {
      const page = await visit(hash);
      await parts(page).notice.getByText(message).waitFor();
      assert.ok(await parts(page).model("The three").isChecked());
      assert.equal(await parts(page).seed.inputValue(), "9");
      await parts(page).go.click();
      await parts(page).done.waitFor();
      assert.deepEqual(opened.problems, []);
    });
  }

  it("says that it does not have the model of a link, and loses nothing", async () => {
    const page = await visit("#model=one&axis.mode=calm&seed=5&steps=2");
    const { done, notice, seed, group, prints, model } = parts(page);
    await done.waitFor();
    await page.evaluate(() => (location.hash = "#model=dragons&wings=four&seed=6"));
    await notice.getByText(/for another model \(dragons\); here it is one, so it was not followed/).waitFor();
    assert.ok(await model("The one").isChecked());
    assert.equal(await seed.inputValue(), "5");
    assert.ok(await group("Mood").getByLabel("Calm").isChecked());
    assert.equal(await prints.count(), 1);
    await page.getByRole("img", { name: "Calm, finished" }).waitFor();
    assert.deepEqual(opened.problems, []);
  });

  it("comes back to a model that was given up while it was on its way", async () => {
    let come = false;
    const late = more.three.get("nar.safetensors");
    site.server.hooks.override = (path) => (path.endsWith("/three/nar.safetensors") ? { body: late, until: () => come } : null);
    const page = await visit();
    const { seen, model, go, done, notice } = parts(page);
    for (const name of ["The three", "The one", "The three"]) await model(name).check();
    await seen.getByText(/^Downloading the model/).waitFor();
    come = true;
    await ready(page);
    await go.click();
    await done.waitFor();
    assert.match(page.url(), /#model=three&/);
    assert.deepEqual([await notice.count(), page.workers().length, opened.problems], [0, 1, []]);
  });

  it("offers of a long axis what an axis above leaves of it, and all of it where that finds nothing", async () => {
    const page = await visit();
    const { prompt, group } = parts(page);
    const box = prompt.getByRole("combobox", { name: "What should it draw?" });
    const options = page.getByRole("listbox", { name: "What can be drawn" }).getByRole("option");
    // The recording's heart is no fruit.
    await group("Category").getByLabel("Food fruit").check();
    assert.equal(await box.inputValue(), "Food fruit");
    await box.click();
    const fruit = ["red apple", "tangerine", "lemon", "strawberry", "cherries", "kiwi fruit", "pineapple"];
    assert.equal(await options.count(), 1 + fruit.length);
    for (const name of fruit) assert.equal(await options.filter({ hasText: name }).count(), 1);
    await box.fill("apple");
    assert.equal(await options.count(), 2);
    // A class of another group takes its group along.
    await box.fill("noto dog");
    await page.keyboard.press("Enter");
    assert.equal(await box.inputValue(), "dog face");
    assert.ok(await group("Category").getByLabel("Animal mammal").isChecked());
    assert.ok(await group("Style").getByLabel("Noto", { exact: true }).isChecked());
    // And another group is not this one's.
    await group("Category").getByLabel("Music").check();
    assert.equal(await box.inputValue(), "Music");
    await group("Category").getByLabel("Any").check();
    assert.equal(await box.inputValue(), "");
  });

  it("is chosen by keyboard, and says what it is about", async () => {
    const page = await visit();
    // Those of the test come after those that are shipped.
    await parts(page).model(shippedModels().at(-1)?.name ?? "").focus();
    await page.keyboard.press("ArrowRight");
    await ready(page);
    assert.ok(await parts(page).model("The one").isChecked());
    assert.ok(await parts(page).model("The one").evaluate((element) => element === document.activeElement));
    await page.locator("vg-model-picker").getByText("Draws one.").waitFor();
  });

  for (const [width, height] of [[390, 844], [1366, 768]]) {
    it(`fits a window of ${width} × ${height} with each model`, async () => {
      const page = await visit("", { context: { viewport: { width, height } } });
      for (const name of ["Emoji", "The one", "The none", "The three"]) {
        await change(page, name);
        await parts(page).go.click();
        await parts(page).done.waitFor();
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(over <= 0, `${name}: ${over}`);
      }
    });
  }
});

describe("a site that is given another model", { timeout: 10 * TIMEOUT }, () => {
  it("shows it, draws it and opens links to it, for new and for old visitors", async () => {
    const [site, browser] = [gatherSite(), await launch()];
    const server = await startServer({ mounts: [`/=${site.folder}`], pack: makePack({ filler: 0, stepMs: 10 }).contents, listing: false });
    const { page, context, problems } = await openPage(browser);
    const list = join(site.folder, "models/index.json");
    const { default: usual, models } = JSON.parse(readFileSync(list, "utf8"));
    // Without another model to open with: the pack is that of the usual one.
    writeFileSync(list, JSON.stringify({ default: usual, models }));
    try {
      await page.goto(server.url);
      await ready(page);
      assert.equal(await parts(page).model("Faces").count(), 0);
      // So that the next visit is served by the service worker.
      await page.waitForFunction(async () => (await navigator.serviceWorker.getRegistration())?.active);

      const folder = join(site.folder, "models/faces");
      mkdirSync(folder);
      for (const [name, bytes] of makePack({ kind: "one-axis", stepMs: 10 }).contents) writeFileSync(join(folder, name), bytes);
      const entry = { id: "faces", name: "Faces", folder: "faces/", about: "Other faces." };
      // No other file is touched, nor the list of the site's files.
      writeFileSync(list, JSON.stringify({ default: usual, models: [...models, entry] }));

      await page.reload();
      await ready(page);
      await parts(page).model("Faces").check();
      await ready(page);
      await parts(page).group("Mood").getByLabel("Merry").check();
      await parts(page).go.click();
      await page.getByRole("img", { name: "Merry, finished" }).waitFor();
      await parts(page).done.waitFor();
      const link = page.url();
      assert.match(link, /#model=faces&axis\.mode=merry&seed=\d+&v=1$/);
      const other = await openPage(browser);
      await other.page.goto(link);
      await other.page.getByRole("img", { name: "Merry, finished" }).waitFor();
      assert.deepEqual([problems, other.problems], [[], []]);
      await other.context.close();
    } finally {
      await context.close();
      await browser.close();
      await server.stop();
      site.remove();
    }
  });
});
