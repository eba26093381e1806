/**
 * The page with models of one, three and four granularities, with the fake engine: sliders, maps, layers, order, links,
 * recordings, and a brush for each granularity.
 */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, makePack, openPage, useBlankPage, useSite } from "../helpers.js";
import { restingBox } from "../pictures.js";

const KINDS = /** @type {const} */ (["no-axis", "three-grains", "four-grains"]);

describe("more granularities than two", { timeout: 10 * TIMEOUT }, () => {
  const more = Object.fromEntries(KINDS.map((kind) => [kind, makePack({ kind, pairs: true, stepMs: 5 }).contents]));
  const site = useSite({ pack: makePack({ filler: 0 }).contents, more });
  const blank = useBlankPage(site);
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;

  afterEach(async () => {
    await opened?.context.close();
  });

  /** @param {string} hash @param {Parameters<typeof openPage>[1]} [options] */
  async function visit(hash, options) {
    opened = await openPage(site.browser, options);
    await opened.page.goto(site.server.url + hash);
    await opened.page.waitForSelector("[data-ready]");
    return opened.page;
  }

  /** @param {import("playwright-core").Page} page */
  const parts = (page) => {
    const prompt = page.locator("vg-prompt");
    return {
      prompt,
      settings: prompt.locator("summary"),
      middle: prompt.getByRole("slider", { name: "Middle share" }),
      fine: prompt.getByRole("slider", { name: "Fine share" }),
      box: (/** @type {string} */ name) => prompt.getByRole("spinbutton", { name: `${name} share` }),
      mix: prompt.locator(".shares-mix"),
      draw: prompt.getByRole("button", { name: "Draw", exact: true }),
      done: page.locator(".seen", { hasText: /^Done in/ }),
      figures: page.getByRole("group", { name: "Figures" }),
      layer: (/** @type {string} */ name) => page.getByRole("radio", { name, exact: true }),
    };
  };

  it("shows maps, layers and order of three", async () => {
    const page = await visit("#model=three-grains&subject=cat&style=noto&seed=3&shares=0.25,0.5&mode=ar");
    const { done, figures, layer } = parts(page);
    await done.waitFor();
    // 16 regions: 4 coarse, 4 middle, 8 fine.
    await figures.getByText("4 coarse, 4 middle, 8 fine").waitFor();
    for (const text of ["coarse = 1 code", "middle = 4 codes", "fine = 16 codes"]) await page.locator("#player").getByText(text).waitFor();
    await layer("Order").check();
    await page.getByRole("img", { name: /Order: coarse codes 1–4, middle codes 5–20, fine codes 21–148\./ }).waitFor();
    for (const name of ["Known", "Grain map", "New", "Confidence", "Guesses"]) await layer(name).check();
    assert.deepEqual(opened.problems, []);
  });

  it("has two linked sliders for three, by keyboard and by box, and says what moved besides", async () => {
    const page = await visit("#model=three-grains&tab=draw");
    const { settings, middle, fine, box, mix, prompt } = parts(page);
    await settings.click();
    const values = async () => [await box("Middle").inputValue(), await box("Fine").inputValue()];
    assert.deepEqual(await values(), ["0.375", "0.375"]);
    await middle.focus();
    await page.keyboard.press("End");
    assert.deepEqual(await values(), ["1", "0"]);
    await prompt.getByRole("status").getByText("Fine share is 0 now.").waitFor();
    assert.equal(await fine.inputValue(), "0");
    await fine.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.deepEqual(await values(), ["0.9", "0.1"]);
    // While it is typed, what the other had is not lost.
    await box("Fine").fill("1");
    assert.deepEqual(await values(), ["0", "1"]);
    await box("Fine").fill("0.3");
    await page.keyboard.press("Tab");
    assert.deepEqual(await values(), ["0.7", "0.3"]);
    assert.equal((await mix.innerText()).replace(/\s+/g, " ").trim(), "coarse 0 % middle 70 % fine 30 %");
    // Dragged over the other's share and back: it comes back, too.
    const track = await restingBox(middle);
    const at = (/** @type {number} */ share) => /** @type {[number, number]} */ ([track.x + 8 + share * (track.width - 16), track.y + track.height / 2]);
    await page.mouse.move(...at(0.7));
    await page.mouse.down();
    await page.mouse.move(...at(1), { steps: 3 });
    assert.deepEqual(await values(), ["1", "0"]);
    await page.mouse.move(...at(0.5), { steps: 3 });
    await page.mouse.up();
    assert.deepEqual(await values(), ["0.5", "0.3"]);
    assert.deepEqual(opened.problems, []);
  });

  it("draws with the shares that were set, and a link brings them back", async () => {
    const page = await visit("#model=three-grains&subject=cat&style=noto&seed=3");
    const { settings, box, draw, done, figures } = parts(page);
    await done.waitFor();
    await settings.click();
    await box("Middle").fill("0.25");
    await box("Fine").fill("0.25");
    await page.keyboard.press("Tab");
    await draw.click();
    await figures.getByText("8 coarse, 4 middle, 4 fine").waitFor();
    await done.waitFor();
    assert.match(page.url(), /#model=three-grains&subject=cat&style=noto&seed=3&shares=0\.25,0\.25&v=1$/);
    const link = page.url();
    await page.goto("about:blank");
    await page.goto(link);
    await figures.getByText("8 coarse, 4 middle, 4 fine").waitFor();
    assert.deepEqual([await box("Middle").inputValue(), await box("Fine").inputValue()], ["0.25", "0.25"]);
    // One share alone was of another model.
    await page.goto("about:blank");
    await page.goto(`${site.server.url}#model=three-grains&seed=3&fineRatio=0.5`);
    await page.locator(".notice").getByText(/shares of finer regions do not fit this model/).waitFor();
  });

  it("still understands links with one share, for two granularities", async () => {
    const page = await visit("#concept=sun&seed=4&steps=2&fineRatio=0.5");
    const { done, box, figures } = parts(page);
    await done.waitFor();
    await figures.getByText("32 coarse, 32 fine").waitFor();
    assert.equal(await box("Fine").inputValue(), "0.5");
    assert.equal(await page.locator("vg-shares-field input[type=range]").count(), 1);
  });

  it("has no slider for one granularity, and three for four", async () => {
    const page = await visit("#model=no-axis&seed=1");
    await parts(page).done.waitFor();
    await parts(page).settings.click();
    assert.equal(await parts(page).prompt.getByRole("slider", { name: /share$/ }).count(), 0);
    await page.locator("#player").getByText("coarse = 1 code").waitFor({ state: "hidden" });
    await page.locator("vg-model-picker").getByLabel("The four-grains", { exact: true }).check();
    await page.waitForSelector("[data-ready]");
    const names = await parts(page).prompt.getByRole("slider", { name: /share$/ }).evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
    assert.deepEqual(names, ["Middle share", "Fine share", "Finest share"]);
    await parts(page).draw.click();
    await parts(page).done.waitFor();
    await parts(page).figures.getByText("4 coarse, 4 middle, 4 fine, 4 finest").waitFor();
    await page.locator("#player").getByText("finest = 64 codes").waitFor();
    assert.deepEqual(opened.problems, []);
  });

  it("repaints regions in any granularity", async () => {
    const page = await visit("#model=three-grains&subject=cat&style=noto&seed=3&tab=repaint");
    const panel = page.locator("vg-repaint");
    await panel.getByText(/, as it is$/).first().waitFor();
    const sheet = panel.getByRole("application", { name: "Regions to draw again" });
    const go = panel.getByRole("button", { name: /^Draw these again/ });
    const codes = [1, 4, 16];
    for (const [at, name] of ["Coarse", "Middle", "Fine"].entries()) {
      await panel.getByRole("radio", { name, exact: true }).check();
      await panel.getByRole("button", { name: "Nothing", exact: true }).click();
      await sheet.focus();
      // What is chosen already is given the granularity, not taken back.
      await page.keyboard.press("Space");
      await panel.getByRole("status").getByText(`row 2, column 2, chosen, as ${name.toLowerCase()}`).waitFor();
      assert.equal(await go.textContent(), `Draw these again (${codes[at]} codes)`);
      await go.click();
      await panel.locator(".telling-line").getByText(new RegExp(`^Drawn again: ${codes[at]} codes;`)).waitFor();
    }
    await panel.getByRole("radio", { name: "Coarse", exact: true }).check();
    await sheet.focus();
    await page.keyboard.press("Space");
    await panel.getByRole("status").getByText("row 2, column 2, chosen, as coarse").waitFor();
    await page.keyboard.press("Space");
    await panel.getByRole("status").getByText("row 2, column 2, not chosen").waitFor();
    assert.deepEqual(opened.problems, []);
  });

  it("encodes with shares of each granularity, and counts regions in words", async () => {
    const page = await visit("#model=three-grains&tab=encode");
    const panel = page.locator("vg-encode");
    await panel.getByRole("button", { name: /^Download the encoder/ }).click();
    await panel.getByText("4 of 16 regions fine, 4 middle, 8 coarse").first().waitFor();
    // log₂ of 16! / (8! 4! 4!) is 19.8.
    await panel.getByText(/codes: \d+ bits and 20 for the map/).waitFor();
    await panel.getByRole("spinbutton", { name: "Middle share" }).fill("0.5");
    await panel.getByText("4 of 16 regions fine, 8 middle, 4 coarse").first().waitFor();
    assert.deepEqual(opened.problems, []);
  });

  it("fits a phone, by day and in the dark", async () => {
    for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
      const page = await visit("#model=four-grains&seed=3", { context: { viewport: { width: 390, height: 844 }, colorScheme } });
      await parts(page).done.waitFor();
      await page.getByRole("button", { name: "More choices" }).click();
      await parts(page).settings.click();
      const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(wide <= room, `${wide} in ${room}`);
      // Each granularity in its own colour, as the sheet has them.
      const colours = await page.locator("vg-shares-field .shares-bar i").evaluateAll((all) => all.map((one) => getComputedStyle(one).backgroundColor));
      assert.equal(new Set(colours.slice(0, 4)).size, 4, colours.join());
      await opened.context.close();
    }
  });

  it("is recorded and shown again, with its names", async () => {
    const result = await blank.page.evaluate(async () => {
      const at = (/** @type {string} */ path) => new URL(path, document.baseURI).href;
      const { decodeRecording, encodeRecording } = await import(at("lib/recording.js"));
      const vg = await load({ model: "./models/three-grains/" });
      const steps = await all(vg, { mode: "ar", seed: 3, every: 9, shares: [0.25, 0.25] });
      const request = { mode: "ar", seed: 3, shares: [0.25, 0.25] };
      const { grid } = vg.description;
      const png = async (/** @type {ImageData} */ image) => {
        const canvas = new OffscreenCanvas(image.width, image.height);
        canvas.getContext("2d")?.putImageData(image, 0, 0);
        return new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
      };
      const pixels = async (/** @type {Uint8Array<ArrayBuffer>} */ bytes) => {
        const context = new OffscreenCanvas(128, 128).getContext("2d");
        context?.drawImage(await createImageBitmap(new Blob([bytes])), 0, 0);
        return context?.getImageData(0, 0, 128, 128);
      };
      const file = await encodeRecording({ model: "m", version: "1", title: "t", request, grid, tracks: [{ mode: "ar", seed: 3, steps }] }, png);
      const back = await decodeRecording(JSON.parse(JSON.stringify(file)), pixels);
      const same = back.tracks[0].steps.every((/** @type {any} */ step, /** @type {number} */ n) =>
        ["grains", "undecided", "known", "cells", "order"].every((name) => String(step[name]) === String(/** @type {any} */ (steps[n])[name])) && String(step.image.data) === String(steps[n].image.data),
      );
      await import(at("player.js"));
      const player = /** @type {any} */ (document.createElement("varigrain-player"));
      player.setAttribute("controls", "layers legend readout");
      document.body.append(player);
      player.show(back.tracks, { title: "t" });
      await pause(100);
      const text = player.shadowRoot.querySelector(".legend").textContent;
      return { same, names: back.grid.names, shares: back.request.shares, open: steps.some(({ undecided }) => undecided.some(Boolean)), text };
    });
    assert.deepEqual([result.same, result.names, result.shares, result.open], [true, ["coarse", "middle", "fine"], [0.25, 0.25], true]);
    assert.match(result.text, /coarse = 1 codemiddle = 4 codesfine = 16 codes/);
  });
});
