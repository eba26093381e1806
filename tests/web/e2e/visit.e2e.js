/**
 * The page with the real engine, as a visitor finds it on a static host: below a sub-path, under its
 * own content policy, with a tiny pack. On the processor, where this takes seconds.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { rmSync } from "node:fs";
import { after, afterEach, before, describe, it } from "node:test";
import { TIMEOUT, launch, openBlank, openPage, startServer } from "../helpers.js";
import { makeTinyPack, packOf, realMounts } from "../real.js";

const BASE = "/some/where/";

describe("A visit with the real engine", { timeout: 10 * TIMEOUT }, () => {
  /** @type {string} */
  let folder;
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;

  before(async () => {
    folder = makeTinyPack();
    server = await startServer({ mounts: realMounts(BASE), pack: packOf(folder), base: BASE });
    browser = await launch();
    opened = await openPage(browser);
  });
  afterEach(() => {
    // Read before they are asserted, so that one test's problems do not fail the next.
    const problems = opened.problems.splice(0);
    assert.deepEqual(problems, []);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  const seen = (/** @type {RegExp} */ text) => opened.page.locator(".seen", { hasText: text });

  const steps = (/** @type {import("playwright-core").Page} */ page) => page.getByRole("spinbutton", { name: "Steps", exact: true });
  const draw = (/** @type {import("playwright-core").Page} */ page) => page.locator("vg-prompt").getByRole("button", { name: "Draw", exact: true });

  /** How many different colours the picture on show has, and how many pixels carry marks above it. */
  const look = () =>
    opened.page.evaluate(() => {
      const root = /** @type {ShadowRoot} */ (document.querySelector("varigrain-player")?.shadowRoot);
      const [picture, marks] = [...root.querySelectorAll(".plate canvas")].map((element) => {
        const { width, height } = /** @type {HTMLCanvasElement} */ (element);
        // Read from a copy: the browser warns of canvases that are read again and again.
        const copy = new OffscreenCanvas(width, height);
        const context = /** @type {OffscreenCanvasRenderingContext2D} */ (copy.getContext("2d"));
        context.drawImage(/** @type {HTMLCanvasElement} */ (element), 0, 0);
        return new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
      });
      return { colours: new Set(picture).size, marked: marks.filter((pixel) => pixel !== 0).length };
    });

  it("loads, says what a picture will take, draws what was picked, and shows the grain map", async () => {
    const { page } = opened;
    await page.goto(`${server.url}?backend=cpu`);
    await page.waitForSelector("[data-ready]");
    await seen(/^Ready to draw\. A picture of \d+ steps takes about/).waitFor();
    // A tiny pack has few classes: all of them are tiles.
    await page.getByLabel("Twemoji", { exact: true }).check();
    await page.getByRole("radio", { name: "cat face", exact: true }).check();
    await page.locator(".advanced summary").click();
    await steps(page).fill("4");
    await draw(page).click();
    await seen(/^Done in/).waitFor();
    const scrubber = page.getByRole("slider", { name: "Step", exact: true });
    assert.equal(await scrubber.getAttribute("max"), "3");
    const plain = await look();
    assert.ok(plain.colours > 16, `${plain.colours} colours`);
    assert.equal(plain.marked, 0, "nothing of a finished picture is covered");
    await page.getByRole("radio", { name: "Grain map" }).check();
    assert.ok((await look()).marked > 1000);
    await page.getByRole("radio", { name: "Picture" }).check();
    assert.equal((await look()).marked, 0);
    // Back to the first step, most of which is not yet known.
    await scrubber.focus();
    await page.keyboard.press("Home");
    assert.ok((await look()).marked > 1000);
  });

  it("saves the picture", async () => {
    const { page } = opened;
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByText("Save PNG").click()]);
    assert.match(download.suggestedFilename(), /^varigrain-cat-face-twemoji-\d+\.png$/);
    const bytes = await readFile(await download.path());
    assert.equal(bytes.subarray(1, 4).toString(), "PNG");
    assert.equal(bytes.readUInt32BE(16), bytes.readUInt32BE(20));
  });

  it("stops when told to, and draws again", async () => {
    const { page } = opened;
    await steps(page).fill("64");
    // Pressed from within: from out here it might come when all is over.
    await page.evaluate(() => {
      const button = /** @type {HTMLButtonElement} */ (document.querySelector("button.primary"));
      const player = /** @type {Element} */ (document.querySelector("varigrain-player"));
      player.addEventListener("step", function stop(event) {
        if (/** @type {CustomEvent} */ (event).detail.index !== 1) return;
        player.removeEventListener("step", stop);
        button.click();
      });
      button.click();
    });
    await seen(/^Stopped/).waitFor();
    assert.ok(Number(await page.getByRole("slider", { name: "Step", exact: true }).getAttribute("max")) <= 2);
    await steps(page).fill("3");
    await draw(page).click();
    await seen(/^Done in/).waitFor();
    assert.equal(await page.locator(".print").count(), 2);
  });

  it("takes WebGPU in software only by its name, and says so", async () => {
    const { page } = opened;
    await page.goto(server.url);
    await page.waitForSelector("[data-ready]");
    await page.getByRole("button", { name: "Details" }).click();
    await page.getByText(/in software.*The processor draws the same pictures/s).waitFor();
    assert.match((await page.locator("#backend").textContent()) ?? "", /processor/);
  });

  it("keeps to the interface that is written down", async () => {
    const page = await openBlank(browser, server);
    const { axes, step, prompt, mode } = await page.evaluate(async () => {
      const vg = await load({ backend: "cpu" });
      const request = { prompt: { style: "noto", category: null, concept: "cat-face" }, mode: /** @type {const} */ ("nar"), seed: 1 };
      const numbers = { steps: 2, guidance: 2, temperature: 1, priority: 1, shares: [0.5] };
      const steps = await all(vg, { ...request, ...numbers, signal: new AbortController().signal });
      const kind = (/** @type {any} */ value) => (typeof value === "object" ? `${value.constructor.name} ${value.length ?? value.width ?? value.cells ?? ""}`.trim() : typeof value);
      const step = Object.fromEntries(Object.entries(steps[1]).map(([name, value]) => [name, kind(value)]));
      const axes = vg.description.axes.map(({ id, parent, classes }) => [id, parent, Object.keys(classes[0]).filter((name) => name !== "thumbnail").sort().join()]);
      const mode = await codeOf(() => all(vg, { mode: /** @type {any} */ ("other") }));
      vg.close();
      return { axes, step, prompt: steps[1].prompt, mode };
    });
    assert.deepEqual(
      axes.sort(([a], [b]) => String(a).localeCompare(String(b))),
      [["category", undefined, "id,name"], ["concept", "category", "glyph,id,name,parent"], ["style", undefined, "id,name"]],
    );
    assert.deepEqual(step, {
      index: "number",
      total: "number",
      done: "boolean",
      image: "ImageData 128",
      grid: "Grid 16",
      grains: "Uint8Array 64",
      undecided: "Uint8Array 64",
      known: "Uint8Array 256",
      tokens: "number",
      codes: "number",
      cells: "Uint16Array 256",
      order: "Uint16Array 256",
      confidence: "Float32Array 256",
      prompt: "Object",
      ms: "number",
    });
    assert.deepEqual(prompt, { style: "noto", category: "animal-mammal", concept: "cat-face" });
    assert.equal(mode, "bad-request");
    await page.context().close();
  });
});
