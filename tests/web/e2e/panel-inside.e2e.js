/** How one code of a picture was chosen, as a visitor looks at it, with the fake engine. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, describe, it } from "node:test";
import axe from "axe-core";
import { TIMEOUT, inRepo, makePack, openPage, useSite } from "../helpers.js";
import { markedOn, restingBox } from "../pictures.js";

/** @typedef {import("playwright-core").Page} Page */

describe("look inside", { timeout: 10 * TIMEOUT }, () => {
  const { contents } = makePack({ filler: 0, stepMs: 20 });
  const site = useSite({ pack: contents });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;

  afterEach(async () => {
    await opened.context.close();
  });

  /** @param {string} [hash] @param {Parameters<typeof openPage>[1]} [options] */
  async function visit(hash = "#concept=sun&seed=4&tab=inside", options) {
    opened = await openPage(site.browser, options);
    await opened.page.addInitScript(() => {
      const seen = /** @type {any[]} */ ((/** @type {any} */ (window).inspections = []));
      new BroadcastChannel("fake-engine-inspections").onmessage = ({ data }) => seen.push(data);
    });
    await opened.page.goto(site.server.url + hash);
    await opened.page.waitForSelector("[data-ready]");
    return opened.page;
  }

  /** @param {Page} page */
  const parts = (page) => {
    const panel = page.locator("vg-inside");
    return {
      panel,
      sheet: panel.getByRole("application", { name: "Codes of the picture" }),
      first: panel.getByRole("button", { name: "Draw a picture to look into" }),
      candidates: panel.locator(".candidate"),
      shown: panel.locator(".candidate[data-shown]"),
      temperature: panel.getByRole("slider", { name: "Temperature" }),
      moment: panel.getByRole("slider", { name: /^After step/ }),
      attention: panel.getByLabel("Attention of this code"),
      line: panel.locator(".telling-line"),
      spoken: panel.getByRole("status").last(),
    };
  };

  /** @param {Page} page @returns {Promise<Record<string, string>>} */
  const facts = (page) => page.locator("vg-inside .side-figures > div").evaluateAll((rows) => Object.fromEntries(rows.map((row) => [row.querySelector("dt")?.textContent, row.querySelector("dd")?.textContent])));

  /** All five are there with their pictures. @param {Page} page */
  const settled = (page) => parts(page).shown.nth(4).waitFor();

  /** @param {Page} page @returns {Promise<{ cell: number, request: any }[]>} */
  const asked = (page) => page.evaluate(() => /** @type {any} */ (window).inspections);

  /** @param {Page} page @param {number} column @param {number} row */
  async function press(page, column, row) {
    const box = await restingBox(parts(page).sheet);
    await page.mouse.click(box.x + ((column + 0.5) / 16) * box.width, box.y + ((row + 0.5) / 16) * box.height);
  }

  it("tells how a code was chosen, what else might stand there, and what was looked at", async () => {
    const page = await visit();
    const { candidates, attention, spoken, panel } = parts(page);
    await settled(page);
    await press(page, 3, 5);
    await page.waitForFunction(() => /** @type {any} */ (window).inspections.at(-1)?.cell === 5 * 16 + 3);
    await settled(page);
    const told = await facts(page);
    assert.match(told["Place"], /^row [56], column [34] of 16$/);
    assert.match(told["Granularity"], /^(coarse: 2 × 2 cells|fine: 1 × 1 cell)$/);
    assert.match(told["Density of its region"], /^\d+ of 15$/);
    assert.match(told["Chosen"], /^in step \d+ of \d+$/);
    assert.match(told["Known before it"], /^\d+ of \d+ codes$/);
    assert.match(told["Probability then"], /%$/);
    assert.match(told["Entropy"], /^\d\.\d\d bits, as among [\d.]+ equal codes$/);
    // As the stand-in has it: the code that stands there comes first.
    const names = await candidates.locator(".small").allTextContents();
    assert.match(names[0], /^code \d+, stands here$/);
    assert.equal(names.filter((name) => /stands here/.test(name)).length, 1);
    assert.match(String(await spoken.textContent()), /^Likeliest codes: \d+ with .+ Here stands \d+ with .+\s%\.$/);
    // What was drawn is asked about, whatever the form would leave to chance.
    const { request } = (await asked(page)).at(-1) ?? { request: null };
    assert.deepEqual([request.seed, request.prompt.concept, request.mode], [4, "sun", "nar"]);
    assert.equal(await attention.locator("option").count(), 5);
    await panel.getByText("50 % at what was asked for").waitFor();
    assert.deepEqual(opened.problems, []);
  });

  it("shows the patches of other codes, and the attention over the picture where it is wanted", async () => {
    const page = await visit();
    const { panel, attention } = parts(page);
    await settled(page);
    // The stand-in has a colour for each code; the picture, its own.
    const patches = await panel.locator(".candidate-patch canvas").evaluateAll((all) =>
      all.map((canvas) => String(/** @type {HTMLCanvasElement} */ (canvas).getContext("2d")?.getImageData(/** @type {HTMLCanvasElement} */ (canvas).width / 2, /** @type {HTMLCanvasElement} */ (canvas).height / 2, 1, 1).data)),
    );
    assert.equal(new Set(patches).size, 5);
    const marks = panel.locator(".pickable .marks");
    const covered = await markedOn(marks);
    await attention.selectOption("Not shown");
    assert.ok((await markedOn(marks)) < covered / 4, "the picture lies open");
    await attention.selectOption("Layer 2 of 3");
    assert.equal(await markedOn(marks), covered);
    // The choice stays from one code to the next.
    await press(page, 10, 10);
    await page.waitForFunction(() => /** @type {any} */ (window).inspections.length > 1);
    await settled(page);
    assert.equal(await attention.inputValue(), "1");
  });

  it("the temperature moves the figures, and asks nobody", async () => {
    const page = await visit();
    const { candidates, temperature } = parts(page);
    await settled(page);
    const chances = () => candidates.locator(".candidate-chance").allTextContents().then((all) => all.map((text) => Number(text.match(/[\d.]+/)?.[0])));
    const entropy = async () => Number.parseFloat((await facts(page))["Entropy"]);
    const before = (await asked(page)).length;
    const names = await candidates.locator(".small").allTextContents();
    await temperature.fill("0.1");
    const [cold, low] = [await chances(), await entropy()];
    assert.ok(cold[0] > 99, String(cold));
    await temperature.fill("2");
    const [hot, high] = [await chances(), await entropy()];
    assert.ok(hot[0] < 50 && hot[1] > cold[1] && high > low + 1, `${hot} ${low} ${high}`);
    assert.deepEqual(await candidates.locator(".small").allTextContents(), names, "their order stays");
    assert.equal((await asked(page)).length, before);
  });

  it("is walked over with arrow keys, says where one is, and asks only where one stays", async () => {
    const page = await visit();
    const { sheet, spoken } = parts(page);
    await settled(page);
    await sheet.focus();
    await page.keyboard.press("Home");
    await spoken.getByText(/^(Row 1, column 1: |Likeliest)/).waitFor();
    const before = (await asked(page)).length;
    // In one go: whoever takes longer from one key to the next stays.
    const seen = await sheet.evaluate((element) =>
      Array.from({ length: 5 }, () => {
        element.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true }));
        const terms = [...document.querySelectorAll("vg-inside dt")];
        return String(terms.find((term) => term.textContent === "Place")?.parentElement?.querySelector("dd")?.textContent);
      }),
    );
    assert.equal(new Set(seen).size, 5, String(seen));
    assert.ok(seen.every((place) => /^row [12],/.test(place)));
    await settled(page);
    assert.ok((await asked(page)).length <= before + 2, "on the way nothing is asked");
    await page.keyboard.press("End");
    await page.waitForFunction(() => /** @type {any} */ (window).inspections.at(-1)?.cell === 255);
    assert.match((await facts(page))["Place"], /^row 1[56], column 1[56] of 16$/);
  });

  it("goes back to an earlier step, where the code may still be open", async () => {
    const page = await visit();
    const { moment, panel } = parts(page);
    await settled(page);
    await panel.getByRole("img", { name: /, finished$/ }).waitFor();
    await moment.fill("1");
    await panel.getByRole("img", { name: /, after step 1$/ }).waitFor();
    /** @type {string[]} */
    const states = [];
    for (const [column, row] of [[1, 1], [5, 2], [9, 9], [12, 4], [14, 14], [7, 7]]) {
      await press(page, column, row);
      states.push((await facts(page))["Chosen"]);
    }
    assert.ok(states.includes("still open"), String(states));
    assert.ok(states.every((state) => state === "still open" || state === "in step 1 of 12"), String(states));
  });

  it("of a picture of the other generator it tells what its steps tell", async () => {
    const page = await visit("#concept=sun&seed=4&mode=ar&tab=inside");
    const { line, candidates } = parts(page);
    await line.getByText("can be seen of pictures drawn everywhere at once").waitFor();
    const told = await facts(page);
    assert.match(told["Chosen"], /^as code \d+ of \d+$/);
    assert.match(told["Probability then"], /%$/);
    assert.equal("Density of its region" in told, false);
    assert.equal(await candidates.first().isVisible(), false);
    assert.deepEqual(await asked(page), []);
  });

  it("of a part that was drawn again it asks for that, and tells what was kept", async () => {
    const page = await visit("#concept=sun&seed=4&tab=repaint");
    const repaint = page.locator("vg-repaint");
    await repaint.getByText("sun, as it is").waitFor();
    await repaint.getByRole("application").press("Space");
    await repaint.getByRole("button", { name: /^Draw these again/ }).click();
    await repaint.locator(".telling-line").getByText(/^Drawn again/).waitFor();
    await page.getByRole("tab", { name: "Look inside" }).click();
    await settled(page);
    await parts(page).panel.getByRole("button", { name: "sun, repainted", pressed: true }).waitFor();
    await parts(page).sheet.press("Home");
    await page.waitForFunction(() => /** @type {any} */ (window).inspections.at(-1)?.cell === 0);
    const { request } = (await asked(page)).at(-1) ?? { request: {} };
    assert.equal(request.repaint.regions.filter(Boolean).length, 1);
    assert.equal((await facts(page))["Chosen"], "kept from before");
    assert.equal((await facts(page))["Probability then"], "–");
  });

  it("draws a picture for those who have none, and begins with one that was recorded of this very model", async () => {
    const page = await visit("#tab=inside");
    const { first, sheet, panel } = parts(page);
    await panel.getByText("No picture was drawn yet").first().waitFor();
    assert.equal(await sheet.isVisible(), false);
    await first.click();
    await settled(page);
    assert.equal(await panel.locator(".piece").count(), 1);
    await opened.context.close();

    const file = JSON.parse(readFileSync(inRepo("www/recordings/red-heart.json"), "utf8"));
    const { name, version } = JSON.parse(String(contents.get("manifest.json")));
    site.server.hooks.override = (path) => (path.endsWith("red-heart.json") ? { body: JSON.stringify({ ...file, model: name, version }), type: "application/json" } : null);
    const again = await visit("#tab=inside");
    await settled(again);
    await parts(again).panel.getByRole("button", { name: "red heart, recorded" }).waitFor();
    site.server.hooks.override = () => null;
  });

  it("fits a phone and a dark screen, and has no faults that axe finds", async () => {
    for (const [width, colorScheme] of /** @type {const} */ ([[320, "light"], [390, "dark"], [1366, "light"]])) {
      const page = await visit(undefined, { context: { viewport: { width, height: 800 }, colorScheme } });
      await settled(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${wide} pixels beside a screen of ${width}`);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => /** @type {any} */ (globalThis).axe.run("vg-inside"));
      assert.deepEqual(violations.map((/** @type {any} */ { id, nodes }) => [id, nodes.map((/** @type {any} */ node) => node.html)]), []);
      await opened.context.close();
    }
    await visit();
  });
});

describe("look inside where the decoder is slow", { timeout: 10 * TIMEOUT }, () => {
  const site = useSite({ pack: makePack({ filler: 0, stepMs: 700 }).contents });

  it("tells how far it is, can be called off, and goes on with the next code", async () => {
    const { page, context, problems } = await openPage(site.browser);
    await page.goto(`${site.server.url}#concept=sun&seed=4&steps=2&tab=inside`);
    const panel = page.locator("vg-inside");
    // In one frame of the page: the next codes come by themselves.
    const bar = await panel.locator(".telling").evaluate(async (telling) => {
      while (!telling.textContent?.includes("Pictures of the codes: 1 of 4")) await new Promise(requestAnimationFrame);
      const [progress, cancel] = /** @type {HTMLElement[]} */ (["progress", "button"].map((name) => telling.querySelector(name)));
      const seen = [progress.checkVisibility(), progress.ariaLabel, cancel.checkVisibility(), cancel.textContent];
      cancel.click();
      return seen;
    });
    assert.deepEqual(bar, [true, "Pictures of the codes", true, "Cancel"]);
    const shown = panel.locator(".candidate[data-shown]");
    await page.waitForTimeout(1600);
    const count = await shown.count();
    assert.ok(count >= 2 && count < 5, String(count));
    assert.equal(await panel.locator(".telling-line").textContent(), "");
    assert.equal(await panel.locator(".candidate").count(), 5, "the odds stay");
    await panel.getByRole("application").press("ArrowRight");
    await shown.nth(4).waitFor();
    assert.equal(await panel.getByRole("button", { name: "Cancel" }).isVisible(), false);
    assert.deepEqual(problems, []);
    await context.close();
  });
});
