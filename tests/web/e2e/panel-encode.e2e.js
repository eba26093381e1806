/** "Encode your own", as a visitor uses it, with the fake engine. */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, makePack, openPage, startServer, useSite } from "../helpers.js";

/** A picture of two colours, made by a page and not taken from anywhere. @param {import("playwright-core").Page} page */
async function pngOf(page) {
  const url = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [200, 100];
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.fillStyle = "#00f";
    context.fillRect(0, 0, 100, 100);
    return canvas.toDataURL("image/png");
  });
  return Buffer.from(url.split(",")[1], "base64");
}

describe("encode your own", { timeout: 10 * TIMEOUT }, () => {
  const { contents } = makePack({ filler: 0 });
  const site = useSite({ pack: contents });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;

  afterEach(async () => {
    await opened.context.close();
  });

  /** @param {string} [hash] @param {Parameters<typeof openPage>[1]} [options] @param {string} [url] */
  async function visit(hash = "#tab=encode", options, url = site.server.url) {
    opened = await openPage(site.browser, options);
    await opened.page.goto(url + hash);
    await opened.page.waitForSelector("[data-ready]");
    return opened.page;
  }

  /** @param {import("playwright-core").Page} page */
  const parts = (page) => {
    const panel = page.locator("vg-encode");
    return {
      panel,
      get: panel.getByRole("button", { name: /^Download the encoder/ }),
      cancel: panel.getByRole("button", { name: "Cancel" }),
      pad: panel.getByRole("application", { name: "Drawing pad" }),
      result: panel.locator(".result"),
      ratio: panel.getByRole("slider", { name: "Fine share" }),
      measure: panel.getByLabel("What counts as dense"),
      spoken: panel.getByRole("status"),
      codes: panel.locator(".sums dd").first(),
    };
  };

  const encoders = () => site.server.requests.filter((path) => path.endsWith("/encoder.safetensors")).length;

  it("downloads nothing of it before the tab is opened, and the encoder only when asked", async () => {
    const page = await visit("");
    assert.ok(!site.server.requests.some((path) => path.includes("components/encode")));
    await page.getByRole("tab", { name: "Encode your own" }).click();
    const { get, result, panel, codes } = parts(page);
    await panel.getByText("Cat face").first().waitFor();
    assert.match(page.url(), /tab=encode/);
    await panel.getByRole("button", { name: "Download the encoder (0.1 MB)" }).or(get).waitFor();
    assert.equal(encoders(), 0);
    assert.equal(await result.isVisible(), false);
    await get.click();
    await result.waitFor();
    assert.equal(encoders(), 1);
    assert.equal(await get.isVisible(), false);
    assert.equal(await codes.textContent(), "160 of 256");
    assert.equal(await panel.locator(".way").count(), 2);
    assert.equal(await panel.getByRole("img", { name: "Grain map: 32 of 64 regions fine, 32 coarse" }).count(), 2);
    const [variable, even] = await panel.locator(".psnr strong").allTextContents();
    assert.ok(parseFloat(variable) > parseFloat(even), `${variable} against ${even}`);
    assert.match(String(await panel.locator(".verdict").textContent()), /dB nearer/);
    assert.deepEqual(opened.problems, []);
  });

  it("can be called off while the encoder comes, and asked again", async () => {
    let come = false;
    const page = await visit();
    site.server.hooks.override = (path) => (path.endsWith("/encoder.safetensors") ? { body: contents.get("encoder.safetensors"), until: () => come } : null);
    const { get, cancel, result, panel } = parts(page);
    await get.click();
    await cancel.click();
    await panel.getByText(/^Cancelled/).first().waitFor();
    assert.ok(await get.isVisible());
    come = true;
    await get.click();
    await result.waitFor();
    assert.equal(await cancel.isVisible(), false);
  });

  it("says what is wrong with a download, and tries again", async () => {
    const page = await visit();
    site.server.hooks.override = (path) => (path.endsWith("/encoder.safetensors") ? { status: 404 } : null);
    const { get, result, panel } = parts(page);
    await get.click();
    await panel.getByRole("alert").getByText("pack-missing").waitFor();
    site.server.hooks.override = () => null;
    await panel.getByRole("button", { name: "Try again" }).click();
    await result.waitFor();
    assert.equal(await panel.locator(".notice").count(), 0);
  });

  it("takes a file, a drop, a paste and what was just drawn; and refuses what is no picture", async () => {
    const page = await visit();
    const { get, result, panel, spoken } = parts(page);
    await get.click();
    await result.waitFor();
    const buffer = await pngOf(page);
    await panel.locator('input[type="file"]').setInputFiles({ name: "mine.png", mimeType: "image/png", buffer });
    await panel.getByText("mine.png").waitFor();
    /** @param {"drop" | "paste"} type @param {string} name @param {number[]} bytes */
    const send = (type, name, bytes) =>
      panel.evaluate(
        (element, [type, name, bytes]) => {
          const data = new DataTransfer();
          data.items.add(new File([Uint8Array.from(/** @type {number[]} */ (bytes))], String(name), { type: "image/png" }));
          const event = type === "drop" ? new DragEvent("drop", { dataTransfer: data, bubbles: true }) : new ClipboardEvent("paste", { clipboardData: data, bubbles: true });
          element.dispatchEvent(event);
        },
        /** @type {[string, string, number[]]} */ ([type, name, bytes]),
      );
    await send("drop", "dropped.png", [...buffer]);
    await panel.getByText("dropped.png").waitFor();
    await send("paste", "pasted.png", [...buffer]);
    await panel.getByText("pasted.png").waitFor();
    await send("drop", "notes.txt", [1, 2, 3]);
    await panel.getByRole("alert").getByText(/no picture that the browser can read/).waitFor();
    const drawn = panel.getByRole("button", { name: "The picture just drawn" });
    assert.ok(await drawn.isDisabled());
    await page.getByRole("tab", { name: "Draw" }).click();
    await page.locator("vg-prompt").getByRole("button", { name: "Draw", exact: true }).click();
    await page.locator(".seen", { hasText: /^Done in/ }).waitFor();
    await page.getByRole("tab", { name: "Encode your own" }).click();
    await drawn.click();
    await spoken.getByText(/codes/).waitFor();
    assert.equal(await panel.locator(".notice").count(), 0);
    assert.deepEqual(opened.problems, []);
  });

  it("follows the slider and the measure, with a pointer's and a keyboard's brush", async () => {
    const page = await visit();
    const { get, result, ratio, measure, codes, pad, panel } = parts(page);
    await get.focus();
    await page.keyboard.press("Enter");
    await result.waitFor();
    await ratio.focus();
    await page.keyboard.press("End");
    await page.waitForFunction(() => document.querySelector(".sums dd")?.textContent === "256 of 256");
    assert.match(String(await panel.locator(".verdict").textContent()), /no difference/);
    await page.keyboard.press("Home");
    await page.waitForFunction(() => document.querySelector(".sums dd")?.textContent === "64 of 256");
    assert.equal(await codes.textContent(), "64 of 256");
    await measure.selectOption("oracle");
    await panel.getByText("By oracle, dark to light").waitFor();
    await panel.getByText("Where four codes help most.").waitFor();
    await panel.getByRole("button", { name: "Clean sheet" }).click();
    await panel.getByRole("img", { name: "To encode: an empty sheet" }).waitFor();
    const inked = () =>
      pad.evaluate((element) => {
        const canvas = /** @type {HTMLCanvasElement} */ (element.querySelector("canvas"));
        const copy = new OffscreenCanvas(128, 128);
        const context = /** @type {OffscreenCanvasRenderingContext2D} */ (copy.getContext("2d"));
        context.drawImage(canvas, 0, 0);
        const { data } = context.getImageData(0, 0, 128, 128);
        return data.filter((value, at) => at % 4 === 0 && value < 128).length;
      });
    assert.equal(await inked(), 0);
    await pad.focus();
    for (const key of ["ArrowRight", "ArrowRight", "Space"]) await page.keyboard.press(key);
    const dab = await inked();
    assert.ok(dab > 20, `${dab} pixels`);
    await panel.getByRole("img", { name: "To encode: your drawing" }).waitFor();
    const box = /** @type {{ x: number, y: number, width: number }} */ (await pad.boundingBox());
    await page.mouse.move(box.x + 20, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 20, box.y + 20, { steps: 5 });
    await page.mouse.up();
    assert.ok((await inked()) > 4 * dab);
    assert.deepEqual(opened.problems, []);
  });

  it("is not there where a model has no encoder", async () => {
    const whole = JSON.parse(String(contents.get("manifest.json")));
    const files = whole.files.filter((/** @type {{ role: string }} */ { role }) => role !== "encoder");
    const server = await startServer({ pack: new Map([...contents, ["manifest.json", Buffer.from(JSON.stringify({ ...whole, files }))]]) });
    const page = await visit("#tab=encode", {}, server.url);
    assert.deepEqual(await page.getByRole("tab").allTextContents(), ["Draw", "Repaint"]);
    await page.locator("varigrain-player").waitFor();
    assert.equal(await parts(page).panel.isVisible(), false);
    await server.stop();
  });

  it("fits the sizes of another model: its pixels, its regions, a share for each granularity", async () => {
    const server = await startServer({ pack: makePack({ kind: "three-grains" }).contents });
    const page = await visit("#tab=encode", {}, server.url);
    const { get, result, panel, codes } = parts(page);
    await get.click();
    await result.waitFor();
    const [middle, fine] = [panel.getByRole("slider", { name: "Middle share" }), panel.getByRole("slider", { name: "Fine share" })];
    assert.deepEqual([await middle.inputValue(), await fine.inputValue()], ["0.25", "0.25"]);
    await panel.getByRole("img", { name: "Grain map: 4 of 16 regions fine, 4 middle, 8 coarse" }).first().waitFor();
    assert.equal(await codes.textContent(), "88 of 256");
    // Together they are at most everything.
    await fine.fill("0.9");
    assert.equal(await middle.inputValue(), "0.1");
    await panel.getByRole("img", { name: /^Grain map: 14 of 16 regions fine/ }).first().waitFor();
    await server.stop();
  });

  it("fits a phone", async () => {
    const page = await visit("#tab=encode", { context: { viewport: { width: 390, height: 844 }, hasTouch: true } });
    const { get, result } = parts(page);
    await get.click();
    await result.waitFor();
    const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= room, `${wide} in ${room}`);
  });
});
