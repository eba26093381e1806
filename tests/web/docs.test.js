/** The texts: links that lead somewhere, a README for two minutes, one version everywhere, and what doc.html may show. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { posix } from "node:path";
import { describe, it } from "node:test";
import { REFERENCES, browserOf } from "../../www/lib/bench/reference.js";
import { PAGES, addressOfPage, onSite, pageOf, resolveLink } from "../../www/lib/doc-pages.js";
import { inRepo } from "./helpers.js";

const text = (/** @type {string} */ path) => readFileSync(inRepo(path), "utf8");
const docs = readdirSync(inRepo("docs")).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`);
const TEXTS = ["README.md", "CHANGELOG.md", ...docs, ...PAGES.map(({ file }) => file)];

/** Without code, which shows links that lead nowhere. @param {string} source */
const prose = (source) => source.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "`");

/** As GitHub names the places of a text. @param {string} source */
const places = (source) =>
  [...source.replace(/^```[\s\S]*?^```/gm, "").matchAll(/^#{1,6} (.+)$/gm)].map(([, title]) =>
    title.replace(/<[^>]+>/g, "").trim().toLowerCase().replace(/[^\p{L}\p{N}_ -]/gu, "").replaceAll(" ", "-"),
  );

describe("the texts", () => {
  for (const file of new Set(TEXTS)) {
    it(`${file}: every link leads to something that is there`, () => {
      const source = prose(text(file));
      const links = [...source.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map(([, one, other]) => one ?? other);
      for (const link of links.filter((link) => !/^https?:/.test(link))) {
        // The package has its files in other places.
        if (file === "docs/npm.md" && link === "components/player/README.md") continue;
        const [path, place] = link.split("#");
        const target = path ? posix.normalize(posix.join(posix.dirname(file), path)) : file;
        assert.ok(existsSync(inRepo(target)), `${link} of ${file}`);
        if (place) assert.ok(places(text(target)).includes(place), `${link} of ${file}: no such place`);
      }
    });
  }

  it("README is for two minutes, and everything longer is linked from it", () => {
    const readme = text("README.md");
    assert.ok(readme.split("\n").length <= 110, "it has grown");
    for (const file of [...docs, "CHANGELOG.md"]) assert.ok(readme.includes(`](${file})`), `${file} is not linked`);
    for (const [, target] of readme.matchAll(/^make ([a-z-]+)/gm)) assert.match(text("Makefile"), new RegExp(`^${target}:`, "m"), target);
    assert.equal(readme.match(/^\| claim \| here \|$/gm)?.length, 1, "one table of what holds");
  });

  it("scripts that the texts name are there", () => {
    for (const file of new Set(TEXTS)) {
      for (const [, script] of text(file).matchAll(/\bnode (scripts\/[\w.-]+)/g)) assert.ok(existsSync(inRepo(script)), `${script} in ${file}`);
    }
  });

  it("one version: the program's, its lock files' and the newest of the changes", () => {
    const [, version] = text("Cargo.toml").match(/^version = "(.+)"$/m) ?? [];
    for (const lock of ["Cargo.lock", "fuzz/Cargo.lock"]) {
      assert.equal(text(lock).match(/name = "varigrain"\nversion = "(.+)"/)?.[1], version, lock);
    }
    assert.equal(text("CHANGELOG.md").match(/^## (\d+\.\d+\.\d+)/m)?.[1], version);
  });

  it("the package's page names every model of the list, and says what a visitor downloads", () => {
    const page = text("docs/npm.md");
    for (const { id } of JSON.parse(text("www/models/index.json")).models) {
      const row = page.split("\n").find((line) => line.startsWith(`| \`${id}\``));
      assert.ok(row, id);
      const bytes = (/** @type {string[]} */ ...names) => {
        const files = ["manifest.json", ...names.map((name) => `${name}.safetensors`)].map((name) => inRepo(`www/models/${id}/${name}`));
        return files.every((file) => existsSync(file)) ? (files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6).toFixed(1) : "–";
      };
      assert.ok(row.includes(`${bytes("decoder", "grain-map", "nar")} / ${bytes("encoder", "decoder")} MB`), `${id}: ${row}`);
    }
  });
});

describe("the texts that a page shows", () => {
  it("are those of a list, each there", () => {
    assert.equal(new Set(PAGES.map(({ id }) => id)).size, PAGES.length);
    for (const { file } of PAGES) assert.ok(existsSync(inRepo(file)) && onSite(file), file);
    for (const id of [null, "", "nothing", "../README", "__proto__", "constructor"]) assert.equal(pageOf(id), undefined);
  });

  it("have links that lead to pages, to files of the site, or nowhere", () => {
    const from = "docs/results.md";
    for (const [link, leads] of /** @type {[string, string | null][]} */ ([
      ["training-256.md", addressOfPage("training-256")],
      ["training-256.md#portraits", `${addressOfPage("training-256")}#portraits`],
      ["../www/models/emoji-128/README.md", addressOfPage("emoji-128")],
      ["../www/tutorial.html", "tutorial.html"],
      ["results/a1.svg", "docs/results/a1.svg"],
      ["#a1", "#a1"],
      ["https://burn.dev", "https://burn.dev"],
      ["results", null],
      ["../src/bounds/mod.rs", null],
      ["../README.md", null],
      ["../../../etc/passwd", null],
      ["javascript:alert(1)", null],
      ["data:text/html,x", null],
      ["//elsewhere.example/x", null],
      ["/absolute", null],
      ["\\\\elsewhere", null],
    ])) {
      assert.equal(resolveLink(link, from), leads, link);
    }
  });
});

describe("the recorded results of the benchmark", () => {
  for (const { file, of = () => true, commit, machine } of REFERENCES) {
    it(`${file}: has a browser, a day and a real adapter, and its commit is one of ours`, () => {
      const results = JSON.parse(text(`docs/bench/${file}`)).filter(of);
      const about = results.find((/** @type {any} */ { part }) => part === "machine");
      assert.ok(!Number.isNaN(Date.parse(about.date)) && about.adapter.software === false && machine);
      assert.match(browserOf(about.userAgent), /^Chromium \d+, headless, Linux$/);
      assert.match(commit, /^[0-9a-f]{7}$/);
      assert.ok(results.length > 1);
    });
  }

  it("names browsers in short", () => {
    const safari = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15";
    assert.equal(browserOf(safari), "Safari 26, macOS");
    assert.equal(browserOf("Mozilla/5.0 (Windows NT 10.0; rv:150.0) Gecko/20100101 Firefox/150.0"), "Firefox 150, Windows");
    assert.equal(browserOf("?"), "a browser");
  });
});
