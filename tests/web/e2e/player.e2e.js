/**
 * `<varigrain-player>` on a page that has nothing else, with the fake engine: what it downloads and when,
 * its events, its timeline, several of them sharing a model, and a page on another site.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, clickWhile, makePack, openPage, startServer, useSite, shippedModels } from "../helpers.js";

describe("the player", { timeout: 10 * TIMEOUT }, () => {
  const more = { three: makePack({ kind: "three-grains", stepMs: 5 }).contents, none: makePack({ kind: "no-axis", stepMs: 5 }).contents };
  const site = useSite({ pack: makePack({ filler: 0, stepMs: 20 }).contents, more });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;

  afterEach(async () => {
    await opened.context.close();
  });

  /**
   * A page with nothing but what is given. @param {string} markup
   * @param {Parameters<typeof openPage>[1]} [options]
   * @param {Awaited<ReturnType<typeof startServer>>} [far] another site that has the page
   */
  async function visit(markup, options, far) {
    const at = far?.url ?? site.server.url;
    opened = await openPage(site.browser, options);
    const script = `<script type="module" src="${site.server.url}player.js"></script>`;
    const body = `<!doctype html><html lang="en"><title>Test</title><link rel="icon" href="data:,"><body>${script}${markup}`;
    // For real where it is elsewhere: browsers ask where a page came from before it may reach this computer.
    if (far) far.hooks.override = (path) => (path === "/embed.html" ? { body, type: "text/html" } : null);
    else await opened.page.route(`${at}embed.html`, (route) => route.fulfill({ status: 200, headers: { "content-type": "text/html" }, body }));
    await opened.page.addInitScript(() => {
      /** @type {any[]} */
      const told = [];
      Object.assign(globalThis, { told });
      for (const type of ["step", "done", "error"]) {
        addEventListener(type, (event) => {
          const { detail, target } = /** @type {CustomEvent} */ (event);
          if (detail) told.push({ type, id: /** @type {Element} */ (target).id, ...pick(detail) });
        }, true);
      }
      const pick = (/** @type {any} */ { index, total, done, mode, seed, code, outcome, request }) => ({ index, total, done, mode, seed, code, outcome, request });
    });
    await opened.page.goto(`${at}embed.html`);
    await opened.page.waitForFunction(() => customElements.get("varigrain-player"));
    return opened.page;
  }

  /** @param {import("playwright-core").Page} page @returns {Promise<any[]>} */
  const told = (page) => page.evaluate(() => /** @type {any} */ (globalThis).told);
  const models = () => site.server.requests.filter((path) => path.includes("/models/") || path.includes("/pkg/"));
  /** @param {import("playwright-core").Page} page @param {string} [id] */
  const status = (page, id) => page.locator(id ? `#${id} .status` : ".status");

  it("downloads nothing until it is asked, then draws, and tells", async () => {
    const page = await visit('<varigrain-player id="a" concept="red-heart" style="twemoji" seed="7" steps="5"></varigrain-player>');
    await page.getByRole("button", { name: "Draw red heart" }).waitFor();
    assert.deepEqual(models(), []);
    assert.ok(!site.server.requests.some((path) => path.endsWith("/worker.js")));
    await page.getByRole("button", { name: "Draw red heart" }).click();
    await status(page).getByText(/^Done in .*: \d+ codes for red heart\.$/).waitFor();
    const events = await told(page);
    assert.deepEqual(events.map(({ type }) => type), [...Array(5).fill("step"), "done"]);
    assert.deepEqual([events[4].index, events[4].total, events[4].done, events[4].mode, events[4].seed], [4, 5, true, "nar", 7]);
    assert.deepEqual([events[5].outcome, events[5].request.prompt], ["done", { concept: "red-heart", style: "twemoji" }]);
    assert.equal(await page.getByRole("img", { name: "red heart, finished" }).count(), 1);
    assert.deepEqual(opened.problems, []);
  });

  it("starts by itself only when it is seen", async () => {
    const page = await visit('<div id="tall"></div><varigrain-player autoplay seed="1" steps="3"></varigrain-player>', {
      context: { viewport: { width: 600, height: 500 } },
    });
    await page.evaluate(() => {
      /** @type {HTMLElement} */ (document.querySelector("#tall")).style.height = "3000px";
    });
    // Moved out of sight before it was looked at, or drawn in the first moment: start over, out of sight.
    await page.evaluate(() => {
      document.querySelector("varigrain-player")?.remove();
      const late = document.createElement("varigrain-player");
      for (const [name, value] of [["autoplay", ""], ["seed", "2"], ["steps", "3"], ["id", "late"]]) late.setAttribute(name, value);
      document.body.append(late);
    });
    await page.waitForTimeout(300);
    assert.equal((await told(page)).filter(({ id }) => id === "late").length, 0);
    await page.locator("#late").scrollIntoViewIfNeeded();
    await status(page, "late").getByText(/^Done/).waitFor();
  });

  it("scrubs, steps, plays and slows down, by pointer and by keyboard, and says where it is", async () => {
    const page = await visit('<varigrain-player concept="sun" seed="7" steps="6"></varigrain-player>');
    await page.getByRole("button", { name: "Draw sun" }).click();
    await status(page).getByText(/^Done/).waitFor();
    const scrubber = page.getByRole("slider", { name: "Step" });
    const seen = (/** @type {string} */ name) => page.getByRole("img", { name }).waitFor();
    assert.match((await scrubber.getAttribute("aria-valuetext")) ?? "", /^step 6 of 6, 208 of 208 codes$/);
    await page.getByRole("button", { name: "One step back" }).click();
    await seen("sun, step 5 of 6");
    await scrubber.focus();
    await page.keyboard.press("Home");
    await seen("sun, step 1 of 6");
    await page.keyboard.press("ArrowRight");
    await seen("sun, step 2 of 6");
    assert.ok(await page.getByRole("button", { name: "One step back" }).isEnabled());
    await page.keyboard.press("s");
    assert.equal(await page.getByRole("button", { name: "Slow motion" }).getAttribute("aria-pressed"), "true");
    await page.keyboard.press("s");
    await page.keyboard.press(" ");
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await seen("sun, finished");
    await page.getByRole("button", { name: "Play", exact: true }).waitFor();
    await scrubber.fill("3");
    await seen("sun, step 4 of 6");
    assert.deepEqual(opened.problems, []);
  });

  it("shows layers that there is something to show of, and reads out the figures", async () => {
    const page = await visit('<varigrain-player concept="sun" seed="7" steps="6" layer="grains"></varigrain-player>');
    const layer = (/** @type {string} */ name) => page.getByRole("radio", { name, exact: true });
    assert.ok(await layer("Grain map").isChecked());
    await page.getByRole("button", { name: "Draw sun" }).click();
    await status(page).getByText(/^Done/).waitFor();
    for (const name of ["Picture", "Known", "New", "Order", "Guesses"]) {
      await layer(name).check();
      assert.equal(await page.evaluate(() => /** @type {any} */ (document.querySelector("varigrain-player")).layer), name.toLowerCase());
    }
    const sure = await page.evaluate(() => /** @type {any} */ (document.querySelector("varigrain-player")).steps[0].confidence !== undefined);
    assert.equal(await layer("Confidence").isVisible(), sure);
    const figures = page.getByRole("group", { name: "Figures" });
    assert.match((await figures.textContent()) ?? "", /208of 208 codes; a grid of fine codes takes 256, 19\u00a0% fewer/);
    assert.match((await figures.textContent()) ?? "", /16 coarse, 48 fine/);
  });

  it("offers confidence where the steps tell it", async () => {
    const page = await visit("<varigrain-player></varigrain-player>");
    await page.evaluate(async () => {
      const { Grid } = await import(new URL("lib/grid.js", document.baseURI).href);
      const grid = new Grid({ regions: 8, cells: 16, granularities: 2 });
      const known = new Uint8Array(256).fill(1, 0, 128);
      const step = {
        ...{ grid, undecided: new Uint8Array(64), index: 0, total: 1, done: true, image: new ImageData(128, 128), grains: new Uint8Array(64), known, tokens: 64, codes: 32 },
        ...{ cells: new Uint16Array(256), order: Uint16Array.from(known), ms: 1, confidence: new Float32Array(256).fill(0.5) },
      };
      /** @type {any} */ (document.querySelector("varigrain-player")).show([{ mode: "nar", seed: 1, steps: [step] }], { title: "made up", ribbon: "Recorded" });
    });
    await page.getByRole("radio", { name: "Confidence" }).check();
    await page.getByText("Recorded").waitFor();
    assert.deepEqual(opened.problems, []);
  });

  it("draws both methods and grids of seeds, and tells the figures of the one that is chosen", async () => {
    const page = await visit('<varigrain-player concept="sun" seed="7" steps="3" every="64" mode="both" count="4"></varigrain-player>');
    await page.getByRole("button", { name: "Draw sun" }).click();
    await status(page).getByText(/^Done in .* codes in 8 pictures for sun/).waitFor();
    assert.equal(await page.getByRole("img", { name: "sun, finished" }).count(), 8);
    assert.equal(await page.getByRole("group", { name: /DGiT-AR/ }).getByRole("button").count(), 4);
    assert.equal(await page.locator(".figures").count(), 2);
    const third = page.getByRole("group", { name: /DGiT-NAR/ }).getByRole("button").nth(2);
    await third.click();
    assert.equal(await third.getAttribute("aria-pressed"), "true");
    assert.equal(await page.evaluate(() => /** @type {any} */ (document.querySelector("varigrain-player")).selected.seed), 9);
  });

  it("shares one worker and one model among players, who take turns step by step", async () => {
    const player = (/** @type {string} */ id) => `<varigrain-player id="${id}" seed="${id.length}" steps="4" autoplay></varigrain-player>`;
    const page = await visit(["a", "bb", "ccc"].map(player).join(""), { context: { viewport: { width: 800, height: 4000 } } });
    for (const id of ["a", "bb", "ccc"]) await status(page, id).getByText(/^Done/).waitFor();
    assert.equal(site.server.requests.filter((path) => path.endsWith("/nar.safetensors")).length, 1);
    assert.equal(site.server.requests.filter((path) => path.endsWith("/worker.js")).length, 1);
    const steps = (await told(page)).filter(({ type }) => type === "step");
    for (const id of ["a", "bb", "ccc"]) assert.deepEqual(steps.filter((step) => step.id === id).map(({ index }) => index), [0, 1, 2, 3]);
    // Nobody waits until another has finished.
    assert.ok(steps.slice(0, 6).some(({ id }, at) => at && id !== steps[at - 1].id));
    assert.deepEqual(opened.problems, []);
  });

  it("stops at once when told to or taken away, and the last one lets go of the worker", async () => {
    const page = await visit('<varigrain-player id="a" seed="1" steps="64"></varigrain-player><varigrain-player id="b" seed="2" steps="64"></varigrain-player>');
    await page.locator("#a").getByRole("button", { name: "Draw anything" }).click();
    await page.locator("#b").getByRole("button", { name: "Draw anything" }).click();
    // One goes; the other does not notice. Both in the page, which does not wait for anyone.
    const button = (/** @type {string} */ id) => page.locator(`#${id}`).getByRole("button", { name: /^(Draw anything|Stop)$/ });
    const stops = [clickWhile(status(page, "b"), /^Drawing: step ([3-9]|\d\d)/, button("b")), clickWhile(status(page, "a"), /^Drawing: step ([89]|\d\d)/, button("a"))];
    assert.deepEqual(await Promise.all(stops), ["Stop", "Stop"]);
    for (const id of ["a", "b"]) await status(page, id).getByText("Stopped.").waitFor();
    const before = (await told(page)).length;
    await page.waitForTimeout(200);
    const after = await told(page);
    assert.equal(after.length, before);
    assert.equal(page.workers().length, 1);
    // Moved is not removed.
    await page.evaluate(() => document.body.prepend(/** @type {Element} */ (document.querySelector("#b"))));
    await page.locator("#a").evaluate((element) => element.remove());
    await page.waitForTimeout(100);
    assert.equal(page.workers().length, 1);
    await page.locator("#b").evaluate((element) => element.remove());
    await page.waitForFunction(() => true);
    for (let n = 0; n < 50 && page.workers().length; n++) await page.waitForTimeout(50);
    assert.equal(page.workers().length, 0);
  });

  it("says what went wrong, in words and as an event, and tries again", async () => {
    site.server.hooks.override = (path) => (path.endsWith("manifest.json") ? { status: 404 } : null);
    const page = await visit('<varigrain-player id="a" seed="1" steps="2"></varigrain-player>');
    await page.getByRole("button", { name: "Draw anything" }).click();
    await page.getByRole("button", { name: "Try again" }).waitFor();
    assert.deepEqual((await told(page)).map(({ type, code }) => `${type} ${code}`), ["error pack-missing"]);
    site.server.hooks.override = () => null;
    await page.getByRole("button", { name: "Try again" }).click();
    await status(page).getByText(/^Done/).waitFor();
    await page.evaluate(() => document.querySelector("#a")?.setAttribute("concept", "no-such-thing"));
    await page.getByRole("button", { name: "Draw", exact: true }).click();
    await page.getByRole("button", { name: "Try again" }).waitFor();
    assert.equal((await told(page)).at(-1).code, "unknown-class");
    await page.evaluate(() => document.querySelector("#a")?.setAttribute("concept", "sun"));
    await page.evaluate(() => document.querySelector("#a")?.setAttribute("seed", "many"));
    await page.getByRole("button", { name: "Draw", exact: true }).click();
    await page.waitForFunction(() => /** @type {any} */ (globalThis).told.at(-1).code === "out-of-range");
  });

  it("shows only the controls that are named, and takes seeds and styles from those who use it", async () => {
    const page = await visit('<varigrain-player seed="5" steps="2" controls="seed style status download"></varigrain-player>');
    await page.getByRole("button", { name: "Draw anything" }).click();
    await status(page).getByText(/^Done/).waitFor();
    assert.equal(await page.getByRole("slider").count(), 0);
    assert.equal(await page.getByRole("radio").count(), 0);
    await page.getByLabel("Seed", { exact: true }).fill("11");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => /** @type {any} */ (globalThis).told.at(-1).request?.seed === 11);
    await page.getByLabel("Style").selectOption({ label: "Blobs" });
    await page.waitForFunction(() => /** @type {any} */ (globalThis).told.at(-1).request?.prompt?.style === "noto-v1");
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: /as PNG/ }).click()]);
    assert.equal(download.suggestedFilename(), "varigrain-anything-noto-v1-11.png");
    const bytes = await readFile(await download.path());
    assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [128, 128]);
  });

  it("takes a model of the list by its id or by its address, another one at any time, and says what there is", async () => {
    const page = await visit('<varigrain-player id="a" seed="1" steps="2" model="three"></varigrain-player>');
    const [player, status_] = [page.locator("#a"), status(page, "a")];
    await player.getByText("coarse = 1 code", { exact: true }).waitFor();
    await player.getByRole("button", { name: "Draw anything" }).click();
    await status_.getByText(/^Done/).waitFor();
    for (const sign of ["coarse = 1 code", "middle = 4 codes", "fine = 16 codes"]) await player.getByText(sign, { exact: true }).waitFor();
    assert.match(String(await player.getByRole("group", { name: "Figures" }).textContent()), /\d+ coarse, \d+ middle, \d+ fine/);
    const folders = () => new Set(models().flatMap((path) => path.match(/\/models\/([^/]+)\//)?.[1] ?? []));
    assert.deepEqual([...folders()], ["three"]);
    await page.evaluate(() => document.querySelector("#a")?.setAttribute("model", "models/none/"));
    await player.getByRole("button", { name: "Draw anything" }).click();
    await status_.getByText(/^Done in .*: 64 codes for a picture\.$/).waitFor();
    // The one before is freed.
    assert.equal(page.workers().length, 1);
    await page.evaluate(() => document.querySelector("#a")?.setAttribute("model", "gone"));
    await player.getByRole("button", { name: "Draw anything" }).click();
    const others = [...shippedModels().map(({ id }) => id), "three", "none"].map((id) => `“${id}”`).join(", ");
    await status_.getByText(`There is no model called “gone” here; there is ${others}.`).waitFor();
    assert.deepEqual((await told(page)).at(-1).code, "pack-missing");
    await page.evaluate(() => document.querySelector("#a")?.removeAttribute("model"));
    await page.evaluate(() => document.querySelector("#a")?.setAttribute("prompt", "concept=sun, style=noto"));
    await player.getByRole("button", { name: "Draw sun" }).click();
    await status_.getByText(/for sun\.$/).waitFor();
    assert.deepEqual([...folders()].sort(), ["emoji-128", "none", "three"]);
    assert.deepEqual(opened.problems, []);
  });

  it("saves GIFs and films that browsers can play, and the grain map", async () => {
    const page = await visit('<varigrain-player concept="sun" seed="5" steps="4" controls="download status"></varigrain-player>');
    await page.getByRole("button", { name: "Draw sun" }).click();
    await status(page).getByText(/^Done/).waitFor();
    for (const [name, sign] of /** @type {const} */ ([["GIF", "GIF89a"], ["WebM", "\x1aE\xdf\xa3"], ["SVG", "<svg"]])) {
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: new RegExp(`as .*${name}`) }).click()]);
      assert.equal(download.suggestedFilename(), `varigrain-sun-any-5.${name.toLowerCase()}`);
      const bytes = await readFile(await download.path());
      assert.equal(bytes.subarray(0, sign.length).toString("latin1"), sign);
      if (name !== "GIF") continue;
      const decoded = await page.evaluate(async (data) => {
        const decoder = new ImageDecoder({ type: "image/gif", data: new Uint8Array(data) });
        await decoder.tracks.ready;
        const count = decoder.tracks.selectedTrack?.frameCount;
        const { image } = await decoder.decode({ frameIndex: 3 });
        return [count, image.displayWidth, image.displayHeight];
      }, [...bytes]);
      assert.deepEqual(decoded, [4, 384, 384]);
    }
  });

  it("works on a page of another site, which has no files of ours", async () => {
    const far = await startServer({ mounts: [], pack: null });
    try {
      const page = await visit('<varigrain-player concept="sun" seed="5" steps="3"></varigrain-player>', undefined, far);
      assert.notEqual(new URL(far.url).origin, new URL(site.server.url).origin);
      await page.getByRole("button", { name: "Draw sun" }).click();
      await status(page).getByText(/^Done/).waitFor();
      assert.deepEqual(opened.problems, []);
      assert.ok(far.requests.every((path) => path === "/embed.html"));
    } finally {
      await far.stop();
    }
  });

  it("is not touched by a page's styles, follows the theme, and fits where it is put", async () => {
    const css = "<style>* { box-sizing: content-box; color: lime; font: 40px serif } button { display: none }</style>";
    for (const width of [240, 320, 480, 900]) {
      const page = await visit(`${css}<div id="box"><varigrain-player concept="sun" seed="5" steps="3" mode="both" every="64" controls="layers play timeline legend readout draw seed style download status"></varigrain-player></div>`);
      await page.evaluate((width) => {
        const box = /** @type {HTMLElement} */ (document.querySelector("#box"));
        box.style.width = `${width}px`;
        /** @type {HTMLElement} */ (box.firstElementChild).style.setProperty("--varigrain-width", "none");
      }, width);
      await page.getByRole("button", { name: "Draw sun" }).click();
      await status(page).getByText(/^Done/).waitFor();
      const over = await page.evaluate(() => {
        const root = /** @type {ShadowRoot} */ (document.querySelector("varigrain-player")?.shadowRoot);
        const player = /** @type {Element} */ (root.querySelector(".player"));
        const edge = player.getBoundingClientRect().right;
        return [...root.querySelectorAll("*")].filter((e) => !e.closest(".visually-hidden") && e.getBoundingClientRect().right > edge + 0.5).map((e) => e.outerHTML.slice(0, 80));
      });
      assert.deepEqual(over, [], `${width}`);
      await opened.context.close();
    }
    const page = await visit('<varigrain-player theme="dark"></varigrain-player>');
    const ink = await page.evaluate(() => getComputedStyle(/** @type {Element} */ (document.querySelector("varigrain-player"))).getPropertyValue("--_ink"));
    assert.equal(ink.trim(), "#f4e8e3");
  });
});
