#!/usr/bin/env node
/**
 * Gathers the npm package in dist-npm/: the library, the player, the worker, the browser programs of
 * pkg/, and types made from the comments. No weights: they are fetched from wherever the page says.
 *
 *     node scripts/package.mjs [--out FOLDER]
 *
 * What goes in is found by following the imports from the entries, so nothing of the page gets in.
 */
import { execFileSync } from "node:child_process";
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { vendor } from "./vendor.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const WWW = join(ROOT, "www");

/** What others import, by the name they import it with. */
const ENTRIES = { ".": "varigrain.js", "./player": "player.js", "./fit-image": "lib/fit-image.js" };
/** Started by address, not imported. */
const WORKER = "worker.js";
const PROGRAMS = ["gpu", "cpu"].flatMap((backend) => [`varigrain_${backend}.js`, `varigrain_${backend}_bg.wasm`]);

/** So that `document.querySelector("varigrain-player")` has the player's type. */
const TAG = `
import type { VarigrainPlayer as Player } from "./components/player/player.js";
declare global {
  interface HTMLElementTagNameMap {
    "varigrain-player": Player;
  }
}
`;

/**
 * @param {string[]} entries
 * @returns {string[]} these and all that they import, now or later
 */
export function closure(entries) {
  /** @type {Set<string>} */
  const found = new Set();
  const open = entries.map((entry) => join(WWW, entry));
  for (let file = open.pop(); file; file = open.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    // Comments name modules, too, but only for their types.
    const source = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
    for (const [, path] of source.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)) open.push(resolve(dirname(file), path));
  }
  return [...found].sort();
}

/** @param {string} out */
function writeTypes(out) {
  const entries = Object.values(ENTRIES).map((entry) => join(WWW, entry));
  const options = ["--declaration", "--emitDeclarationOnly", "--allowJs", "--checkJs", "--strict", "--skipLibCheck"];
  const target = ["--target", "es2023", "--module", "nodenext", "--moduleResolution", "nodenext"];
  const lib = ["--lib", "es2023,dom,dom.iterable,dom.asynciterable", "--types", "@webgpu/types"];
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const args = [...options, ...target, ...lib, "--rootDir", WWW, "--outDir", out, ...entries];
  execFileSync(process.execPath, [tsc, ...args], { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
  appendFileSync(join(out, "player.d.ts"), TAG);
}

/** The version of the program, which Cargo.toml has. */
function version() {
  const [, found] = readFileSync(join(ROOT, "Cargo.toml"), "utf8").match(/^version = "(.+)"$/m) ?? [];
  if (!found) throw new Error("Cargo.toml has no version");
  return found;
}

/** What npm is told. */
function manifest() {
  const exported = Object.entries(ENTRIES).map(([name, file]) => {
    return [name, { types: `./${file.replace(/\.js$/, ".d.ts")}`, default: `./${file}` }];
  });
  return {
    name: "varigrain",
    version: version(),
    description: "Draws small pictures in the browser with WebGPU or WebAssembly, spending codes where there is something to see.",
    license: "MIT OR Apache-2.0",
    keywords: ["image-generation", "webgpu", "webassembly", "custom-element"],
    type: "module",
    main: "./varigrain.js",
    types: "./varigrain.d.ts",
    exports: { ...Object.fromEntries(exported), "./pkg/*": "./pkg/*", "./package.json": "./package.json" },
    // The player registers its element.
    sideEffects: ["./player.js", "./components/player/player.js", `./${WORKER}`],
  };
}

/** @param {string} folder @returns {number} bytes of all that is in it */
function weigh(folder) {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? weigh(path) : statSync(path).size);
  }, 0);
}

/** @param {string} out */
function gather(out) {
  const lacking = PROGRAMS.filter((name) => !existsSync(join(ROOT, "pkg", name)));
  if (lacking.length) throw new Error(`${lacking.join(", ")} missing in pkg/; run 'make build'`);
  vendor();
  rmSync(out, { recursive: true, force: true });
  /** @type {(from: string, to: string) => void} */
  const copy = (from, to) => {
    mkdirSync(dirname(join(out, to)), { recursive: true });
    copyFileSync(from, join(out, to));
  };
  for (const file of closure([...Object.values(ENTRIES), WORKER])) copy(file, relative(WWW, file));
  for (const name of PROGRAMS) copy(join(ROOT, "pkg", name), `pkg/${name}`);
  for (const name of ["LICENSE-MIT", "LICENSE-APACHE"]) copy(join(ROOT, name), name);
  copy(join(ROOT, "docs/npm.md"), "README.md");
  copy(join(WWW, "components/player/README.md"), "components/player/README.md");
  writeTypes(out);
  writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
}

/** @param {string[]} args */
function main(args) {
  const at = args.indexOf("--out");
  const out = resolve(at < 0 ? join(ROOT, "dist-npm") : args[at + 1]);
  try {
    gather(out);
  } catch (error) {
    console.error(`package.mjs: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
  console.log(`${relative(process.cwd(), out)}: ${(weigh(out) / 1e6).toFixed(1)} MB; 'npm pack' or 'npm publish' there`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
