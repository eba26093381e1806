/**
 * Something else than the file arrives: nothing, an error, a sign-in page, a part. The page says what came, uses what it
 * has, and goes on when the file is there.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, describe, it } from "node:test";
import { TIMEOUT, inRepo, launch, makePack, openPage, showMore, startServer, useSite } from "../helpers.js";
import { gatherSite } from "../site.js";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("../helpers.js").Answer} Answer */

const SIGN_IN = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Welcome to our network</body></html>";
/** @type {Answer} */
const PORTAL = { status: 200, body: SIGN_IN, type: "text/html" };

const draw = (/** @type {Page} */ page) => page.locator("vg-prompt").getByRole("button", { name: "Draw", exact: true });
const done = (/** @type {Page} */ page) => page.locator(".seen", { hasText: /^Done in/ });

describe("something else than the file", { timeout: 10 * TIMEOUT }, () => {
  const { contents } = makePack({ filler: 0, stepMs: 5 });
  const site = useSite({ pack: contents });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;
  afterEach(() => opened.context.close());

  /** @param {string} name @param {Answer} answer */
  const serve = (name, answer) => (site.server.hooks.override = (path) => (path.endsWith(name) ? answer : null));

  /** @param {string} [path] */
  async function visit(path = "") {
    opened = await openPage(site.browser);
    await opened.page.goto(site.server.url + path);
    return opened.page;
  }

  for (const [name, answer, page, told] of /** @type {[string, Answer, string, RegExp][]} */ ([
    ["/app.js", { status: 404 }, "", /could not start: the server answered 404 for app\.js/],
    ["/session.js", { status: 500 }, "", /the server answered 500 for session\.js/],
    ["/lib/dom.js", PORTAL, "", /a web page came instead of dom\.js/],
    ["/lib/dom.js", { ...PORTAL, type: "text/javascript" }, "", /a web page came instead of dom\.js/],
    ["/lib/models.js", { body: readFileSync(inRepo("www/lib/models.js"), "utf8").slice(0, 3000), type: "text/javascript" }, "", /could not start: .+/],
    ["/tutorial.js", { status: 404 }, "tutorial.html", /404 for tutorial\.js/],
    ["/embed.js", PORTAL, "embed.html", /a web page came instead of embed\.js/],
    ["/bench.js", { status: 503 }, "bench.html", /503 for bench\.js/],
  ])) {
    it(`${name} answered with ${answer.status ?? 200} ${answer.type ?? ""}: the page says so, and starts when it is there`, async () => {
      serve(name, answer);
      const opened = await visit(page);
      const notice = opened.getByRole("alert");
      await notice.getByText(told).waitFor();
      site.server.hooks.override = () => null;
      await notice.getByRole("button", { name: "Reload the page" }).click();
      await opened.waitForSelector("[data-started]");
      assert.equal(await opened.getByRole("alert").count(), 0);
    });
  }

  it("a module that is long on its way: says so, and takes it back when it comes", async () => {
    const text = readFileSync(inRepo("www/watch.js"), "utf8");
    const hurried = text.replace("20_000", "500");
    assert.notEqual(text, hurried);
    let late = true;
    site.server.hooks.override = (path) => {
      if (path.endsWith("/watch.js")) return { body: hurried, type: "text/javascript" };
      if (path.endsWith("/session.js")) return { body: readFileSync(inRepo("www/session.js")), type: "text/javascript", until: () => !late };
      return null;
    };
    opened = await openPage(site.browser);
    const { page } = opened;
    await page.goto(site.server.url, { waitUntil: "commit" });
    await page.getByRole("alert").getByText(/has not started yet/).waitFor();
    late = false;
    await page.waitForSelector("[data-ready]");
    assert.equal(await page.getByRole("alert").count(), 0);
  });

  for (const [name, told] of /** @type {[string, RegExp][]} */ ([
    ["/models/index.json", /list of models.*a web page came instead of the list of models/],
    ["/manifest.json", /a web page came instead of the model/],
    ["/nar.safetensors", /nar\.safetensors.*a web page came instead/],
    ["/worker.js", /engine could not be loaded.*a web page came instead of worker\.js/],
    ["/lib/pack-loader.js", /engine could not be loaded.*a web page came instead of pack-loader\.js/],
    ["/varigrain_gpu.js", /engine could not be loaded.*a web page came instead of varigrain_gpu\.js/],
    ["/varigrain_gpu_bg.wasm", /engine could not be loaded.*a web page came instead of the program/],
  ])) {
    it(`a sign-in page instead of ${name}: says that it came, and goes on when the file does`, async () => {
      serve(name, PORTAL);
      const page = await visit();
      await page.locator(".notice").getByText(told).waitFor();
      site.server.hooks.override = () => null;
      await page.getByRole("button", { name: "Try again" }).click();
      await page.waitForSelector("[data-ready]");
    });
  }

  it("a download that stands still ends, and says so", async () => {
    const patience = readFileSync(inRepo("www/lib/patience.js"), "utf8").replace("download: 40", "download: 2");
    let still = true;
    site.server.hooks.override = (path) => {
      if (path.endsWith("/patience.js")) return { body: patience, type: "text/javascript" };
      return path.endsWith("/nar.safetensors") ? { body: contents.get("nar.safetensors"), until: () => !still } : null;
    };
    const page = await visit();
    await page.locator(".notice").getByText(/nothing more came for 2 seconds/).waitFor();
    still = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.waitForSelector("[data-ready]");
  });

  it("parts that are loaded late: each says what is missing, and works when it is there", async () => {
    const page = await visit("#concept=sun&seed=4&steps=3");
    await done(page).waitFor();
    const seen = page.locator(".seen");
    await showMore(page);
    for (const [missing, button, ending] of [["/save.js", "Save PNG", "png"], ["/lib/gif.js", "GIF", "gif"]]) {
      for (const answer of [{ status: 404 }, PORTAL]) {
        serve(missing, answer);
        await page.getByRole("button", { name: button, exact: true }).click();
        await seen.getByText(new RegExp(`^Not saved\\..*${answer.status === 404 ? "404" : "a web page came"}`)).waitFor();
      }
      site.server.hooks.override = () => null;
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button, exact: true }).click()]);
      assert.ok(download.suggestedFilename().endsWith(ending));
    }
    serve("/encode/encode.js", PORTAL);
    await page.getByRole("tab", { name: "Encode your own" }).click();
    await page.getByText(/This part of the page could not be downloaded: a web page came instead of encode\.js/).waitFor();
    serve("/encode/pad.js", { status: 404 });
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText(/the server answered 404 for pad\.js/).waitFor();
    site.server.hooks.override = () => null;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("button", { name: "Choose a file …" }).waitFor();
  });

  it("what is stored is used when the network brings a sign-in page, also without a service worker", async () => {
    const page = await visit();
    await page.waitForSelector("[data-ready]");
    site.server.hooks.override = (path) => (path.includes("/models/") ? PORTAL : null);
    await page.reload();
    await page.waitForSelector("[data-ready]");
    await draw(page).click();
    await done(page).waitFor();
    // Nor is anything broken by it for the next visit.
    site.server.hooks.override = () => null;
    await page.reload();
    await page.waitForSelector("[data-ready]");
  });
});

