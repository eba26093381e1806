import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { BUDGET, compress, excess, pageFiles, sizes } from "./weight.mjs";

test("compressed copies hold the same, and only of what is worth it", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "weight-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "sub"));
  const text = "one like the other ".repeat(100);
  const file = join(folder, "sub/a.js");
  writeFileSync(file, text);
  writeFileSync(join(folder, "b.safetensors"), text);
  const before = sizes(file);
  compress([folder]);
  compress([folder]);
  assert.deepEqual(readdirSync(folder).sort(), ["b.safetensors", "sub"]);
  assert.deepEqual(readdirSync(join(folder, "sub")).sort(), ["a.js", "a.js.br", "a.js.gz"]);
  assert.equal(brotliDecompressSync(readFileSync(`${file}.br`)).toString(), text);
  assert.equal(gunzipSync(readFileSync(`${file}.gz`)).toString(), text);
  assert.deepEqual(sizes(file), before);
  assert.equal(before.raw, text.length);
  assert.ok(before.br < 100 && before.gz < 100);
});

test("the page is all but weights, other packages and copies", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "weight-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "www/models/m"), { recursive: true });
  for (const name of ["index.html", "app.js", "app.js.br", "style.css", "models/m/x.js"]) writeFileSync(join(folder, "www", name), "");
  const { all } = pageFiles(join(folder, "www"), join(folder, "pkg"));
  const names = all.map((file) => file.slice(folder.length + 1)).sort();
  assert.deepEqual(names, ["pkg/varigrain_gpu.js", "pkg/varigrain_gpu_bg.wasm", "www/app.js", "www/index.html", "www/style.css"]);
});

test("too much is named, enough is not", () => {
  const [wasm, page] = [{ br: BUDGET.wasm }, { br: BUDGET.page }];
  assert.deepEqual(excess({ wasm, page }), []);
  assert.match(excess({ wasm: { br: BUDGET.wasm + 1 }, page }).join(), /^wasm: .* allowed$/);
  assert.match(excess({ wasm, page: { br: BUDGET.page + 1 } }).join(), /^page: .* allowed$/);
});
