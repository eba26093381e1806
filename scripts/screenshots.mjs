#!/usr/bin/env node
/**
 * Takes the screenshots of docs/samples.md: the page as it opens, and "Encode your own", with the recordings that both show
 * before anything is drawn or encoded here.
 *
 *     node scripts/screenshots.mjs     writes docs/screenshot.png, docs/screenshot-820.png and docs/screenshot-390.png
 *
 * Needs pkg/ (scripts/wasm.sh), the weights and Chromium ($CHROMIUM).
 */
import { join } from "node:path";
import { root, withBlankPage } from "./recorder.mjs";

/** `top`: what is at the upper edge. @type {readonly { file: string, width: number, height: number, dark?: boolean, hash?: string, shown: string, top?: string }[]} */
const SHOTS = [
  { file: "screenshot.png", width: 1366, height: 900, shown: "varigrain-player" },
  { file: "screenshot-820.png", width: 820, height: 1180, dark: true, hash: "#tab=encode", shown: "vg-encode .way.codec:not([data-waiting])", top: ".encode-settings" },
  { file: "screenshot-390.png", width: 390, height: 844, shown: "varigrain-player" },
];
/** A processor takes as long over its first step. */
const READY_MS = 180_000;
/** The recording has been played by then. */
const PLAYED_MS = 12_000;

await withBlankPage(async (blank) => {
  const browser = blank.context().browser();
  for (const { file, width, height, dark, hash = "", shown, top = "body" } of SHOTS) {
    const context = await browser?.newContext({ viewport: { width, height }, colorScheme: dark ? "dark" : "light" });
    const page = await context?.newPage();
    if (!context || !page) throw new Error("no browser");
    await page.goto(new URL(`index.html${hash}`, blank.url()).href);
    await page.locator("[data-ready]").waitFor({ timeout: READY_MS });
    // That this browser has no graphics processor is no part of the page.
    const note = page.locator("vg-notice").getByRole("button", { name: "Dismiss" });
    if (await note.isVisible()) await note.click();
    await page.locator(shown).waitFor();
    await page.waitForTimeout(PLAYED_MS);
    await page.locator(top).evaluate((element) => scrollTo({ top: Math.max(0, element.getBoundingClientRect().top + scrollY - 16), behavior: "instant" }));
    await page.screenshot({ path: join(root, "docs", file) });
    await context.close();
    console.log(`docs/${file}: ${width} × ${height}`);
  }
});
