/**
 * Checks the changes that docs/extending.md shows: applies them to a copy of the sources, and compiles it.
 *
 *   node scripts/extending.mjs
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { TARGET } from "./target.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** The test is named in Cargo.toml, which is no manifest without it; `tests/common` is a part of it. */
const SOURCES = ["Cargo.toml", "Cargo.lock", "rustfmt.toml", "src", "tests/gpu.rs", "tests/common"];

/** @param {string} text Markdown @returns {string[]} */
const changes = (text) => [...text.matchAll(/^```diff\n(.*?)^```$/gms)].map(([, diff]) => diff);

/** @param {string} folder @returns {string[]} the files below it, by their paths from it */
function files(folder, below = "") {
  return readdirSync(join(folder, below)).flatMap((name) => {
    const path = join(below, name);
    return statSync(join(folder, path)).isDirectory() ? files(folder, path) : [path];
  });
}

/** Makes `to` hold what `from` holds. Files that are as they should be stay untouched: cargo looks at their times. */
function mirror(/** @type {string} */ from, /** @type {string} */ to) {
  mkdirSync(to, { recursive: true });
  const wanted = new Set(files(from));
  for (const path of files(to)) if (!wanted.has(path)) rmSync(join(to, path));
  for (const path of wanted) {
    const bytes = readFileSync(join(from, path));
    const there = join(to, path);
    if (statSync(there, { throwIfNoEntry: false })?.isFile() && readFileSync(there).equals(bytes)) continue;
    mkdirSync(dirname(there), { recursive: true });
    writeFileSync(there, bytes);
  }
}

const diffs = changes(readFileSync(join(ROOT, "docs/extending.md"), "utf8"));
if (diffs.length < 2) throw new Error("docs/extending.md shows no changes");
const fresh = mkdtempSync(join(tmpdir(), "varigrain-extending-"));
try {
  for (const name of SOURCES) cpSync(join(ROOT, name), join(fresh, name), { recursive: true });
  for (const diff of diffs) {
    // As if outside of any repository.
    execFileSync("git", ["apply", "-"], { cwd: fresh, input: diff, stdio: ["pipe", "inherit", "inherit"], env: { ...process.env, GIT_CEILING_DIRECTORIES: dirname(fresh) } });
  }
  // In one place every time, so that cargo finds what it has compiled.
  const copy = join(TARGET, "extending");
  mirror(fresh, copy);
  execFileSync("cargo", ["fmt", "--check"], { cwd: copy, stdio: "inherit" });
  const flags = ["--release", "--features", "train", "--", "-D", "warnings"];
  execFileSync("cargo", ["clippy", ...flags], { cwd: copy, stdio: "inherit", env: { ...process.env, CARGO_TARGET_DIR: TARGET } });
} finally {
  rmSync(fresh, { recursive: true });
}
console.log(`${diffs.length} changes of docs/extending.md compile`);
