/**
 * The package on other people's pages: every recipe of tests/recipes/ is built as its users build it and draws a
 * picture, with the real engine on the processor and a tiny model; and what else a host page may do to it.
 *
 * Next is large and slow to build: its recipe runs with RECIPES=next, which installs it.
 */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createServer } from "node:http";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { TIMEOUT, inRepo, launch, openPage, startServer } from "../helpers.js";
import { makeTinyPack, packOf, realMounts } from "../real.js";
import { useRecipes } from "../recipes.js";

/** @typedef {import("playwright-core").Page} Page */

const NEXT = /\bnext\b/.test(process.env.RECIPES ?? "");

describe("the recipes", { timeout: 10 * TIMEOUT }, () => {
  const pack = makeTinyPack();
  const recipes = useRecipes(pack);
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {Awaited<ReturnType<typeof openPage>> | undefined} */
  let opened;
  /** @type {(() => unknown)[]} */
  const ends = [];

  before(async () => {
    browser = await launch({ webgpu: false });
  });
  afterEach(async () => {
    await opened?.context.close();
    opened = undefined;
    for (const end of ends.splice(0)) await end();
  });
  after(async () => {
    await browser?.close();
    recipes.remove();
    rmSync(pack, { recursive: true });
  });

  /** Serves folders. @param {string[]} mounts */
  async function serve(mounts) {
    const server = await startServer({ mounts, pack: null });
    ends.push(server.stop);
    return server.url;
  }

  /** Opens a page and draws. @param {string} url */
  async function draws(url) {
    opened = await openPage(browser);
    const { page, problems } = opened;
    await page.goto(url);
    const said = async (/** @type {Error} */ error) => assert.fail(`${error.message} ${problems} ${await page.locator(".status").allTextContents()}`);
    await page.getByRole("button", { name: "Draw cat face" }).click().catch(said);
    await page.locator(".status").getByText(/^Done in .* for cat face in [\w ]+\.$/).waitFor().catch(said);
    assert.deepEqual(problems, []);
    return page;
  }

  it("plain: a page of another site, under a strict policy", async () => {
    const site = await startServer({ mounts: realMounts("/varigrain/"), pack: packOf(pack), base: "/varigrain/" });
    ends.push(site.stop);
    const origin = new URL(site.url).origin.replace("localhost", "127.0.0.1");
    const html = readFileSync(inRepo("tests/recipes/plain/index.html"), "utf8").replaceAll("https://example.org", origin);
    const host = createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end(html.replace("<meta charset", '<link rel="icon" href="data:,"><meta charset')));
    await new Promise((resolve) => host.listen(0, "127.0.0.1", () => resolve(null)));
    ends.push(() => host.close(), () => host.closeAllConnections());
    const { port } = /** @type {import("node:net").AddressInfo} */ (host.address());
    await draws(`http://localhost:${port}/`);
  });

  for (const name of ["vite", "react"]) {
    it(`${name}: built, and as it is developed`, async () => {
      const { build, createServer: develop } = await import("vite");
      const root = recipes.project(name);
      await build({ root, logLevel: "error" });
      const page = await draws(await serve([`/=${join(root, "dist")}`]));
      if (name === "react") assert.match((await page.locator("figcaption").textContent()) ?? "", /^[1-9]\d* codes$/);
      await opened?.context.close();
      const server = await develop({ root, logLevel: "error", server: { port: 0, host: "localhost" } });
      ends.push(() => server.close());
      await server.listen();
      await draws(server.resolvedUrls?.local[0] ?? "");
    });
  }

  it("webpack", async () => {
    const root = recipes.project("webpack");
    const { default: webpack } = await import("webpack");
    const { default: config } = await import(join(root, "webpack.config.js"));
    const stats = await new Promise((resolve, reject) => webpack({ ...config, context: root }, (error, stats) => (error ? reject(error) : resolve(stats))));
    assert.equal(/** @type {any} */ (stats).toString({ all: false, errors: true, warnings: false }), "");
    await draws(await serve([`/=${root}`, `/models=${join(root, "public/models")}`]));
  });

  it("next: rendered on a server", { skip: NEXT ? false : "large; RECIPES=next runs it" }, async () => {
    const root = recipes.project("next");
    const run = (/** @type {string[]} */ args) => execFileSync("npx", args, { cwd: root, stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" } });
    writeFileSync(join(root, "package.json"), readFileSync(join(root, "package.json"), "utf8").replace('"varigrain": "*"', '"varigrain": "file:../package"'));
    execFileSync("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
    run(["next", "build"]);
    const server = spawn("npx", ["next", "start", "--port", "34567"], { cwd: root, stdio: "ignore", detached: true });
    ends.push(() => process.kill(-(server.pid ?? 0)));
    for (let times = 0; times < 100; times++) {
      if (await fetch("http://localhost:34567/").then(({ ok }) => ok, () => false)) break;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await draws("http://localhost:34567/");
  });

  it("the documentation shows just these files", () => {
    const docs = readFileSync(inRepo("docs/npm.md"), "utf8");
    for (const file of ["plain/index.html", "vite/vite.config.js", "vite/main.js", "webpack/webpack.config.js", "react/main.jsx", "next/app/picture.jsx"]) {
      const text = readFileSync(inRepo(`tests/recipes/${file}`), "utf8").trim();
      assert.ok(docs.includes(text), `docs/npm.md does not show ${file} as it is`);
    }
  });
});
