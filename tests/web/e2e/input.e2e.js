/**
 * Input as people and browsers really give it: pictures of every kind and size, canvases that browsers alter, pens,
 * double clicks, held keys, input methods, right-to-left pages, Stop too early, and Back.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, describe, it } from "node:test";
import { crc32, deflateSync } from "node:zlib";
import { TIMEOUT, clickWhile, inRepo, makePack, openPage, useSite } from "../helpers.js";

/** @typedef {import("playwright-core").Page} Page */

const fixture = (/** @type {string} */ name) => readFileSync(inRepo(`tests/web/fixtures/${name}`));

/** A PNG of one black-and-white bit a pixel: huge ones are small files. @param {number} width @param {number} height */
function png(width, height) {
  const chunk = (/** @type {string} */ type, /** @type {Buffer} */ data) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width);
  size.writeUInt32BE(height, 4);
  size[8] = 1;
  const rows = Buffer.alloc(height * (1 + Math.ceil(width / 8)));
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", size), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

describe("input as it really is", { timeout: 10 * TIMEOUT }, () => {
  const site = useSite({ pack: makePack({ filler: 0, stepMs: 20 }).contents });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;
  afterEach(() => opened.context.close());

  /** @param {string} [hash] @param {() => void} [before] */
  async function visit(hash = "", before) {
    opened = await openPage(site.browser);
    if (before) await opened.page.addInitScript(before);
    await opened.page.goto(site.server.url + hash);
    await opened.page.waitForSelector("[data-ready]");
    return opened.page;
  }

  /** @param {Page} page */
  const parts = (page) => ({
    go: page.locator("vg-prompt").getByRole("button", { name: /^(Draw|Stop)$/ }),
    seed: page.locator("vg-prompt").getByLabel("Seed", { exact: true }),
    done: page.locator(".seen", { hasText: /^Done in/ }),
    seen: page.locator(".seen"),
    prints: page.locator(".print"),
    notice: page.locator(".notice"),
    chooser: page.locator("vg-encode input[type=file]"),
    pad: page.getByRole("application", { name: "Drawing pad" }),
    warning: page.locator("vg-encode [role=alert]"),
  });

  /** The colours in the middles of the left and the right half of what is encoded. @param {Page} page @param {string} title */
  async function halves(page, title) {
    const picture = page.getByRole("img", { name: `To encode: ${title}` });
    // A picture that comes is shown as a square first, however the one before was shown.
    for (const all = page.getByLabel("All of it", { exact: true }); !(await picture.isVisible()); await page.waitForTimeout(50)) {
      if (await all.isVisible()) await all.check();
      else await page.locator("vg-encode").getByLabel("Brush", { exact: true }).check();
    }
    return picture.evaluate((/** @type {HTMLCanvasElement} */ canvas) => {
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      return [0.2, 0.8].map((x) => [...context.getImageData(x * canvas.width, canvas.height / 2, 1, 1).data.subarray(0, 3)]);
    });
  }
  const near = (/** @type {number[]} */ colour, /** @type {number[]} */ wanted, far = 40) => colour.every((value, at) => Math.abs(value - wanted[at]) < far);
  const [RED, BLUE, WHITE] = [[220, 40, 30], [20, 60, 200], [255, 255, 255]];

  it("takes pictures of every kind that the picker offers, whatever they are called", async () => {
    const page = await visit("#tab=encode");
    const { chooser, warning } = parts(page);
    const kinds = ((await chooser.getAttribute("accept")) ?? "").split(",");
    assert.deepEqual(kinds.map((kind) => kind.replace(/^image\/|\+xml/g, "")).sort(), ["avif", "bmp", "gif", "jpeg", "png", "svg", "webp"]);
    const box = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 24"><path fill="#dc281e" d="M0 0h24v24H0z"/><path fill="#143cc8" d="M24 0h24v24H24z"/></svg>';
    /** @type {[string, Buffer, number[], number[]][]} */
    const files = [
      ["two.png", fixture("two.png"), RED, BLUE],
      ["two.jpg", fixture("two.jpg"), RED, BLUE],
      ["two.webp", fixture("two.webp"), RED, BLUE],
      ["two.gif", fixture("two.gif"), RED, BLUE],
      ["two.bmp", fixture("two.bmp"), RED, BLUE],
      ["two.avif", fixture("two.avif"), RED, BLUE],
      ["transparent.png", fixture("transparent.png"), RED, WHITE],
      ["box.svg", Buffer.from(box), RED, BLUE],
      ["sized.svg", Buffer.from(box.replace("viewBox", 'width="100%" height="2in" viewBox')), RED, BLUE],
      ["prefixed.svg", Buffer.from(`<?xml version="1.0"?>\n<!-- drawn -->\n${box}`), RED, BLUE],
      ["wrong-ending.jpg", fixture("two.png"), RED, BLUE],
      ["wrong-ending.png", Buffer.from(box), RED, BLUE],
    ];
    for (const [name, buffer, left, right] of files) {
      await chooser.setInputFiles({ name, mimeType: name.endsWith(".png") ? "image/png" : "", buffer });
      const [a, b] = await halves(page, name);
      assert.ok(near(a, left) && near(b, right), `${name}: ${a} ${b}`);
      assert.equal(await warning.textContent(), "", name);
    }
    // Inks are another kind of colours, and some have sixteen bits. Of what moves the first frame is taken, and stays.
    const [LIGHT, DARK] = [210, 40].map((value) => [value, value, value]);
    for (const [name, left, right] of /** @type {[string, number[], number[]][]} */ ([
      ["cmyk.jpg", RED, BLUE],
      ["deep.png", RED, BLUE],
      ["deep-grey.png", LIGHT, DARK],
      ["moving.gif", RED, BLUE],
      ["moving.webp", RED, BLUE],
    ])) {
      await chooser.setInputFiles({ name, mimeType: "", buffer: fixture(name) });
      for (const wait of [0, 200]) {
        await page.waitForTimeout(wait);
        const [a, b] = await halves(page, name);
        assert.ok(near(a, left, 12) && near(b, right, 12), `${name}: ${a} ${b}`);
      }
      assert.equal(await warning.textContent(), "", name);
    }
    // A photograph is shown upright.
    await chooser.setInputFiles({ name: "turned.jpg", mimeType: "image/jpeg", buffer: fixture("turned.jpg") });
    const [a, b] = await halves(page, "turned.jpg");
    assert.ok(near(a, WHITE), `${a} ${b}`);
  });

  it("takes tiny, tall, wide and large ones, and measures before it decodes", async () => {
    const page = await visit("#tab=encode");
    const { chooser, warning } = parts(page);
    for (const [name, width, height] of /** @type {[string, number, number][]} */ ([
      ["dot.png", 1, 1],
      ["tall.png", 1, 10_000],
      ["wide.png", 10_000, 1],
      ["large.png", 7000, 5000],
    ])) {
      await chooser.setInputFiles({ name, mimeType: "image/png", buffer: png(width, height) });
      await halves(page, name);
      assert.equal(await warning.textContent(), "", name);
    }
    let decoded = 0;
    await page.exposeFunction("decodes", () => decoded++);
    await page.evaluate(() => {
      const own = createImageBitmap;
      globalThis.createImageBitmap = /** @type {any} */ ((/** @type {any[]} */ ...args) => (/** @type {any} */ (globalThis).decodes(), /** @type {any} */ (own)(...args)));
    });
    for (const side of [16_384, 30_000]) {
      await chooser.setInputFiles({ name: "giant.png", mimeType: "image/png", buffer: png(side, side) });
      const number = side.toLocaleString("en");
      await warning.getByText(`This PNG has ${number} × ${number} pixels, which is more than a page can decode.`).waitFor();
    }
    assert.equal(decoded, 0);
    // The one before is still there.
    await page.getByRole("img", { name: "To encode: large.png" }).waitFor();
  });

  it("refuses what is no picture for its true reason", async () => {
    const page = await visit("#tab=encode");
    const { chooser, warning } = parts(page);
    const cut = (/** @type {string} */ name) => fixture(name).subarray(0, fixture(name).length >> 1);
    for (const [name, buffer, told] of /** @type {[string, Buffer, RegExp][]} */ ([
      ["words.png", Buffer.from("words"), /This is no picture/],
      ["page.svg", Buffer.from("<!doctype html><p>x"), /This is no picture/],
      ["empty.png", Buffer.alloc(0), /This file is empty/],
      ["cut.webp", cut("two.webp"), /This WebP is incomplete/],
      ["cut.avif", cut("two.avif"), /This AVIF is damaged/],
      ["head.png", fixture("two.png").subarray(0, 20), /no picture that the browser can read, or only a part of one/],
      ["scan.tif", fixture("two.tif"), /cannot read TIFF files. Choose a PNG/],
      ["broken.svg", Buffer.from('<svg viewBox="0 0 1 1"><g>'), /This SVG is damaged/],
      ["nothing.png", Buffer.concat([png(8, 8).subarray(0, 33), png(8, 8).subarray(-12)]), /This PNG is damaged/],
    ])) {
      await chooser.setInputFiles({ name, mimeType: "image/png", buffer });
      await warning.getByText(told).waitFor({ timeout: 20_000 });
    }
  });

  it("a canvas that the browser alters: is noticed and told, and nothing goes through it", async () => {
    const page = await visit("#tab=encode", () => {
      for (const one of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
        const own = one.prototype.getImageData;
        /** @this {any} @param {any[]} args */
        one.prototype.getImageData = function (...args) {
          const image = /** @type {any} */ (own).apply(this, args);
          for (let at = 0; at < image.data.length; at += 97) image.data[at] ^= 1;
          return image;
        };
      }
    });
    const { warning, notice, chooser } = parts(page);
    await page.locator("body > vg-notice").getByText(/alters what pages read from a canvas/).waitFor();
    await warning.getByText(/alters what pages read from a canvas.*nothing is encoded/).waitFor();
    await chooser.setInputFiles({ name: "two.png", mimeType: "image/png", buffer: fixture("two.png") });
    await warning.getByText(/alters/).waitFor();
    await page.getByRole("tab", { name: "Draw" }).click();
    // A recording is decoded without a canvas, and what is drawn needs none.
    await page.locator("varigrain-player").getByText("Recorded", { exact: true }).first().waitFor();
    const { go, done, seen } = parts(page);
    await go.click();
    await done.waitFor();
    await page.getByText("Save PNG").click();
    await seen.getByText(/^Not saved\. This browser alters/).waitFor();
    assert.equal(await notice.locator("visible=true").count(), 0);
  });

  it("a pen whose events in between are not told draws a line, and a hand beside it none", async () => {
    const page = await visit("#tab=encode", () => {
      PointerEvent.prototype.getCoalescedEvents = () => [];
    });
    const { pad } = parts(page);
    await page.locator("vg-encode").getByRole("button", { name: "Test card" }).click();
    await page.getByRole("button", { name: "Clean sheet" }).click();
    await pad.scrollIntoViewIfNeeded();
    const ink = await pad.evaluate((sheet) => {
      const { left, top, width } = sheet.getBoundingClientRect();
      sheet.setPointerCapture = () => {};
      const fire = (/** @type {string} */ type, /** @type {number} */ x, /** @type {number} */ y, pointerId = 1, pointerType = "pen") =>
        sheet.dispatchEvent(new PointerEvent(type, { pointerId, pointerType, button: 0, clientX: left + x * width, clientY: top + y * width, bubbles: true }));
      fire("pointerdown", 0.2, 0.2);
      fire("pointerdown", 0.9, 0.9, 2, "touch");
      for (let x = 0.2; x <= 0.8; x += 0.1) {
        fire("pointermove", x, 0.2);
        fire("pointermove", 0.9, 0.9, 2, "touch");
      }
      fire("pointerup", 0.9, 0.9, 2, "touch");
      fire("pointermove", 0.8, 0.6);
      fire("pointerup", 0.8, 0.6);
      const canvas = /** @type {HTMLCanvasElement} */ (sheet.querySelector(".picture"));
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      const dark = (/** @type {number} */ x, /** @type {number} */ y) => context.getImageData(x * canvas.width, y * canvas.height, 1, 1).data[0] < 128;
      return [dark(0.2, 0.2), dark(0.5, 0.2), dark(0.8, 0.4), dark(0.9, 0.9)];
    });
    assert.deepEqual(ink, [true, true, true, false]);
  });

  it("a double click draws, a held key draws once, and a click later on stops", async () => {
    const page = await visit("#steps=64&seed=3&concept=sun&tab=encode");
    await page.getByRole("tab", { name: "Draw" }).click();
    const { go, seen, done, prints, seed } = parts(page);
    // A link draws by itself.
    await done.waitFor();
    const before = await prints.count();
    await go.dblclick();
    assert.equal(await clickWhile(seen, /^Drawing: step \d/, go, 200), "Stop");
    await seen.getByText("Stopped.").waitFor();
    for (const field of [go, seed]) {
      await field.focus();
      for (let time = 0; time < 4; time++) await page.keyboard.down("Enter");
      assert.equal(await clickWhile(seen, /^Drawing: step \d/, go, 150), "Stop");
      await page.keyboard.up("Enter");
      await seen.getByText("Stopped.").waitFor();
    }
    assert.equal(await prints.count(), before);
  });

  it("Enter and Escape belong to an input method that composes", async () => {
    const page = await visit("#steps=64&tab=encode");
    await page.getByRole("tab", { name: "Draw" }).click();
    const { go, done } = parts(page);
    // A link draws by itself.
    await done.waitFor();
    const box = page.getByRole("combobox", { name: "What should it draw?" });
    await box.fill("cat");
    await page.locator("[role=option][aria-selected]").waitFor();
    const press = (/** @type {string} */ key, /** @type {KeyboardEventInit} */ more) =>
      box.evaluate((field, init) => field.dispatchEvent(new KeyboardEvent("keydown", init)), /** @type {any} */ ({ key, bubbles: true, cancelable: true, ...more }));
    await press("Enter", { isComposing: true });
    await press("Enter", { keyCode: 229 });
    await press("Escape", { isComposing: true });
    assert.ok(await page.getByRole("listbox").isVisible());
    assert.equal(await box.inputValue(), "cat");
    assert.equal(await go.textContent(), "Draw");
    await page.keyboard.press("Enter");
    assert.equal(await page.getByRole("listbox").isVisible(), false);
    await go.click();
    // All in the page: on a slow computer the picture could be finished between one command from here and the next.
    const pressed = await box.evaluate(async (field) => {
      const line = /** @type {HTMLElement} */ (document.querySelector(".seen"));
      while (!/^Drawing: step \d/.test(line.textContent ?? "")) await new Promise(requestAnimationFrame);
      field.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true, isComposing: true }));
      return line.textContent ?? "";
    });
    assert.match(pressed, /^Drawing: step ([1-9]|[1-5]\d) of 64/);
    // It is drawn to its end, not stopped.
    await done.waitFor();
  });

  it("Stop before the model is there says that it was stopped", async () => {
    /** @type {string[]} */
    const come = [];
    const { contents } = makePack({ filler: 0, stepMs: 20 });
    site.server.hooks.override = (path) => {
      const name = path.split("/").at(-1) ?? "";
      return /^(nar|decoder)\.safetensors$/.test(name) ? { body: contents.get(name), until: () => come.includes(name) } : null;
    };
    opened = await openPage(site.browser);
    const { page } = opened;
    await page.goto(site.server.url);
    const { go, seen, prints } = parts(page);
    await go.click();
    // What comes of the model takes the place of "Will draw as soon as the model is here."; on a slow computer all of it may have come before.
    await go.and(page.getByText("Stop", { exact: true })).waitFor();
    await seen.getByText(/Downloading the model|Will draw as soon as the model is here/).waitFor();
    await go.click();
    await seen.getByText("Stopped. The model is still on its way.").waitFor();
    // What comes now does not take its place.
    come.push("decoder.safetensors");
    await page.waitForTimeout(500);
    assert.equal(await seen.textContent(), "Stopped. The model is still on its way.");
    come.push("nar.safetensors");
    await page.waitForSelector("[data-ready]");
    await seen.getByText(/^Ready to draw/).waitFor();
    assert.equal(await prints.count(), 0);
  });

  it("Back draws what the address says, also while another picture is drawn", async () => {
    const page = await visit("#concept=sun&seed=4&steps=3");
    const { done, seen, seed } = parts(page);
    await page.getByRole("img", { name: "sun, finished" }).waitFor();
    await done.waitFor();
    await page.evaluate(() => (location.hash = "#concept=red-heart&seed=8&steps=40"));
    await seen.getByText(/^Drawing: step \d/).waitFor();
    assert.match(page.url(), /red-heart/);
    await page.goBack();
    await page.getByRole("img", { name: "sun, finished" }).waitFor();
    await done.waitFor();
    assert.match(page.url(), /concept=sun&seed=4&steps=3/);
    assert.equal(await seed.inputValue(), "4");
    await page.goForward();
    await page.getByRole("img", { name: /^red heart/ }).first().waitFor();
    await page.getByRole("img", { name: "red heart, finished" }).waitFor();
    assert.match(page.url(), /concept=red-heart&seed=8/);
  });

  it("on a page that runs from right to left a player's step is where its knob is", async () => {
    opened = await openPage(site.browser);
    const { page } = opened;
    const body = `<!doctype html><html dir="rtl" lang="ar"><meta charset="utf-8"><title>x</title><script type="module" src="player.js"></script>
      <varigrain-player recording="recordings/red-heart.json" controls="play timeline"></varigrain-player>`;
    await page.route(`${site.server.url}rtl.html`, (route) => route.fulfill({ body, contentType: "text/html" }));
    await page.goto(`${site.server.url}rtl.html`);
    await page.getByRole("button", { name: /^Play/ }).first().click();
    const slider = page.getByRole("slider", { name: "Step", exact: true });
    await slider.waitFor();
    await slider.evaluate((/** @type {HTMLElement} */ range) => getComputedStyle(range).direction).then((direction) => assert.equal(direction, "ltr"));
  });
});
