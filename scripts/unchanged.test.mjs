/** What counts as changed for a check that has passed. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { rustInputs, suiteInputs } from "./unchanged.mjs";

const root = mkdtempSync(join(tmpdir(), "varigrain-unchanged-"));
after(() => rmSync(root, { recursive: true }));

/** @param {string} path @param {string} text */
function write(path, text) {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
}

const [page, engine] = ["tests/web/e2e/page.e2e.js", "tests/web/e2e/engine.e2e.js"];
const seen = () => ({
  rust: rustInputs(root),
  page: suiteInputs(page, "browser 1", root),
  engine: suiteInputs(engine, "browser 1", root),
});

it("outside a checkout nothing counts as unchanged", () => {
  write(page, "");
  write(engine, 'import "../real.js";');
  assert.deepEqual(seen(), { rust: undefined, page: undefined, engine: undefined });
});

it("a check runs again when a file that it could read has changed, is new or is gone, and only then", () => {
  execFileSync("git", ["init", "-q", root]);
  write(".gitignore", "/target/\n/pkg/\n");
  let before = seen();
  /** @param {() => void} edit @param {("rust" | "page" | "engine")[]} concerned */
  const changes = (edit, concerned) => {
    edit();
    const now = seen();
    for (const check of /** @type {const} */ (["rust", "page", "engine"])) {
      const message = `${edit}: ${check}`;
      if (concerned.includes(check)) assert.notEqual(now[check], before[check], message);
      else assert.equal(now[check], before[check], message);
    }
    before = now;
  };
  changes(() => {}, []);
  changes(() => write("src/lib.rs", "a"), ["rust", "engine"]);
  changes(() => write("src/lib.rs", "b"), ["rust", "engine"]);
  changes(() => rmSync(join(root, "src/lib.rs")), ["rust", "engine"]);
  changes(() => write("tests/axes.rs", "a"), ["rust"]);
  changes(() => write("www/app.js", "a"), ["page", "engine"]);
  changes(() => write("www/lib/bounds.js", "a"), ["rust", "page", "engine"]);
  changes(() => write("www/models/a/nar.safetensors", "a"), ["rust", "page", "engine"]);
  changes(() => write("tests/web/helpers.js", "a"), ["page", "engine"]);
  changes(() => write(page, "// other"), ["page"]);
  changes(() => write("pkg/varigrain_cpu_bg.wasm", "a"), ["engine"]);
  changes(() => write("docs/results.md", "a"), ["rust"]);
  changes(() => write("README.md", "a"), ["rust"]);
  changes(() => write(page, "// what docs/ has"), ["page"]);
  changes(() => write("docs/results.md", "b"), ["rust", "page"]);
  changes(() => write("CHANGELOG.md", "a"), ["rust", "page"]);
  assert.notEqual(suiteInputs(page, "browser 2", root), before.page);
});
