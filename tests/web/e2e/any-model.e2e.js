/**
 * Models of other kinds than the shipped one through the public interface, with the fake engine: what they say of
 * themselves holds for what they draw. The page's Grid is held against the fake engine's own layout.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { TIMEOUT, inRepo, makePack, useBlankPage, useSite } from "../helpers.js";

const KINDS = /** @type {const} */ (["one-axis", "no-axis", "three-grains", "four-grains"]);

describe("any model", { timeout: 10 * TIMEOUT }, () => {
  const more = Object.fromEntries(KINDS.map((kind) => [kind, makePack({ kind, pairs: true }).contents]));
  const site = useSite({ pack: makePack({ filler: 0 }).contents, more });
  const blank = useBlankPage(site);

  for (const kind of KINDS) {
    it(`draws with both generators, repaints and encodes: ${kind}`, async () => {
      const result = await blank.page.evaluate(async (kind) => {
        const vg = await load({ model: `./models/${kind}/` });
        const { image: size, grid, axes, defaults } = vg.description;
        const steps = [...(await all(vg, { seed: 3, steps: 4 })), ...(await all(vg, { mode: "ar", seed: 3, every: 5 }))];
        const wrong = steps.flatMap((step) => {
          const { image, grid: own, grains, undecided, known, cells, order, confidence, tokens, codes, prompt } = step;
          const counts = [grains.length, undecided.length].every((n) => n === own.regionCount) && [known, cells, order, confidence].every(({ length }) => length === own.cellCount);
          let settled = 0;
          own.eachCode(grains, (row, column) => (settled += known[row * own.cells + column]));
          const holds = [image.width === size, own.equals(grid), counts, tokens === own.tokens(grains), codes === settled, Object.keys(prompt).join() === axes.map(({ id }) => id).join()];
          return holds.every(Boolean) ? [] : [`${step.index}: ${holds}`];
        });
        const picture = new ImageData(size, size);
        for (let at = 0; at < picture.data.length; at++) picture.data[at] = (at * 31) % 251;
        const coded = await vg.encode(picture);
        const regions = Uint8Array.from({ length: vg.grid.regionCount }, (_, region) => Number(region < vg.grid.regions));
        const again = await all(vg, { steps: 2, repaint: { grains: coded.grains, cells: coded.cells, regions } });
        const kept = [...again[0].known].filter((one, cell) => !regions[vg.grid.regionOf(cell)] && !one).length;
        const last = steps[steps.length - 1];
        return { wrong, kept, coded: coded.codes === coded.grid.tokens(coded.grains), shares: defaults.nar?.shares?.length, done: last.done, left: await codeOf(() => all(vg, { shares: [0.1, 0.1, 0.1, 0.1] })) };
      }, kind);
      assert.deepEqual(result.wrong, []);
      assert.deepEqual([result.kept, result.coded, result.done, result.left], [0, true, true, "bad-request"]);
      assert.equal(result.shares, { "one-axis": 1, "no-axis": 0, "three-grains": 2, "four-grains": 3 }[kind]);
    });
  }

  it("takes prompts for the axes that there are, and for no others", async () => {
    const results = await blank.page.evaluate(async () => {
      const [mood, none, photos] = await Promise.all(["one-axis", "no-axis", "three-grains"].map((kind) => load({ model: `./models/${kind}/` })));
      const drawn = async (/** @type {any} */ vg, /** @type {any} */ request) => (await all(vg, { steps: 1, ...request }))[0].prompt;
      return [
        await drawn(mood, { prompt: { mode: "calm" } }),
        await drawn(mood, {}),
        await drawn(none, {}),
        await drawn(photos, { style: "noto", prompt: { subject: "cat" } }),
        // What is left open is drawn: a combination that training had.
        await drawn(photos, { prompt: { subject: "heart" }, seed: 1 }),
        await codeOf(() => all(mood, { style: "noto" })),
        await codeOf(() => all(mood, { prompt: { mode: "noto" } })),
        await codeOf(() => all(none, { prompt: { style: "noto" } })),
        await codeOf(() => all(photos, { concept: "cat" })),
      ];
    });
    assert.deepEqual(results.slice(0, 5), [{ mode: "calm" }, { mode: null }, {}, { subject: "cat", style: "noto" }, { subject: "heart", style: "fluent" }]);
    assert.deepEqual(results.slice(5), ["unknown-axis", "unknown-class", "unknown-axis", "unknown-axis"]);
  });

  it("is a folder and a line in the list, found by its id", async () => {
    const { ids, names, drawn, missing } = await blank.page.evaluate(async () => {
      const { loadModels, resolveModel } = await import(new URL("lib/models.js", document.baseURI).href);
      const { models } = await loadModels();
      const vg = await load({ model: await resolveModel("no-axis") });
      const usual = await load({ model: await resolveModel(null) });
      const drawn = [(await all(vg, { steps: 2 })).length, usual.description.name];
      return { ids: models.map((/** @type {any} */ { id }) => id), names: vg.description.name, drawn, missing: await codeOf(() => resolveModel("nothing")) };
    });
    const shipped = JSON.parse(readFileSync(inRepo("www/models/index.json"), "utf8")).models;
    assert.deepEqual(ids, [...shipped.map((/** @type {any} */ { id }) => id), ...KINDS]);
    assert.deepEqual([names, drawn, missing], ["textures-64", [2, "emoji-128"], "pack-missing"]);
  });

  it("frees its worker when another takes its place", async () => {
    const { page } = blank;
    const counts = await page.evaluate(async () => {
      const { lease, keepOnly, heldModels } = await import(new URL("lib/shared-model.js", document.baseURI).href);
      const addresses = ["emoji-128", "no-axis"].map((id) => new URL(`models/${id}/`, document.baseURI).href);
      const [first, second] = addresses.map((model) => lease({ model }));
      const drawing = await first.load();
      await second.load();
      const running = codeOf(() => all(drawing, { steps: 60 }));
      await pause(100);
      const before = heldModels();
      keepOnly(addresses[1]);
      const code = await running;
      return { before, after: heldModels(), code, left: await codeOf(() => first.load()), drawn: (await all(await second.load(), { steps: 2 })).length };
    });
    assert.deepEqual(counts, { before: 2, after: 1, code: "closed", left: "closed", drawn: 2 });
    for (let n = 0; n < 50 && page.workers().length > 1; n++) await page.waitForTimeout(50);
    assert.equal(page.workers().length, 1);
  });

  it("is refused if its manifest is of another format", async () => {
    const old = JSON.stringify({ ...JSON.parse(String(more["no-axis"]?.get("manifest.json"))), format: 1 });
    site.server.hooks.override = (path) => (path.endsWith("/no-axis/manifest.json") ? { body: old } : null);
    assert.equal(await blank.page.evaluate(() => codeOf(() => load({ model: "./models/no-axis/" }))), "pack-version");
  });

  it("shares the engine step by step among all who draw, and encoding with them", async () => {
    const { order, code, begun } = await blank.page.evaluate(async () => {
      const vg = await load({ model: "./models/no-axis/" });
      await vg.prepare("encode");
      const steps = countSteps();
      /** @type {string[]} */
      const told = [];
      const long = all(vg, { seed: 1, steps: 30 }).then(() => told.push("long"));
      const short = all(vg, { seed: 2, steps: 3 }).then(() => told.push("short"));
      const { image } = vg.description;
      const encoded = vg.encode(new ImageData(image, image)).then(() => told.push("encoded"));
      // What is given up before its turn never begins.
      const controller = new AbortController();
      const never = codeOf(() => all(vg, { seed: 3, steps: 3, signal: controller.signal }));
      controller.abort();
      await Promise.all([long, short, encoded]);
      await pause(50);
      return { order: told, code: await never, begun: [...new Set(steps.map(({ seed }) => seed))] };
    });
    assert.deepEqual([order, code, begun.sort()], [["encoded", "short", "long"], "aborted", [1, 2]]);
  });
});