describe("a network that wants one to sign in", { timeout: 5 * TIMEOUT }, () => {
  /** @type {ReturnType<typeof gatherSite>} */
  let site;
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {import("playwright-core").Browser} */
  let browser;
  before(async () => {
    site = gatherSite();
    server = await startServer({ mounts: [`/=${site.folder}`], pack: makePack({ filler: 0, stepMs: 5 }).contents });
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    site?.remove();
  });

  it("a cached visit, where every answer is its page: draws, saves and opens its panels", async () => {
    const { page, context } = await openPage(browser);
    await page.goto(server.url);
    await page.waitForSelector("[data-ready]");
    const kept = async () =>
      page.evaluate(async () => {
        const names = (await caches.keys()).filter((name) => name.startsWith("varigrain-site-"));
        const keys = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
        return keys.flat().some(({ url }) => url.endsWith("_bg.wasm"));
      });
    while (!(await kept())) await page.waitForTimeout(100);
    server.hooks.override = () => PORTAL;
    for (let visit = 0; visit < 2; visit++) {
      await page.reload();
      await page.waitForSelector("[data-ready]");
    }
    await draw(page).click();
    await done(page).waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByText("Save PNG").click()]);
    assert.match(download.suggestedFilename(), /\.png$/);
    await page.getByRole("tab", { name: "Encode your own" }).click();
    await page.getByRole("button", { name: "Choose a file …" }).waitFor();
    await context.close();
  });
});
