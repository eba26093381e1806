/**
 * What the page keeps on the device: opened without a network, another version, cleared, no room, two tabs.
 * With the fake engine, and once with the real one and a tiny pack.
 */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { TIMEOUT, launch, makePack, openPage, startServer } from "../helpers.js";
import { makeTinyPack, packOf } from "../real.js";
import { gatherSite } from "../site.js";

/** @typedef {import("playwright-core").Page} Page */

const draw = (/** @type {Page} */ page) => page.locator("vg-prompt").getByRole("button", { name: "Draw", exact: true });
const done = (/** @type {Page} */ page) => page.locator(".seen", { hasText: /^Done in/ });
const clear = (/** @type {Page} */ page) => page.getByRole("button", { name: /^Clear what is stored/ });

/** Until it is so. @param {Page} page @param {() => Promise<boolean>} question */
async function until(page, question) {
  while (!(await page.evaluate(question))) await page.waitForTimeout(100);
}

/** Until all that a visit keeps is there, the program last. @param {Page} page */
const kept = (page) =>
  until(page, async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith("varigrain-site-"));
    const keys = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return keys.flat().some(({ url }) => url.endsWith("_bg.wasm"));
  });

/**
 * Neither page nor service worker gets anything from now on.
 *
 * @param {import("playwright-core").BrowserContext} context
 * @param {Awaited<ReturnType<typeof startServer>>} server
 */
async function cutOff(context, server) {
  await context.setOffline(true);
  server.hooks.override = () => ({ status: 503 });
  server.requests.length = 0;
}

/**
 * What was asked for all the same; the browser itself looks for another version of the service worker, and that looks
 * whether there are more models.
 *
 * @param {string[]} requests
 */
const asked = (requests) => requests.filter((path) => !/^\/((sw|site-files)\.js|models\/index\.json)$/.test(path));

/** @param {Page} page */
const stored = (page) =>
  page.evaluate(async () => ({
    caches: (await caches.keys()).map((name) => name.replace(/[0-9a-f]{16}$/, "")).sort(),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  }));

