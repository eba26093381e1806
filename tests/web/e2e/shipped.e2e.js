/**
 * What a visitor can do, with the weights that are shipped: on the processor, and on WebGPU in software, by
 * SwiftShader. There a step of them takes twenty seconds, so that visit draws one picture and encodes it; another, with
 * a tiny model, does on WebGPU what takes more. What is drawn is judged by what a visitor sees, by whether both
 * backends show the same, and by what the native program draws; how good it is, is the training's business.
 */
import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, describe, it } from "node:test";
import { TIMEOUT, inRepo, keepDevice, openPage, showMore, useSite } from "../helpers.js";
import { TOLERANCE, difference, markedOn, pixelsOf, restingBox } from "../pictures.js";
import { kernelsOf, makeTinyPack, packOf, realMounts, sampleNatively } from "../real.js";

const THERE = existsSync(inRepo("www/models/emoji-128/manifest.json"));

/**
 * `brief`: what takes more than one picture and its codes is left to the others.
 *
 * @typedef {{ name: string, backend: "cpu" | "webgpu", model: "emoji-128" | "tiny", brief: boolean }} Visit
 * @type {readonly Visit[]}
 */
const VISITS = [
  { name: "a visit on cpu", backend: "cpu", model: "emoji-128", brief: false },
  { name: "a visit on webgpu", backend: "webgpu", model: "emoji-128", brief: true },
  { name: "a visit to a tiny model on webgpu", backend: "webgpu", model: "tiny", brief: false },
];

/** What was shown, by visit, for comparing them. @type {Record<string, Record<string, { picture: number[], said: string }>>} */
const shown = Object.fromEntries(VISITS.map(({ name }) => [name, {}]));

/** @typedef {import("playwright-core").Worker} Worker */

/** What may happen to an engine: its device is lost, or, if it has none, its program fails. @param {Worker} worker */
const fault = (worker) =>
  worker.evaluate(() => {
    const { device } = /** @type {{ device?: GPUDevice }} */ (globalThis);
    if (device) return device.destroy();
    setTimeout(() => {
      throw new Error("a fault made for a test");
    });
  });

