/**
 * The tutorial: every figure is operated, by pointer or keyboard, without a model; what is asked to be live
 * is, with the fake engine; and the text is there without scripts.
 */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, makePack, openPage, useSite } from "../helpers.js";

describe("the tutorial", { timeout: 10 * TIMEOUT }, () => {
  // Beside the emoji the portraits, which the generators' chapters draw.
  const site = useSite({ pack: makePack({ filler: 0, stepMs: 10 }).contents, more: { "portraits-256": makePack({ kind: "parts", stepMs: 10 }).contents } });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;

  afterEach(async () => {
    await opened.context.close();
  });

  /** @param {Parameters<typeof openPage>[1]} [options] */
  async function visit(options) {
    opened = await openPage(site.browser, options);
    await opened.page.goto(`${site.server.url}tutorial.html`);
    return opened.page;
  }

  /** @param {string} name a figure, in sight and built */
  async function figure(name) {
    const element = opened.page.locator(`vg-tut-${name}`);
    await element.scrollIntoViewIfNeeded();
    await opened.page.locator(`vg-tut-${name}[data-ready]`).waitFor();
    return { element, said: element.locator(".said") };
  }

  const models = () => site.server.requests.filter((path) => path.includes("/models/") || path.includes("/pkg/") || path.endsWith("/worker.js"));
  /** @param {import("playwright-core").Locator} said */
  const text = async (said) => (await said.textContent()) ?? "";

  it("has figures that all work without a model", async () => {
    const page = await visit({ context: { reducedMotion: "reduce" } });

    const codes = await figure("codes");
    const before = await text(codes.said);
    await codes.element.getByRole("application").last().focus();
    for (const key of ["ArrowUp", "ArrowUp", "ArrowLeft"]) await page.keyboard.press(key);
    assert.match(await text(codes.said), /^Row 8, column 6: code \d+\./);
    assert.notEqual(await text(codes.said), before);
    await codes.element.getByRole("radio", { name: "Made from the codes" }).check();
    await codes.element.getByText("What the decoder makes of the 256 codes").waitFor();

    const waste = await figure("waste");
    const plain = async () => Number((await text(waste.said)).match(/^(\d+) of 1024/)?.[1]);
    const few = await plain();
    await waste.element.getByRole("slider").fill("30");
    assert.ok((await plain()) > few && few > 0);
    // Read before: the other recording may be there at once.
    const many = await plain();
    await waste.element.getByRole("radio", { name: /sunflower/ }).check();
    await page.waitForFunction((was) => !document.querySelector("vg-tut-waste .said")?.textContent?.startsWith(`${was} `), many);

    const density = await figure("density");
    await density.element.getByRole("application").first().click({ position: { x: 5, y: 5 } });
    assert.match(await text(density.said), /^Row 1, column 1: deviation 0\.\d\d, entropy \d\.\d\d nats/);
    const levels = await text(density.said);
    await density.element.getByRole("radio", { name: "Entropy", exact: true }).check();
    assert.match(await text(density.said), /^Row 1, column 1/);
    assert.ok(levels.length > 0);

    const budget = await figure("budget");
    assert.match(await text(budget.said), /^48 × 1 \+ 12 × 4 \+ 4 × 16 = 160 codes/);
    const [four, sixteen] = [budget.element.getByRole("slider").first(), budget.element.getByRole("slider").last()];
    // Together they are no more than there are.
    await sixteen.fill("60");
    assert.equal(await four.inputValue(), "4");
    assert.match(await text(budget.said), /^0 × 1 \+ 4 × 4 \+ 60 × 16 = 976 codes/);
    for (const one of [four, sixteen]) await one.fill("0");
    assert.match(await text(budget.said), /= 64 codes/);
    await budget.element.getByRole("application").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    assert.match(await text(budget.said), /= 67 codes.* By hand: [01] of your 1/);
    await page.keyboard.press("Enter");
    assert.match(await text(budget.said), /^63 × 1 \+ 0 × 4 \+ 1 × 16 = 79 codes/);

    const ratio = await figure("ratio");
    const quality = async () => Number((await text(ratio.said)).match(/with ([\d.]+) dB/)?.[1]);
    const good = await quality();
    await ratio.element.getByRole("slider").fill("1");
    assert.ok((await quality()) < good);
    assert.match(await text(ratio.said), /; 64 codes, 6 %/);
    await ratio.element.getByText("The numbers").click();
    assert.equal(await ratio.element.getByRole("row").count(), 6);

    for (const [at, name] of [/pink long hair.*, step 1 of/, /red long hair.*, step 1 of/].entries()) {
      const replay = page.locator("vg-tut-replay").nth(at);
      await replay.scrollIntoViewIfNeeded();
      await replay.getByText("Recorded").waitFor();
      await replay.getByRole("slider", { name: "Step" }).focus();
      await page.keyboard.press("Home");
      await replay.getByRole("img", { name }).waitFor();
      await replay.getByRole("radio", { name: "Confidence" }).check();
    }

    const schedule = await figure("schedule");
    const column = schedule.element.getByRole("slider", { name: "Codes in step 1", exact: true });
    const settled = async () => Number((await text(schedule.said)).match(/: (\d+) of/)?.[1]);
    const cosine = await settled();
    await column.focus();
    await page.keyboard.press("PageUp");
    assert.equal(await column.getAttribute("aria-valuenow"), "14");
    assert.ok((await settled()) > cosine);
    const box = await column.boundingBox();
    assert.ok(box);
    await page.mouse.click(box.x + box.width / 2, box.y + 4);
    assert.ok(Number(await column.getAttribute("aria-valuenow")) > 40);
    await schedule.element.getByRole("slider", { name: "After step" }).fill("12");
    assert.match(await text(schedule.said), /(\d+) of \1 codes settled, 0 still masked/);
    await schedule.element.getByRole("radio", { name: "Even" }).check();

    const order = await figure("order");
    const fine = async () => Number((await text(order.said)).match(/, (\d+) % of them in fine regions/)?.[1]);
    await order.element.getByRole("slider", { name: "β" }).fill("3");
    const first = await fine();
    await order.element.getByRole("radio", { name: "Halton" }).check();
    await page.waitForFunction((was) => !document.querySelector("vg-tut-order .said")?.textContent?.includes(`, ${was} %`), first);
    assert.ok((await fine()) < first);
    assert.equal(await order.element.getByRole("slider", { name: "β" }).isVisible(), false);
    await order.element.getByRole("radio", { name: "Density only" }).check();

    const maps = await figure("maps");
    const [drawn, own] = [() => maps.element.locator(".picture").last().evaluate((/** @type {HTMLCanvasElement} */ canvas) => canvas.toDataURL()), await text(maps.said)];
    const picture = await drawn();
    assert.match(own, /^The model’s: (\d+ coarse, \d+ middle, \d+ fine regions), \d+ codes/);
    await maps.element.getByRole("radio", { name: "Dealt at random" }).check();
    // As many of each size, at other places, and so another picture.
    assert.equal((await text(maps.said)).replace("Dealt at random", "The model’s"), own);
    assert.notEqual(await drawn(), picture);
    await maps.element.getByRole("radio", { name: "Of another drawing" }).check();
    assert.notEqual((await text(maps.said)).replace("Of another drawing", "The model’s"), own);

    for (const [of, rows, marks] of /** @type {const} */ ([["fixed", 2, 2], ["measures", 6, 6], ["steps", 5, 5], ["orders-fd", 11, 44], ["orders-asked", 11, 44], ["maps", 4, 4], ["pairs", 5, 5], ["generators", 4, 4]])) {
      const chart = page.locator(`vg-tut-measured[of="${of}"]`);
      await chart.scrollIntoViewIfNeeded();
      await chart.getByText("The numbers").click();
      assert.equal(await chart.getByRole("row").count(), rows + 1, of);
      assert.equal(await chart.locator("svg circle, svg rect").count(), marks, of);
    }
    assert.deepEqual(models(), []);
    assert.deepEqual(opened.problems, []);
  });

  it("asks the model when it is told to, once for all figures", async () => {
    const page = await visit({ context: { reducedMotion: "reduce" } });
    const ratio = await figure("ratio");
    await ratio.element.getByRole("button", { name: "Encode it live" }).click();
    await ratio.element.getByText(/^Encoded and decoded in .*: 160 codes/).waitFor();
    await ratio.element.getByText("Live", { exact: true }).waitFor();
    const replay = page.locator("vg-tut-replay").nth(1);
    await replay.scrollIntoViewIfNeeded();
    await replay.getByRole("button", { name: "Draw", exact: true }).click();
    await replay.getByText(/^Done in/).first().waitFor();
    const order = await figure("order");
    await order.element.getByRole("radio", { name: "Random" }).check();
    await order.element.getByRole("button", { name: /live/ }).click();
    await order.element.getByText(/^Drawn again in/).waitFor();
    // One for tokenizer and generators.
    assert.equal(site.server.requests.filter((path) => path.endsWith("/worker.js")).length, 1);
    assert.deepEqual(opened.problems, []);
  });

  it("fits a phone, says where one is, and leads back", async () => {
    const page = await visit({ context: { viewport: { width: 390, height: 800 }, reducedMotion: "reduce" } });
    for (const name of ["codes", "budget", "ratio", "schedule", "order", "maps"]) await figure(name);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
    await page.locator(".contents").getByRole("link", { name: "The grain map" }).click();
    await page.locator('.contents a[aria-current][href="#grain"]').waitFor();
    await page.getByRole("link", { name: "Varigrain", exact: true }).click();
    await page.getByRole("link", { name: "How it works" }).click();
    await page.getByRole("heading", { name: "Information first", level: 1 }).waitFor();
  });

  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    it(`has diagrams that can be read at 320 pixels, and by those who do not see them (${colorScheme})`, async () => {
      const page = await visit({ context: { viewport: { width: 320, height: 640 }, colorScheme, reducedMotion: "reduce" } });
      for (const name of [/^The tokenizer, DQVAE\+\+/, /^DGiT-AR: two transformers/, /^DGiT-NAR: one list/]) {
        const diagram = page.getByRole("img", { name });
        await diagram.scrollIntoViewIfNeeded();
        const { smallest, outside, faint } = await diagram.evaluate((/** @type {SVGSVGElement} */ svg) => {
          const frame = svg.getBoundingClientRect();
          const texts = [...svg.querySelectorAll("text")];
          const boxes = texts.map((one) => one.getBoundingClientRect());
          const ground = getComputedStyle(/** @type {Element} */ (svg.closest("figure"))).backgroundColor;
          return {
            smallest: Math.min(...texts.map((one) => parseFloat(getComputedStyle(one).fontSize))) * (frame.width / svg.viewBox.baseVal.width),
            outside: texts.filter((_, at) => boxes[at].left < frame.left - 1 || boxes[at].right > frame.right + 1).map((one) => one.textContent),
            faint: texts.filter((one) => getComputedStyle(one).fill === ground).map((one) => one.textContent),
          };
        });
        assert.ok(smallest >= 10, `letters of ${smallest} pixels`);
        assert.deepEqual([outside, faint], [[], []]);
        assert.ok(((await diagram.locator("desc").textContent()) ?? "").length > 200);
      }
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
    });
  }

  it("can be read without scripts", async () => {
    const page = await visit({ context: { javaScriptEnabled: false } });
    await page.locator("noscript p").waitFor();
    assert.equal(await page.getByRole("heading", { level: 2 }).count(), 12);
    assert.equal(await page.locator("figcaption").count(), 23);
    assert.equal(await page.evaluate(() => document.documentElement.scrollHeight < 20000), true);
    assert.equal(await page.getByRole("img", { name: /DQVAE|DGiT/ }).count(), 3);
  });

  it("says so when a recording does not come, and tries again", async () => {
    site.server.hooks.override = (path) => (path.endsWith("tutorial-coded.json") ? { status: 404 } : null);
    const page = await visit();
    await page.locator("vg-tut-codes").scrollIntoViewIfNeeded();
    await page.locator("vg-tut-codes").getByText("The recording could not be downloaded").waitFor();
    site.server.hooks.override = () => null;
    await page.locator("vg-tut-codes").getByRole("button", { name: "Try again" }).click();
    await figure("codes");
  });
});
