/**
 * The page about embedding, with the fake engine: recordings first and live on demand, and lines that are
 * those which run beside them.
 */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, eventually, makePack, openPage, useSite } from "../helpers.js";

describe("the page about embedding", { timeout: 10 * TIMEOUT }, () => {
  const { contents } = makePack({ filler: 0, stepMs: 10 });
  const site = useSite({ pack: contents });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;

  afterEach(async () => {
    await opened.context.close();
  });

  /** @param {Parameters<typeof openPage>[1]} [options] */
  async function visit(options) {
    opened = await openPage(site.browser, options);
    await opened.page.goto(`${site.server.url}embed.html`);
    await opened.page.locator("#both varigrain-player").waitFor();
    return opened.page;
  }

  /** @param {import("playwright-core").Page} page @param {string} name */
  const example = (page, name) => page.getByRole("region", { name: `${name}, live` });
  const models = () => site.server.requests.filter((path) => path.includes("/models/") || path.includes("/pkg/"));

  it("plays the recording at once, and downloads a model only for who draws", async () => {
    const page = await visit();
    const one = example(page, "One player");
    await one.getByText("Recorded").waitFor();
    await one.getByRole("img", { name: "red heart, finished" }).waitFor();
    await one.getByRole("button", { name: "Play", exact: true }).waitFor();
    assert.deepEqual(models(), []);
    await one.getByRole("button", { name: "Draw", exact: true }).click();
    await one.locator(".status").getByText(/^Done in .* for red heart\.$/).waitFor();
    assert.equal(await one.getByText("Recorded").isVisible(), false);
    assert.deepEqual(opened.problems, []);
  });

  it("lets several players share one worker", async () => {
    const page = await visit();
    const pair = example(page, "Several players");
    await pair.getByRole("button", { name: "Draw sun" }).click();
    await pair.getByRole("button", { name: "Draw", exact: true }).first().click();
    await pair.locator(".status").getByText(/^Done in .* for sun\.$/).waitFor();
    await pair.locator(".status").getByText(/^Done in .* for cat face\.$/).waitFor();
    assert.equal(site.server.requests.filter((path) => path.endsWith("/worker.js")).length, 1);
    assert.equal(page.workers().length, 1);
  });

  it("runs the program, says why it cannot, and tries again", async () => {
    site.server.hooks.override = (path) => (path.endsWith("manifest.json") ? { status: 503 } : null);
    const page = await visit();
    const program = example(page, "The program");
    await program.getByRole("img", { name: "cat face, recorded" }).waitFor();
    await program.getByRole("button", { name: "Run it" }).click();
    await page.getByRole("alert").getByText("pack-missing").waitFor();
    site.server.hooks.override = () => null;
    await page.getByRole("button", { name: "Try again" }).click();
    await program.locator(".seen", { hasText: "Done." }).waitFor();
    await program.getByRole("img", { name: "cat face, drawn here" }).waitFor();
    assert.equal(await program.getByRole("button", { name: "Run it" }).isEnabled(), true);
    await eventually(async () => page.workers().length === 0, "it closes what it has loaded");
  });

  it("draws with both generators where the package's lines say so", async () => {
    const page = await visit();
    const both = example(page, "The package");
    await both.getByRole("button", { name: "Play red heart" }).click();
    await both.getByText("Recorded").waitFor();
    await both.getByRole("button", { name: "Draw", exact: true }).click();
    await both.locator(".status").getByText(/^Done in .* for red heart\.$/).waitFor();
    assert.equal(await both.getByRole("img", { name: /red heart.*finished/ }).count(), 2);
  });

  it("copies lines with this site's address, and they are what runs", async () => {
    const page = await visit();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const copied = async (/** @type {string} */ label) => {
      await page.getByRole("button", { name: `Copy the lines for ${label}` }).click();
      await page.locator(`vg-snippet[label="${label}"] .said`, { hasText: "Copied." }).waitFor();
      return page.evaluate(() => navigator.clipboard.readText());
    };
    for (const [label, name] of [["the player", "One player"], ["several players", "Several players"]]) {
      const text = await copied(label);
      assert.ok(text.includes(`src="${site.server.url}player.js"`), text);
      const [written, live] = await page.evaluate(([text, name]) => {
        const look = (/** @type {ParentNode} */ root) =>
          [...root.querySelectorAll("varigrain-player")].map((player) =>
            player.getAttributeNames().filter((name) => !name.startsWith("data-")).map((name) => {
              const value = player.getAttribute(name) ?? "";
              return [name, ["recording", "poster"].includes(name) ? new URL(value, document.baseURI).href : value];
            }),
          );
        return [look(new DOMParser().parseFromString(text, "text/html")), look(/** @type {Element} */ (document.querySelector(`[aria-label="${name}, live"]`)))];
      }, [text, name]);
      assert.deepEqual(written, live);
    }
    assert.ok((await copied("the program")).includes(`from "${site.server.url}varigrain.js"`));
    assert.ok((await copied("the package")).includes('import "varigrain/player"'));
    assert.deepEqual(opened.problems, []);
  });

  it("selects the lines where the clipboard is not to be had", async () => {
    const page = await visit();
    await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: { writeText: () => Promise.reject(new Error("no")) } }));
    await page.getByRole("button", { name: "Copy the lines for the program" }).click();
    await page.getByText(/^Selected; copy them/).waitFor();
    assert.match(await page.evaluate(() => String(getSelection())), /^import \{ Varigrain \}/);
  });

  it("is linked from the playground, and leads back", async () => {
    const page = await visit();
    await page.getByRole("link", { name: "Varigrain" }).click();
    await page.waitForSelector("[data-ready]");
    await page.getByRole("link", { name: "in your own page" }).click();
    await page.waitForURL(/embed\.html$/);
  });

  for (const width of [320, 1440]) {
    it(`fits a window ${width} pixels wide`, async () => {
      const page = await visit({ context: { viewport: { width, height: 800 } } });
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
    });
  }
});