describe("with the shipped weights", { timeout: 30 * TIMEOUT, skip: !THERE && "no weights in this checkout" }, () => {
  const tiny = makeTinyPack("vq", ["--image", "64"]);
  const folders = { tiny, "emoji-128": inRepo("www/models/emoji-128") };
  const site = useSite({ mounts: realMounts("/"), pack: null, more: { tiny: packOf(tiny) } }, { whole: true });
  after(() => rmSync(tiny, { recursive: true }));

  for (const { name, backend, model, brief } of VISITS) {
    describe(name, () => {
      /** @type {Awaited<ReturnType<typeof openPage>>} */
      let opened;
      /** @type {import("playwright-core").Page} */
      let page;

      before(async () => {
        opened = await openPage(site.browser, { context: { viewport: { width: 1280, height: 900 } } });
        ({ page } = opened);
        page.on("worker", (worker) => void keepDevice(worker));
        opened.context.setDefaultTimeout(3 * TIMEOUT);
        await opened.context.grantPermissions(["clipboard-read", "clipboard-write"]);
      });
      afterEach(() => assert.deepEqual(opened.problems.splice(0), []));
      after(() => opened.context.close());

      const prompt = {
        get box() { return page.getByRole("combobox", { name: "What should it draw?" }); },
        get seed() { return page.locator("vg-prompt").getByLabel("Seed", { exact: true }); },
        get go() { return page.locator("vg-prompt").getByRole("button", { name: "Draw", exact: true }); },
        get stop() { return page.locator("vg-prompt").getByRole("button", { name: "Stop", exact: true }); },
        number: (/** @type {string} */ name) => page.getByRole("spinbutton", { name, exact: true }),
      };
      const seen = (/** @type {RegExp} */ text) => page.locator(".seen", { hasText: text });
      const picture = () => page.locator("varigrain-player .plate .picture");
      const marks = () => page.locator("varigrain-player .plate .marks");
      const figures = async () => String(await page.getByRole("group", { name: "Figures" }).textContent());
      const tab = (/** @type {string} */ name) => page.getByRole("tab", { name }).click();

      /** @param {string} what @param {import("playwright-core").Locator} canvas @param {string} said */
      const keep = async (what, canvas, said) => (shown[name][what] = { picture: await pixelsOf(canvas), said });

      /** Draws, and returns the finished picture. */
      async function draw() {
        await prompt.go.click();
        await seen(/^Done in/).waitFor();
        return pixelsOf(picture().first());
      }

      it("plays a recording, then draws live what was found by keyboard", async () => {
        await page.goto(`${site.server.url}?backend=${backend}#model=${model}`);
        /** @type {number[] | null} */
        let recorded = null;
        if (model !== "tiny") {
          await page.getByText("Recorded", { exact: true }).waitFor();
          await page.getByRole("img", { name: /, finished$/ }).waitFor();
          recorded = await pixelsOf(picture());
        }
        await page.waitForSelector("[data-ready]");
        assert.equal(await page.locator("#backend").textContent(), `Runs on ${backend === "cpu" ? "the processor" : "WebGPU"}`);
        if (model === "tiny") {
          // What is few is not searched.
          for (const name of [/Noto/, /cat face/]) await page.locator("vg-prompt").getByRole("radio", { name }).check();
        } else {
          await prompt.box.focus();
          await page.keyboard.press("Control+a");
          await page.keyboard.type("noto cat fa");
          await page.keyboard.press("Enter");
          assert.equal(await prompt.box.inputValue(), "cat face");
        }
        await page.locator(".advanced summary").click();
        await prompt.number("Steps").fill("2");
        await prompt.number("Guidance").fill("0");
        await prompt.seed.fill("3");
        const drawn = await draw();
        assert.ok(!recorded || difference(drawn, recorded) > 1);
        assert.equal(await page.getByText("Recorded", { exact: true }).isVisible(), false);
        const [, settled, needed, fine] = /(\d+)of (\d+) codes.*coarse, (\d+) fine/.exec(await figures()) ?? [];
        assert.ok(Number(needed) >= 64 && settled === needed, `${settled} of ${needed} codes`);
        assert.equal(Number(needed), 64 + 3 * Number(fine));
        await keep("cat face", picture(), `${needed} codes`);
        // A single other code would show in its pixels.
        const options = ["--seed", "3", "--steps", "2", "--guidance", "0"];
        const golden = sampleNatively(folders[model], [...kernelsOf(backend), "--prompt", "style=noto,concept=cat-face", ...options]);
        const finest = golden.grains.filter(Boolean).length;
        assert.equal(Number(needed), 64 + 3 * finest);
        const far = Math.max(...drawn.map((value, at) => Math.abs(value - golden.rgb[at])));
        assert.ok(far <= 1, `a pixel is ${far} of 255 from the native program's`);
      });

      it("is scrubbed, and looked at in layers", async () => {
        const scrubber = page.getByRole("slider", { name: "Step", exact: true });
        assert.equal(await scrubber.getAttribute("max"), "1");
        assert.equal(await markedOn(marks()), 0);
        await page.getByRole("button", { name: "One step back" }).click();
        await page.getByRole("img", { name: "cat face, step 1 of 2" }).waitFor();
        assert.ok(difference(await pixelsOf(picture()), shown[name]["cat face"].picture) > 1);
        await page.getByRole("button", { name: "Slow motion" }).click();
        await page.getByRole("button", { name: "Play", exact: true }).click();
        await page.getByRole("img", { name: "cat face, finished" }).waitFor();
        for (const layer of ["Grain map", "New", "Order", "Confidence"]) {
          await page.getByRole("radio", { name: layer, exact: true }).check();
          assert.ok((await markedOn(marks())) > 1000, layer);
        }
        await page.getByRole("radio", { name: "Picture", exact: true }).check();
        assert.deepEqual(await pixelsOf(picture()), shown[name]["cat face"].picture);
      });

      it("is kept: as PNG pixel by pixel, as GIF, film and grain map", async () => {
        const save = async (/** @type {string} */ name) => {
          await showMore(page);
          const button = page.getByRole("group", { name: "Keep it" }).getByRole("button", { name });
          const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
          return readFile(await download.path());
        };
        const png = await save("Save PNG");
        const rgba = await page.evaluate(async (bytes) => {
          const bitmap = await createImageBitmap(new Blob([Uint8Array.from(bytes)]));
          const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d"));
          context.drawImage(bitmap, 0, 0);
          return [...context.getImageData(0, 0, bitmap.width, bitmap.height).data];
        }, [...png]);
        assert.deepEqual(rgba.filter((_, at) => at % 4 !== 3), shown[name]["cat face"].picture);
        for (const [name, sign] of /** @type {const} */ ([["GIF", "GIF89a"], ["Film", "\x1aE\xdf\xa3"], ["Grain map (SVG)", "<svg"]])) {
          assert.equal((await save(name)).subarray(0, sign.length).toString("latin1"), sign);
        }
      });

      const unhurried = { skip: backend === "webgpu" && "would start the engine again, or draw too much for SwiftShader" };
      const full = { skip: brief && "takes too long in software; the tiny model does it there" };

      it("draws the same from its link, on a later visit that downloads nothing of the model", unhurried, async () => {
        await page.getByRole("button", { name: "Copy link" }).click();
        await seen(/^The link to this picture is in the clipboard/).waitFor();
        const link = await page.evaluate(() => navigator.clipboard.readText());
        site.server.hooks.override = (path) => (path.endsWith(".safetensors") ? { status: 503 } : null);
        await page.goto("about:blank");
        await page.goto(link);
        await page.waitForSelector("[data-ready]");
        // On the processor it is for the visitor to decide.
        await prompt.go.click();
        await seen(/^Done in/).waitFor();
        assert.deepEqual(await pixelsOf(picture()), shown[name]["cat face"].picture);
        opened.problems.splice(0); // The browser may tell of the 503 for a part that nobody asked for yet.
      });

      it("draws four of them, and whatever comes", unhurried, async () => {
        await prompt.number("Steps").fill("1");
        await page.getByLabel("Four").check();
        await prompt.go.click();
        await seen(/codes in 4 pictures for cat face/).waitFor();
        const four = await Promise.all([0, 1, 2, 3].map((at) => pixelsOf(picture().nth(at))));
        assert.ok(four.every((one, at) => four.slice(0, at).every((other) => difference(one, other) > 0.5)));
        await page.getByLabel("One", { exact: true }).check();
        await page.getByRole("button", { name: "Surprise me" }).click();
        await seen(/^Done in/).waitFor();
        assert.equal(await picture().count(), 1);
      });

      it("draws with both generators side by side, and stops them", unhurried, async () => {
        await prompt.box.fill("cat face");
        await page.keyboard.press("Enter");
        await page.getByRole("radio", { name: "Side by side" }).check();
        await prompt.number("Codes a step").fill("8");
        await prompt.go.click();
        await seen(/^Drawing: step 1 of 1 and step [2-9] of/).waitFor();
        await prompt.stop.click();
        await seen(/^Stopped\./).waitFor();
        assert.equal(await picture().count(), 2);
        assert.match(await figures(), /DGiT-AR|Coarse to fine/);
        await page.getByRole("radio", { name: "Everywhere at once" }).check();
      });

      it("encodes what was drawn, and shows where it is off", async () => {
        await tab("Encode your own");
        const panel = page.locator("vg-encode");
        await panel.getByRole("button", { name: /^Download the encoder \(\d/ }).click();
        await panel.locator(".result").waitFor();
        const codes = async () => Number(/^(\d+) of 256$/.exec(String(await panel.locator(".sums dd").first().textContent()))?.[1]);
        const few = await codes();
        assert.ok(few >= 64 && few <= 256);
        const way = panel.locator(".way.variable");
        await keep("encoded", way.locator(".picture").first(), `${few} codes`);
        const far = difference(await pixelsOf(panel.locator(".pad .picture")), shown[name].encoded.picture);
        // Random weights make no picture of it.
        assert.ok(model === "tiny" || far < 40, "it is the same picture");
        const [, off] = /^Error map: ([\d.]+) of 255/.exec(String(await way.getByRole("img", { name: /^Error map/ }).getAttribute("aria-label"))) ?? [];
        assert.ok(Number(off) > 0);
        if (brief) return;
        await panel.getByRole("slider", { name: "Fine share" }).fill("0.9");
        await page.waitForFunction((few) => !document.querySelector("vg-encode .sums dd")?.textContent?.startsWith(`${few} `), few);
        assert.ok((await codes()) > few);
      });

      it("repaints a part of what was drawn, and leaves the rest", full, async () => {
        await tab("Repaint");
        const panel = page.locator("vg-repaint");
        await panel.getByRole("button", { name: "cat face, drawn" }).last().click();
        const canvas = panel.locator(".drawable .picture");
        const sheet = await restingBox(panel.locator(".drawable"));
        const at = (/** @type {number} */ column, /** @type {number} */ row) => /** @type {const} */ ([sheet.x + ((column + 0.5) / 8) * sheet.width, sheet.y + ((row + 0.5) / 8) * sheet.height]);
        await page.mouse.move(...at(0, 3));
        await page.mouse.down();
        await page.mouse.move(...at(7, 3), { steps: 9 });
        await page.mouse.move(...at(7, 4), { steps: 3 });
        await page.mouse.move(...at(0, 4), { steps: 9 });
        await page.mouse.up();
        // Something else: the same once more may be drawn just as it was, with whatever seed.
        const box = panel.getByRole("combobox", { name: "What should be there?" });
        if (model === "tiny") {
          for (const name of [/Fruit/, /red apple/]) await panel.getByRole("radio", { name }).check();
        } else {
          await box.fill("red apple");
          await box.press("Enter");
          assert.equal(await box.inputValue(), "red apple");
        }
        const old = await pixelsOf(canvas);
        await panel.getByRole("button", { name: /^Draw these again \(\d+ codes\)/ }).click();
        await panel.locator(".telling-line").getByText(/^Drawn again: \d+ codes; the other \d+ are as they were\.$/).waitFor();
        const fresh = await pixelsOf(canvas);
        const row = old.length / 8;
        const off = (/** @type {number} */ from, /** @type {number} */ to) => difference(old.slice(from * row, to * row), fresh.slice(from * row, to * row));
        // Two of the eight rows were drawn again; what is next to them is painted a little differently.
        const [inside, outside] = [off(3, 5), Math.max(off(0, 2), off(6, 8))];
        console.log(`# ${backend}: repainted, ${inside.toFixed(2)} of 255 inside, ${outside.toFixed(2)} outside`);
        // A decoder of random weights mixes all with all.
        assert.ok(inside > 2 && (model === "tiny" || outside < TOLERANCE) && outside < inside / 2);
      });

      it("draws what it was not trained with, beside what it was", full, async () => {
        await tab("Complete the set");
        const panel = page.locator("vg-set");
        // Of a row that has something beside it: training had some things in no style.
        await panel.locator("tbody tr:has(button[data-state=trained]) button[data-state=new]").first().click();
        // The real drawing is among them where the site has one; of a tiny model there is none.
        const exhibits = panel.locator(".set-detail .exhibit:not([hidden])");
        await exhibits.nth(1).waitFor();
        const [first, ...others] = await exhibits.all();
        await panel.locator(".telling-line").getByText(/ is drawn, and \d that the model was trained with\.$/).waitFor();
        const pictures = await Promise.all([first, ...others].map((one) => pixelsOf(one.locator(".picture"))));
        const apart = pictures.flatMap((one, at) => pictures.slice(0, at).map((other) => difference(one, other)));
        assert.ok(Math.min(...apart) > 0.5, `${apart} of 255 between the pictures`);
        assert.equal(await panel.locator("tbody button[aria-current] canvas").count(), 1);
      });

      it("says so when the engine breaks while it draws", full, async () => {
        const panel = page.locator("vg-set");
        await panel.getByRole("button", { name: "With another seed" }).click();
        await panel.getByRole("img", { name: /, drawn by the model, step 1 of/ }).first().waitFor();
        await fault(page.workers()[0]);
        await panel.getByRole("alert").getByText(backend === "cpu" ? "worker-crashed" : "device-lost").waitFor();
        opened.problems.splice(0); // The fault was made on purpose.
        await panel.getByRole("button", { name: "Try again" }).click();
        await panel.locator(".telling-line").getByText(/ is drawn, and/).waitFor();
      });

      it("has a tutorial that encodes live", unhurried, async () => {
        await page.goto(`${site.server.url}tutorial.html?backend=${backend}`);
        const figure = page.locator("vg-tut-ratio");
        await figure.scrollIntoViewIfNeeded();
        await figure.getByRole("button", { name: "Encode it live" }).click();
        await figure.getByText(/^Encoded and decoded in .*: \d+ codes/).waitFor();
        await figure.getByText("Live", { exact: true }).waitFor();
      });
    });
  }

  it("shows the same on both backends", () => {
    const [cpu, webgpu] = VISITS.map(({ name }) => shown[name]);
    for (const [what, { picture, said }] of Object.entries(cpu)) {
      const other = webgpu[what];
      const off = difference(picture, other.picture);
      console.log(`# ${what}: ${off.toFixed(4)} of 255 between the backends; ${said}`);
      assert.ok(off <= TOLERANCE, `${what}: the pictures differ by ${off} of 255`);
      assert.equal(other.said, said);
    }
  });
});
