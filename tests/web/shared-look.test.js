/** What other programs show of the pages: the picture of a shared link, and the icons of an installed page. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { tellAddress } from "../../scripts/site-files.mjs";
import { headerOf } from "../../www/lib/image-header.js";
import { inRepo } from "./helpers.js";

const PAGES = ["index.html", "tutorial.html", "embed.html", "bench.html", "doc.html"];
const read = (/** @type {string} */ path) => new Uint8Array(readFileSync(inRepo(path)));
const text = (/** @type {string} */ path) => readFileSync(inRepo(path), "utf8");

describe("what others show of the pages", () => {
  for (const page of PAGES) {
    it(`${page} says what it is, in a sentence and a picture`, () => {
      const html = text(`www/${page}`);
      for (const name of ['name="description"', 'property="og:title"', 'property="og:description"', 'property="og:image:alt"']) {
        assert.match(html, new RegExp(`<meta ${name} content="[^"]{5,200}" />`), name);
      }
      assert.ok(html.includes('<meta property="og:image" content="og.jpg" />'));
    });
  }

  it("the picture of a link has the size that is shown whole", () => {
    const bytes = read("www/og.jpg");
    const { type, width, height } = headerOf(bytes) ?? {};
    assert.deepEqual([type, width, height], ["image/jpeg", 1200, 630]);
    assert.ok(bytes.length < 200_000, "and is small");
  });

  it("the icons are what the manifest says", () => {
    const { icons, start_url, name } = JSON.parse(text("www/manifest.webmanifest"));
    assert.deepEqual([start_url, name], ["./", "Varigrain"]);
    for (const { src, sizes, type } of icons) {
      const header = headerOf(read(`www/${src}`));
      assert.equal(header?.type, type, src);
      if (sizes !== "any") assert.equal(`${header?.width}x${header?.height}`, sizes, src);
    }
    assert.ok(icons.some((/** @type {any} */ { purpose }) => purpose === "maskable"));
    assert.match(text("www/index.html"), /manifest-src 'self'/);
  });

  it("a site whose address is known names its picture in full", () => {
    const folder = mkdtempSync(join(tmpdir(), "varigrain-look-"));
    try {
      for (const page of PAGES) cpSync(inRepo(`www/${page}`), join(folder, page));
      tellAddress(folder, "https://example.org/varigrain/");
      for (const page of PAGES) assert.ok(readFileSync(join(folder, page), "utf8").includes('content="https://example.org/varigrain/og.jpg"'), page);
      assert.throws(() => tellAddress(folder, "example.org"), /SITE_URL/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
