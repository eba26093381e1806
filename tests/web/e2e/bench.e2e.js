/**
 * The benchmark page with the fake engine: it measures, shows, reports, copies and can be stopped.
 * What it measures is not judged here.
 */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { readFileSync } from "node:fs";
import { REFERENCES } from "../../../www/lib/bench/reference.js";
import { TIMEOUT, inRepo, launch, makePack, openPage, startServer } from "../helpers.js";

describe("the benchmark page", { timeout: 10 * TIMEOUT }, () => {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;

  before(async () => {
    server = await startServer({ pack: makePack({ stepMs: 2, filler: 0 }).contents });
    browser = await launch();
  });
  after(async () => {
    await browser.close();
    await server.stop();
  });
  afterEach(() => opened.context.close());

  /** @param {string} parameters @param {Parameters<typeof openPage>[1]} [options] */
  async function visit(parameters, options) {
    opened = await openPage(browser, options);
    /** @type {any[]} */
    const reports = [];
    await opened.page.route("**/report", async (route) => {
      reports.push(route.request().postData());
      await route.fulfill({ status: 200, body: "" });
    });
    await opened.page.goto(`${server.url}bench.html?${parameters}`);
    return { page: opened.page, reports };
  }

  const done = { state: /** @type {const} */ ("attached") };

  it("shows what was recorded elsewhere before anything runs, with machine, browser, day and commit", async () => {
    const { page } = await visit("");
    const recorded = page.getByRole("region", { name: "Recorded results" });
    for (const { machine, commit } of REFERENCES) {
      await recorded.locator("summary", { hasText: new RegExp(`^${machine}, Chromium \\d+, headless, Linux, \\d+ November 2026, commit ${commit}$`) }).waitFor();
    }
    await recorded.getByText("Nothing has been measured in this browser before you press Run.").waitFor();
    // The newest is open, and its numbers are those of the file.
    const [{ file, of = () => true }] = REFERENCES;
    const passes = JSON.parse(readFileSync(inRepo(`docs/bench/${file}`), "utf8")).filter(of).find((/** @type {any} */ { part }) => part === "passes");
    const first = recorded.locator("details").first();
    // One that is shown with two digits.
    const row = passes.rows.find((/** @type {any} */ { median }) => median > 1 && median < 10);
    await first.locator("tbody tr", { hasText: row.name }).getByText(`${row.median.toFixed(2)} ms`).first().waitFor();
    assert.equal(await page.locator("#results .result").count(), 0);
    // The others have theirs when they are opened.
    const last = recorded.locator("details.recorded").last();
    assert.equal(await last.locator("table").count(), 0);
    await last.locator("summary").first().click();
    await last.locator(".result").first().waitFor();
    const sections = await last.locator(".result").count();
    for (let n = 0; n < 2; n++) await last.locator("summary").first().click();
    await last.locator(".result").first().waitFor();
    assert.equal(await last.locator(".result").count(), sections, "once each");
    assert.deepEqual(opened.problems, []);
  });

  it("does without them where a site has none", async () => {
    server.hooks.override = (path) => (path.includes("/docs/bench/") ? { status: 404 } : null);
    const { page } = await visit("only=passes&runs=2");
    await page.getByRole("button", { name: "Run" }).click();
    await page.waitForSelector("[data-done]", done);
    assert.equal(await page.getByRole("region", { name: "Recorded results" }).count(), 0);
    server.hooks.override = () => null;
  });

  it("runs by itself and reports every part and its end", async () => {
    const { page, reports } = await visit("auto&report&runs=2&images=60");
    await page.waitForSelector("[data-done]", done);
    while (reports.at(-1) !== "DONE") await page.waitForTimeout(50);
    const results = reports.slice(0, -1).map((body) => JSON.parse(body));
    assert.deepEqual(results.map(({ part }) => part), ["machine", "answer", "start", "race", "passes", "ops", "images", "endurance"]);
    const [machine, answer, start, race, passes, ops, images, endurance] = results;
    // The stand-in has nothing to choose between.
    assert.deepEqual([race.rows, JSON.parse(race.winner)], [[], { products: 0, attention: 0, windows: 0 }]);
    assert.equal(machine.adapter.software, true);
    assert.ok(machine.adapter.limits.maxBufferSize > 0);
    assert.ok(start.cold.image > start.cold.firstStep && start.warm.image > 0);
    // Steps and tokens are the model's own.
    assert.deepEqual([start.steps, images.steps, images.settings.guidance], [12, 12, 0]);
    assert.deepEqual([passes.tokens, passes.length, ops.tokens, images.rows[0].codes], [208, 208, 208, 208]);
    assert.deepEqual(passes.rows.map((/** @type {any} */ row) => row.times), [1, 1, ...[1, 1, 10], ...[1, 1, 10], ...[1, 1, 10]]);
    for (const { n, median, min, first } of passes.rows) assert.ok(n >= 1 && median >= min && min > 0 && first > 0);
    assert.deepEqual(ops.rows.map((/** @type {any} */ row) => row.op), ["conv", "matmul", "norm"]);
    assert.deepEqual(images.rows.map((/** @type {any} */ row) => [row.frames, row.images]), [[false, true], [true, true], [true, false]]);
    // Nobody has worked out natively what the stand-in draws.
    assert.match(answer.codes, /^[0-9a-f]{16}$/);
    assert.deepEqual([answer.native, answer.same], [null, null]);
    assert.equal("ar" in images, false);
    assert.deepEqual(endurance.points.map((/** @type {any} */ point) => point.image), [10, 20, 30, 40, 50, 60]);
    assert.equal(endurance.flat, true);
    assert.equal(await page.locator("#results .result").count(), 8);
    // What was drawn last is seen, as large as the model's pictures are.
    const seen = await page.getByRole("img", { name: "The image being drawn" }).screenshot();
    assert.ok(seen.length > 1000, "nothing was painted");
    await page.getByText("imitates a graphics processor").waitFor();
    assert.deepEqual(opened.problems, []);
  });

  it("says whether it computes what the native program does", async () => {
    const verdicts = [];
    let body = "{}";
    server.hooks.override = (path) => (path.endsWith("/docs/bench/answers.json") ? { body, type: "application/json" } : null);
    for (const [version, codes] of [["1", ""], ["1", "0123456789abcdef"], ["0", "0123456789abcdef"]]) {
      const { page, reports } = await visit("auto&report&only=answer");
      await page.waitForSelector("[data-done]", done);
      const { model, codes: own } = JSON.parse(/** @type {string} */ (reports[1]));
      verdicts.push(await page.getByRole("row", { name: /^Codes [0-9a-f]{16}/ }).textContent());
      body = JSON.stringify({ [model]: { version, codes: codes || own } });
      await opened.context.close();
    }
    const { page } = await visit("auto&report&only=answer");
    await page.waitForSelector("[data-done]", done);
    verdicts.push(await page.getByRole("row", { name: /^Codes [0-9a-f]{16}/ }).textContent());
    server.hooks.override = () => null;
    const said = verdicts.map((text) => text?.split(", ")[1]);
    assert.deepEqual(said, ["not known natively", "as natively", "not as natively", "not known natively"]);
  });

  it("switches from model to model and says what each leaves behind", async () => {
    // The stand-in knows this model only.
    const list = JSON.parse(readFileSync(inRepo("www/models/index.json"), "utf8"));
    const body = JSON.stringify({ ...list, opening: "emoji-128", models: list.models.filter((/** @type {{ id: string }} */ { id }) => id === "emoji-128") });
    server.hooks.override = (path) => (path.endsWith("/models/index.json") ? { body, type: "application/json" } : null);
    const { page, reports } = await visit("auto&report&switches=3&only=switches");
    await page.waitForSelector("[data-done]", done);
    server.hooks.override = () => null;
    const { part, points, flat, memory } = JSON.parse(/** @type {string} */ (reports[1]));
    assert.deepEqual([part, flat, points.length], ["switches", true, 3]);
    for (const { loaded, picture, model } of points) assert.ok(loaded > 0 && picture > 0 && memory[model].first > 0);
    await page.getByRole("table", { name: /^3 switches; .*flat$/ }).waitFor();
    assert.deepEqual(opened.problems, []);
  });

  it("takes steps and tokens from its address, where they are said", async () => {
    const { page, reports } = await visit("auto&report&runs=1&only=start,passes,images&steps=5&tokens=151");
    await page.waitForSelector("[data-done]", done);
    while (reports.at(-1) !== "DONE") await page.waitForTimeout(50);
    const [, start, passes, images] = reports.slice(0, -1).map((body) => JSON.parse(body));
    assert.deepEqual([start.steps, images.steps, passes.tokens, passes.length], [5, 5, 151, 160]);
    await page.getByRole("table", { name: "Passes on webgpu, 151 padded to 160 tokens" }).waitFor();
    assert.deepEqual(passes.work.map((/** @type {any} */ { pass }) => pass), ["transformer", "decoder"]);
    await page.getByRole("table", { name: "What a pass asks of a processor" }).waitFor();
    await page.getByRole("table", { name: "5 steps, without guidance, on webgpu" }).waitFor();
    assert.equal(await page.getByLabel("Codes of the picture").inputValue(), "151");
  });

  it("measures images of the second generator on demand, beside those of the first", async () => {
    const { page, reports } = await visit("auto&report&runs=2&only=images&ar");
    await page.waitForSelector("[data-done]", done);
    while (reports.at(-1) !== "DONE") await page.waitForTimeout(50);
    const { rows, ar } = JSON.parse(reports[1]);
    assert.deepEqual([rows.length, ar.every], [3, 4]);
    assert.deepEqual(ar.rows.map((/** @type {any} */ row) => [row.shares, row.frames]), [[[0.5], false], [[1], false], [[0.5], true], [[1], true]]);
    for (const { codes, steps, n, mean, median, shares } of ar.rows) {
      assert.deepEqual([codes, steps], shares[0] === 1 ? [256, 64] : [160, 40]);
      assert.ok(n >= 1 && mean > 0 && median > 0);
    }
    await page.getByRole("table", { name: /DGiT-AR/ }).waitFor();
    assert.deepEqual(opened.problems, []);
  });

  it("measures lists of growing length without a model, time a token beside that of the shortest", async () => {
    const { page, reports } = await visit("auto&report&runs=2&only=lists");
    await page.waitForSelector("[data-done]", done);
    while (reports.at(-1) !== "DONE") await page.waitForTimeout(50);
    const { part, rows, pictures } = JSON.parse(reports[1]);
    assert.equal(part, "lists");
    assert.deepEqual(rows.map((/** @type {any} */ { tokens, batch }) => [tokens, batch]), [1, 2].flatMap((batch) => [64, 130, 256, 406, 661, 1024].map((tokens) => [tokens, batch])));
    for (const { tokens, batch, n, median, perToken, ratio } of rows) {
      assert.ok(n >= 1 && median > 0 && Math.abs(perToken * tokens * batch - median) < 1e-6);
      assert.ok(tokens === 64 ? ratio === 1 : ratio > 0);
    }
    assert.deepEqual(pictures.map((/** @type {any} */ { side, n, median }) => [side, n >= 1, median > 0]), [128, 256, 512].map((side) => [side, true, true]));
    for (const network of ["transformer", "decoder"]) await page.getByRole("table", { name: `A ${network} of random weights` }).waitFor();
    assert.deepEqual(opened.problems, []);
  });

  it("starts and stops by keyboard, and gives the results as JSON", async () => {
    const { page } = await visit("runs=10000&only=passes,images", { context: { permissions: ["clipboard-read", "clipboard-write"] } });
    await page.getByLabel("Runs of each pass").press("Enter");
    await page.getByText(/^Passes: transformer, batch 1/).waitFor();
    await page.keyboard.press("Escape");
    await page.locator("#seen", { hasText: "Cancelled." }).waitFor();
    await page.getByLabel("Runs of each pass").fill("1");
    await page.getByRole("button", { name: "Run" }).click();
    await page.locator("#seen", { hasText: "Done." }).waitFor();
    await page.getByRole("button", { name: "Copy as JSON" }).click();
    await page.locator("#seen", { hasText: "clipboard" }).waitFor();
    const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
    assert.deepEqual(copied.map((/** @type {any} */ { part }) => part), ["machine", "passes", "images"]);
    assert.deepEqual(opened.problems, []);
  });

  it("says which part failed and goes on", async () => {
    server.hooks.override = (path) => (path.endsWith("nar.safetensors") ? { status: 404 } : null);
    const { page } = await visit("auto&runs=1&only=passes,images");
    await page.waitForSelector("[data-done]", done);
    server.hooks.override = () => null;
    assert.equal(await page.getByRole("heading", { name: "A part that failed" }).count(), 2);
  });

  it("fits a phone, with wide tables scrolling by themselves", async () => {
    const { page } = await visit("auto&runs=1&only=passes,ops", { context: { viewport: { width: 360, height: 640 }, colorScheme: "dark" } });
    await page.waitForSelector("[data-done]", done);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 360, `${width} pixels wide`);
  });
});
