/** What was recorded of examples: shown before anything of a model is there, until the encoder is. */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { readFileSync } from "node:fs";
import { TIMEOUT, inRepo, launch, makePack, openBlank, openPage, startServer, useSite } from "../helpers.js";
import { realMounts } from "../real.js";

const MODEL = "portraits-256";
const read = (/** @type {string} */ path) => JSON.parse(readFileSync(inRepo(`www/models/${path}`), "utf8"));
const SHIPPED = read(`${MODEL}/manifest.json`);

/** A pack for the fake engine that is called as the shipped model is. @param {string} version */
function packOf(version) {
  const { contents, manifest } = makePack({ kind: "parts" });
  return new Map([...contents, ["manifest.json", Buffer.from(JSON.stringify({ ...manifest, name: SHIPPED.name, version }))]]);
}

describe("recorded examples", { timeout: 10 * TIMEOUT }, () => {
  const site = useSite({ more: { [MODEL]: packOf(SHIPPED.version) } });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;

  afterEach(() => opened.context.close());

  /** With weights that do not come before they are let through. @param {string} [url] @param {Parameters<typeof openPage>[1]} [options] */
  async function visit(url = site.server.url, options = undefined) {
    const gate = { open: false };
    site.server.hooks.override = (path) => {
      if (!path.endsWith(".safetensors")) return null;
      return { body: packOf(SHIPPED.version).get(String(path.split("/").at(-1))), until: () => gate.open };
    };
    opened = await openPage(site.browser, options);
    const { page } = opened;
    await page.goto(`${url}#model=${MODEL}&tab=encode`);
    const panel = page.locator("vg-encode");
    return { page, panel, gate, result: panel.locator(".result"), label: panel.locator(".recorded"), codes: panel.locator(".sums dd").first(), ours: panel.locator(".way.variable .psnr strong") };
  }

  /** @param {string} name of the example's file */
  const recorded = (name) => read(`${MODEL}/examples/${name}.json`);

  it("show picture, what came back, map and figures while no weights are there", async () => {
    const { page, panel, result, label, codes, ours } = await visit();
    await result.waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.ready), undefined, "the model is not there");
    const first = recorded("adventurer");
    assert.match(String(await label.textContent()), new RegExp(`^Recorded Encoded earlier by ${MODEL}, version ${SHIPPED.version}\\.`));
    assert.equal(await codes.textContent(), `${first.variable.codes} of 1024`);
    assert.equal(await ours.textContent(), first.variable.psnr.toFixed(1));
    const bytes = Math.ceil((first.variable.codeBits + first.variable.mapBits) / 8).toLocaleString("en");
    assert.equal(await panel.locator(".way.variable .bytes").textContent(), `${bytes} bytes`);
    assert.ok((await panel.getByRole("img", { name: /^Grain map: \d+ of 64 regions fine/ }).count()) >= 1);
    await panel.getByRole("status").getByText(`Recorded: ${first.variable.codes} codes in `).waitFor({ state: "attached" });
    // What came back is near the picture, and is not the picture.
    const apart = await panel.evaluate((panel) => {
      const [a, b] = [".way.original .picture", ".way.variable .picture"].map((which) => /** @type {HTMLCanvasElement} */ (panel.querySelector(which)).getContext("2d")?.getImageData(0, 0, 256, 256).data ?? []);
      return Array.from(a).reduce((sum, value, at) => sum + Math.abs(value - b[at]), 0) / a.length;
    });
    assert.ok(apart > 0.5 && apart < 12, `${apart} of 255`);
    // The codec is this browser's own, and needs no model.
    await panel.locator(".way.codec:not([data-waiting])").waitFor();
    for (const name of ["Big Ears", "Open Peeps"]) {
      await panel.getByRole("button", { name }).click();
      const { variable } = recorded(name.toLowerCase().replace(" ", "-"));
      await codes.getByText(`${variable.codes} of 1024`).waitFor();
      assert.equal(await ours.textContent(), variable.psnr.toFixed(1));
    }
    assert.ok(await panel.getByRole("button", { name: /^Download the encoder/ }).isVisible());
    assert.ok(!site.server.requests.some((path) => path.endsWith("/encoder.safetensors")));
    assert.deepEqual(opened.problems, []);
  });

  it("go with another picture, and come back with the same", async () => {
    const { panel, result, label } = await visit();
    await result.waitFor();
    const square = panel.getByRole("application", { name: "Square to encode" });
    await square.press("-");
    await result.waitFor({ state: "hidden" });
    assert.equal(await label.isVisible(), false);
    await square.press("Home");
    await result.waitFor();
    await panel.getByRole("button", { name: "Test card" }).click();
    await result.waitFor({ state: "hidden" });
    assert.ok(await panel.getByText(/^It runs on this device/).isVisible());
    assert.deepEqual(opened.problems, []);
  });

  it("say when other settings are chosen, and give way to what is encoded here", async () => {
    const { page, panel, gate, result, label, codes } = await visit();
    await result.waitFor();
    gate.open = true;
    await page.waitForSelector("[data-ready]");
    assert.ok(await label.isVisible(), "with the generator alone nothing is encoded");
    await panel.getByRole("slider", { name: "Fine share" }).fill("0.9");
    await label.getByText("with other settings than those above").waitFor();
    assert.equal(await codes.textContent(), `${recorded("adventurer").variable.codes} of 1024`);
    await panel.getByRole("button", { name: /^Download the encoder/ }).click();
    await label.waitFor({ state: "hidden" });
    await panel.getByText(/^Encoded in \d+ ms\.$/).waitFor();
    // 58 of 64 regions are fine, and what the fake engine does with the others.
    await panel.getByRole("img", { name: /^Grain map: 58 of 64 regions fine/ }).first().waitFor();
    assert.notEqual(await codes.textContent(), `${recorded("adventurer").variable.codes} of 1024`);
    await panel.getByRole("button", { name: "Big Ears" }).click();
    await panel.getByText(/^Encoded in \d+ ms\.$/).waitFor();
    assert.equal(await label.isVisible(), false);
    assert.deepEqual(opened.problems, []);
  });

  it("are not shown for another version of the model", async (test) => {
    const server = await startServer({ more: { [MODEL]: packOf(`${Number(SHIPPED.version) + 1}`) } });
    test.after(() => server.stop());
    const { page, panel, result, label } = await visit(server.url);
    await page.waitForSelector("[data-ready]");
    await panel.getByRole("application", { name: "Square to encode" }).waitFor();
    await page.waitForLoadState("networkidle");
    assert.ok(server.requests.some((path) => path.endsWith("/examples/adventurer.json")), "it was looked at");
    assert.deepEqual([await result.isVisible(), await label.isVisible()], [false, false]);
  });

  it("fit a phone", async () => {
    const { page, result } = await visit(undefined, { context: { viewport: { width: 390, height: 844 }, hasTouch: true } });
    await result.waitFor();
    const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= room, `${wide} in ${room}`);
  });
});

