/**
 * What one asks for in words, with the fake engine: a model of many axes understands all of them in one box, says what it did
 * not, and offers what is spelt alike or what another model has; and what training had is told where one chooses.
 */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, makePack, openPage, useSite } from "../helpers.js";

describe("words", { timeout: 10 * TIMEOUT }, () => {
  const more = { parts: makePack({ kind: "parts", pairs: true, stepMs: 5 }).contents };
  const site = useSite({ pack: makePack({ filler: 3, pairs: true, stepMs: 5 }).contents, more });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;
  afterEach(async () => {
    assert.deepEqual(opened.problems.filter((text) => !/models\/(portraits|photos)-256/.test(text)), []);
    await opened.context.close();
  });

  /** @param {string} [hash] */
  async function visit(hash = "#model=parts") {
    opened = await openPage(site.browser);
    await opened.page.goto(site.server.url + hash);
    await opened.page.waitForSelector("[data-ready]");
    const { page } = opened;
    const form = page.locator("vg-prompt");
    return {
      ...{ page, form },
      box: form.getByLabel("What should it draw?"),
      told: form.locator(".told [role=status]"),
      mark: form.locator(".familiar"),
      chosen: (/** @type {string} */ name) => form.getByRole("radio", { name, exact: true }).and(page.locator(":checked")),
      chips: () => form.getByRole("group", { name: "Chosen" }).getByRole("button").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label"))),
      done: page.locator(".seen", { hasText: /^Done in/ }),
    };
  }

  it("of one box are understood for every axis, and drawn by Enter", async () => {
    const { page, box, told, form, chips, done } = await visit();
    await box.fill("smiling woman redhead glasses");
    await told.getByText("Understood: red hair, smiling, glasses; not understood: woman.").waitFor();
    assert.deepEqual(await chips(), ["Without red hair", "Without smiling", "Without glasses"]);
    assert.match(page.url(), /hair-colour=red&expression=smiling&glasses=glasses/);
    assert.ok(await form.getByRole("group", { name: "Hair colour" }).getByLabel("red").isChecked());
    await box.press("Enter");
    await done.waitFor();
    assert.match(String(await done.textContent()), /for .*red hair, smiling, glasses/);
    // What was typed is still there.
    assert.equal(await box.inputValue(), "smiling woman redhead glasses");
  });

  it("follow what is chosen otherwise, and each can be taken back", async () => {
    const { page, box, form, chips, done } = await visit("#model=parts&style=toon-head&hair-colour=red&hair-length=long&background=green");
    await done.waitFor();
    assert.equal(await box.inputValue(), "Toon head, red long hair, green background");
    await form.getByRole("group", { name: "Expression" }).getByLabel("sad").check();
    assert.equal(await box.inputValue(), "Toon head, red long hair, sad, green background");
    await form.getByRole("button", { name: "Without red hair" }).click();
    assert.equal(await box.inputValue(), "Toon head, long hair, sad, green background");
    assert.deepEqual(await chips(), ["Without Toon head", "Without long hair", "Without sad", "Without green background"]);
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "Without long hair");
    assert.doesNotMatch(page.url(), /hair-colour/);
    await form.getByRole("button", { name: "Clear the prompt" }).click();
    assert.deepEqual([await chips(), /style|sad|green/.test(page.url())], [[], false]);
    assert.ok(await box.evaluate((field) => field === document.activeElement));
  });

  it("that nothing is called lead to what is spelt alike", async () => {
    const { page, box, told, form } = await visit();
    await box.fill("Angrey, gresssen background");
    await told.getByText(/^Understood: angry; “angrey” taken for angry; not understood: gresssen\.$/).waitFor();
    await form.getByRole("group", { name: "Instead" }).getByRole("button", { name: "green hair?" }).click();
    assert.equal(await box.inputValue(), "Angrey, green hair background");
    await box.fill("qwertz");
    await told.getByText(/^Not understood: qwertz\. It knows words for style, hair colour, .*background\.$/).waitFor();
    assert.match(page.url(), /#model=parts/);
  });

  it("that another model knows lead there, with all that it understands", async () => {
    const { page, box, form, mark } = await visit();
    await box.fill("red apple");
    await form.getByRole("button", { name: "Emoji has “red apple”: switch" }).click();
    await page.waitForURL(/#model=emoji-128&.*concept=red-apple/);
    await page.waitForSelector("[data-ready]");
    const combo = page.getByRole("combobox", { name: "What should it draw?" });
    assert.equal(await combo.inputValue(), "red apple");
    await mark.getByText("Learned by heart").waitFor();
    await combo.fill("smiling red hair");
    await page.getByRole("option", { name: /red hair, smiling The parts has it: switch/ }).click();
    await page.waitForURL(/#model=parts&.*hair-colour=red&expression=smiling/);
    await page.waitForSelector("[data-ready]");
    assert.equal(await box.inputValue(), "red hair, smiling");
  });

  it("that lead to another model are drawn there by whoever presses the button before it is ready", async () => {
    const { page, box, form } = await visit();
    await box.fill("red apple");
    // The files take their time.
    site.server.hooks.override = (path) => (/emoji-128\/.*safetensors$/.test(path) ? { delayMs: 1500 } : null);
    await form.getByRole("button", { name: "Emoji has “red apple”: switch" }).click();
    await page.waitForURL(/#model=emoji-128/);
    await page.locator("vg-prompt").getByRole("button", { name: "Draw", exact: true }).click();
    await page.locator(".seen", { hasText: /^Done in/ }).waitFor();
    await page.waitForURL(/concept=red-apple/);
    await page.locator("vg-prompt").getByRole("button", { name: "Draw", exact: true }).waitFor();
  });

  it("of a model of many things never come to nothing", async () => {
    const { page } = await visit("");
    const combo = page.getByRole("combobox", { name: "What should it draw?" });
    for (const [text, first] of [["aplle", "red apple"], ["kitty", "cat"], ["twemoji aplle", "red apple Twemoji"]]) {
      await combo.fill(text);
      assert.ok((await page.getByRole("option").first().textContent())?.replace(/\s+/g, " ").includes(first), text);
    }
    for (const text of ["xyzzy", "???", "🛸"]) {
      await combo.fill(text);
      await page.getByText(/^Nothing here is called/).first().waitFor();
      assert.ok((await page.getByRole("option").count()) >= 5, text);
    }
    await combo.fill("strawbery");
    await page.getByText("Nothing here is called “strawbery”. The nearest:").waitFor();
    // The first is at hand for Enter.
    await combo.press("Enter");
    assert.equal(await combo.inputValue(), "strawberry");
  });

  it("that only others call it find it all the same, here and from another model", async () => {
    const { page } = await visit("");
    const [box, options] = [page.getByRole("combobox", { name: "What should it draw?" }), page.getByRole("option")];
    await box.fill("pepperoni");
    await options.getByText("pizza").waitFor();
    assert.equal(await page.getByText("Nothing here is called", { exact: false }).count(), 0);
    await opened.context.close();
    const there = await visit();
    await there.box.fill("pepperoni");
    await there.form.getByRole("button", { name: /pizza/ }).waitFor();
  });

  it("are marked: in training, new, and of a reciting model learned by heart or never seen", async () => {
    const { page, form, mark, box } = await visit();
    assert.equal(await mark.textContent(), "");
    await box.fill("inked, black hair, smiling");
    await mark.getByText(/^In training: it had this style, hair colour and expression/).waitFor();
    await form.getByRole("group", { name: "Expression" }).getByLabel("sad").check();
    await mark.getByText(/^New: training never had this combination of style, hair colour and expression\.$/).waitFor();
    await form.getByRole("group", { name: "Glasses" }).getByLabel("glasses").check();
    await mark.getByText(/^New/).waitFor();
    await page.goto(`${site.server.url}#style=noto&concept=sun`);
    await page.reload();
    await page.waitForSelector("[data-ready]");
    await mark.getByText(/^Learned by heart: training had this drawing/).waitFor();
    await page.evaluate(() => (location.hash = "#style=noto&concept=object-1"));
    await mark.getByText(/^Never seen: training had no object 1 at all\.$/).waitFor();
  });
});
