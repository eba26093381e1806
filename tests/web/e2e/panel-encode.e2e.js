/** "Encode your own", as a visitor uses it, with the fake engine. */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, makePack, openPage, startServer, useSite } from "../helpers.js";
import { restingBox } from "../pictures.js";

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
      square: panel.getByRole("application", { name: "Square to encode" }),
      codec: panel.locator(".way.codec"),
    };
  };

  const encoders = () => site.server.requests.filter((path) => path.endsWith("/encoder.safetensors")).length;

  it("downloads nothing of it before the tab is opened, and the encoder only when asked", async () => {
    const page = await visit("");
    assert.ok(!site.server.requests.some((path) => path.includes("components/encode")));
    await page.getByRole("tab", { name: "Encode your own" }).click();
    const { get, result, panel, codes } = parts(page);
    // The name of what is on show; what is not shown now may have it too.
    await panel.getByText("Cat face").filter({ visible: true }).first().waitFor();
    assert.match(page.url(), /tab=encode/);
    await panel.getByRole("button", { name: "Download the encoder (0.1 MB)" }).or(get).waitFor();
    assert.equal(encoders(), 0);
    assert.equal(await result.isVisible(), false);
    await get.click();
    await result.waitFor();
    assert.equal(encoders(), 1);
    assert.equal(await get.isVisible(), false);
    assert.equal(await codes.textContent(), "160 of 256");
    assert.deepEqual(await panel.locator(".way h3").allTextContents(), ["The picture", "Varigrain", "Fixed grid", "WebP"]);
    assert.equal(await panel.getByRole("img", { name: "Grain map: 32 of 64 regions fine, 32 coarse" }).count(), 2);
    const [size, variable, even] = await panel.locator(".psnr strong").allTextContents();
    assert.equal(size, "128 × 128");
    assert.ok(parseFloat(variable) > parseFloat(even), `${variable} against ${even}`);
    // 160 codes of 6 bits, and what the fake takes for the map.
    assert.deepEqual((await panel.locator(".bytes").allTextContents()).slice(0, 3), ["49,152 bytes", "128 bytes", "120 bytes"]);
    assert.match(String(await panel.locator(".verdict").textContent()), /dB nearer/);
    assert.deepEqual(opened.problems, []);
  });

  it("lays two of the ways over each other, with a line between them for keys and pointers", async () => {
    const page = await visit();
    const { get, result, panel, codec } = parts(page);
    await get.click();
    await result.waitFor();
    const stage = panel.locator(".divider .stage");
    const line = panel.getByRole("slider", { name: "Where the left picture ends" });
    const [left, right] = ["Left", "Right"].map((name) => panel.getByLabel(name, { exact: true }));
    assert.deepEqual([await left.inputValue(), await right.inputValue()], ["The picture", "Varigrain"]);
    const wide = async (/** @type {string} */ part) => (await restingBox(panel.locator(part))).width;
    assert.ok((await wide(".playground > .table")) > 1.5 * (await wide(".playground > .desk")), "what comes of it has more room than what goes in");
    await stage.scrollIntoViewIfNeeded();
    const { x, y, width, height } = await restingBox(stage);
    assert.ok(width > 250 && Math.abs(width - height) < 2);
    await page.mouse.click(x + 0.2 * width, y + height / 2);
    assert.ok(Math.abs(Number(await line.inputValue()) - 20) <= 3, await line.inputValue());
    await line.press("End");
    assert.equal(await line.getAttribute("aria-valuetext"), "100 % The picture, the rest Varigrain");
    // What the left canvas shows now is what "Varigrain" has beside the others.
    await left.selectOption("Varigrain");
    const same = await panel.evaluate((panel) => {
      const data = (/** @type {string} */ which) => /** @type {HTMLCanvasElement} */ (panel.querySelector(which)).getContext("2d")?.getImageData(0, 0, 128, 128).data.join();
      return [data(".divider .left") === data(".way.variable .picture"), data(".divider .left") === data(".way.original .picture")];
    });
    assert.deepEqual(same, [true, false]);
    await codec.locator("h3").getByText("WebP").waitFor();
    await page.waitForFunction(() => document.querySelectorAll(".divider .left ~ *, .divider option").length >= 8 || document.querySelector(".way.codec")?.hasAttribute("data-none"));
    assert.equal(await left.inputValue(), "Varigrain", "the codec comes later and changes no choice");
  });

  it("draws the curve of bytes and dB when asked, over budgets around the one that is set, and drops it with the next picture", async () => {
    const page = await visit();
    const { get, result, panel, ratio } = parts(page);
    const draw = panel.getByRole("button", { name: "Draw the curve of bytes and dB" });
    assert.equal(await draw.isVisible(), false);
    await get.click();
    await result.waitFor();
    await draw.click();
    const chart = panel.getByRole("img", { name: /^PSNR by bytes, at 6 budgets: from [\d.]+ dB in \d+ bytes to [\d.]+ dB in \d+$/ });
    await chart.waitFor();
    assert.deepEqual(await Promise.all([".series.main circle", ".series.other circle"].map((dots) => chart.locator(dots).count())), [6, 6]);
    await panel.locator(".curve summary").click();
    const rows = await panel.locator(".curve tbody tr").evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => Number(cell.textContent))));
    // From one code a region to four, and in the middle what the sliders say.
    assert.deepEqual([rows[0][0], rows[2][0], rows[5][0]], [64, 160, 256]);
    for (const [n, row] of rows.entries()) assert.ok(!n || row[1] > rows[n - 1][1], "more bytes at each");
    await draw.waitFor();
    await ratio.press("ArrowRight");
    await chart.waitFor({ state: "detached" });
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
    const box = await restingBox(pad);
    await page.mouse.move(box.x + 20, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 20, box.y + 20, { steps: 5 });
    await page.mouse.up();
    assert.ok((await inked()) > 4 * dab);
    assert.deepEqual(opened.problems, []);
  });

  it("takes a square of any picture, moved and resized by keyboard and pointer", async () => {
    const page = await visit();
    const { get, result, panel, square, spoken } = parts(page);
    await get.click();
    await result.waitFor();
    await panel.locator('input[type="file"]').setInputFiles({ name: "wide.png", mimeType: "image/png", buffer: await pngOf(page) });
    await panel.getByText("100 px of 200 × 100").waitFor();
    /** How much of what is encoded is blue: the left half of the picture is. */
    const blue = () =>
      panel.locator(".way.original .picture").first().evaluate((element) => {
        const { width, height } = /** @type {HTMLCanvasElement} */ (element);
        const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(width, height).getContext("2d"));
        context.drawImage(/** @type {HTMLCanvasElement} */ (element), 0, 0);
        const { data } = context.getImageData(0, 0, width, height);
        return data.filter((value, at) => at % 4 === 0 && value < 128).length / (width * height);
      });
    /** @param {number} share */
    const becomes = async (share) => {
      const off = async () => Math.abs((await blue()) - share);
      for (let turn = 0; turn < 200 && (await off()) > 0.03; turn++) await page.waitForTimeout(50);
      assert.ok((await off()) <= 0.03, `${await blue()}, not ${share}`);
    };
    await becomes(0.5);
    await square.focus();
    for (let press = 0; press < 10; press++) await page.keyboard.press("ArrowRight");
    await becomes(0.25);
    await spoken.getByText("Square of 100 by 100 of 200 by 100 pixels, 75 from the left, 0 from the top.").waitFor({ state: "attached" });
    await page.keyboard.press("Home");
    await page.keyboard.press("-");
    await panel.getByText("91 px of 200 × 100").waitFor();
    await page.keyboard.press("+");
    await becomes(0.5);
    const box = await restingBox(square);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x - 20, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    await becomes(1);
    // By its right lower corner, half as large.
    await page.mouse.move(box.x - box.width / 2 + box.width - 3, box.y + box.height - 3);
    await page.mouse.down();
    await page.mouse.move(box.x - box.width / 2 + box.width / 2, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    await panel.getByText(/^(49|50|51|52|53) px of/).waitFor();
    // Beside it: there it comes.
    await page.mouse.click(box.x + box.width * 1.2, box.y + box.height / 2);
    await becomes(0);
    await panel.getByRole("radio", { name: "All of it" }).check();
    await becomes(0.25);
    await panel.getByRole("img", { name: "To encode: wide.png" }).waitFor();
    await panel.getByRole("button", { name: "Clean sheet" }).click();
    assert.ok(await panel.getByRole("radio", { name: "A square of it" }).isDisabled());
    assert.deepEqual(opened.problems, []);
  });

  it("sets an ordinary codec in as many bytes beside it, and says if nothing of it fits", async () => {
    const page = await visit();
    const { get, result, panel, codec, ratio } = parts(page);
    await get.click();
    await result.waitFor();
    const settled = () => page.waitForFunction(() => document.querySelector(".way.codec .bytes")?.textContent && !document.querySelector(".way.codec[data-waiting]"));
    await settled();
    const [ours, theirs] = [".variable", ".codec"].map((way) => panel.locator(`.way${way} .bytes`));
    const count = async (/** @type {typeof ours} */ bytes) => parseInt(String(await bytes.textContent()), 10);
    assert.ok((await count(theirs)) <= (await count(ours)) && (await count(theirs)) > 60, `${await count(theirs)} in ${await count(ours)}`);
    assert.match(String(await codec.locator(".psnr").textContent()), /^\d+\.\d dB PSNR$/);
    assert.match(String(await panel.locator(".verdict").textContent()), /WebP in 128 bytes/);
    // 64 codes of the fake are 48 bytes: less than a header and a pixel.
    await ratio.fill("0");
    await page.waitForFunction(() => document.querySelector(".way.variable .bytes")?.textContent === "48 bytes");
    await codec.getByText("None fits").waitFor();
    assert.match(String(await panel.locator(".verdict").textContent()), /No WebP fits in 48 bytes/);
    assert.deepEqual(opened.problems, []);
  });

  it("says what a model has not seen, and begins with pictures of its own", async () => {
    const page0 = await visit("#tab=draw");
    const buffer = await pngOf(page0);
    await opened.context.close();
    const list = JSON.stringify({
      default: "emoji-128",
      models: [{ id: "emoji-128", name: "Emoji", folder: "emoji-128/", encodes: { note: "Faces were not in the training data.", examples: [{ name: "Half blue", picture: "emoji-128/half.png" }] } }],
    });
    site.server.hooks.override = (path) => {
      if (path.endsWith("/models/index.json")) return { body: list, type: "application/json" };
      return path.endsWith("/half.png") ? { body: buffer, type: "image/png" } : null;
    };
    const page = await visit();
    const { panel } = parts(page);
    await panel.getByText("Faces were not in the training data.").waitFor();
    await panel.getByText("100 px of 200 × 100").waitFor();
    assert.deepEqual(await panel.getByRole("group", { name: "Examples" }).getByRole("button").allTextContents(), ["Half blue", "Test card"]);
    assert.deepEqual(opened.problems, []);
  });

  it("is the first there is to see of a model that only encodes, by link and by choice", async () => {
    const server = await startServer({ pack: contents, more: { "coder": makePack({ kind: "encodes-only" }).contents } });
    const page = await visit("#model=coder", {}, server.url);
    const { get, panel, result, codes } = parts(page);
    await get.waitFor();
    assert.deepEqual(await page.getByRole("tab").allTextContents(), []);
    assert.equal(await page.getByRole("button", { name: "Draw", exact: true }).count(), 0);
    assert.ok(!server.requests.some((path) => path.endsWith(".safetensors")));
    assert.match(String(await get.textContent()), /0\.3 MB/);
    await get.click();
    await result.waitFor();
    assert.equal(await codes.textContent(), "352 of 1024");
    assert.equal(await panel.getByRole("slider").and(panel.getByLabel(/share$/)).count(), 2);
    assert.equal(await panel.locator(".way.original .psnr strong").textContent(), "256 × 256");
    // The fixed grid: nearly all of them middle.
    await panel.getByRole("img", { name: "Grain map: 8 of 64 regions fine, 56 middle" }).waitFor();
    await page.getByRole("radio", { name: "Emoji" }).check();
    await page.waitForSelector("[data-ready]");
    assert.deepEqual(await page.getByRole("tab").allTextContents(), ["Draw", "Encode your own", "Repaint", "Compare", "Look inside", "Complete the set"]);
    await page.getByRole("tab", { name: "Draw" }).click();
    await page.getByRole("button", { name: "Draw", exact: true }).click();
    await page.locator(".seen", { hasText: /^Done in/ }).waitFor();
    await page.getByRole("radio", { name: "The coder" }).check();
    await panel.getByRole("button", { name: /^Download the encoder/ }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Draw", exact: true }).count(), 0);
    // What the other model drew is shown where that draws.
    await page.locator("vg-gallery .print").first().click();
    await page.getByRole("button", { name: "Draw", exact: true }).waitFor();
    assert.equal(await panel.isVisible(), false);
    assert.deepEqual(opened.problems, []);
    await server.stop();
  });

  it("is not there where a model has no encoder", async () => {
    const whole = JSON.parse(String(contents.get("manifest.json")));
    const files = whole.files.filter((/** @type {{ role: string }} */ { role }) => role !== "encoder");
    const server = await startServer({ pack: new Map([...contents, ["manifest.json", Buffer.from(JSON.stringify({ ...whole, files }))]]) });
    const page = await visit("#tab=encode", {}, server.url);
    assert.deepEqual(await page.getByRole("tab").allTextContents(), ["Draw", "Repaint", "Compare", "Look inside", "Complete the set"]);
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