describe("what the page keeps", { timeout: 10 * TIMEOUT }, () => {
  /** @type {ReturnType<typeof gatherSite>} */
  let site;
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;

  before(async () => {
    browser = await launch();
  });
  beforeEach(async () => {
    site = gatherSite();
    server = await startServer({ mounts: [`/=${site.folder}`], pack: makePack({ filler: 0, stepMs: 20 }).contents });
  });
  afterEach(async () => {
    await opened.context.close();
    await server.stop();
    site.remove();
  });
  after(async () => {
    await browser?.close();
  });

  async function visit() {
    opened = await openPage(browser);
    await opened.page.goto(server.url);
    await opened.page.waitForSelector("[data-ready]");
    return opened.page;
  }

  it("opens and draws without a network once it was visited", async () => {
    const page = await visit();
    await kept(page);
    await cutOff(opened.context, server);
    await page.reload();
    await page.waitForSelector("[data-ready]");
    await draw(page).click();
    await done(page).waitFor();
    // The other pages and what is loaded late, too.
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByText("Save PNG").click()]);
    assert.match(download.suggestedFilename(), /\.png$/);
    await page.goto(`${server.url}embed.html`);
    await page.locator("#both varigrain-player").waitFor();
    assert.deepEqual(asked(server.requests), []);
  });

  it("is kept when the model is there, not beside its download", async () => {
    const held = { on: true };
    server.hooks.override = (path) => (/safetensors$/.test(path) ? { until: () => !held.on } : null);
    opened = await openPage(browser);
    const { page } = opened;
    await page.goto(server.url);
    await page.waitForSelector("[data-started]");
    await page.waitForTimeout(1500);
    assert.equal((await stored(page)).workers, 0);
    held.on = false;
    await page.waitForSelector("[data-ready]");
    await kept(page);
  });

  it("clears it all on demand, and goes on", async () => {
    const page = await visit();
    await kept(page);
    assert.deepEqual(await stored(page), { caches: ["varigrain-pack-v1", "varigrain-site-"], workers: 1 });
    // From the second visit on the service worker serves the page.
    await page.reload();
    await page.waitForSelector("[data-ready]");
    await clear(page).getByText(/\([1-9]\d*\.\d MB\)/).waitFor();
    await clear(page).focus();
    await page.keyboard.press("Enter");
    await page.getByText(/^Nothing is stored here any more/).waitFor();
    assert.equal(await clear(page).isVisible(), false);
    await draw(page).click();
    await done(page).waitFor();
    await page.getByText("Save PNG").click();
    assert.deepEqual(await stored(page), { caches: [], workers: 0 });
    assert.deepEqual(opened.problems, []);
    server.requests.length = 0;
    await page.reload();
    await page.waitForSelector("[data-ready]");
    assert.ok(server.requests.some((path) => path.endsWith("nar.safetensors")));
    await kept(page);
  });

  it("keeps nothing of a site of which a file is not the one listed", async () => {
    server.hooks.override = (path) => (path.endsWith("/save.js") ? { body: "export const save = 1;", type: "text/javascript" } : null);
    const page = await visit();
    await until(page, async () => !(await navigator.serviceWorker.getRegistrations()).length);
    assert.deepEqual(await stored(page), { caches: ["varigrain-pack-v1"], workers: 0 });
    await draw(page).click();
    await done(page).waitFor();
  });

  it("stays with one version until it changes as a whole, which it offers", async () => {
    const page = await visit();
    await kept(page);
    const old = site.version();
    site.edit("index.html", (text) => text.replace("<title>Varigrain</title>", "<title>Varigrain, new</title>"));
    site.edit("components/player/save.js", (text) => `${text}\nexport const fresh = true;\n`);
    await page.reload();
    await page.waitForSelector("[data-ready]");
    assert.equal(await page.title(), "Varigrain");
    const versions = () =>
      page.evaluate(async () => {
        const { SITE } = /** @type {any} */ (globalThis);
        const save = await import(new URL("components/player/save.js", document.baseURI).href);
        return { version: SITE.version, fresh: "fresh" in save };
      });
    await page.getByText("A new version of this page is there.").waitFor();
    assert.deepEqual(await versions(), { version: old, fresh: false });
    // Another tab has the old one, and is not to get files of both.
    const other = await opened.context.newPage();
    await other.goto(server.url);
    await other.waitForSelector("[data-ready]");
    assert.equal(await other.title(), "Varigrain");
    await page.getByRole("button", { name: "Change to it" }).click();
    await page.getByText(/^Other tabs still use the version/).waitFor();
    await other.close();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.waitForFunction(() => document.title === "Varigrain, new");
    await page.waitForSelector("[data-ready]");
    assert.deepEqual(await versions(), { version: site.version(), fresh: true });
    await until(page, async () => (await caches.keys()).filter((name) => name.startsWith("varigrain-site-")).length === 1);
  });

  it("goes on without keeping anything where there is no room, and says so", async () => {
    opened = await openPage(browser);
    const { page } = opened;
    const session = await opened.context.newCDPSession(page);
    const origin = new URL(server.url).origin;
    await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 100_000 });
    await page.goto(server.url);
    await page.waitForSelector("[data-ready]");
    await page.locator(".notice").getByText(/There is no room on this device.*Drawing goes on/).waitFor();
    await draw(page).click();
    await done(page).waitFor();
    // Nor is it said again.
    assert.equal(await page.locator(".notice").count(), 0);
    assert.ok(!(await stored(page)).caches.includes("varigrain-site-"));
  });

  it("serves two tabs at once, and one goes on when the other clears", async () => {
    const page = await visit();
    await kept(page);
    const other = await opened.context.newPage();
    await other.goto(server.url);
    await other.waitForSelector("[data-ready]");
    await Promise.all([page, other].map((one) => draw(one).click()));
    await Promise.all([page, other].map((one) => done(one).waitFor()));
    await clear(page).click();
    await page.getByText(/^Nothing is stored here any more/).waitFor();
    await draw(other).click();
    await other.locator(".print").nth(1).waitFor();
    await done(other).waitFor();
  });

  it("says that there is no network when the model is not kept, and goes on when there is one", async () => {
    const page = await visit();
    await kept(page);
    await page.evaluate(() => caches.delete("varigrain-pack-v1"));
    await cutOff(opened.context, server);
    await page.reload();
    await page.locator(".notice").getByText(/is offline/).waitFor();
    server.hooks.override = () => null;
    await opened.context.setOffline(false);
    await page.waitForSelector("[data-ready]");
    await draw(page).click();
    await done(page).waitFor();
  });
});

describe("a visit without a network, with the real engine", { timeout: 10 * TIMEOUT }, () => {
  it("draws with the tiny pack", async () => {
    const [site, folder, browser] = [gatherSite({ real: true }), makeTinyPack(), await launch()];
    const server = await startServer({ mounts: [`/=${site.folder}`], pack: packOf(folder) });
    try {
      const { page, context } = await openPage(browser);
      await page.goto(`${server.url}?backend=cpu#steps=3&seed=1`);
      await page.waitForSelector("[data-ready]");
      await kept(page);
      await cutOff(context, server);
      await page.reload();
      await page.waitForSelector("[data-ready]");
      await draw(page).click();
      await done(page).waitFor();
      assert.deepEqual(asked(server.requests), []);
    } finally {
      await browser.close();
      await server.stop();
      site.remove();
      rmSync(folder, { recursive: true });
    }
  });
});
