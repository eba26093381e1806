/** Two settings side by side from one seed: with the weights that are shipped, and with the fake engine. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { afterEach, describe, it } from "node:test";
import axe from "axe-core";
import { TIMEOUT, inRepo, makePack, openPage, useSite } from "../helpers.js";
import { difference, pixelsOf } from "../pictures.js";
import { realMounts } from "../real.js";

/** @typedef {import("playwright-core").Page} Page */

const THERE = existsSync(inRepo("www/models/emoji-128/manifest.json"));

/** @param {Page} page */
const parts = (page) => {
  const panel = page.locator("vg-compare");
  const value = (/** @type {string} */ name) => panel.getByRole("group", { name });
  return {
    panel,
    what: panel.locator(".compare-what"),
    knob: panel.getByLabel("What differs"),
    first: value("First picture"),
    second: value("Second picture"),
    go: panel.getByRole("button", { name: "Draw both" }),
    cancel: panel.getByRole("button", { name: "Cancel" }),
    line: panel.locator(".telling-line"),
    spoken: panel.getByRole("status").last(),
    title: panel.getByRole("heading"),
    sides: panel.locator(".compare-side"),
    pictures: panel.locator(".compare-side .picture"),
    invitation: panel.locator(".invitation").filter({ visible: true }),
  };
};

/** What stands under a picture. @param {import("playwright-core").Locator} side @returns {Promise<Record<string, string>>} */
const figures = (side) => side.locator("dl > div").evaluateAll((rows) => Object.fromEntries(rows.map((row) => [row.querySelector("dt")?.textContent, row.querySelector("dd")?.textContent])));

/** @param {import("playwright-core").Locator} side */
const titleOf = (side) => side.locator(".exhibit-title").textContent();

describe("compare with the shipped weights", { timeout: 10 * TIMEOUT, skip: !THERE && "no weights in this checkout" }, () => {
  const site = useSite({ mounts: realMounts("/"), pack: null }, { webgpu: false });

  it("draws both from one seed on the processor, and says how far they are apart", async () => {
    const { page, context, problems } = await openPage(site.browser);
    await page.goto(`${site.server.url}?backend=cpu#model=emoji-128&concept=cat-face&style=noto&seed=4&steps=2&tab=compare`);
    const { panel, what, knob, first, second, go, line, title, sides, pictures } = parts(page);
    await go.and(panel.locator(":enabled")).waitFor();
    assert.equal(await what.textContent(), "cat face, Noto, seed 4");

    await knob.selectOption("Shares");
    const [few, many] = [first, second].map((group) => group.getByRole("spinbutton", { name: "Fine share" }));
    await few.fill("0.2");
    await many.fill("0.9");
    await go.click();
    await line.getByText(/^Both are drawn\. The pixels of the two pictures differ by [\d.]+ of 255 on average\.$/).waitFor();
    assert.equal(await title.textContent(), "cat face, Noto, seed 4");
    const [one, other] = await Promise.all((await pictures.all()).map(pixelsOf));
    const far = difference(one, other);
    assert.ok(far > 0.5 && far < 100, String(far));
    assert.equal(Number(String(await line.textContent()).match(/[\d.]+(?= of 255)/)?.[0]), Number(far.toFixed(1)));
    const [left, right] = [await figures(sides.first()), await figures(sides.last())];
    assert.ok(Number(left.Codes) + 50 < Number(right.Codes), `${left.Codes} and ${right.Codes} codes`);
    assert.deepEqual([left.Steps, right.Steps], ["2", "2"]);
    assert.match(left.Time, /^[\d.]+ m?s$/);

    // The same values twice are the same picture, and nothing else is to blame for a difference.
    await few.fill("0.9");
    await go.click();
    await line.getByText("Both are drawn. This is the same picture: no pixel differs.").waitFor();
    const [again, twice] = await Promise.all((await pictures.all()).map(pixelsOf));
    assert.deepEqual(again, twice);
    assert.deepEqual(again, other);
    assert.deepEqual(problems, []);
    await context.close();
  });
});

