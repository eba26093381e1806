/**
 * What has passed needs no second run with the same inputs: a fingerprint of every file that a check could read is
 * kept beside the compiled files when it passes. FRESH=1 runs everything all the same.
 *
 *   node scripts/unchanged.mjs rust COMMAND ...   runs COMMAND unless it passed with the same Rust inputs
 *
 * A fingerprint holds the names and contents of files, the versions of Node and of the programs used, and the
 * variables that change what a check does. Outside a git checkout nothing is taken for unchanged.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { TARGET } from "./target.mjs";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const FOLDER = join(TARGET, "passed");
const VARIABLES = ["CHROMIUM", "E2E_TIMEOUT", "FUZZ_SECONDS", "RECIPES", "RUSTFLAGS", "SLOW", "VARIGRAIN"];

/** Files that no Rust test reads. */
const NOT_RUST = /^(www\/(?!models\/|lib\/bounds\.js)|tests\/web\/|docs\/results\/|node_modules\/|package(-lock)?\.json$)|\.mjs$/;
/** What the native program and pkg/ are made of; cargo links the program anew for its own tests, so its bytes say little. */
const RUST = /^(src\/|build\.rs$|Cargo\.|\.cargo\/|rust-toolchain)/;
/** Files that no browser suite reads, beside those. */
const NOT_PAGES = /^(tests\/(?!web\/|recipes\/|golden\/)|fuzz\/|README\.md$|\.ci\/|Makefile$|scripts\/[^/]*\.sh$)/;
/** What a browser suite reads only if its source speaks of it. */
const TEXTS = /^(docs\/(?!npm\.md$)|CHANGELOG\.md$)/;

/** Hashes by path, size and time of change: most files are asked for once for each suite. @type {Map<string, string>} */
const hashes = new Map();

/** @param {string} path @returns {string} hash of the file; of one that is not there as well */
function hashOf(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return "none";
  const key = `${path} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`;
  const hash = hashes.get(key) ?? createHash("sha256").update(readFileSync(path)).digest("hex");
  hashes.set(key, hash);
  return hash;
}

/** @param {string} root @returns {string[] | undefined} what is tracked or could be; undefined outside a checkout */
function sources(root) {
  try {
    const list = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
      cwd: root, encoding: "utf8", maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "ignore"],
    });
    return list.split("\0").filter(Boolean);
  } catch {
    return undefined;
  }
}

/** @param {string} program @returns {string} what it says of itself; "none" where it is not there */
export function version(program) {
  const { stdout, error } = spawnSync(program, ["--version"], { encoding: "utf8" });
  return error ? "none" : stdout;
}

/** @param {string} root @param {string[]} files below it, or absolute @param {string[]} others @returns {string} */
function fingerprint(root, files, others) {
  const hash = createHash("sha256");
  const lines = [...files].sort().map((path) => `${path} ${hashOf(resolve(root, path))}`);
  const variables = VARIABLES.map((name) => `${name}=${process.env[name] ?? ""}`);
  for (const line of [process.version, ...variables, ...others, ...lines]) hash.update(`${line}\n`);
  return hash.digest("hex");
}

/** @param {string} [root] @returns {string | undefined} fingerprint of what the Rust tests see */
export function rustInputs(root = ROOT) {
  const files = sources(root)?.filter((path) => !NOT_RUST.test(path));
  return files && fingerprint(root, files, [version("rustc")]);
}

/**
 * @param {string} suite path of its file below the root
 * @param {string} browser its version
 * @param {string} [root]
 * @returns {string | undefined} fingerprint of what a browser suite sees
 */
export function suiteInputs(suite, browser, root = ROOT) {
  const source = readFileSync(join(root, suite), "utf8");
  const [engine, texts] = [/\breal\b|pkg/, /\bdocs\b|\bbench\.html/].map((mark) => mark.test(source));
  const other = (/** @type {string} */ path) => path.endsWith(".e2e.js") && path !== suite;
  const files = sources(root)?.filter((path) => !NOT_PAGES.test(path) && !other(path) && (engine || !RUST.test(path)) && (texts || !TEXTS.test(path)));
  if (!files || !engine) return files && fingerprint(root, files, [browser]);
  const pkg = join(root, "pkg");
  const built = existsSync(pkg) ? readdirSync(pkg, { recursive: true, withFileTypes: true }) : [];
  const engineFiles = built.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return fingerprint(root, [...files, ...engineFiles], [browser, version("rustc")]);
}

/** @param {string} name of a check @param {string | undefined} inputs @returns {boolean} whether it passed with them */
export function hasPassed(name, inputs) {
  if (inputs === undefined || process.env.FRESH === "1") return false;
  const file = join(FOLDER, name);
  return existsSync(file) && readFileSync(file, "utf8") === inputs;
}

/** @param {string} name @param {string | undefined} inputs with which it passed */
export function keepPassed(name, inputs) {
  if (inputs === undefined) return;
  mkdirSync(dirname(join(FOLDER, name)), { recursive: true });
  writeFileSync(join(FOLDER, name), inputs);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [name, command, ...rest] = process.argv.slice(2);
  if (name !== "rust" || !command) {
    console.error("usage: node scripts/unchanged.mjs rust COMMAND ...");
    process.exit(2);
  }
  const inputs = rustInputs();
  if (hasPassed(name, inputs)) {
    console.log("nothing that these tests read has changed since they passed (FRESH=1 runs them all the same)");
  } else {
    const { status } = spawnSync(command, rest, { cwd: ROOT, stdio: "inherit" });
    if (status !== 0) process.exit(status ?? 1);
    // What changed while they ran is not what passed.
    if (rustInputs() === inputs) keepPassed(name, inputs);
  }
}
