/**
 * The pages for those who do not see or do not point: no serious finding of axe, and everything done with
 * the keyboard alone.
 */
import assert from "node:assert/strict";
import axe from "axe-core";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, makePack, openPage, showMore, useSite } from "../helpers.js";

/** @typedef {import("playwright-core").Page} Page */

describe("the pages without pointer and without sight", { timeout: 10 * TIMEOUT }, () => {
  const site = useSite({ pack: makePack({ filler: 0, stepMs: 20 }).contents });
  const several = useSite({ pack: makePack({ filler: 0, stepMs: 20 }).contents, more: { three: makePack({ kind: "three-grains", pairs: true, stepMs: 10 }).contents } });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;

  afterEach(async () => {
    await opened.context.close();
  });

  /** @param {string} path @param {Parameters<typeof openPage>[1]} [options] */
  async function visit(path, options) {
    opened = await openPage(site.browser, options);
    await opened.page.goto(site.server.url + path);
    return opened.page;
  }

  /** @param {Page} page */
  async function findings(page) {
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => /** @type {any} */ (globalThis).axe.run());
    const serious = violations.filter((/** @type {any} */ { impact }) => impact === "serious" || impact === "critical");
    return serious.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes.map((/** @type {any} */ node) => node.target.flat().join(" ")).join(", ")}`);
  }

  /** Presses Tab until something with this name, no tab of a list, has the focus. @param {Page} page @param {RegExp} name */
  async function tabTo(page, name) {
    for (let presses = 0; presses < 120; presses++) {
      await page.keyboard.press("Tab");
      const found = await page.evaluate(() => {
        let element = document.activeElement;
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        if (!(element instanceof HTMLElement) || element.role === "tab") return null;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        const label = /** @type {HTMLInputElement} */ (element).labels?.[0]?.textContent;
        return { name: (element.getAttribute("aria-label") ?? label ?? element.textContent ?? "").trim(), ring: outlineStyle !== "none" && outlineWidth !== "0px" };
      });
      if (found && name.test(found.name)) {
        assert.ok(found.ring, `${found.name} shows that it has the focus`);
        return;
      }
    }
    assert.fail(`no Tab leads to ${name}`);
  }

  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    it(`index.html: nothing serious, before and after a drawing (${colorScheme})`, async () => {
      const page = await visit("", { context: { colorScheme, reducedMotion: "reduce" } });
      await page.waitForSelector("[data-ready]");
      await page.locator(".advanced summary").click();
      await showMore(page);
      assert.deepEqual(await findings(page), []);
      await page.locator("vg-prompt").getByRole("button", { name: "Draw", exact: true }).click();
      await page.locator(".seen", { hasText: /^Done in/ }).waitFor();
      assert.deepEqual(await findings(page), []);
    });

    it(`index.html with several models: nothing serious in any panel (${colorScheme})`, async () => {
      opened = await openPage(several.browser, { context: { colorScheme, reducedMotion: "reduce" } });
      const { page } = opened;
      await page.goto(`${several.server.url}#model=three&seed=1&steps=2`);
      await page.locator(".seen", { hasText: /^Done in/ }).waitFor();
      await page.locator(".advanced summary").click();
      assert.deepEqual(await findings(page), []);
      for (const tab of ["Encode your own", "Repaint", "Compare", "Look inside", "Complete the set"]) {
        await page.getByRole("tab", { name: tab }).click();
        await page.waitForTimeout(300);
        assert.deepEqual(await findings(page), [], tab);
      }
    });

    it(`tutorial.html: nothing serious, at its figures' beginning and with one played (${colorScheme})`, async () => {
      const page = await visit("tutorial.html", { context: { colorScheme, reducedMotion: "reduce" } });
      await page.waitForSelector("[data-ready]");
      // Figures begin when they are seen.
      for (const chapter of await page.locator("main section").all()) await chapter.scrollIntoViewIfNeeded();
      await page.getByRole("img", { name: /finished/ }).first().waitFor();
      assert.deepEqual(await findings(page), []);
    });

    it(`bench.html: nothing serious, before, and with what was recorded and measured (${colorScheme})`, async () => {
      const page = await visit("bench.html?runs=2&only=passes,images", { context: { colorScheme, reducedMotion: "reduce" } });
      const recorded = page.locator("details.recorded");
      await recorded.nth(2).waitFor();
      for (const one of (await recorded.all()).slice(1)) await one.locator("summary").first().click();
      assert.deepEqual(await findings(page), []);
      await page.getByRole("button", { name: "Run" }).click();
      await page.waitForSelector("[data-done]", { state: "attached" });
      assert.deepEqual(await findings(page), []);
    });

    it(`embed.html: nothing serious (${colorScheme})`, async () => {
      const page = await visit("embed.html", { context: { colorScheme, reducedMotion: "reduce" } });
      await page.getByRole("img", { name: "red heart, finished" }).waitFor();
      assert.deepEqual(await findings(page), []);
    });
  }

  it("index.html: a message that something failed is nothing serious either", async () => {
    site.server.hooks.override = (path) => (path.endsWith("manifest.json") ? { status: 503 } : null);
    const page = await visit("");
    await page.getByRole("alert").waitFor();
    assert.deepEqual(await findings(page), []);
  });

  it("index.html with the keyboard alone: draws, goes back a step, clears what is stored", async () => {
    const page = await visit("");
    await page.waitForSelector("[data-ready]");
    await tabTo(page, /^Draw$/);
    await page.keyboard.press("Enter");
    await page.locator(".seen", { hasText: /^Done in/ }).waitFor();
    await page.locator("body").press("Home");
    // What is kept is known a little after the model is there.
    await page.getByRole("button", { name: /^Clear what is stored/ }).waitFor();
    await tabTo(page, /^Clear what is stored/);
    await page.keyboard.press("Enter");
    await page.getByText(/^Nothing is stored here any more/).waitFor();
    await page.reload();
    await page.waitForSelector("[data-ready]");
    await page.getByRole("img", { name: "red heart, finished" }).waitFor();
    await tabTo(page, /^Step$/);
    await page.keyboard.press("ArrowLeft");
    await page.getByRole("img", { name: "red heart, step 11 of 12" }).waitFor();
  });

  it("embed.html with the keyboard alone: copies, plays, draws, runs the program", async () => {
    const page = await visit("embed.html");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await tabTo(page, /^Copy the lines for the player$/);
    await page.keyboard.press("Enter");
    await page.getByText("Copied.").waitFor();
    await tabTo(page, /^Play cat face$/);
    await page.keyboard.press("Enter");
    await page.getByRole("img", { name: "cat face, finished" }).waitFor();
    await tabTo(page, /^Draw sun$/);
    await page.keyboard.press("Enter");
    await page.locator(".status").getByText(/^Done in .* for sun\.$/).waitFor();
    await tabTo(page, /^Run it$/);
    await page.keyboard.press("Enter");
    await page.getByRole("img", { name: "cat face, drawn here" }).waitFor();
  });
});
