/**
 * A picture in a link: copied where it was drawn or encoded, opened with the decoder alone, and refused with a message. The
 * page's part with the fake engine; that pictures come back as they were, with the real one.
 */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, launch, makePack, openBlank, openPage, showMore, startServer, useSite } from "../helpers.js";
import { difference, pixelsOf, withoutAlpha } from "../pictures.js";
import { makeTinyPack, packOf, realMounts } from "../real.js";

/** @typedef {import("playwright-core").Page} Page */

/** @param {Page} page */
const parts = (page) => ({
  seen: (/** @type {RegExp} */ text) => page.locator(".seen", { hasText: text }),
  notice: page.locator("vg-notice .notice"),
  picture: page.locator("varigrain-player .plate .picture").first(),
  ribbon: page.locator("varigrain-player").getByText("From a link"),
  go: page.locator("vg-prompt").getByRole("button", { name: "Draw", exact: true }),
  copy: page.locator("#draw").getByRole("button", { name: "Copy picture as link" }),
  field: page.locator("#draw").getByRole("textbox", { name: "Link with the picture" }),
});

const CAME = /^This picture came with the link: /;

describe("a picture in a link", { timeout: 10 * TIMEOUT }, () => {
  const site = useSite({
    pack: makePack({ filler: 0 }).contents,
    // Other bytes, so that its decoder is another one.
    more: { coder: makePack({ kind: "encodes-only", fileBytes: 100_001 }).contents },
  });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;
  afterEach(() => opened.context.close());

  /** @param {string} [hash] @param {import("playwright-core").BrowserContextOptions} [context] */
  async function visit(hash = "", context) {
    opened = await openPage(site.browser, { context: { permissions: ["clipboard-read", "clipboard-write"], ...context } });
    await opened.page.goto(`${site.server.url}?backend=cpu${hash}`);
    await opened.page.waitForSelector("[data-ready]");
    return opened.page;
  }

  /** What links to pictures have behind the "#". @param {string} id */
  async function linkOf(id) {
    const page = await openBlank(site.browser, site.server);
    const hash = await page.evaluate(async (id) => {
      const { pictureLink } = await import(new URL("lib/picture-link.js", document.baseURI).href);
      const vg = await load({ model: `models/${id}/`, modes: [] });
      const image = new ImageData(vg.description.image, vg.description.image);
      for (let at = 0; at < image.data.length; at++) image.data[at] = at % 4 === 3 ? 255 : (at * 7) >> 8;
      const { grains, cells } = await vg.encode(image);
      const link = pictureLink("", id, await vg.toBytes({ grains, cells }));
      vg.close();
      return link;
    }, id);
    await page.context().close();
    site.server.requests.length = 0;
    return hash;
  }

  /** Names of the model's files that were downloaded. */
  const files = () => [...new Set(site.server.requests.filter((path) => path.endsWith(".safetensors")).map((path) => path.split("models/")[1]))];

  /** @param {Page} page */
  const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());

  it("is copied when it is finished, with its length beside files, and opens as the same picture with the decoder alone", async () => {
    const page = await visit();
    const { copy, go, seen, picture } = parts(page);
    await showMore(page);
    assert.ok(await copy.isDisabled(), "the recording is not of this visit");
    await go.click();
    await seen(/^Done in/).waitFor();
    await copy.click();
    await seen(/^Link copied: the picture is \d+ bytes \(PNG [\d.]+ k?B(ytes)?, WebP [\d.]+ (kB|bytes)\)\.$/).waitFor();
    const link = await clipboard(page);
    assert.match(link, /\?backend=cpu#model=emoji-128&picture=[\w-]+$/);
    const codes = /(\d+) codes/.exec(String(await page.locator("varigrain-player").getByRole("group", { name: "Figures" }).textContent()))?.[1];
    await picture.waitFor();
    await opened.context.close();
    site.server.requests.length = 0;

    opened = await openPage(site.browser);
    const other = opened.page;
    await other.goto(link);
    const there = parts(other);
    await there.seen(CAME).waitFor();
    assert.equal(await there.seen(CAME).textContent(), `This picture came with the link: ${Math.floor((link.split("picture=")[1].length * 3) / 4)} bytes, ${codes} codes.`);
    assert.deepEqual(files(), ["emoji-128/decoder.safetensors"]);
    await other.getByRole("img", { name: "A picture from a link, finished" }).waitFor();
    assert.ok(await there.ribbon.isVisible());
    // Nobody knows what was asked for, or how it was drawn.
    assert.deepEqual(await other.getByRole("radiogroup", { name: "Layer" }).getByRole("radio").evaluateAll((all) => all.filter((one) => one.checkVisibility()).map((one) => /** @type {HTMLInputElement} */ (one).value)), ["picture", "grains"]);
    assert.equal(await other.getByRole("combobox", { name: "What should it draw?" }).inputValue(), "");
    assert.equal(await other.locator(".print").count(), 0);
    assert.equal(await other.getByRole("slider", { name: "Step", exact: true }).count(), 0);
    assert.ok(await other.locator("#embed").isDisabled());
    assert.equal(other.url(), link);
    // The same link comes of it again.
    await showMore(other);
    assert.ok(await there.copy.isEnabled());
    assert.deepEqual(opened.problems, []);
  });

  it("is kept in the address until something is drawn, which brings the generator", async () => {
    const hash = await linkOf("emoji-128");
    const page = await visit(`${hash}&layer=order`);
    const { go, seen, ribbon } = parts(page);
    await seen(CAME).waitFor();
    await page.getByRole("radio", { name: "Grain map" }).check();
    const picture = hash.split("picture=")[1];
    await page.waitForFunction((picture) => location.hash.includes(`layer=grains`) && location.hash.endsWith(`picture=${picture}`), picture);
    await page.getByRole("tab", { name: "Encode your own" }).click();
    assert.match(page.url(), /tab=encode&.*picture=/);
    await page.getByRole("tab", { name: "Draw" }).click();
    await page.getByLabel("Twemoji", { exact: true }).check();
    assert.match(page.url(), new RegExp(`picture=${picture}$`));
    assert.deepEqual(files(), ["emoji-128/decoder.safetensors"]);
    // What is stopped before it has begun leaves the picture where it is.
    let come = false;
    const { contents } = makePack({ filler: 0 });
    site.server.hooks.override = (path) => (path.endsWith("/nar.safetensors") ? { body: contents.get("nar.safetensors"), until: () => come } : null);
    await go.click();
    assert.ok(!page.url().includes("picture="));
    await page.locator("vg-prompt").getByRole("button", { name: "Stop", exact: true }).click();
    await go.waitFor();
    assert.match(page.url(), new RegExp(`picture=${picture}$`));
    come = true;
    await go.click();
    await seen(/^Done in/).waitFor();
    assert.deepEqual(files().sort(), ["decoder", "grain-map", "nar"].map((name) => `emoji-128/${name}.safetensors`));
    assert.match(page.url(), /style=twemoji.*seed=\d+/);
    assert.ok(!page.url().includes("picture="));
    assert.equal(await ribbon.isVisible(), false);
    assert.equal(await page.getByRole("radio", { name: "Order" }).count(), 1);
    assert.deepEqual(opened.problems, []);
  });

  it("is shown by a model that only encodes, in a place of its own, as long as there is one", async () => {
    const hash = await linkOf("coder");
    const page = await visit(hash);
    const { seen, picture, go } = parts(page);
    await seen(CAME).waitFor();
    assert.deepEqual(files(), ["coder/decoder.safetensors"]);
    assert.deepEqual(await page.getByRole("tab").allTextContents(), ["Picture", "Encode your own"]);
    assert.ok(await page.getByRole("radio", { name: "The coder" }).isChecked());
    assert.ok(await picture.isVisible());
    assert.equal(await go.isVisible(), false);
    await page.getByRole("tab", { name: "Encode your own" }).click();
    await page.getByRole("button", { name: /^Download the encoder/ }).click();
    await page.locator("vg-encode .result").waitFor();
    await page.locator("vg-encode").getByRole("button", { name: "Copy picture as link" }).click();
    await page.locator("vg-encode .telling-line", { hasText: /^Link copied: the picture is \d+ bytes/ }).waitFor();
    const link = await clipboard(page);
    assert.match(link, /#model=coder&picture=[\w-]+$/);
    // By hand, in the same tab: another picture, and then none.
    await page.evaluate((link) => void (location.href = link), link);
    await page.getByRole("tab", { name: "Picture" }).and(page.locator("[aria-selected=true]")).waitFor();
    await seen(CAME).waitFor();
    await page.evaluate(() => void (location.hash = "#model=coder"));
    await page.getByRole("tablist").waitFor({ state: "hidden" });
    await page.goBack();
    await page.getByRole("tab", { name: "Picture" }).waitFor();
    await seen(CAME).waitFor();
    assert.deepEqual(opened.problems, []);
  });

  it("comes by a change of the address too: of this model, of another, and while something is drawn", async () => {
    const [own, others] = [await linkOf("emoji-128"), await linkOf("coder")];
    const page = await visit();
    const { go, seen, ribbon } = parts(page);
    const to = (/** @type {string} */ hash) => page.evaluate((hash) => void (location.hash = hash), hash);
    await to(own);
    await seen(CAME).waitFor();
    // Everything that draws was here already.
    await go.click();
    await seen(/^Done in/).waitFor();
    await page.goBack();
    await page.goForward();
    // In one go: the picture could be finished before another command comes from here.
    const said = await go.evaluate((button, hash) => {
      /** @type {HTMLElement} */ (button).click();
      const line = document.querySelector(".seen")?.textContent;
      location.hash = hash;
      return String(line);
    }, own);
    assert.match(said, /^Drawing/);
    await seen(CAME).waitFor();
    assert.ok(await ribbon.isVisible());
    await to(others);
    await page.getByRole("tab", { name: "Picture" }).waitFor();
    await seen(CAME).waitFor();
    // Another model is chosen: the picture was not of it.
    await page.getByRole("radio", { name: "Emoji" }).check();
    await go.waitFor();
    await page.waitForSelector("[data-ready]");
    assert.match(page.url(), /#model=emoji-128$/);
    assert.deepEqual(opened.problems, []);
  });

  it("is left for a picture of the gallery, of another model too", async () => {
    const others = await linkOf("coder");
    const page = await visit();
    const { go, seen, copy } = parts(page);
    await go.click();
    await seen(/^Done in/).waitFor();
    await page.evaluate((hash) => void (location.hash = hash), others);
    await seen(CAME).waitFor();
    await page.locator("vg-gallery .print").first().click();
    await page.waitForSelector("[data-ready]");
    await go.waitFor();
    await page.waitForFunction(() => location.hash.includes("seed=") && !location.hash.includes("picture="));
    await showMore(page);
    await copy.and(page.locator(":enabled")).waitFor();
    assert.equal(await page.getByRole("tab", { name: "Picture" }).count(), 0);
    assert.deepEqual(opened.problems, []);
  });

  it("can be repainted where something is drawn", async () => {
    const page = await visit(await linkOf("emoji-128"));
    await parts(page).seen(CAME).waitFor();
    await page.getByRole("tab", { name: "Repaint" }).click();
    await page.getByRole("button", { name: "A picture from a link, from a link" }).waitFor();
    assert.deepEqual(opened.problems, []);
  });

  it("shows the link where the clipboard is not to be had", async () => {
    const page = await visit(await linkOf("emoji-128"), { permissions: [] });
    const { copy, field, seen } = parts(page);
    await seen(CAME).waitFor();
    assert.equal(await field.isVisible(), false);
    await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
    await showMore(page);
    await copy.click();
    await seen(/^The clipboard is not available; copy the link from here: the picture is/).waitFor();
    assert.match(await field.inputValue(), /#model=emoji-128&picture=[\w-]+$/);
    assert.equal(await field.evaluate((input) => input === document.activeElement && /** @type {HTMLInputElement} */ (input).selectionEnd === /** @type {HTMLInputElement} */ (input).value.length), true);
    assert.deepEqual(opened.problems, []);
  });

  const wrong = /** @type {const} */ ([
    ["with characters of no link", (/** @type {string} */ hash) => `${hash.slice(0, -3)}*+/`, /characters that do not belong in it/],
    ["that is cut off", (/** @type {string} */ hash) => hash.slice(0, -40), /cannot be read: (its end|a part of it) is missing/],
    ["that is too long", (/** @type {string} */ hash) => hash + "A".repeat(5000), /longer than any picture's link/],
    ["that is empty", () => "#model=emoji-128&picture=", /it is empty/],
    ["that is there twice", (/** @type {string} */ hash) => `${hash}&picture=AA`, /characters that do not belong in it/],
    ["with a sign changed", (/** @type {string} */ hash) => `${hash.slice(0, -60)}${hash.at(-60) === "A" ? "B" : "A"}${hash.slice(-59)}`, /a part of it is missing or was changed/],
  ]);
  for (const [name, spoil, message] of wrong) {
    it(`is refused ${name}, and the page works as if the link had none`, async () => {
      const page = await visit(spoil(await linkOf("emoji-128")));
      const { notice, go, seen, ribbon } = parts(page);
      await notice.getByText(message).waitFor();
      await notice.getByText(/Everything else works as if the link had no picture\./).waitFor();
      await page.getByText("Recorded").waitFor();
      assert.equal(await ribbon.isVisible(), false);
      await go.click();
      await seen(/^Done in/).waitFor();
      assert.equal(await notice.count(), 0);
      assert.ok(!page.url().includes("picture="));
      assert.deepEqual(opened.problems, []);
    });
  }

  it("follows what else a link asks for if its picture is none", async () => {
    const page = await visit("#model=emoji-128&style=twemoji&concept=cat-face&seed=5&picture=*");
    await parts(page).notice.getByText(/characters that do not belong/).waitFor();
    assert.equal(await page.getByRole("combobox", { name: "What should it draw?" }).inputValue(), "cat face");
    assert.deepEqual(opened.problems, []);
  });

  it("says which model and version a link needs that there is none of here", async () => {
    const others = await linkOf("coder");
    const needs = /is of the model "photos-256 1", and this is "emoji-128 1"/;
    // Not in the list, and another version of what is.
    for (const hash of [others.replace("coder", "sketches"), others.replace("coder", "emoji-128")]) {
      const page = await visit(hash);
      const { notice, go, seen } = parts(page);
      await notice.getByText(needs).waitFor();
      await page.getByText("Recorded").waitFor();
      await go.click();
      await seen(/^Done in/).waitFor();
      assert.deepEqual(opened.problems, []);
      await opened.context.close();
    }
    // By hand, where another picture is on show: it stays.
    const page = await visit(await linkOf("emoji-128"));
    const { notice, seen, ribbon } = parts(page);
    await seen(CAME).waitFor();
    await page.evaluate((hash) => void (location.hash = hash), others.replace("coder", "emoji-128"));
    await notice.getByText(needs).waitFor();
    assert.ok(await ribbon.isVisible());
    assert.deepEqual(opened.problems, []);
  });

  it("is drawn over by whoever has pressed Draw before it was there", async () => {
    const hash = await linkOf("emoji-128");
    let come = false;
    const { contents } = makePack({ filler: 0 });
    site.server.hooks.override = (path) => (path.endsWith("/decoder.safetensors") ? { body: contents.get("decoder.safetensors"), until: () => come } : null);
    const page = await visit(hash);
    const { go, seen, ribbon } = parts(page);
    await go.click();
    come = true;
    await seen(/^Done in/).waitFor();
    assert.equal(await ribbon.isVisible(), false);
    assert.ok(!page.url().includes("picture="));
    assert.deepEqual(opened.problems, []);
  });

  it("is asked for again when its decoder does not come", async () => {
    const hash = await linkOf("emoji-128");
    site.server.hooks.override = (path) => (path.endsWith("/decoder.safetensors") ? { status: 500 } : null);
    const page = await visit(hash);
    const { notice, seen } = parts(page);
    const again = notice.getByRole("button", { name: "Try again" });
    await again.waitFor();
    site.server.hooks.override = () => null;
    await again.click();
    await seen(CAME).waitFor();
  });

  it("fits a phone", async () => {
    const page = await visit(await linkOf("coder"), { viewport: { width: 390, height: 844 }, hasTouch: true });
    const { seen, copy, field } = parts(page);
    await seen(CAME).waitFor();
    await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
    await showMore(page);
    await copy.click();
    await field.waitFor();
    const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= room, `${wide} in ${room}`);
  });
});

describe("a picture in a link, with the real engine", { timeout: 20 * TIMEOUT }, () => {
  for (const [model, example] of /** @type {const} */ ([["emoji-128", ""], ["portraits-256", "adventurer.png"], ["photos-256", "shoes.jpg"]])) {
    it(`shows the pixels that were encoded: ${model}`, async () => {
      const server = await startServer({ mounts: realMounts("/"), pack: null });
      const browser = await launch();
      const blank = await openBlank(browser, server);
      const { hash, bytes, codes, pixels } = await blank.evaluate(async ([model, example]) => {
        const { pictureLink } = await import(new URL("lib/picture-link.js", document.baseURI).href);
        const vg = await load({ model: `./models/${model}/`, backend: "cpu", modes: [] });
        const size = vg.description.image;
        const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(size, size).getContext("2d"));
        context.fillStyle = "#f80";
        context.fillRect(0, 0, size, size);
        if (example) context.drawImage(await createImageBitmap(await (await fetch(`models/${model}/examples/${example}`)).blob()), 0, 0, size, size);
        else context.clearRect(size / 4, size / 3, size / 3, size / 2);
        const coded = await vg.encode(context.getImageData(0, 0, size, size));
        const bytes = await vg.toBytes(coded);
        vg.close();
        return { hash: pictureLink("", model, bytes), bytes: bytes.length, codes: coded.codes, pixels: [...coded.image.data] };
      }, /** @type {const} */ ([model, example]));
      const { page, problems } = await openPage(browser);
      server.requests.length = 0;
      await page.goto(`${server.url}?backend=cpu${hash}`);
      const said = bytes < 1000 ? `${bytes} bytes` : `${(bytes / 1000).toFixed(1)} kB`;
      await page.locator(".seen", { hasText: `This picture came with the link: ${said}, ${codes} codes.` }).waitFor();
      assert.equal(difference(await pixelsOf(page.locator("varigrain-player .plate .picture").first()), withoutAlpha(pixels)), 0);
      assert.deepEqual(server.requests.filter((path) => path.endsWith(".safetensors")), [`/models/${model}/decoder.safetensors`]);
      console.log(`# ${model}: ${codes} codes in ${bytes} bytes, a link of ${hash.length} characters and the page's address`);
      assert.deepEqual(problems, []);
      await browser.close();
      await server.stop();
    });
  }

  it("is none when anything of it is changed: 10,000 times", async () => {
    const folder = makeTinyPack("fsq:8,8,4,4", ["--image", "64"]);
    const server = await startServer({ mounts: realMounts("/"), pack: packOf(folder) });
    const browser = await launch();
    const blank = await openBlank(browser, server);
    const { outcomes, whole, hashes } = await blank.evaluate(async () => {
      const { pictureBytes, pictureLink, splitPicture } = await import(new URL("lib/picture-link.js", document.baseURI).href);
      const vg = await load({ backend: "cpu", modes: [] });
      const { image } = vg.description;
      const picture = new ImageData(image, image);
      for (let at = 0; at < picture.data.length; at++) picture.data[at] = at % 4 === 3 ? 255 : (at * 31) >> 6;
      const coded = await vg.encode(picture);
      const text = String(splitPicture(pictureLink("", "emoji-128", await vg.toBytes(coded))).picture);
      let state = 1;
      /** The same numbers every time. @param {number} most */
      const below = (most) => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 1) % most;
      const signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=&#%. é";
      const sign = () => signs[below(below(2) ? signs.length : 64)];
      const mutations = [
        (/** @type {string} */ t, /** @type {number} */ at) => t.slice(0, at) + sign() + t.slice(at + 1),
        (/** @type {string} */ t, /** @type {number} */ at) => t.slice(0, at) + sign() + t.slice(at),
        (/** @type {string} */ t, /** @type {number} */ at) => t.slice(0, at) + t.slice(at + 1 + below(8)),
        (/** @type {string} */ t, /** @type {number} */ at) => t.slice(0, at),
        (/** @type {string} */ t, /** @type {number} */ at) => t + t.slice(at),
        (/** @type {string} */ t, /** @type {number} */ at) => t.slice(at) + t.slice(0, at),
      ];
      /** @type {Record<string, number>} */
      const outcomes = {};
      /** @type {string[]} */
      const hashes = [];
      for (let turn = 0; turn < 10_000; turn++) {
        let mutant = text;
        for (let n = 1 + below(3); n > 0; n--) mutant = mutations[below(mutations.length)](mutant, below(mutant.length + 1));
        let code = mutant === text ? "the same" : "read";
        try {
          await vg.fromBytes(pictureBytes(splitPicture(`#model=emoji-128&picture=${mutant}`).picture));
        } catch (error) {
          code = /** @type {{ code?: string }} */ (error).code ?? String(error);
        }
        outcomes[code] = (outcomes[code] ?? 0) + 1;
        if (turn % 500 === 0) hashes.push(`#model=emoji-128&picture=${mutant}`);
      }
      const whole = (await vg.fromBytes(pictureBytes(text))).cells.every((code, at) => code === coded.cells[at]);
      vg.close();
      return { outcomes, whole, hashes: [...hashes, `#model=emoji-128&picture=${text}`] };
    });
    console.log(`# ${JSON.stringify(outcomes)}`);
    assert.ok(whole);
    assert.equal(outcomes.read ?? 0, 0);
    assert.deepEqual(Object.keys(outcomes).filter((code) => !["picture-damaged", "picture-version", "the same"].includes(code)), []);
    // A few of them on the page, one after the other; at last the picture itself.
    const { page, problems } = await openPage(browser);
    await page.goto(`${server.url}?backend=cpu`);
    await page.waitForSelector("[data-ready]");
    for (const hash of hashes) {
      await page.evaluate((hash) => void (location.hash = hash), hash);
      await Promise.race([page.locator("vg-notice .notice", { hasText: /cannot be read/ }).waitFor(), page.locator(".seen", { hasText: CAME }).waitFor()]);
      await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector("vg-notice [aria-label=Dismiss]"))?.click());
    }
    await page.locator(".seen", { hasText: CAME }).waitFor();
    assert.deepEqual(problems, []);
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true });
  });
});
