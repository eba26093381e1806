/**
 * The two methods on the page, with the fake engine: the switch, both side by side, the order of the
 * codes, and a second generator whose file does not come.
 */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, clickWhile, eventually, makePack, openPage, startServer, useSite } from "../helpers.js";

describe("the methods on the page", { timeout: 10 * TIMEOUT }, () => {
  const { contents } = makePack({ stepMs: 10, filler: 0 });
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
    method: (/** @type {string} */ name) => page.getByRole("radio", { name }),
    number: (/** @type {string} */ name) => page.getByRole("spinbutton", { name, exact: true }),
    done: page.locator(".seen", { hasText: /^Done in/ }),
    seen: page.locator(".seen"),
    plates: page.locator(".plate:visible"),
    scrubber: page.getByRole("slider", { name: "Step", exact: true }),
    figures: page.getByRole("group", { name: "Figures" }),
    prints: page.locator(".print"),
    notice: page.locator(".notice"),
    layer: (/** @type {string} */ name) => page.getByRole("radio", { name, exact: true }),
  });

  /** How many steps of each picture there are. @param {import("playwright-core").Page} page @returns {Promise<Record<string, number>>} */
  const lengths = (page) =>
    page.evaluate(() => {
      const { tracks } = /** @type {any} */ (document.querySelector("varigrain-player"));
      return Object.fromEntries(tracks.map((/** @type {any} */ { mode, steps }) => [mode, steps.length]));
    });

  const asked = () => site.server.requests.filter((path) => path.endsWith("/ar.safetensors")).length;

  /** How many pixels above the picture carry marks. @param {import("playwright-core").Page} page */
  const marked = (page) =>
    page.evaluate(() =>
      [...(document.querySelector("varigrain-player")?.shadowRoot?.querySelectorAll("canvas.marks") ?? [])].map((element) => {
        const { width, height } = /** @type {HTMLCanvasElement} */ (element);
        const copy = new OffscreenCanvas(width, height);
        const context = /** @type {OffscreenCanvasRenderingContext2D} */ (copy.getContext("2d"));
        context.drawImage(/** @type {HTMLCanvasElement} */ (element), 0, 0);
        return new Uint32Array(context.getImageData(0, 0, width, height).data.buffer).filter((pixel) => pixel !== 0).length;
      }),
    );

  it("shows for each method what it heeds, and nothing else", async () => {
    const page = await visit();
    const { method, number } = parts(page);
    await page.locator(".advanced summary").click();
    for (const [name, steps, every, schedule, topK] of /** @type {const} */ ([
      ["Everywhere at once", true, false, true, false],
      ["Coarse to fine", false, true, false, true],
      ["Side by side", true, true, true, true],
    ])) {
      await method(name).check();
      const fields = [number("Steps"), number("Codes a step"), page.getByLabel("Schedule"), number("Top k")];
      const visible = await Promise.all(fields.map((field) => field.isVisible()));
      assert.deepEqual(visible, [steps, every, schedule, topK], name);
    }
    await page.getByText(/Needs 0\.\d MB more, once/).waitFor();
    assert.deepEqual(opened.problems, []);
  });

  it("draws coarse to fine: its file comes only then, its link names it, its steps can be walked", async () => {
    const page = await visit("#seed=3");
    const { go, done, method, prints, scrubber, figures } = parts(page);
    await done.waitFor();
    assert.equal(asked(), 0);
    await method("Coarse to fine").check();
    await go.click();
    await page.waitForFunction(() => document.querySelector(".seen")?.textContent?.startsWith("Drawing"));
    await done.waitFor();
    assert.equal(asked(), 1);
    assert.match(page.url(), /#model=emoji-128&seed=3&mode=ar&v=1$/);
    assert.deepEqual(await lengths(page), { ar: 40 });
    assert.equal(await prints.count(), 2);
    assert.equal(await page.getByText(/MB more/).count(), 0);
    await scrubber.focus();
    await page.keyboard.press("Home");
    await page.getByRole("img", { name: /^anything, step 1 of \d+$/ }).waitFor();
    await figures.getByText(/^1 of ≤ \d+$/).waitFor();
    for (let n = 0; n < 4; n++) await page.keyboard.press("ArrowRight");
    await figures.getByText("20", { exact: true }).waitFor();
    await page.keyboard.press("End");
    await figures.getByText("40 of 40").waitFor();
    await go.click();
    await done.waitFor();
    assert.equal(asked(), 1);
    assert.deepEqual(opened.problems, []);
  });

  it("draws both side by side from a link, keeps them as one, and shows them again", async () => {
    const page = await visit("#concept=sun&seed=42&mode=both&every=8&steps=6");
    const { done, plates, prints, seen, method } = parts(page);
    await done.waitFor();
    assert.match((await seen.textContent()) ?? "", /\d+ codes everywhere at once, \d+ coarse to fine for sun/);
    assert.equal(await plates.count(), 2);
    assert.equal(await page.getByRole("img", { name: "sun, finished" }).count(), 2);
    assert.equal(await page.getByRole("group", { name: /DGiT-NAR/ }).locator(".plate").count(), 1);
    assert.deepEqual(await lengths(page), { nar: 6, ar: 20 });
    assert.equal(await prints.count(), 1);
    await method("Everywhere at once").check();
    await parts(page).go.click();
    await page.locator(".player:not(.pair)").waitFor();
    await done.waitFor();
    assert.deepEqual([await plates.count(), await prints.count()], [1, 2]);
    await prints.last().click();
    assert.equal(await plates.count(), 2);
    assert.deepEqual(await lengths(page), { nar: 6, ar: 20 });
    assert.ok(await method("Side by side").isChecked());
    assert.match(page.url(), /mode=both/);
    assert.deepEqual(opened.problems, []);
  });

  it("draws them in turns, and stops both at once", async () => {
    const page = await visit();
    const { go, method, stop, seen } = parts(page);
    await method("Side by side").check();
    await page.evaluate(() => {
      /** @type {string[]} */
      const begun = [];
      new BroadcastChannel("fake-engine").onmessage = ({ data }) => begun.push(data.mode);
      Object.assign(globalThis, { begun });
    });
    await page.locator(".advanced summary").click();
    await parts(page).number("Steps").fill("64");
    await go.click();
    await clickWhile(seen, /^Drawing: step ([3-9]|\d\d) of 64 and step ([3-9]|\d\d) of/, go.or(stop));
    await seen.getByText("Stopped.").waitFor();
    const count = await lengths(page);
    await page.waitForTimeout(300);
    assert.deepEqual(await lengths(page), count);
    assert.match(await page.evaluate(() => /** @type {any} */ (globalThis).begun.join(" ")), /nar ar nar ar/);
  });

  it("saves both as one picture", async () => {
    const page = await visit("#concept=sun&seed=4&steps=2&every=64&mode=both");
    await parts(page).done.waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByText("Save PNG").click()]);
    assert.equal(download.suggestedFilename(), "varigrain-sun-any-4-both.png");
  });

  it("shows the order in every step, in both pictures, and says it in words", async () => {
    const page = await visit("#concept=sun&seed=4&steps=6&every=8&mode=both");
    const { done, layer, prints, scrubber, figures } = parts(page);
    await done.waitFor();
    assert.deepEqual(await marked(page), [0, 0]);
    const allMarked = async () => (await marked(page)).every((count) => count > 10_000);
    await layer("Order").check();
    await eventually(allMarked, "the order on both pictures");
    assert.match(page.url(), /layer=order/);
    assert.match((await figures.textContent()) ?? "", /Order: coarse codes 1–32, fine codes 33–160\./);
    assert.match((await figures.textContent()) ?? "", /Codes settled in each step: /);
    await scrubber.focus();
    await page.keyboard.press("Home");
    await page.getByRole("img", { name: /^sun, step 1 of \d+\. Order: coarse codes 1–8\.$/ }).waitFor();
    await prints.first().click();
    await eventually(allMarked, "the order on both pictures, laid out anew");
    await layer("Picture").check();
    assert.deepEqual(await marked(page), [0, 0]);
    assert.doesNotMatch((await figures.textContent()) ?? "", /Order:/);
  });

  it("draws on with the first when the second's file does not come, and tries again on demand", async () => {
    site.server.hooks.override = (path) => (path.endsWith("/ar.safetensors") ? { status: 404 } : null);
    const page = await visit();
    const { go, method, notice, done, plates, prints } = parts(page);
    await method("Coarse to fine").check();
    await go.click();
    await notice.getByText("pack-missing").waitFor();
    assert.equal(await prints.count(), 0);
    await method("Everywhere at once").check();
    await go.click();
    await done.waitFor();
    assert.equal(await prints.count(), 1);
    // Side by side: what can be drawn is drawn.
    await method("Side by side").check();
    await go.click();
    await notice.getByText("pack-missing").waitFor();
    assert.deepEqual([await prints.count(), await plates.count()], [2, 1]);
    site.server.hooks.override = () => null;
    await page.getByRole("button", { name: "Try again" }).click();
    await done.waitFor();
    assert.deepEqual([await prints.count(), await plates.count()], [3, 2]);
  });

  it("shows the download, which Stop does not wait for", async () => {
    let stopped = false;
    site.server.hooks.override = (path) => (path.endsWith("/ar.safetensors") ? { body: contents.get("ar.safetensors"), until: () => stopped } : null);
    const page = await visit();
    const { go, method, stop, seen, done } = parts(page);
    await method("Coarse to fine").check();
    await go.click();
    await seen.getByText(/^Downloading DGiT-AR/).waitFor();
    await stop.click();
    await seen.getByText("Stopped.").waitFor();
    stopped = true;
    await method("Everywhere at once").check();
    await go.click();
    await done.waitFor();
    await page.getByText(/MB more/).waitFor({ state: "detached" });
    assert.equal(asked(), 1);
  });

  it("offers no choice where the model has one generator, and says so of a link that needs the other", async () => {
    const poor = await startServer({ pack: makePack({ filler: 0, ar: false }).contents });
    try {
      opened = await openPage(site.browser);
      await opened.page.goto(`${poor.url}#seed=5&mode=both`);
      await opened.page.waitForSelector("[data-ready]");
      const { notice, method, go, done } = parts(opened.page);
      await notice.getByText(/method this model does not have \(both\)/).waitFor();
      assert.equal(await method("Coarse to fine").isVisible(), false);
      await go.click();
      await done.waitFor();
    } finally {
      await poor.stop();
    }
  });

  it("takes “all” for no limit, and keeps limits in the link", async () => {
    const page = await visit("#seed=1&mode=ar&every=64&topK=40&positionTopP=0.9");
    const { done, number } = parts(page);
    await done.waitFor();
    assert.deepEqual([await number("Top k").inputValue(), await number("Top k of places").inputValue()], ["40", ""]);
    assert.equal(await page.locator("details.advanced").getAttribute("open"), "");
    await number("Top k").fill("");
    await number("Top k").blur();
    await page.waitForURL(/#model=emoji-128&seed=1&every=64&positionTopP=0\.9&mode=ar/);
    assert.equal(await page.getByRole("slider", { name: "Top k", exact: true }).getAttribute("aria-valuetext"), "all");
  });

  for (const width of [320, 390, 768, 1024, 1440]) {
    it(`fits both into a window ${width} pixels wide`, async () => {
      const page = await visit("#seed=1&mode=both&every=8&topP=0.5", { context: { viewport: { width, height: 800 } } });
      await parts(page).done.waitFor();
      await parts(page).layer("Order").check();
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${over} pixels too wide`);
      const boxes = await Promise.all([0, 1].map((at) => parts(page).plates.nth(at).boundingBox()));
      assert.equal(boxes[0]?.y === boxes[1]?.y, width >= 768);
    });
  }
});
