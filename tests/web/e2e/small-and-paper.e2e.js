/**
 * The pages where there is little room: at 320 pixels, at 200 % of a laptop's window, which leaves 683 × 384; and the
 * playground on paper. What docs/ has is shown, too.
 */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, makePack, openPage, useSite } from "../helpers.js";

/** @typedef {import("playwright-core").Page} Page */

describe("little room, and paper", { timeout: 10 * TIMEOUT }, () => {
  const site = useSite({ pack: makePack({ filler: 0, stepMs: 5 }).contents });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;

  afterEach(() => opened.context.close());

  /** @param {string} path @param {import("playwright-core").BrowserContextOptions} context */
  async function visit(path, context) {
    opened = await openPage(site.browser, { context: { reducedMotion: "reduce", ...context } });
    await opened.page.goto(site.server.url + path);
    return opened.page;
  }

  /** What lies outside of the window to the side, without anything that scrolls around it. @param {Page} page */
  const outside = (page) =>
    page.evaluate(() => {
      const scrolls = (/** @type {Element | null} */ element) => {
        for (let one = element; one; one = one.parentElement) if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(one).overflowX) && one !== document.documentElement && one !== document.body) return true;
        return false;
      };
      const all = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("main *, header *, footer *, nav *")]);
      return all
        .filter((element) => element.checkVisibility() && !element.matches(".visually-hidden, .visually-hidden *, .skip, svg *, [aria-hidden=true], [aria-hidden=true] *"))
        .filter((element) => {
          const { left, right, width } = element.getBoundingClientRect();
          return width > 0 && (right > innerWidth + 1 || left < -1) && !scrolls(element);
        })
        .map((element) => `${element.localName}.${element.className} ${element.textContent?.trim().slice(0, 30)}`)
        .slice(0, 5);
    });

  /** Words that are cut off where they stand. @param {Page} page */
  const cut = (page) =>
    page.evaluate(() =>
      /** @type {HTMLElement[]} */ ([...document.querySelectorAll("button, summary, h1, h2, h3, label, legend, figcaption, th")])
        .filter((element) => element.checkVisibility() && !element.matches(".visually-hidden") && getComputedStyle(element).overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1)
        .map((element) => `${element.localName} ${element.textContent?.trim().slice(0, 30)}`),
    );

  const rooms = /** @type {const} */ ([
    ["320 pixels wide", { viewport: { width: 320, height: 568 } }],
    ["at 200 % of a laptop's window", { viewport: { width: 683, height: 384 }, deviceScaleFactor: 2 }],
  ]);
  for (const width of [320, 390]) {
    it(`a note with a button leaves its words room at ${width} pixels`, async () => {
      const page = await visit("", { viewport: { width, height: 844 } });
      await page.waitForSelector("[data-ready]");
      const note = page.locator("body > vg-notice");
      await note.evaluate((element) => {
        const text = "The browser has WebGPU but found no graphics processor it is willing to use.";
        /** @type {import("../../../www/components/notice.js").Notice} */ (element).show({ kind: "note", text, code: "no-webgpu", way: { label: "Try the graphics processor again", act: () => {} } });
      });
      const [words, whole] = await Promise.all([note.locator("p"), note].map((part) => part.evaluate((element) => element.getBoundingClientRect())));
      assert.ok(words.width > 0.6 * whole.width, `words are ${words.width} of ${whole.width} wide`);
      assert.ok(whole.height < 240 && whole.right <= width, `${whole.height} high, to ${whole.right}`);
    });
  }

  for (const [room, context] of rooms) {
    it(`the tutorial fits ${room}: nothing to the side, nothing cut, every chapter`, async () => {
      const page = await visit("tutorial.html", context);
      await page.waitForSelector("[data-ready]");
      for (const chapter of await page.locator("main section").all()) {
        await chapter.scrollIntoViewIfNeeded();
        assert.deepEqual(await outside(page), [], String(await chapter.getAttribute("id")));
      }
      assert.deepEqual(await cut(page), []);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
      assert.deepEqual(opened.problems, []);
    });

    it(`the benchmark fits ${room}: with what was recorded, and with results`, async () => {
      const page = await visit("bench.html?runs=2&only=passes,images", context);
      const recorded = page.locator("details.recorded");
      await recorded.nth(2).waitFor();
      for (const one of (await recorded.all()).slice(1)) await one.locator("summary").first().click();
      assert.deepEqual(await outside(page), []);
      await page.getByRole("button", { name: "Run" }).click();
      await page.waitForSelector("[data-done]", { state: "attached" });
      assert.deepEqual(await outside(page), []);
      assert.deepEqual(await cut(page), []);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
    });
  }

  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    it(`the playground on paper: the picture and what it took in black on white, nothing to press (${colorScheme})`, async () => {
      const page = await visit("#concept=sun&style=noto&seed=4&steps=3", { colorScheme, viewport: { width: 794, height: 1123 } });
      await page.locator(".seen", { hasText: /^Done in/ }).waitFor();
      await page.emulateMedia({ media: "print", colorScheme });
      const picture = page.getByRole("img", { name: "sun, finished" });
      assert.ok(await picture.isVisible());
      await page.getByText("16 coarse, 48 fine").waitFor();
      const looks = await page.evaluate(() => {
        const shown = (/** @type {string} */ selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility()).length;
        const player = /** @type {Element} */ (document.querySelector("varigrain-player"));
        const inside = (/** @type {string} */ selector) => [...(player.shadowRoot?.querySelectorAll(selector) ?? [])].filter((one) => one.checkVisibility()).length;
        const figures = /** @type {Element} */ (player.shadowRoot?.querySelector(".figures, .readout"));
        const { backgroundColor } = getComputedStyle(document.documentElement);
        return { pressed: shown("button:not(.print), select, input, [role=tab]") + inside("button, input"), prints: shown(".print"), ground: backgroundColor, ink: getComputedStyle(figures).color, words: getComputedStyle(document.body).color };
      });
      assert.deepEqual(looks, { pressed: 0, prints: 1, ground: "rgb(255, 255, 255)", ink: "rgb(0, 0, 0)", words: "rgb(0, 0, 0)" });
      const pdf = await page.pdf({ format: "A4", margin: { top: "15mm", bottom: "15mm", left: "15mm", right: "15mm" } });
      const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
      assert.ok(pages >= 1 && pages <= 2, `${pages} pages`);
    });
  }
});
