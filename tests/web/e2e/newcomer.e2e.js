/**
 * The first minutes of someone who has never been here, on a device without a graphics processor: what is there before
 * the engine is, what says that something is on its way, what a link leads to, and where the rest is to be found.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, inRepo, makePack, openPage, useSite, watchShifts } from "../helpers.js";

/** @typedef {import("playwright-core").Page} Page */

const LAPTOP = { width: 1366, height: 768 };
const PHONE = { width: 390, height: 844 };

/** A model of one thing that people also say of hair. */
function spices() {
  const contents = makePack({ kind: "one-axis" }).contents;
  const manifest = JSON.parse(String(contents.get("manifest.json")));
  manifest.classes = { axes: [{ id: "subject", name: "Subject", classes: ["ginger", "pepper"].map((id) => ({ id, name: id })) }] };
  return contents.set("manifest.json", Buffer.from(JSON.stringify(manifest)));
}

describe("the first minutes", { timeout: 10 * TIMEOUT }, () => {
  const more = { parts: makePack({ kind: "parts", pairs: true, stepMs: 5 }).contents, slow: makePack({ kind: "parts", stepMs: 6000 }).contents, spices: spices() };
  const site = useSite({ pack: makePack({ filler: 0, pairs: true, stepMs: 5 }).contents, more }, { webgpu: false });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;
  afterEach(() => opened.context.close());

  /** @param {string} [hash] @param {import("playwright-core").BrowserContextOptions & { ready?: boolean }} [options] */
  async function visit(hash = "", { ready = true, ...context } = {}) {
    opened = await openPage(site.browser, { context: { viewport: LAPTOP, reducedMotion: "reduce", ...context } });
    await opened.page.goto(site.server.url + hash);
    if (ready) await opened.page.waitForSelector("[data-ready]");
    return opened.page;
  }

  const button = (/** @type {Page} */ page, /** @type {string} */ name) => page.locator("vg-prompt").getByRole("button", { name, exact: true });
  const seen = (/** @type {Page} */ page, /** @type {RegExp} */ text) => page.locator(".seen", { hasText: text });
  const steps = (/** @type {Page} */ page) => page.locator("varigrain-player").evaluate((player) => /** @type {import("../../../www/player.js").VarigrainPlayer} */ (player).tracks[0].steps.length);
  /** The engine's files are held back for as long as `hold` says. */
  const holdFiles = () => {
    const held = { on: true };
    site.server.hooks.override = (path) => (/safetensors$/.test(path) ? { until: () => !held.on } : null);
    return held;
  };

  for (const [name, viewport] of /** @type {const} */ ([["laptop", LAPTOP], ["phone", PHONE]])) {
    it(`what can be drawn is there before the engine, can be chosen, and stays chosen (${name})`, async () => {
      const held = holdFiles();
      const page = await visit("#model=parts", { viewport, ready: false });
      const box = page.locator("vg-words-box input");
      await box.waitFor();
      assert.equal(await page.evaluate(() => "ready" in document.documentElement.dataset), false);
      assert.match(String(await box.getAttribute("placeholder")), /hair/);
      await box.fill("smiling, red hair");
      await page.getByRole("button", { name: "Without red hair" }).waitFor();
      // Method and settings are the engine's to say.
      assert.equal(await page.locator("vg-method-picker").evaluate((picker) => picker.closest("[inert]") !== null), true);
      held.on = false;
      await page.waitForSelector("[data-ready]");
      assert.equal(await box.inputValue(), "smiling, red hair");
      await button(page, "Draw").click();
      await seen(page, /^Done in .*red hair, smiling/).waitFor();
    });
  }

  for (const when of ["before anything can be chosen", "when what is shown can be chosen"]) {
    it(`Draw pressed ${when} draws what the form says`, async () => {
      const held = holdFiles();
      const page = await visit("", { ready: false });
      if (when.startsWith("when")) await page.waitForFunction(() => /** @type {HTMLInputElement | null} */ (document.querySelector("vg-prompt input"))?.value);
      await button(page, "Draw").click();
      await page.waitForFunction(() => /** @type {HTMLInputElement | null} */ (document.querySelector("vg-prompt input"))?.value);
      const said = await page.locator("vg-prompt input").first().inputValue();
      held.on = false;
      await page.waitForSelector("[data-ready]");
      await seen(page, /^Done in /).waitFor();
      assert.equal(await page.locator("vg-prompt input").first().inputValue(), said);
      assert.ok((await page.locator(".seen").textContent())?.toLowerCase().includes(said.split(",")[0].toLowerCase()), said);
    });
  }

  it("what is looked at before the engine is there is looked at after it too", async () => {
    const held = holdFiles();
    const page = await visit("#model=parts", { ready: false });
    const chip = page.locator("varigrain-player").getByRole("radio", { name: "Grain map" });
    await chip.check();
    assert.equal(await page.evaluate(() => "ready" in document.documentElement.dataset), false);
    held.on = false;
    await page.waitForSelector("[data-ready]");
    assert.ok(await chip.isChecked());
    // Another address says for itself how it is looked at.
    await page.evaluate(() => void (location.hash = "#model=parts&seed=4&steps=2&layer=order"));
    await page.locator("varigrain-player").getByRole("radio", { name: "Order", exact: true, checked: true }).waitFor();
  });

  it("what a link asks for is not offered for choice before it is read", async () => {
    const held = holdFiles();
    const page = await visit("#model=parts&style=toon-head&seed=4&steps=2", { ready: false });
    await page.locator("vg-words-box input").waitFor();
    assert.ok(await page.locator("vg-words-box").evaluate((box) => box.closest("[inert]") !== null));
    held.on = false;
    await page.waitForSelector("[data-ready]");
    assert.equal(await page.locator("vg-words-box input").inputValue(), "Toon head");
  });

  it("a picture on its way is seen and told; Stop brings the last one back as it was", async () => {
    const page = await visit("#model=slow&style=toon-head&seed=4&steps=1");
    await button(page, "Draw").click();
    const coming = page.getByText("A new picture is on its way", { exact: true });
    await coming.waitFor();
    await seen(page, /^Done in/).waitFor();
    assert.equal(await coming.isVisible(), false);
    const stage = page.locator("varigrain-player .stage");
    const looks = () => stage.evaluate((one) => getComputedStyle(/** @type {Element} */ (one.querySelector(".picture"))).opacity);
    assert.equal(await looks(), "1");
    await button(page, "Draw").click();
    await coming.waitFor();
    await page.waitForFunction(() => {
      const picture = document.querySelector("varigrain-player")?.shadowRoot?.querySelector(".picture");
      return picture && Number(getComputedStyle(picture).opacity) < 0.5;
    });
    assert.match(String(await page.locator("vg-status-line [role=status]").textContent()), /new picture is on its way/);
    assert.ok(await page.getByRole("img", { name: /Toon head.*, finished/ }).isVisible(), "the last one is still there");
    await button(page, "Stop").click();
    await seen(page, /^Stopped/).waitFor();
    assert.equal(await coming.isVisible(), false);
    await page.waitForFunction(() => {
      const picture = document.querySelector("varigrain-player")?.shadowRoot?.querySelector(".picture");
      return picture && getComputedStyle(picture).opacity === "1";
    });
    assert.ok(await page.getByRole("img", { name: /Toon head.*, finished/ }).isVisible());
  });

  it("a link to a picture, of another model too, says what to press where it does not draw by itself", async () => {
    const page = await visit("");
    await page.evaluate(() => (location.hash = "#model=parts&style=toon-head&hair-colour=red&seed=4&steps=2"));
    const draw = page.locator("varigrain-player").getByRole("button", { name: "Draw Toon head, red hair" });
    await draw.waitFor();
    await page.getByText(/^On the processor: about a second\.$/).waitFor();
    // It follows what is asked for.
    await page.locator("vg-prompt").getByRole("button", { name: "Without red hair" }).click();
    await page.locator("varigrain-player").getByRole("button", { name: "Draw Toon head", exact: true }).click();
    await seen(page, /^Done in/).waitFor();
    assert.equal(await page.locator(".invitation").count(), 0);
    assert.equal(await steps(page), 2);
    // Of a generator that is still to be downloaded the size is told.
    await page.goto(`${site.server.url}#model=parts&style=inked&mode=ar&seed=4`);
    await page.reload();
    await page.locator(".invitation", { hasText: "0.1 MB are downloaded first" }).or(page.locator(".invitation", { hasText: "0.2 MB are downloaded first" })).waitFor();
  });

  for (const [name, viewport] of /** @type {const} */ ([["laptop", LAPTOP], ["phone", PHONE]])) {
    it(`without a graphics processor a line says what a picture takes, over nothing, and more to those who ask (${name})`, async () => {
      const page = await visit("", { viewport });
      const pace = page.locator(".pace");
      await pace.getByText("On the processor: about a second a picture.").waitFor();
      assert.equal(await page.locator("body > vg-notice").isVisible(), false);
      const box = /** @type {{ y: number, height: number }} */ (await pace.boundingBox());
      assert.ok(box.height < 48 && box.y >= 0 && box.y + box.height <= viewport.height, JSON.stringify(box));
      const details = pace.getByRole("button", { name: "Details" });
      assert.equal(await details.getAttribute("aria-expanded"), "false");
      await details.focus();
      await page.keyboard.press("Enter");
      assert.equal(await details.getAttribute("aria-expanded"), "true");
      await pace.getByText(/WebGPU.*The processor draws the same pictures, only slower\. That is for 12 steps/).waitFor();
      // It is of what the form asks for now.
      if (viewport === PHONE) await page.getByRole("button", { name: "More choices" }).click();
      await page.locator("vg-count-picker").getByLabel("Nine").check();
      await pace.getByText(/for 9 pictures\.$/).waitFor();
    });
  }

  it("a tap on the picture tells about the code under it, until the next one elsewhere", async () => {
    const page = await visit("#concept=sun&style=noto&seed=4&steps=2", { viewport: PHONE, hasTouch: true, isMobile: true });
    await page.locator("varigrain-player .invitation, .invitation").getByRole("button").tap();
    await seen(page, /^Done in/).waitFor();
    const plate = page.locator("varigrain-player .plate");
    await plate.scrollIntoViewIfNeeded();
    const tip = page.locator("varigrain-player .tip");
    assert.equal(await tip.isVisible(), false);
    await plate.tap({ position: { x: 120, y: 120 } });
    await tip.getByText(/^(coarse|fine): .* · step \d+ · no\. \d+/).waitFor();
    await plate.tap({ position: { x: 40, y: 60 } });
    assert.ok(await tip.isVisible(), "another code");
    await page.locator("vg-status-line").tap();
    await tip.waitFor({ state: "hidden" });
  });

  it("a word that means something here is offered as what another model calls just so", async () => {
    const page = await visit("#model=parts");
    const box = page.locator("vg-words-box input");
    await box.fill("ginger");
    await page.getByRole("button", { name: "Without red hair" }).waitFor();
    await page.getByRole("button", { name: "Also: ginger, in The spices" }).click();
    await page.waitForURL(/model=spices/);
    await page.waitForSelector("[data-ready]");
    assert.ok(await page.getByRole("radio", { name: "ginger" }).isChecked());
    // What it calls so itself is not looked for elsewhere.
    await page.goto(`${site.server.url}#model=parts`);
    await page.waitForSelector("[data-ready]");
    await page.locator("vg-words-box input").fill("glasses");
    await page.waitForTimeout(900);
    assert.equal(await page.getByRole("button", { name: /^Also:/ }).count(), 0);
  });

  it("Draw stays where it is, whatever is said of the words", async () => {
    const page = await visit("#model=parts");
    const top = async () => (await button(page, "Draw").boundingBox())?.y;
    const before = await top();
    for (const text of ["smiling woman red hair", "qwertz", "Angrey, gresssen background"]) {
      await page.locator("vg-words-box input").fill(text);
      await page.getByText(/not understood: /i).first().waitFor();
      assert.equal(await top(), before, text);
      await page.locator("vg-words-box input").fill("");
    }
  });

  it("below the picture are two buttons, and the rest where one asks for more, with the keyboard too", async () => {
    const page = await visit("#concept=sun&seed=4&steps=2");
    await button(page, "Draw").click();
    await seen(page, /^Done in/).waitFor();
    const keep = page.getByRole("group", { name: "Keep it" });
    const shown = () => keep.getByRole("button").filter({ visible: true }).allTextContents();
    assert.deepEqual(await shown(), ["Save PNG", "Copy link"]);
    const summary = keep.locator("summary");
    await summary.focus();
    await page.keyboard.press("Enter");
    const all = await shown();
    for (const name of ["GIF", "Film", "Grain map (SVG)", "Copy embed code", "Copy as iframe", "Copy picture as link", "Open a saved PNG"]) assert.ok(all.includes(name), `${name} of ${all}`);
    assert.ok(await page.getByLabel("Pixels").isVisible());
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement?.closest(".more-ways") !== null));
    await summary.press("Enter");
    assert.deepEqual(await shown(), ["Save PNG", "Copy link"]);
  });

  for (const width of [320, 390]) {
    it(`every tab can be read at ${width} pixels, and nothing moves with another model`, async () => {
      const page = await visit("", { viewport: { width, height: 700 } });
      const list = page.getByRole("tablist", { name: "What to do" });
      const height = (await list.boundingBox())?.height;
      for (const tab of await list.getByRole("tab").all()) {
        const box = await tab.boundingBox();
        assert.ok(box && box.x >= 0 && box.x + box.width <= width, `${await tab.textContent()}: ${JSON.stringify(box)}`);
        assert.ok(await tab.evaluate((one) => one.scrollWidth <= one.clientWidth + 1));
      }
      await page.goto(`${site.server.url}#model=spices`);
      await page.waitForSelector("[data-ready]");
      assert.equal((await list.boundingBox())?.height, height);
    });
  }

  it("as many steps are drawn as are spoken of; a link has its own, and that is told", async () => {
    // A processor that is slow: of the usual 12 steps it is given 6.
    const engine = readFileSync(inRepo("tests/web/fake/engine.js"), "utf8");
    site.server.hooks.override = (path) => (path === "/pkg/engine.js" ? { body: engine.replace("await sleep(30);", "await sleep(3000);"), type: "text/javascript" } : null);
    const page = await visit("");
    await seen(page, /^Ready to draw\. A picture of 6 steps takes about/).waitFor();
    await page.getByText(/^On the processor: about \d+ seconds a picture\.$/).waitFor();
    // What more steps are worth, and cost, is told; the numbers are this device's.
    await seen(page, /here; the usual 12 are more careful\.$/).waitFor();
    await page.locator(".pace").getByRole("button", { name: "Details" }).click();
    const [, few, full] = String(await page.locator(".pace-more").textContent()).match(/That is for (\d+) steps; the usual 12 are more careful and take about (\d+) seconds\./) ?? [];
    assert.equal(few, "6");
    assert.ok(Number(full) >= 35 && Number(full) <= 60, full);
    await button(page, "Draw").click();
    await seen(page, /^Done in/).waitFor();
    assert.equal(await steps(page), 6);
    // What another model was found to have is no link: there, too, it is as many as this device does well.
    await page.locator("vg-prompt-box input").fill("ginger");
    await page.getByRole("option", { name: /ginger The spices has it/ }).click();
    await page.waitForURL(/model=spices/);
    await seen(page, /^Ready to draw\. A picture of 6 steps takes about/).waitFor();
    await page.locator("varigrain-player").getByRole("button", { name: "Draw ginger" }).click();
    await seen(page, /^Done in/).waitFor();
    assert.equal(await steps(page), 6);
    await page.goto(`${site.server.url}#model=emoji-128&concept=sun&seed=4`);
    await page.reload();
    await seen(page, /^Ready to draw\. A picture of 12 steps takes about [^;]* here\.$/).waitFor();
    await page.locator(".pace").getByRole("button", { name: "Details" }).click();
    await page.getByText(/That is for 12 steps; fewer take less\.$/).waitFor();
    await button(page, "Draw").click();
    await seen(page, /^Done in/).waitFor();
    assert.equal(await steps(page), 12);
  });

  it("Complete the set says which model has one, and switches to it", async () => {
    const page = await visit("#model=parts");
    await page.getByRole("tab", { name: "Complete the set" }).click();
    const panel = page.locator("vg-set");
    await panel.getByText(/The parts was trained with combinations of 3 choices, not with pairs of two\. Emoji has it: concept by style\./).waitFor();
    await panel.getByRole("button", { name: "Switch to Emoji" }).click();
    await page.waitForURL(/model=emoji-128.*tab=set|tab=set.*model=emoji-128/);
    await panel.getByText(/^Concept by style: /).waitFor();
  });

  it("a player is set up once, whatever number of attributes it has", async () => {
    opened = await openPage(site.browser);
    const { page } = opened;
    await page.addInitScript(() => {
      const counted = /** @type {any} */ (globalThis);
      counted.layouts = 0;
      const { replaceChildren } = Element.prototype;
      Element.prototype.replaceChildren = function (/** @type {(Node | string)[]} */ ...nodes) {
        if (this.classList.contains("groups")) counted.layouts++;
        return replaceChildren.apply(this, nodes);
      };
    });
    const many = 'model="emoji-128" concept="sun" drawing-style="noto" seed="3" steps="4" guidance="2" temperature="0.5" mode="both" count="4" layer="grains" controls="play draw" theme="dark" pixels';
    const body = `<!doctype html><html lang="en"><title>x</title><varigrain-player></varigrain-player><varigrain-player ${many}></varigrain-player><script type="module" src="player.js"></script>`;
    await page.route(`${site.server.url}many.html`, (route) => route.fulfill({ body, contentType: "text/html" }));
    await page.goto(`${site.server.url}many.html`);
    await page.waitForFunction(() => customElements.get("varigrain-player"));
    const layouts = () => page.evaluate(() => /** @type {any} */ (globalThis).layouts);
    // Each is laid out empty when it is made, and once when it is placed.
    assert.equal(await layouts(), 4, "two that were in the markup");
    await page.evaluate((attributes) => {
      const player = document.createElement("varigrain-player");
      for (const [, name, value = ""] of attributes.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)) player.setAttribute(name, value);
      document.body.append(player);
    }, many);
    assert.equal(await layouts(), 6, "one that a script makes");
    await page.evaluate((markup) => document.body.insertAdjacentHTML("beforeend", markup), `<varigrain-player ${many}></varigrain-player>`);
    assert.equal(await layouts(), 8, "one in markup that comes later");
  });
});

