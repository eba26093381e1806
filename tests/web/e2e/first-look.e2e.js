/**
 * What one sees first, and how few steps away it is: the sentence about codes, the way past it by Tab, the prompt and Draw
 * before all that belongs to the picture, and pictures as large as fits, on a laptop's screen and on a phone's.
 */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, makePack, openPage, useSite } from "../helpers.js";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").Locator} Locator */

const LAPTOP = { width: 1366, height: 768 };
const PHONE = { width: 390, height: 844 };

describe("the first look", { timeout: 10 * TIMEOUT }, () => {
  const more = Object.fromEntries(/** @type {const} */ (["parts", "four-grains"]).map((kind) => [kind, makePack({ kind, pairs: true, stepMs: 5 }).contents]));
  const site = useSite({ pack: makePack({ filler: 0, stepMs: 5 }).contents, more });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;
  afterEach(() => opened.context.close());

  /** @param {string} [hash] @param {import("playwright-core").BrowserContextOptions} [context] */
  async function visit(hash = "", context) {
    opened = await openPage(site.browser, { context: { reducedMotion: "reduce", ...context } });
    await opened.page.goto(site.server.url + hash);
    await opened.page.waitForSelector("[data-ready]");
    return opened.page;
  }

  const go = (/** @type {Page} */ page) => page.locator("vg-prompt").getByRole("button", { name: "Draw", exact: true });
  const plate = (/** @type {Page} */ page) => page.locator("varigrain-player .plate .picture").first();

  /** @param {Locator} locator */
  async function box(locator) {
    const found = await locator.boundingBox();
    assert.ok(found, String(locator));
    return found;
  }

  it("says in how many symbols the model at hand writes a picture", async () => {
    const page = await visit();
    const said = () => page.locator("#codes").textContent();
    // Three quarters of 64 regions have four codes.
    assert.equal(await said(), "about 210");
    await page.locator("vg-model-picker").getByLabel("The four-grains").check();
    await page.waitForFunction(() => document.querySelector("#codes")?.textContent !== "about 210");
    assert.equal(await said(), "about 340");
  });

  it("shows the opening model to those who ask for nothing, and the usual one to links that name none", async () => {
    const list = await (await fetch(`${site.server.url}models/index.json`)).json();
    const [usual, opening] = [list.default, "four-grains"];
    site.server.hooks.override = (path) => (path.endsWith("models/index.json") ? { body: JSON.stringify({ ...list, opening }), type: "application/json" } : null);
    const chosen = (/** @type {Page} */ page) => page.locator("vg-model-picker input:checked").getAttribute("value");
    const page = await visit();
    assert.equal(await chosen(page), opening);
    await opened.context.close();
    assert.equal(await chosen(await visit("#seed=7")), usual);
    await opened.context.close();
    assert.equal(await chosen(await visit(`#model=${usual}`)), usual);
  });

  it("has the grain map beside the picture on a laptop, under it on a phone, large enough to be read", async () => {
    for (const [viewport, least] of /** @type {const} */ ([[LAPTOP, 180], [PHONE, 90]])) {
      const page = await visit("", { viewport });
      await go(page).click();
      await page.locator("varigrain-player").getByText("Recorded").or(page.getByRole("img", { name: /finished/ })).first().waitFor();
      const map = await box(page.locator("varigrain-player .map"));
      assert.ok(map.width >= least && map.height >= least, JSON.stringify(map));
      await opened.context.close();
    }
    await visit();
  });

  for (const [path, label, into] of [["", "Skip to the prompt", "vg-prompt"], ["embed.html", "Skip to the examples", "#main"], ["bench.html", "Skip to the measurements", "#main"], ["tutorial.html", "Skip to the first chapter", "#codes"]]) {
    it(`${path || "index.html"} can be skipped into by the first stop of the Tab key`, async () => {
      opened = await openPage(site.browser);
      const { page } = opened;
      await page.goto(site.server.url + path);
      await page.waitForSelector(path ? "[data-started]" : "[data-ready]");
      const before = page.url();
      const skip = page.getByRole("link", { name: label });
      assert.ok((await box(skip)).y < 0);
      await page.keyboard.press("Tab");
      assert.ok(await skip.evaluate((element) => element === document.activeElement));
      assert.ok((await box(skip)).y >= 0);
      await page.keyboard.press("Enter");
      if (!path) assert.equal(page.url(), before, "the address is the page's state");
      // From there on, Tab goes on inside.
      if (path) await page.keyboard.press("Tab");
      assert.ok(await page.evaluate((into) => document.activeElement?.closest(into) !== null || document.activeElement?.compareDocumentPosition(/** @type {Element} */ (document.querySelector(into))) === 2, into));
    });
  }

  it("skips into the panel that is open", async () => {
    const page = await visit("#tab=encode");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "encode");
  });

  for (const hash of ["", "#model=parts"]) {
    it(`Draw is at most 15 stops of the Tab key away, and nothing of the picture before it (${hash || "emoji"})`, async () => {
      const page = await visit(hash);
      if (hash) await page.locator("vg-words-box input").fill("toon head, red long hair, smiling, glasses, green background");
      await page.evaluate(() => {
        document.body.tabIndex = -1;
        document.body.focus();
      });
      let stops = 0;
      const focused = () => page.evaluate(() => ({ draw: document.activeElement?.textContent === "Draw", player: document.activeElement?.localName === "varigrain-player" }));
      for (let at = await focused(); !at.draw; at = await focused()) {
        assert.ok(!at.player && stops < 15, `${stops} stops`);
        await page.keyboard.press("Tab");
        stops++;
      }
    });

    it(`a laptop's screen shows prompt, picture and Draw whole (${hash || "emoji"})`, async () => {
      const page = await visit(hash, { viewport: LAPTOP });
      for (let drawn = 0; drawn < 2; drawn++) {
        for (const part of [page.locator("vg-prompt .axis-boxes input"), go(page), plate(page)]) {
          const { x, y, width, height } = await box(part);
          const inside = x >= 0 && y >= 0 && x + width <= LAPTOP.width && y + height <= LAPTOP.height;
          assert.ok(inside, `${part}: ${x} ${y} ${width} ${height}`);
        }
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= LAPTOP.width);
        assert.equal((await box(plate(page))).width, hash ? 512 : 384, "a whole multiple of its own size");
        if (drawn) break;
        await go(page).click();
        await page.locator(".seen", { hasText: /^Done in/ }).waitFor();
        assert.equal(await page.evaluate(() => scrollY), 0);
      }
    });
  }

  it("a phone shows prompt and Draw before what belongs to the picture, in this order for the Tab key too", async () => {
    const page = await visit("", { viewport: PHONE, deviceScaleFactor: 3 });
    const [prompt, draw, picture] = await Promise.all([page.locator("vg-prompt .axis-boxes input"), go(page), plate(page)].map(box));
    assert.ok(prompt.y < picture.y && picture.y < draw.y && draw.y + draw.height <= PHONE.height, "all three are in sight");
    const player = page.locator("varigrain-player");
    for (const part of [player.getByRole("radiogroup", { name: "Layer" }), player.getByRole("slider", { name: "Step" }), player.getByRole("group", { name: "Figures" }), page.getByRole("group", { name: "Keep it" })]) {
      assert.ok((await box(part)).y > picture.y + picture.height - 1 && (await box(part)).y > prompt.y, String(part));
    }
    assert.ok(await page.evaluate(() => {
      const [desk, player] = ["vg-prompt", "varigrain-player"].map((name) => /** @type {Element} */ (document.querySelector(name)));
      return Boolean(desk.compareDocumentPosition(player) & Node.DOCUMENT_POSITION_FOLLOWING);
    }));
    // Eight of the screen's pixels for each of the picture's.
    assert.ok(Math.abs(picture.width - (128 * 8) / 3) < 0.1, String(picture.width));
    const more = page.getByRole("button", { name: "More choices" });
    const style = page.getByRole("radio", { name: "Twemoji" });
    assert.deepEqual([await style.isVisible(), await more.getAttribute("aria-expanded")], [false, "false"]);
    await more.click();
    assert.ok(await style.isVisible());
    assert.equal(await page.getByRole("button", { name: "Fewer choices" }).getAttribute("aria-expanded"), "true");
    await style.check();
    await page.getByRole("button", { name: "Fewer choices" }).click();
    // What was chosen out of sight is told, and can be taken back.
    await page.getByRole("button", { name: "Without Twemoji" }).click();
    assert.doesNotMatch(page.url(), /twemoji/);
  });

  for (const [width, model, side] of /** @type {[number, string, number][]} */ ([[480, "emoji-128", 384], [480, "parts", 256], [320, "emoji-128", 256], [860, "emoji-128", 512]])) {
    it(`a player ${width} pixels wide shows a picture of ${model} and its grain map`, async () => {
      opened = await openPage(site.browser);
      const { page } = opened;
      const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>x</title><script type="module" src="player.js"></script>
        <varigrain-player model="${model}" seed="3" steps="2" style="--varigrain-width: none; width: ${width}px"
          controls="layers play timeline legend readout draw status"></varigrain-player>`;
      await page.route(`${site.server.url}one.html`, (route) => route.fulfill({ body, contentType: "text/html" }));
      await page.goto(`${site.server.url}one.html`);
      await page.locator("varigrain-player").getByRole("button", { name: "Draw", exact: true }).click();
      await page.getByText(/^Done in/).first().waitFor();
      const [picture, plan, player] = await Promise.all([plate(page), page.locator("varigrain-player .map"), page.locator("varigrain-player .player")].map(box));
      assert.equal(picture.width, side);
      assert.ok(plan.width >= 90, `the map is ${plan.width} wide`);
      assert.ok(plan.x + plan.width <= player.x + width + 0.5 && picture.x + picture.width <= player.x + width);
      const inked = await page.locator("varigrain-player .map").evaluate((/** @type {HTMLCanvasElement} */ canvas) => {
        const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(data.buffer)).size > 1;
      });
      assert.ok(inked);
    });
  }
});