describe("compare", { timeout: 10 * TIMEOUT }, () => {
  const { contents } = makePack({ filler: 0, stepMs: 40 });
  const more = { three: makePack({ kind: "three-grains", pairs: true, stepMs: 10 }).contents, coder: makePack({ kind: "encodes-only" }).contents };
  const site = useSite({ pack: contents, more });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;

  afterEach(() => opened.context.close());

  /** @param {string} [hash] @param {Parameters<typeof openPage>[1]} [options] */
  async function visit(hash = "#concept=sun&style=noto&seed=4&steps=3&tab=compare", options) {
    opened = await openPage(site.browser, options);
    const { page } = opened;
    await page.goto(site.server.url + hash);
    await page.waitForSelector("[data-ready]");
    await parts(page).go.and(page.locator(":enabled")).waitFor();
    // The address draws its own picture, too.
    await page.waitForFunction(() => document.querySelector("varigrain-player")?.shadowRoot?.querySelector("[aria-label$=', finished']"));
    return page;
  }

  it("follows the form, and keeps what was set here", async () => {
    const page = await visit();
    const { panel, what, knob, first, second } = parts(page);
    assert.equal(await what.textContent(), "sun, Noto, seed 4");
    assert.deepEqual(await knob.locator("option").allTextContents(), ["Schedule", "Priority", "Temperature", "Steps", "Guidance", "Shares", "Method", "Temperature of places"]);
    await knob.selectOption("Steps");
    const steps = first.getByRole("spinbutton", { name: "Steps" });
    assert.equal(await steps.inputValue(), "3");
    assert.equal(await steps.getAttribute("max"), "64");
    assert.notEqual(await second.getByRole("spinbutton", { name: "Steps" }).inputValue(), "3");

    await panel.getByRole("button", { name: "Change it in Draw" }).click();
    assert.equal(await page.evaluate(() => document.activeElement?.id), "tab-draw");
    const prompt = page.locator("vg-prompt");
    await prompt.getByRole("spinbutton", { name: "Steps", exact: true }).fill("5");
    await prompt.getByLabel("Seed", { exact: true }).fill("77");
    await prompt.getByLabel("Seed", { exact: true }).press("Tab");
    await page.getByRole("tab", { name: "Compare" }).click();
    assert.equal(await what.textContent(), "sun, Noto, seed 77");
    assert.equal(await steps.inputValue(), "5");

    await steps.fill("9");
    await steps.press("Tab");
    await page.getByRole("tab", { name: "Draw" }).click();
    await prompt.getByRole("radio", { name: "Coarse to fine" }).check();
    await page.getByRole("tab", { name: "Compare" }).click();
    // The other generator has no steps to set.
    assert.equal(await knob.locator("option", { hasText: /^Steps$/ }).count(), 0);
    await page.getByRole("tab", { name: "Draw" }).click();
    await prompt.getByRole("radio", { name: "Everywhere at once" }).check();
    await page.getByRole("tab", { name: "Compare" }).click();
    await knob.selectOption("Steps");
    await steps.fill("9");
    await steps.press("Tab");
    await page.getByRole("tab", { name: "Draw" }).click();
    await prompt.getByLabel("Seed", { exact: true }).fill("78");
    await prompt.getByLabel("Seed", { exact: true }).press("Tab");
    await page.getByRole("tab", { name: "Compare" }).click();
    assert.equal(await what.textContent(), "sun, Noto, seed 78");
    assert.equal(await steps.inputValue(), "9");
    assert.deepEqual(opened.problems, []);
  });

  it("opens with what was drawn last on the left, as what it is, and says what to do on the right", async () => {
    const page = await visit();
    const { panel, knob, go, line, sides, pictures, invitation } = parts(page);
    assert.deepEqual(await Promise.all([sides.first(), sides.last()].map(titleOf)), ["As drawn", "Confidence"]);
    await panel.getByRole("img", { name: "sun, seed 4, as drawn", exact: true }).waitFor();
    assert.deepEqual(await pixelsOf(pictures.first()), await pixelsOf(page.locator("varigrain-player .picture")));
    const { Codes: codes, ...rest } = await figures(sides.first());
    assert.deepEqual(rest, { Steps: "3", Seed: "4" });
    assert.deepEqual(await figures(sides.last()), { Codes: "–", Steps: "–", Time: "–" });
    assert.match(String(await sides.last().getByText("“Draw both”").textContent()), /twice from one seed/);
    // What is set here says nothing of it.
    await knob.selectOption("Temperature");
    assert.equal(await titleOf(sides.first()), "As drawn");
    // The next picture takes its place.
    await page.getByRole("tab", { name: "Draw" }).click();
    await page.locator("vg-prompt").getByLabel("Seed", { exact: true }).fill("5");
    await page.locator("vg-prompt").getByRole("button", { name: "Draw", exact: true }).click();
    await page.locator(".seen", { hasText: /^Done in/ }).waitFor();
    await page.getByRole("tab", { name: "Compare" }).click();
    await panel.getByRole("img", { name: "sun, seed 5, as drawn", exact: true }).waitFor();
    const height = async () => (await sides.first().boundingBox())?.height;
    const before = await height();
    await go.click();
    await line.getByText(/^Both are drawn/).waitFor();
    assert.deepEqual(await Promise.all([sides.first(), sides.last()].map(titleOf)), ["Temperature 0.7", "Temperature 0.35"]);
    assert.equal(await invitation.count(), 0);
    assert.equal(await height(), before);
    assert.equal((await figures(sides.first())).Codes, codes);
    // It stays what was compared.
    await knob.selectOption("Steps");
    assert.equal(await titleOf(sides.first()), "Temperature 0.7");
    assert.deepEqual(opened.problems, []);
  });

  it("opens with the recorded picture for those who have drawn none, if it is of this very model", async () => {
    const manifest = JSON.parse(String(contents.get("manifest.json")));
    const { version, title, request, tracks } = JSON.parse(readFileSync(inRepo("www/recordings/red-heart.json"), "utf8"));
    for (const same of [true, false]) {
      site.server.hooks.override = (path) => (same && path === "/models/emoji-128/manifest.json" ? { body: JSON.stringify({ ...manifest, version }), type: "application/json" } : null);
      opened = await openPage(site.browser);
      const { page } = opened;
      await page.goto(`${site.server.url}#tab=compare`);
      const { panel, go, sides, invitation } = parts(page);
      await go.and(page.locator(":enabled")).waitFor();
      await invitation.waitFor();
      if (same) {
        await panel.getByRole("img", { name: `${title}, seed ${request.seed}, recorded`, exact: true }).waitFor();
        const { tokens, total } = tracks[0].steps.at(-1);
        assert.deepEqual(await figures(sides.first()), { Codes: String(tokens), Steps: String(total), Seed: String(request.seed) });
        assert.equal(await titleOf(sides.first()), "Recorded");
        await opened.context.close();
      } else {
        await page.waitForTimeout(500);
        assert.notEqual(await titleOf(sides.first()), "Recorded");
        assert.match(String(await panel.getByRole("img").first().getAttribute("aria-label")), /not drawn yet$/);
      }
    }
  });

  it("compares the generators, each as it starts, and says what that downloads", async () => {
    const page = await visit();
    const { panel, knob, go, line, sides, spoken } = parts(page);
    await knob.selectOption("Method");
    await panel.getByText(/^Needs [\d.]+ MB more, once\.$/).waitFor();
    await go.click();
    await line.getByText(/^Both are drawn/).waitFor();
    assert.match(String(await spoken.textContent()), /^Both are drawn\. (This is|The pixels)/);
    assert.deepEqual([await titleOf(sides.first()), await titleOf(sides.last())], ["Everywhere at once", "Coarse to fine"]);
    const [nar, ar] = [await figures(sides.first()), await figures(sides.last())];
    assert.deepEqual([nar.Shares, ar.Shares], ["fine 75\u00a0%", "fine 50\u00a0%"]);
    assert.deepEqual([nar.Temperature, ar.Temperature], ["0.7", "0.3"]);
    assert.equal(nar.Steps, "3");
    assert.ok(Number(ar.Steps) > 20 && Number(ar.Codes) < Number(nar.Codes));
    assert.equal(await panel.getByText(/MB more, once/).count(), 0);
    assert.deepEqual(opened.problems, []);
  });

  it("works with keys alone, is called off with Escape, and goes on", async () => {
    const page = await visit("#concept=sun&style=noto&seed=4&steps=64&tab=compare");
    const { knob, go, line, cancel, spoken, sides } = parts(page);
    await knob.focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    assert.equal(await knob.inputValue(), "temperature");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => /** @type {HTMLInputElement} */ (document.activeElement).value), "0.75");
    await page.keyboard.press("Enter");
    await line.getByText(/^Drawing the first picture: step \d+ of 64$/).waitFor();
    assert.equal(await spoken.textContent(), "Drawing the first picture …");
    await cancel.waitFor();
    await page.keyboard.press("Escape");
    await line.getByText("Cancelled.").waitFor();
    assert.equal(await cancel.isVisible(), false);
    await go.click();
    await line.getByText(/^Drawing the second picture: step/).waitFor();
    // A second press begins nothing new.
    await go.click({ force: true });
    await line.getByText(/^Both are drawn/).waitFor();
    assert.deepEqual(await Promise.all([sides.first(), sides.last()].map(titleOf)), ["Temperature 0.75", "Temperature 0.35"]);
    await page.getByRole("img", { name: "sun, Temperature 0.35, finished" }).waitFor();
    // What is set next is not yet what is on show.
    await knob.selectOption("Guidance");
    assert.equal(await titleOf(sides.first()), "Temperature 0.75");
  });

  it("takes turns with what is drawn in Draw at the same time", async () => {
    const page = await visit();
    const { go, line } = parts(page);
    await page.getByRole("tab", { name: "Draw" }).click();
    const prompt = page.locator("vg-prompt");
    await prompt.getByRole("spinbutton", { name: "Steps", exact: true }).fill("64");
    await prompt.getByRole("button", { name: "Draw", exact: true }).click();
    await page.getByRole("tab", { name: "Compare" }).click();
    await go.click();
    await line.getByText(/^Drawing the first picture: step/).waitFor();
    await page.getByRole("tab", { name: "Draw" }).click();
    assert.ok(await prompt.getByRole("button", { name: "Stop", exact: true }).isVisible());
    await page.locator(".seen", { hasText: /^Done in/ }).waitFor();
    await page.getByRole("tab", { name: "Compare" }).click();
    await line.getByText(/^Both are drawn/).waitFor();
    assert.deepEqual(opened.problems, []);
  });

  it("says what failed, and draws when asked again", async () => {
    opened = await openPage(site.browser);
    const { page } = opened;
    let broken = true;
    site.server.hooks.override = (path) => (broken && path.endsWith("ar.safetensors") && !path.endsWith("nar.safetensors") ? { status: 404, body: "" } : null);
    await page.goto(`${site.server.url}#tab=compare`);
    const { panel, knob, go, line } = parts(page);
    await go.and(page.locator(":enabled")).waitFor();
    await knob.selectOption("Method");
    await go.click();
    await panel.getByRole("alert").getByText("pack-missing").waitFor();
    assert.notEqual(await go.getAttribute("aria-disabled"), "true");
    broken = false;
    await panel.getByRole("button", { name: "Try again" }).click();
    await line.getByText(/^Both are drawn/).waitFor();
    assert.equal(await panel.getByRole("alert").textContent(), "");
  });

  it("begins anew with another model, and is not there where a model only encodes", async () => {
    const page = await visit();
    const { go, line, knob, sides, pictures } = parts(page);
    const tab = page.getByRole("tab", { name: "Compare" });
    await knob.selectOption("Temperature");
    await go.click();
    await line.getByText(/^Both are drawn/).waitFor();
    await page.getByRole("radio", { name: "The three" }).check();
    await page.waitForFunction(() => /^anything, any style, seed/.test(document.querySelector("vg-compare .compare-what")?.textContent ?? ""));
    assert.equal(await line.textContent(), "");
    await knob.selectOption("Shares");
    assert.equal(await sides.first().locator(".exhibit-title").textContent(), "Middle 38\u00a0%, fine 38\u00a0%");
    await go.click();
    await line.getByText(/^Both are drawn/).waitFor();
    // What was drawn in place of "any" is known then, and is the same on both sides.
    const [of, ...rest] = await pictures.evaluateAll((all) => [...new Set(all.map((one) => one.getAttribute("aria-label")?.split(",")[0]))]);
    assert.match(String(of), /^\w+ in \w+$/);
    assert.deepEqual(rest, []);
    await page.getByRole("radio", { name: "The coder" }).check();
    await page.getByRole("button", { name: /^Download the encoder/ }).waitFor();
    assert.equal(await tab.count(), 0);
    assert.deepEqual(opened.problems, []);
  });

  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    it(`is stacked on a phone, where nothing is cut, and axe finds nothing serious (${colorScheme})`, async () => {
      const page = await visit(undefined, { context: { viewport: { width: 390, height: 844 }, hasTouch: true, colorScheme, reducedMotion: "reduce" } });
      const { knob, go, line, sides } = parts(page);
      for (const name of await knob.locator("option").allTextContents()) {
        await knob.selectOption(name);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name);
      }
      await go.click();
      await line.getByText(/^Both are drawn/).waitFor();
      const [first, second] = await Promise.all([sides.first(), sides.last()].map((side) => side.boundingBox()));
      assert.ok(first && second && first.x === second.x && second.y >= first.y + first.height);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => /** @type {any} */ (globalThis).axe.run());
      const serious = violations.filter((/** @type {any} */ { impact }) => impact === "serious" || impact === "critical");
      assert.deepEqual(serious.map((/** @type {any} */ { id }) => id), []);
      await page.setViewportSize({ width: 1366, height: 768 });
      const [left, right] = await Promise.all([sides.first(), sides.last()].map((side) => side.boundingBox()));
      assert.ok(left && right && left.y === right.y && right.x >= left.x + left.width);
    });
  }
});
