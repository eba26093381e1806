/**
 * The page as a visitor uses it, with the fake engine: by pointer and by keyboard, when all goes
 * well and when it does not.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, clickWhile, launch, makePack, openPage, showMore, useSite } from "../helpers.js";

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
    go: page.locator("vg-prompt").getByRole("button", { name: "Draw", exact: true }),
    stop: page.locator("vg-prompt").getByRole("button", { name: "Stop", exact: true }),
    box: page.getByRole("combobox", { name: "What should it draw?" }),
    seed: page.locator("vg-prompt").getByLabel("Seed", { exact: true }),
    done: page.locator(".seen", { hasText: /^Done in/ }),
    scrubber: page.getByRole("slider", { name: "Step", exact: true }),
    prints: page.locator(".print"),
    notice: page.locator(".notice"),
  });

  /** How many steps there are to look at. @param {import("playwright-core").Page} page */
  const ticks = async (page) => Number(await parts(page).scrubber.getAttribute("max")) + 1;

  /** @param {import("playwright-core").Page} page */
  const status = (page) => page.locator(".seen");

  it("loads, draws what was picked, and keeps it", async () => {
    const page = await visit();
    const { go, box, done, prints } = parts(page);
    await box.fill("twemoji cat fa");
    await page.getByRole("option", { name: "cat face Twemoji", exact: true }).click();
    assert.ok(await page.getByLabel("Twemoji", { exact: true }).isChecked());
    assert.equal(await box.inputValue(), "cat face");
    await go.click();
    await done.waitFor();
    assert.equal(await ticks(page), 12);
    assert.equal(await prints.count(), 1);
    assert.match(page.url(), /#model=emoji-128&style=twemoji&category=animal-mammal&concept=cat-face&seed=\d+&v=1$/);
    assert.equal(await page.getByRole("img", { name: "cat face, finished" }).count(), 1);
    assert.deepEqual(opened.problems, []);
  });

  it("shows a recorded generation at once, says that it is one, and draws when the model is there", async () => {
    let come = false;
    site.server.hooks.override = (path) => (path.endsWith("nar.safetensors") ? { body: contents.get("nar.safetensors"), until: () => come } : null);
    opened = await openPage(site.browser);
    const { page } = opened;
    await page.goto(site.server.url);
    await page.getByText("Recorded").waitFor();
    await page.getByRole("img", { name: "red heart, finished" }).waitFor();
    assert.equal(await ticks(page), 12);
    // Before the model is there the button is: it waits with whoever pressed it.
    await parts(page).go.click();
    // What comes of the model takes the place of these words.
    await status(page).getByText(/Downloading the model|Will draw as soon as the model is here/).waitFor();
    await parts(page).stop.click();
    await parts(page).go.click();
    come = true;
    await parts(page).done.waitFor();
    assert.equal(await page.getByText("Recorded").isVisible(), false);
    assert.match(page.url(), /concept=red-heart/);
    assert.deepEqual(opened.problems, []);
  });

  it("finds groups of things and styles alone, and surprises", async () => {
    const page = await visit();
    const { box, done, prints } = parts(page);
    await box.fill("food");
    await page.getByRole("option", { name: /^Food fruit/ }).click();
    await page.waitForURL(/category=food-fruit/);
    await box.fill("blobs");
    await page.keyboard.press("Enter");
    assert.ok(await page.getByLabel("Blobs", { exact: true }).isChecked());
    assert.equal(await box.inputValue(), "");
    await page.getByRole("button", { name: "Surprise me" }).click();
    await done.waitFor();
    assert.match(page.url(), /#model=emoji-128&style=[a-z0-9-]+&category=[a-z-]+&concept=[a-z0-9-]+&seed=\d+/);
    await page.getByRole("button", { name: "Noto red apple" }).click();
    await page.getByRole("img", { name: "red apple, finished" }).waitFor();
    await done.waitFor();
    assert.equal(await prints.count(), 2);
  });

  it("draws a grid of seeds, and a link that reproduces it, look and all", async () => {
    const page = await visit("#concept=sun&seed=41&steps=3");
    const { go, done, seed } = parts(page);
    await done.waitFor();
    await page.getByLabel("Four").check();
    await page.getByRole("radio", { name: "Grain map" }).check();
    await showMore(page);
    await page.getByLabel("Pixels").check();
    await go.click();
    await page.locator(".seen", { hasText: /codes in 4 pictures for sun/ }).waitFor();
    assert.equal(await page.getByRole("img", { name: "sun, finished" }).count(), 4);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy link" }).click();
    await status(page).getByText(/^The link to this picture is in/).waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(link, /#model=emoji-128&category=sky-weather&concept=sun&seed=41&steps=3&n=4&layer=grains&pixels=1&v=1$/);
    await page.getByRole("button", { name: "Copy embed code" }).click();
    await status(page).getByText(/^The markup for this player is in/).waitFor();
    const markup = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(markup, /^<script type="module" src="http.*\/player\.js"><\/script>\n<varigrain-player concept="sun" seed="41" steps="3" count="4" layer="grains" poster="data:image\/webp;base64,[^"]+" pixels>/);
    await page.goto("about:blank");
    await page.goto(`${link}&hide=prompt,gallery,readout`);
    await page.getByRole("img", { name: "sun, finished" }).nth(3).waitFor();
    assert.ok(await page.getByRole("radio", { name: "Grain map" }).isChecked());
    assert.deepEqual([await go.isVisible(), await seed.isVisible(), await parts(page).prints.count()], [false, false, 1]);
    assert.equal(await page.getByRole("group", { name: "Figures" }).isVisible(), false);
    assert.equal(await parts(page).prints.first().isVisible(), false);
    assert.deepEqual(opened.problems, []);
  });

  it("says of a link that its model was another", async () => {
    const page = await visit("#concept=sun&seed=41&v=7");
    await parts(page).notice.getByText(/another version of the model/).waitFor();
    assert.equal(await page.getByRole("tab", { name: "Draw" }).getAttribute("aria-selected"), "true");
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
    const { go, stop } = parts(page);
    for (const how of ["button", "Escape"]) {
      if (await go.isVisible()) await go.click();
      await go.or(stop).focus();
      if (how === "button") await clickWhile(status(page), /^Drawing: step ([3-9]|\d\d) of 64/, go.or(stop));
      else {
        await status(page).getByText(/^Drawing: step ([3-9]|\d\d) of 64/).waitFor();
        await page.keyboard.press("Escape");
      }
      await status(page).getByText("Stopped.").waitFor();
      const count = await ticks(page);
      await page.waitForTimeout(300);
      assert.equal(await ticks(page), count);
      assert.ok(count < (how === "button" ? 40 : 64), String(count));
      assert.ok(await go.evaluate((element) => element === document.activeElement));
    }
  });

  it("can be used with the keyboard alone", async () => {
    const page = await visit();
    const { box, done, scrubber } = parts(page);
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.id ?? "");
    const tabTo = async (/** @type {RegExp} */ wanted) => {
      for (let n = 0; n < 40; n++) {
        await page.keyboard.press("Tab");
        if (wanted.test(await focused())) return;
      }
      assert.fail(`no way to ${wanted} by Tab`);
    };
    await tabTo(/^prompt-/);
    await page.keyboard.type("heart");
    assert.equal(await box.getAttribute("aria-expanded"), "true");
    await page.keyboard.press("ArrowDown");
    const id = await box.getAttribute("aria-activedescendant");
    const option = page.locator(`[id="${id}"]`);
    assert.equal(await option.getAttribute("aria-selected"), "true");
    assert.match((await option.textContent()) ?? "", /heart/);
    await page.keyboard.press("Escape");
    assert.equal(await box.getAttribute("aria-expanded"), "false");
    assert.equal(await box.inputValue(), "red heart");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("blob blue h");
    await page.keyboard.press("Enter");
    assert.equal(await box.inputValue(), "blue heart");
    assert.ok(await page.getByLabel("Blobs", { exact: true }).isChecked());
    // With the list closed, Enter starts the drawing.
    await page.keyboard.press("Enter");
    await done.waitFor();
    await scrubber.focus();
    await page.keyboard.press("Home");
    await page.getByRole("img", { name: "blue heart, step 1 of 12" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("img", { name: "blue heart, step 2 of 12" }).waitFor();
  });

  it("survives a crash: says so, keeps what was made, and draws again", async () => {
    const page = await visit("#seed=5&steps=3");
    const { go, done, seed, prints, notice } = parts(page);
    await done.waitFor();
    for (const bad of ["666001", "666002"]) {
      await seed.fill(bad);
      await page.getByRole("spinbutton", { name: "Steps", exact: true }).fill("6");
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
    assert.match(page.url(), /seed=5&steps=3&v=1$/);
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
    let seen = false;
    site.server.hooks.override = (path) =>
      path.endsWith("nar.safetensors") ? { body: contents.get("nar.safetensors"), until: () => seen } : null;
    opened = await openPage(site.browser);
    await opened.page.goto(site.server.url);
    await status(opened.page).getByText(/Downloading the model: 0\.\d of 0\.5 MB/).waitFor();
    assert.ok(await opened.page.getByRole("progressbar", { name: "Download of the model" }).isVisible());
    seen = true;
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
    for (const [schedule, value, enabled] of /** @type {const} */ ([["strict", "0", false], ["priority", "4", true], ["random", "0", true]])) {
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

  it("draws on the other processor at a press, and then tells how long a picture took on each", async () => {
    const page = await visit("#concept=sun&seed=4&steps=2");
    const { go, done } = parts(page);
    await done.waitFor();
    const chip = page.getByRole("button", { name: "Runs on WebGPU" });
    await chip.click();
    const there = page.getByRole("button", { name: "Runs on the processor" });
    await there.waitFor();
    // The prompt is as it was.
    assert.match(page.url(), /concept=sun&seed=4/);
    await go.click();
    const both = page.getByRole("button", { name: /^the processor \d+(\.\d)? s, WebGPU \d+(\.\d)? s$/ });
    await both.waitFor();
    assert.match(String(await both.getAttribute("title")), /2 and 2 steps/);
    await both.click();
    await page.getByRole("button", { name: /^WebGPU .* s, the processor .* s$/ }).waitFor();
  });

  it("without WebGPU says why, and draws on the processor", async () => {
    const plain = await launch({ webgpu: false });
    try {
      opened = await openPage(plain);
      await opened.page.goto(site.server.url);
      const { notice, go, done } = parts(opened.page);
      await opened.page.getByText(/^On the processor: about /).waitFor();
      assert.equal(await notice.isVisible(), false);
      await opened.page.getByRole("button", { name: "Details" }).click();
      await opened.page.getByText(/WebGPU.*The processor draws the same pictures/s).waitFor();
      assert.match((await opened.page.locator("#backend").textContent()) ?? "", /processor/);
      await go.click();
      await done.waitFor();
    } finally {
      await plain.close();
    }
  });

  it("has room for other panels, each with a tab and a place in the address", async () => {
    const page = await visit();
    const [draw, encode] = [page.getByRole("tab", { name: "Draw" }), page.getByRole("tab", { name: "Encode your own" })];
    assert.equal(await draw.getAttribute("aria-selected"), "true");
    await draw.focus();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("application", { name: "Drawing pad" }).waitFor();
    assert.equal(await encode.evaluate((element) => element === document.activeElement), true);
    assert.equal(await page.locator("varigrain-player").isVisible(), false);
    assert.match(page.url(), /tab=encode/);
    await page.keyboard.press("Home");
    await page.locator("varigrain-player").waitFor();
    assert.doesNotMatch(page.url(), /tab=/);
  });

  it("goes to the tab of a link before the model is there", async () => {
    opened = await openPage(site.browser);
    const { page } = opened;
    // The model never comes.
    await page.route("**/models/**", () => {});
    await page.goto(`${site.server.url}#tab=repaint`);
    const selected = (/** @type {string} */ name) => page.getByRole("tab", { name, selected: true }).waitFor();
    await selected("Repaint");
    await page.evaluate(() => (location.hash = "tab=encode"));
    await selected("Encode your own");
    assert.equal(await page.locator("[data-ready]").count(), 0);
  });

  it("lies still for those who want it so", async () => {
    const page = await visit("", { context: { reducedMotion: "reduce" } });
    await page.getByRole("img", { name: "red heart, finished" }).waitFor();
    assert.equal(await page.locator("varigrain-player[data-playing]").count(), 0);
  });

  for (const width of [320, 390, 768, 1024, 1440]) {
    it(`fits a window ${width} pixels wide, and names every control`, async () => {
      const page = await visit("", { context: { viewport: { width, height: 800 } } });
      const more = page.getByRole("button", { name: "More choices" });
      assert.equal(await more.isVisible(), width < 980);
      if (width < 980) await more.click();
      await page.locator(".advanced summary").click();
      await showMore(page);
      await parts(page).go.click();
      await parts(page).done.waitFor();
      const { over, unnamed, twice } = await page.evaluate(() => {
        const roots = [document, /** @type {ShadowRoot} */ (document.querySelector("varigrain-player")?.shadowRoot)];
        const controls = roots.flatMap((root) => [...root.querySelectorAll("input, select, button")]);
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