describe("the first minutes of the site as it is", { timeout: 5 * TIMEOUT }, () => {
  const site = useSite({ pack: makePack({ filler: 0, pairs: true, stepMs: 5 }).contents }, { webgpu: false });
  for (const [name, viewport] of /** @type {const} */ ([["laptop", LAPTOP], ["phone", PHONE]])) {
    it(`nothing jumps when the manifest comes, and when the engine does (${name})`, async () => {
      const held = { on: true };
      site.server.hooks.override = (path) => (/safetensors$/.test(path) ? { until: () => !held.on } : null);
      const { page, context } = await openPage(site.browser, { context: { viewport, reducedMotion: "reduce" } });
      await page.addInitScript(watchShifts);
      /** @type {(value: unknown) => void} */
      let painted = () => {};
      const paint = new Promise((resolve) => (painted = resolve));
      await page.exposeFunction("painted", painted);
      await page.route(/\/app\.js$/, async (route) => {
        await paint;
        await route.continue();
      });
      await page.goto(site.server.url);
      await page.locator("varigrain-player").getByText("Recorded").waitFor();
      await page.waitForFunction(() => /** @type {HTMLInputElement | null} */ (document.querySelector("vg-prompt-box input"))?.value === "red heart");
      assert.equal(await page.evaluate(() => "ready" in document.documentElement.dataset), false);
      held.on = false;
      await page.waitForSelector("[data-ready]");
      await page.locator(".pace", { hasText: "On the processor" }).waitFor();
      await page.waitForTimeout(300);
      const shifts = await page.evaluate(() => /** @type {any} */ (globalThis).shifts);
      const sum = shifts.reduce((/** @type {number} */ sum, /** @type {{ value: number }} */ { value }) => sum + value, 0);
      assert.ok(sum < 0.03, JSON.stringify(shifts));
      await context.close();
    });
  }
});
