/**
 * The texts of docs/ and the model cards as pages: rendered, linked to each other and from every page, and nothing of a
 * text could do more than be read.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, describe, it } from "node:test";
import axe from "axe-core";
import { PAGES } from "../../../www/lib/doc-pages.js";
import { TIMEOUT, inRepo, makePack, openPage, useSite } from "../helpers.js";

describe("the texts as pages", { timeout: 10 * TIMEOUT }, () => {
  const site = useSite({ pack: makePack({ filler: 0 }).contents });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;

  afterEach(() => opened.context.close());

  /** The changes lie beside docs/, and a model's card beside its weights. @param {string} path */
  const cards = (path) => {
    const file = path === "/CHANGELOG.md" ? "CHANGELOG.md" : /^\/models\/[a-z0-9-]+\/README\.md$/.test(path) ? `www${path}` : null;
    return file ? { body: readFileSync(inRepo(file)), type: "text/markdown" } : null;
  };

  /** @param {string} path @param {Parameters<typeof openPage>[1]} [options] */
  async function visit(path, options) {
    site.server.hooks.override = cards;
    opened = await openPage(site.browser, options);
    await opened.page.goto(site.server.url + path);
    return opened.page;
  }

  /** @param {string} markdown @param {string} [query] */
  async function visitText(markdown, query = "page=results") {
    opened = await openPage(site.browser);
    site.server.hooks.override = (path) => (path === "/docs/results.md" ? { body: markdown, type: "text/markdown" } : cards(path));
    await opened.page.goto(`${site.server.url}doc.html?${query}`);
    await opened.page.waitForSelector("[data-ready]");
    return opened.page;
  }

  it("shows each of them with its heading, its tables and all of its pictures", async () => {
    const page = await visit("doc.html?page=results");
    for (const { id, name } of PAGES) {
      await page.goto(`${site.server.url}doc.html?page=${id}`);
      await page.waitForSelector("[data-ready]");
      assert.equal(await page.title(), `${name} – Varigrain`);
      assert.equal(await page.locator("h1").count() >= 1, true, id);
      const raw = await page.evaluate(() => {
        const main = /** @type {HTMLElement} */ (document.querySelector("main"));
        const words = [...main.querySelectorAll(":not(pre, code, pre *)")].filter((one) => !one.children.length).map((one) => one.textContent).join("\n");
        return /^#{1,4} |\]\(|^\|.*\|$|\*\*/m.test(words);
      });
      assert.equal(raw, false, `${id} shows marks of its markup`);
      await page.evaluate(() => Promise.all([...document.images].map((image) => ((image.loading = "eager"), image.decode()))));
    }
    assert.deepEqual(opened.problems, []);
  });

  it("leads from text to text, to a place within one, and to files of the site", async () => {
    const page = await visit("doc.html?page=samples");
    await page.getByRole("main").getByRole("link", { name: "training-256.md" }).first().click();
    await page.waitForURL(/doc\.html\?page=training-256#portraits$/);
    await page.waitForSelector("[data-ready]");
    assert.ok(await page.locator("#portraits").evaluate((heading) => Math.abs(heading.getBoundingClientRect().top) < innerHeight));
    // What is not on the site is named, and no link.
    for (const { id } of PAGES) {
      await page.goto(`${site.server.url}doc.html?page=${id}`);
      await page.waitForSelector("[data-ready]");
      assert.equal(await page.getByRole("main").locator("a[href*='src/']").count(), 0);
      const links = await page.getByRole("main").locator("a").evaluateAll((all) => all.map((one) => /** @type {HTMLAnchorElement} */ (one).href));
      for (const link of links.filter((link) => link.startsWith(site.server.url))) assert.equal((await page.request.get(link)).status(), 200, `${link} of ${id}`);
    }
  });

  it("takes nothing of a text but what can be read", async () => {
    const page = await visitText(
      [
        "# Title <script>globalThis.ran = 1</script>",
        '<img src="x.png" onerror="globalThis.ran = 1" alt="a picture of elsewhere"><img src="https://elsewhere.example/p.png" alt="far">',
        '<a href="javascript:globalThis.ran=1" onclick="globalThis.ran=1">press</a> [two](javascript:alert(1)) [three](data:text/html,x)',
        '<iframe src="https://elsewhere.example"></iframe><style>body{display:none}</style><form action="/x"><input name="q"></form>',
        '<svg onload="globalThis.ran=1"><script>globalThis.ran=1</script></svg><p style="position:fixed" id="results" class="notice">plain</p>',
        "<details open><summary>More</summary>inside</details>",
        "",
        "| a | b |",
        "|---|--:|",
        "| 1 | 2 |",
      ].join("\n\n"),
    );
    await page.getByText("plain").waitFor();
    await page.getByText("inside").waitFor();
    const found = await page.evaluate(() => {
      const main = /** @type {HTMLElement} */ (document.querySelector("main"));
      const all = [...main.querySelectorAll("*")];
      return {
        ran: /** @type {any} */ (globalThis).ran,
        names: [...new Set(all.map(({ localName }) => localName))].sort(),
        attributes: [...new Set(all.flatMap((one) => one.getAttributeNames()))].sort(),
        links: main.querySelectorAll("a").length,
        images: main.querySelectorAll("img").length,
      };
    });
    assert.equal(found.ran, undefined);
    assert.deepEqual(found.names.filter((name) => ["script", "style", "iframe", "svg", "form", "input"].includes(name)), []);
    assert.deepEqual(found.attributes.filter((name) => !["align", "aria-label", "id", "open", "role", "scope", "tabindex", "src", "alt", "loading"].includes(name)), []);
    assert.deepEqual([found.links, found.images], [0, 1]);
  });

  it("shows nothing that is not on its list, and says so", async () => {
    const page = await visit("doc.html?page=../README.md");
    await page.getByText(/^There is no text of that name/).waitFor();
    await page.goto(`${site.server.url}doc.html`);
    await page.getByText("Choose one above.").waitFor();
    assert.equal(site.server.requests.some((path) => path.endsWith(".md")), false);
    await page.getByRole("link", { name: "Robustness" }).first().click();
    await page.getByRole("heading", { level: 1 }).getByText("What a visitor, a host page").waitFor();
  });

  it("says that a text could not be had, and tries again", async () => {
    opened = await openPage(site.browser);
    const { page } = opened;
    for (const answer of [{ status: 503 }, { body: "<!doctype html><p>Sign in", type: "text/html" }]) {
      site.server.hooks.override = (path) => (path === "/docs/speed.md" ? answer : null);
      await page.goto(`${site.server.url}doc.html?page=speed`);
      await page.getByRole("alert").getByText(/could not be loaded/).waitFor();
      site.server.hooks.override = () => null;
      await page.getByRole("button", { name: "Try again" }).click();
      await page.getByRole("heading", { name: "How fast" }).waitFor();
    }
  });

  for (const path of ["", "tutorial.html", "embed.html", "bench.html", "doc.html"]) {
    it(`${path || "index.html"}: its footer leads to every page, to the model cards and to the results`, async () => {
      const page = await visit(path);
      const nav = page.getByRole("navigation", { name: "Pages of this site" });
      await nav.waitFor();
      const links = await nav.getByRole("link").evaluateAll((all) => all.map((one) => [one.textContent, one.getAttribute("href")]));
      const names = links.map(([name]) => name);
      for (const name of ["Playground", "Tutorial", "Embed it", "Benchmark", "Model card: emoji", "Model card: portraits", "Model card: photographs", "Results"]) {
        assert.ok(names.includes(name), name);
      }
      for (const [, href] of links) assert.equal((await page.request.get(new URL(/** @type {string} */ (href), page.url()).href)).status(), 200);
      assert.equal(await nav.locator("[aria-current=page]").count(), path === "doc.html" ? 0 : 1);
    });
  }

  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    it(`nothing serious for those who do not see or do not point (${colorScheme})`, async () => {
      const page = await visit("doc.html?page=results", { context: { colorScheme } });
      for (const id of ["results", "emoji-128", "embedding", "changelog"]) {
        await page.goto(`${site.server.url}doc.html?page=${id}`);
        await page.waitForSelector("[data-ready]");
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate(() => /** @type {any} */ (globalThis).axe.run());
        assert.deepEqual(violations.map((/** @type {any} */ one) => `${one.id}: ${one.nodes[0].target}`), [], id);
      }
    });
  }

  for (const width of [320, 1440]) {
    it(`fits a window ${width} pixels wide`, async () => {
      const page = await visit("doc.html?page=results", { context: { viewport: { width, height: 800 } } });
      for (const { id } of PAGES) {
        await page.goto(`${site.server.url}doc.html?page=${id}`);
        await page.waitForSelector("[data-ready]");
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, id);
      }
    });
  }
});
