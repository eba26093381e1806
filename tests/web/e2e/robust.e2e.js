/**
 * What may happen to a visitor beside what page.e2e.js (crash, damaged download), offline.e2e.js (no network,
 * no room, two tabs) and api.e2e.js have: a message, a way on, and a picture in the end where there can be one.
 */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, makePack, openPage, useSite } from "../helpers.js";

describe("what a visit survives", { timeout: 10 * TIMEOUT }, () => {
  const site = useSite({ pack: makePack({ filler: 0, stepMs: 20 }).contents });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;

  afterEach(async () => {
    await opened.context.close();
  });

  /** @param {() => void} [before] run in the page before anything else */
  async function visit(before, hash = "") {
    opened = await openPage(site.browser);
    if (before) await opened.page.addInitScript(before);
    await opened.page.goto(site.server.url + hash);
    return opened.page;
  }

  /** @param {import("playwright-core").Page} page */
  const parts = (page) => ({
    go: page.locator("vg-prompt").getByRole("button", { name: "Draw", exact: true }),
    seed: page.locator("vg-prompt").getByLabel("Seed", { exact: true }),
    done: page.locator(".seen", { hasText: /^Done in/ }),
    notice: page.locator(".notice"),
  });

  it("a graphics processor that is lost: says so, asks again, and after two losses draws on the processor", async () => {
    const page = await visit();
    const { go, seed, done, notice } = parts(page);
    await page.waitForSelector("[data-ready]");
    assert.match((await page.locator("#backend").textContent()) ?? "", /WebGPU/);
    await seed.fill("666003");
    await go.click();
    await notice.getByText(/taken away.*tried again/).waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await notice.getByText("device-lost").waitFor();
    await seed.fill("5");
    await go.click();
    await done.waitFor();
    assert.match((await page.locator("#backend").textContent()) ?? "", /the processor/);
    await notice.getByText(/took the graphics processor away twice/).waitFor();
  });

  it("a tab that is hidden: gets no frames, and finishes its picture", async () => {
    const page = await visit(() => {
      Object.defineProperty(Document.prototype, "hidden", { get: () => true });
      Object.defineProperty(Document.prototype, "visibilityState", { get: () => "hidden" });
      globalThis.requestAnimationFrame = () => 0;
    }, "#concept=sun&seed=4&steps=4");
    const { done } = parts(page);
    await done.waitFor();
    assert.equal(await page.getByRole("slider", { name: "Step", exact: true }).getAttribute("max"), "3");
  });

  for (const [lacks, prepare] of /** @type {[string, () => void][]} */ ([
    ["WebAssembly", () => Reflect.deleteProperty(globalThis, "WebAssembly")],
    ["workers", () => Reflect.deleteProperty(globalThis, "Worker")],
    ["WebAssembly with SIMD", () => void (WebAssembly.validate = () => false)],
    [
      "workers that are modules",
      () => {
        const Modern = Worker;
        Object.assign(globalThis, {
          /** Does not look at `type`, as browsers did that did not know it. */
          Worker: class extends Modern {
            /** @param {string | URL} url @param {WorkerOptions} options */
            constructor(url, { name }) {
              super(url, { name });
            }
          },
        });
      },
    ],
  ])) {
    it(`a browser without ${lacks}: says so before it downloads anything, and plays the recording`, async () => {
      const page = await visit(prepare);
      const { notice } = parts(page);
      await notice.getByText(`it has no ${lacks}.`).waitFor();
      assert.equal(await notice.getAttribute("role"), "alert");
      assert.equal(await page.getByRole("button", { name: "Try again" }).count(), 0);
      await page.getByText("Recorded", { exact: true }).waitFor();
      // Of workers it is known when one has tried; until then the form may have read what can be chosen.
      const asked = site.server.requests.filter((path) => /\/models\/.+\//.test(path) || path.endsWith(".wasm"));
      assert.deepEqual(asked.filter((path) => !(lacks.includes("modules") && path.endsWith("/manifest.json"))), []);
    });
  }

  it("a model that did not come: the button that draws asks for it again", async () => {
    site.server.hooks.override = (path) => (path.endsWith("manifest.json") ? { status: 503 } : null);
    const page = await visit();
    const { go, done, notice } = parts(page);
    await notice.getByText("pack-missing").waitFor();
    site.server.hooks.override = () => null;
    await go.click();
    await done.waitFor();
  });

  it("a player on another page, too, says what is missing and has a button to try again", async () => {
    site.server.hooks.override = (path) => (path.endsWith("nar.safetensors") ? { body: Buffer.alloc(150_000) } : null);
    opened = await openPage(site.browser);
    await opened.page.goto(`${site.server.url}embed.html`);
    const pair = opened.page.getByRole("region", { name: "Several players, live" });
    await pair.getByRole("button", { name: "Draw sun" }).click();
    await pair.locator(".status").getByText(/nar\.safetensors/).waitFor();
    site.server.hooks.override = () => null;
    await pair.getByRole("button", { name: "Try again" }).click();
    await pair.locator(".status").getByText(/^Done in .* for sun\.$/).waitFor();
  });
});
