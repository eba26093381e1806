/**
 * Saving and sharing, with the fake engine: a PNG that opens what it was drawn with, the clipboard, the share sheet,
 * markup that never opens empty, a frame, and who made it all.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, inRepo, makePack, openPage, showMore, useSite } from "../helpers.js";
import { REQUEST } from "../../../www/lib/saved-picture.js";
import { textOf, withText } from "../../../www/lib/png-text.js";

/** @typedef {import("playwright-core").Page} Page */

describe("saving and sharing", { timeout: 10 * TIMEOUT }, () => {
  const site = useSite({ pack: makePack({ filler: 0, stepMs: 5 }).contents }, { whole: true });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;

  afterEach(() => opened.context.close());

  /** @param {string} [path] @param {{ before?: (page: Page) => Promise<unknown>, context?: import("playwright-core").BrowserContextOptions }} [options] */
  async function visit(path = "#concept=sun&style=noto&seed=41&steps=3", { before, context } = {}) {
    opened = await openPage(site.browser, { context });
    await before?.(opened.page);
    await opened.page.goto(site.server.url + path);
    return opened.page;
  }

  /** A page with a finished picture. @param {Parameters<typeof visit>[1]} [options] */
  async function drawn(options) {
    const page = await visit(undefined, options);
    await page.locator(".seen", { hasText: /^Done in/ }).waitFor();
    await showMore(page);
    return page;
  }

  /** @param {Page} page @returns {Promise<Buffer>} */
  async function save(page) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save PNG" }).click()]);
    return readFileSync(await download.path());
  }

  /** @param {Buffer} png */
  const sizeOf = (png) => [png.readUInt32BE(16), png.readUInt32BE(20)];

  /** As a hand does that lets a file go over the page. @param {Page} page @param {Uint8Array} bytes @param {string} [at] */
  async function drop(page, bytes, at = "body") {
    await page.evaluate(
      ({ base64, at }) => {
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))], "saved.png", { type: "image/png" }));
        for (const type of ["dragover", "drop"]) document.querySelector(at)?.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
      },
      { base64: Buffer.from(bytes).toString("base64"), at },
    );
  }

  it("saves a PNG that says how it was drawn, and opens it where it is dropped", async () => {
    const page = await drawn();
    const asked = new URL(page.url()).hash.slice(1);
    const png = await save(page);
    assert.equal(textOf(png, REQUEST), asked);
    assert.match(asked, /^model=emoji-128&style=noto&category=sky-weather&concept=sun&seed=41&steps=3&v=1$/);
    assert.equal(textOf(png, "Title"), "sun");
    await page.goto("about:blank");
    await page.goto(`${site.server.url}#concept=red-heart&seed=1&steps=2`);
    await page.locator(".seen", { hasText: /^Done in .* for red heart/ }).waitFor();
    await drop(page, png);
    await page.locator(".seen", { hasText: /^Done in .* for sun/ }).waitFor();
    assert.equal(new URL(page.url()).hash.slice(1), asked);
    assert.deepEqual(await save(page), png);
    // Nothing to do for what is there already; and Back leads to where one was.
    await drop(page, png);
    await page.locator(".seen", { hasText: "This is what the page shows already." }).waitFor();
    await page.goBack();
    await page.locator(".seen", { hasText: /^Done in .* for red heart/ }).waitFor();
    assert.deepEqual(opened.problems, []);
  });

  it("saves the request from a player on any page as well, once it has drawn", async () => {
    const page = await visit("frame.html#concept=sun&drawing-style=noto&seed=3&steps=2&controls=draw+download+status");
    await page.getByRole("button", { name: "Draw sun" }).click();
    await page.getByRole("img", { name: "sun, finished" }).waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save the picture as PNG" }).click()]);
    assert.equal(textOf(readFileSync(await download.path()), REQUEST), "model=emoji-128&style=noto&concept=sun&seed=3&steps=2&v=1");
    assert.deepEqual(opened.problems, []);
  });

  it("opens one with a button as well, before its model is there", async () => {
    const png = await save(await drawn());
    await opened.context.close();
    let come = false;
    site.server.hooks.override = (path) => (path.endsWith("nar.safetensors") ? { body: makePack({ filler: 0 }).contents.get("nar.safetensors"), until: () => come } : null);
    const page = await visit("");
    await page.getByText("Recorded").waitFor();
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), showMore(page).then(() => page.getByRole("button", { name: "Open a saved PNG" }).click())]);
    await chooser.setFiles({ name: "saved.png", mimeType: "image/png", buffer: png });
    await page.waitForURL(/concept=sun/);
    come = true;
    await page.locator(".seen", { hasText: /^Done in .* for sun/ }).waitFor();
  });

  it("saves twice and four times as large, smooth or with squares, and says which", async () => {
    const page = await drawn();
    const size = page.getByRole("combobox", { name: "Size of the PNG" });
    const [width] = sizeOf(await save(page));
    await size.selectOption({ label: "2×, smooth" });
    assert.deepEqual(sizeOf(await save(page)), [2 * width, 2 * width]);
    await page.getByLabel("Pixels").check();
    await size.selectOption({ label: "4×, squares" });
    const png = await save(page);
    assert.deepEqual(sizeOf(png), [4 * width, 4 * width]);
    const squares = await page.evaluate(async (base64) => {
      const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))]));
      const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d"));
      context.drawImage(bitmap, 0, 0);
      const pixels = new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer);
      return pixels.every((value, at) => {
        const [x, y] = [at % bitmap.width, Math.floor(at / bitmap.width)];
        return value === pixels[(y - (y % 4)) * bitmap.width + x - (x % 4)];
      });
    }, png.toString("base64"));
    assert.equal(squares, true);
  });

  it("refuses what is foreign, damaged or of something that is not here, and loses nothing", async () => {
    const page = await drawn();
    const before = page.url();
    const png = await save(page);
    const plain = readFileSync(inRepo("tests/web/fixtures/two.png"));
    const request = /** @type {string} */ (textOf(png, REQUEST));
    const with_ = (/** @type {string} */ text) => withText(plain, { [REQUEST]: text });
    const changed = Buffer.from(png);
    changed[changed.indexOf("noto")] ^= 1;
    for (const [bytes, says] of /** @type {[Uint8Array, RegExp][]} */ ([
      [plain, /does not say how it was drawn/],
      [readFileSync(inRepo("tests/web/fixtures/two.jpg")), /no PNG/],
      [new Uint8Array(), /no PNG/],
      [png.subarray(0, png.length - 20), /damaged/],
      [changed, /damaged/],
      [with_("<script>alert(1)</script>"), /no request/],
      [with_("concept=sun&seed=1"), /does not name its model/],
      [with_("model=other&seed=1"), /model that is not here/],
      [with_("model=emoji-128&concept=nothing&seed=1&v=1"), /not opened/],
      [with_(request.replace("v=1", "v=7")), /another version/],
      [with_("model=emoji-128&picture=AAA*"), /no request|cannot be read/],
      [with_(`model=emoji-128&x=${"a".repeat(7000)}`), /longer than/],
    ])) {
      await drop(page, bytes);
      await page.getByRole("alert").getByText(says).waitFor();
      await page.getByRole("button", { name: "Dismiss" }).click();
      assert.equal(page.url(), before);
      assert.equal(await page.getByRole("img", { name: "sun, finished" }).count(), 1);
    }
    assert.equal(await page.locator(".print").count(), 1);
    assert.deepEqual(opened.problems, []);
  });

  it("leaves files alone that a panel takes", async () => {
    const page = await drawn();
    const png = await save(page);
    await page.getByRole("tab", { name: "Encode your own" }).click();
    await page.getByRole("button", { name: "Choose a file …" }).waitFor();
    const before = page.url();
    await drop(page, png, "vg-encode");
    await page.locator("vg-encode").getByText("saved.png").first().waitFor();
    assert.equal(page.url(), before);
  });

  it("copies the picture itself", async () => {
    const page = await drawn({ context: { permissions: ["clipboard-read", "clipboard-write"] } });
    await page.getByRole("button", { name: "Copy picture", exact: true }).click();
    await page.locator(".seen", { hasText: "The picture is in the clipboard." }).waitFor();
    const width = await page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      return (await createImageBitmap(await item.getType("image/png"))).width;
    });
    assert.equal(width, sizeOf(await save(page))[0]);
  });

  it("says so where the clipboard takes none", async () => {
    const page = await drawn();
    await page.evaluate(() => Object.defineProperty(navigator.clipboard, "write", { value: () => Promise.reject(new DOMException("no", "NotAllowedError")) }));
    await page.getByRole("button", { name: "Copy picture", exact: true }).click();
    await page.locator(".seen", { hasText: "save the picture instead" }).waitFor();
  });

  it("hands the picture to other programs where there is a way, and hides that elsewhere", async () => {
    const bare = await drawn({ before: (page) => page.addInitScript(() => Object.defineProperty(Navigator.prototype, "canShare", { value: undefined })) });
    assert.equal(await bare.getByRole("button", { name: "Share …" }).isVisible(), false);
    await opened.context.close();
    const page = await drawn({
      before: (page) =>
        page.addInitScript(() => {
          const given = /** @type {any} */ (globalThis);
          Object.defineProperty(Navigator.prototype, "canShare", { value: () => true });
          Object.defineProperty(Navigator.prototype, "share", {
            value: async (/** @type {any} */ what) => {
              given.shared = { title: what.title, name: what.files[0].name, type: what.files[0].type, size: what.files[0].size };
              if (given.closes) throw new DOMException("closed", "AbortError");
            },
          });
        }),
    });
    await page.getByRole("button", { name: "Share …" }).click();
    await page.locator(".seen", { hasText: "The picture was shared." }).waitFor();
    const shared = await page.evaluate(() => /** @type {any} */ (globalThis).shared);
    assert.deepEqual([shared.title, shared.name, shared.type], ["sun", "varigrain-sun-noto-41.png", "image/png"]);
    assert.equal(shared.size, (await save(page)).length);
    await page.evaluate(() => Object.assign(globalThis, { closes: true }));
    await page.getByRole("button", { name: "Share …" }).click();
    await page.waitForTimeout(200);
    assert.equal(await page.locator(".seen", { hasText: "Not shared" }).count(), 0);
  });

  /** @param {Page} page @param {string} name @returns {Promise<string>} */
  async function copied(page, name) {
    await showMore(page);
    await page.getByRole("button", { name }).click();
    await page.locator(".seen", { hasText: "The markup for this player is in the clipboard." }).waitFor();
    return page.evaluate(() => navigator.clipboard.readText());
  }

  const allowed = { context: { permissions: ["clipboard-read", "clipboard-write"] } };

  for (const [name, within] of /** @type {const} */ ([["Copy embed code", false], ["Copy as iframe", true]])) {
    it(`${name}: what is pasted shows the picture at once, without the model, and can draw`, async () => {
      const page = await drawn(allowed);
      const markup = await copied(page, name);
      assert.match(markup, within ? /^<iframe src="[^"]*\/frame\.html#concept=sun&#38;drawing-style=noto&#38;seed=41&#38;steps=3&#38;poster=data%3Aimage%2Fwebp/ : / poster="data:image\/webp;base64,/);
      const before = site.server.requests.length;
      await page.route("**/pasted.html", (route) => route.fulfill({ contentType: "text/html", body: `<!doctype html><title>Pasted</title><link rel="icon" href="logo.svg">${markup}` }));
      await page.goto(`${site.server.url}pasted.html`);
      const place = within ? page.frameLocator("iframe") : page;
      await place.getByRole("img", { name: "sun, recorded" }).waitFor();
      await place.getByText("Recorded").waitFor();
      assert.equal(site.server.requests.slice(before).some((path) => /\/(models|pkg)\//.test(path)), false);
      // The picture itself, and none of the dots of an empty plate.
      const looks = await place.locator("varigrain-player").evaluate((player) => {
        const [picture, marks] = /** @type {HTMLCanvasElement[]} */ ([...(player.shadowRoot?.querySelectorAll("canvas.picture, canvas.marks") ?? [])]);
        const painted = (/** @type {HTMLCanvasElement} */ canvas) => canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data.some((value, at) => at % 4 === 3 && value > 0);
        return [painted(picture), painted(marks)];
      });
      assert.deepEqual(looks, [true, false]);
      await place.getByRole("button", { name: "Draw sun" }).click();
      await place.getByRole("img", { name: "sun, finished" }).waitFor();
      assert.equal(await place.getByText("Recorded").isVisible(), false);
      assert.deepEqual(opened.problems, []);
    });
  }

  it("writes the recording where that is what is on show", async () => {
    const page = await visit("", allowed);
    await page.waitForSelector("[data-ready]");
    await page.getByRole("img", { name: "red heart, finished" }).waitFor();
    const markup = await copied(page, "Copy embed code");
    assert.match(markup, / recording="http[^"]*\/recordings\/red-heart\.json"/);
    assert.match(markup, / poster="data:image\/webp;base64,/);
  });

  it("tells in the player what it shows and whose works it was trained on, when someone asks", async () => {
    const page = await visit("embed.html");
    const player = page.getByRole("region", { name: "Several players, live" }).locator("varigrain-player").last();
    await player.getByRole("img", { name: "sun, recorded" }).waitFor();
    assert.equal(site.server.requests.some((path) => path.endsWith("models/index.json")), false);
    await player.getByText("About this picture").click();
    await player.getByText(/Twemoji \(CC BY 4\.0\)/).waitFor();
    await player.getByRole("button", { name: "Draw sun" }).click();
    await player.getByText(/^sun, seed 5\.$/).waitFor();
    await player.getByText(/with the model “Emoji”, version 1\./).waitFor();
  });

  it("takes from a frame's address what a player may be told, and nothing of other sites", async () => {
    const page = await visit("frame.html#concept=sun&model=https://elsewhere.example/&recording=https://elsewhere.example/r.json&poster=https://elsewhere.example/p.png&onclick=alert(1)&theme=dark");
    const names = await page.locator("varigrain-player").evaluate((player) => player.getAttributeNames());
    assert.deepEqual(names.filter((name) => !name.startsWith("data-")).sort(), ["concept", "theme"]);
    await page.getByRole("button", { name: "Draw sun" }).waitFor();
    assert.deepEqual(opened.problems, []);
  });
});
