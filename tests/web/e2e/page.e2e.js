/**
 * The page as a visitor uses it, with the fake engine: by pointer and by keyboard, when all goes
 * well and when it does not.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, launch, makePack, openPage, useSite } from "../helpers.js";

describe("the page", { timeout: 10 * TIMEOUT }, () => {
  const { contents } = makePack({ stepMs: 40 });
  const site = useSite({ pack: contents });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;

  afterEach(async () => {
    await opened.context.close();
  });

  /** @param {string} [hash] @param {Parameters<typeof openPage>[1]} [options] */
  async function visit(hash = "", options) {
    opened = await openPage(site.browser, options);
    await opened.page.goto(site.server.url + hash);
    await opened.page.waitForSelector("[data-ready]");
    return opened.page;
  }

  /** @param {import("playwright-core").Page} page */
  const parts = (page) => ({
    go: page.getByRole("button", { name: "Generate" }),
    stop: page.getByRole("button", { name: "Stop", exact: true }),
    concept: page.getByRole("combobox", { name: "Concept" }),
    seed: page.getByLabel("Seed", { exact: true }),
    done: page.locator(".seen", { hasText: /^Done in/ }),
    frames: page.locator(".frame"),
    prints: page.locator(".print"),
    notice: page.locator(".notice"),
  });

  /** @param {import("playwright-core").Page} page */
  const status = (page) => page.locator(".seen");

  it("loads, draws what was picked, and keeps it", async () => {
    const page = await visit();
    const { go, concept, done, frames, prints } = parts(page);
    await page.getByLabel("Twemoji", { exact: true }).check();
    await concept.fill("cat fa");
    await page.getByRole("option", { name: "cat face", exact: true }).click();
    assert.equal(await page.getByLabel("Category").inputValue(), "animal-mammal");
    await go.click();
    await done.waitFor();
    assert.equal(await frames.count(), 12);
    assert.equal(await prints.count(), 1);
    assert.match(page.url(), /#style=twemoji&category=animal-mammal&concept=cat-face&seed=\d+$/);
    assert.equal(await page.getByRole("img", { name: "cat face, finished" }).count(), 1);
    assert.deepEqual(opened.problems, []);
  });

  it("asks for nothing outside its own folder, and its policy forbids nothing it does", async () => {
    opened = await openPage(site.browser);
    /** @type {string[]} */
    const elsewhere = [];
    opened.page.on("request", (request) => {
      if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(site.server.url)) elsewhere.push(request.url());
    });
    await opened.page.goto(site.server.url);
    await opened.page.waitForSelector("[data-ready]");
    await parts(opened.page).go.click();
    await parts(opened.page).done.waitFor();
    assert.deepEqual(elsewhere, []);
    assert.deepEqual(opened.problems, []);
  });

  it("stops within a step, by button and by Escape, and keeps the focus", async () => {
    const page = await visit("#seed=1&steps=64");
    // The link's own picture is being drawn.
    const { go, stop, frames } = parts(page);
    for (const how of ["button", "Escape"]) {
      if (await go.isVisible()) await go.click();
      await frames.nth(2).waitFor();
      if (how === "button") await stop.click();
      else await page.keyboard.press("Escape");
      await status(page).getByText("Stopped.").waitFor();
      const count = await frames.count();
      await page.waitForTimeout(300);
      assert.equal(await frames.count(), count);
      assert.ok(count < 40);
      assert.ok(await go.evaluate((element) => element === document.activeElement));
    }
  });

  it("can be used with the keyboard alone", async () => {
    const page = await visit();
    const { concept, done, frames } = parts(page);
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.id ?? "");
    const tabTo = async (/** @type {RegExp} */ wanted) => {
      for (let n = 0; n < 30; n++) {
        await page.keyboard.press("Tab");
        if (wanted.test(await focused())) return;
      }
      assert.fail(`no way to ${wanted} by Tab`);
    };
    await tabTo(/^Generate$|category/);
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.ok(await page.getByLabel("Blobs", { exact: true }).isChecked());
    await tabTo(/concept/);
    await page.keyboard.type("heart");
    assert.equal(await concept.getAttribute("aria-expanded"), "true");
    await page.keyboard.press("ArrowDown");
    const id = await concept.getAttribute("aria-activedescendant");
    const option = page.locator(`[id="${id}"]`);
    assert.equal(await option.getAttribute("aria-selected"), "true");
    assert.match((await option.textContent()) ?? "", /blue heart/);
    await page.keyboard.press("Escape");
    assert.equal(await concept.getAttribute("aria-expanded"), "false");
    assert.equal(await concept.inputValue(), "");
    await page.keyboard.type("blue h");
    await page.keyboard.press("Enter");
    assert.equal(await concept.inputValue(), "blue heart");
    // With the list closed, Enter starts the drawing.
    await page.keyboard.press("Enter");
    await done.waitFor();
    await frames.last().focus();
    await page.keyboard.press("Home");
    assert.equal(await frames.first().getAttribute("aria-pressed"), "true");
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.getByRole("img", { name: "blue heart, step 2 of 12" }).count(), 1);
  });

  it("survives a crash: says so, keeps what was made, and draws again", async () => {
    const page = await visit("#seed=5&steps=3");
    const { go, done, seed, prints, notice } = parts(page);
    await done.waitFor();
    for (const bad of ["666001", "666002"]) {
      await seed.fill(bad);
      await page.getByLabel("Steps", { exact: true }).last().fill("6");
      await go.click();
      await notice.getByText("worker-crashed").waitFor();
      assert.equal(await notice.getAttribute("role"), "alert");
      assert.equal(await prints.count(), bad === "666001" ? 1 : 2);
      await seed.fill("6");
      await go.click();
      await done.waitFor();
      assert.equal(await notice.count(), 0);
    }
    assert.equal(await prints.count(), 3);
    await prints.last().click();
    assert.equal(await seed.inputValue(), "5");
    assert.match(page.url(), /seed=5&steps=3$/);
  });

  it("says that the model is damaged, and tries again on demand", async () => {
    site.server.hooks.override = (path) => (path.endsWith("nar.safetensors") ? { body: Buffer.alloc(150_000) } : null);
    opened = await openPage(site.browser);
    await opened.page.goto(site.server.url);
    const { notice } = parts(opened.page);
    await notice.getByText("pack-damaged").waitFor();
    site.server.hooks.override = () => null;
    await opened.page.getByRole("button", { name: "Try again" }).click();
    await opened.page.waitForSelector("[data-ready]");
    assert.equal(await notice.count(), 0);
  });

  it("shows the download in bytes", async () => {
    site.server.hooks.override = (path) =>
      path.endsWith("nar.safetensors") ? { body: contents.get("nar.safetensors"), delayMs: 2000 } : null;
    opened = await openPage(site.browser);
    await opened.page.goto(site.server.url);
    await status(opened.page).getByText(/Downloading the model: 0\.\d of 0\.5 MB/).waitFor();
    assert.ok(await opened.page.getByRole("progressbar", { name: "Download of the model" }).isVisible());
    await opened.page.waitForSelector("[data-ready]");
  });

  it("takes a link's request, and says what of it cannot be had", async () => {
    const page = await visit("#style=fluent&concept=sun&seed=42&steps=5&schedule=halton&temperature=0.5");
    await parts(page).done.waitFor();
    assert.equal(await parts(page).seed.inputValue(), "42");
    assert.ok(await page.getByLabel("Fluent", { exact: true }).isChecked());
    assert.equal(await page.getByLabel("Schedule").inputValue(), "halton");
    await page.evaluate(() => (location.hash = "#style=gone&seed=43"));
    await parts(page).notice.getByText(/does not have \(gone\)/).waitFor();
    assert.equal(await parts(page).seed.inputValue(), "43");
    assert.deepEqual(opened.problems, []);
  });

  it("gives each schedule its own priority, and no say to one that has none", async () => {
    const page = await visit("#schedule=halton&seed=1&steps=2");
    const priority = page.getByRole("spinbutton", { name: "Priority" });
    assert.equal(await priority.inputValue(), "0");
    for (const [schedule, value, enabled] of /** @type {const} */ ([["strict", "0", false], ["priority", "1", true], ["random", "0", true]])) {
      await page.getByLabel("Schedule").selectOption(schedule);
      assert.deepEqual([await priority.inputValue(), await priority.isEnabled()], [value, enabled], schedule);
    }
  });

  it("saves the picture on show as a PNG of 128 pixels", async () => {
    const page = await visit("#concept=sun&seed=4&steps=2");
    await parts(page).done.waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByText("Save PNG").click()]);
    assert.equal(download.suggestedFilename(), "varigrain-sun-any-4.png");
    const bytes = await readFile(await download.path());
    assert.equal(bytes.subarray(1, 4).toString(), "PNG");
    assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [128, 128]);
  });

  it("without WebGPU says why, and draws on the processor", async () => {
    const plain = await launch({ webgpu: false });
    try {
      opened = await openPage(plain);
      await opened.page.goto(site.server.url);
      const { notice, go, done } = parts(opened.page);
      await notice.getByText(/WebGPU.*Drawing on the processor instead/s).waitFor();
      assert.match((await opened.page.locator("#backend").textContent()) ?? "", /processor/);
      await go.click();
      await done.waitFor();
    } finally {
      await plain.close();
    }
  });

  for (const width of [320, 390, 768, 1024, 1440]) {
    it(`fits a window ${width} pixels wide, and names every control`, async () => {
      const page = await visit("", { context: { viewport: { width, height: 800 } } });
      await page.locator("summary").click();
      await parts(page).go.click();
      await parts(page).done.waitFor();
      const { over, unnamed, twice } = await page.evaluate(() => {
        const controls = [...document.querySelectorAll("input, select, button")];
        const named = (/** @type {any} */ c) => c.labels?.length || c.getAttribute("aria-label") || c.textContent.trim();
        const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
        return {
          over: document.documentElement.scrollWidth - innerWidth,
          unnamed: controls.filter((control) => !named(control)).map(({ outerHTML }) => outerHTML),
          twice: ids.filter((id, at) => ids.indexOf(id) !== at),
        };
      });
      assert.deepEqual([over <= 0, unnamed, twice], [true, [], []]);
    });
  }
});