describe("recordings of the shipped models", { timeout: 10 * TIMEOUT }, () => {
  /** @type {[string, string, string][]} */
  const EXAMPLES = [[MODEL, "big-ears", "png"], ["photos-256", "shoes", "jpg"]];
  for (const [model, name, ending] of EXAMPLES) {
    it(`are what the model makes of the picture: ${name}`, async (test) => {
      const server = await startServer({ mounts: realMounts("/"), pack: null });
      test.after(() => server.stop());
      const browser = await launch();
      test.after(() => browser.close());
      const page = await openBlank(browser, server);
      const { settings, variable, grid } = read(`${model}/examples/${name}.json`);
      const found = await page.evaluate(async ([model, file, { shares, measure }]) => {
        const bitmap = await createImageBitmap(await (await fetch(`models/${model}/examples/${file}`)).blob());
        const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
        context?.drawImage(bitmap, 0, 0);
        const image = /** @type {ImageData} */ (context?.getImageData(0, 0, bitmap.width, bitmap.height));
        const vg = await load({ model: `./models/${model}/`, backend: "cpu", modes: [] });
        const own = vg.description.measure === measure;
        const { grains, codes, psnr, codeBits, mapBits } = await vg.encode(image, { shares, measure: own ? undefined : measure });
        vg.close();
        return { grains: btoa(String.fromCharCode(...grains)), codes, psnr, codeBits, mapBits };
      }, /** @type {const} */ ([model, `${name}.${ending}`, settings]));
      assert.equal(grid.regions, 8);
      const { grains, codes, codeBits, mapBits } = found;
      assert.deepEqual({ grains, codes, codeBits, mapBits }, { grains: variable.grains, codes: variable.codes, codeBits: variable.codeBits, mapBits: variable.mapBits });
      assert.ok(Math.abs(found.psnr - variable.psnr) < 0.1, `${found.psnr} dB, and ${variable.psnr} recorded`);
    });
  }
});
