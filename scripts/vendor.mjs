#!/usr/bin/env node
/**
 * Copies what the page takes from npm into www/vendor/, since the page has no bundler: single ES modules, each with its
 * licence at its head. Run by npm after installing and before checks and tests.
 *
 *     node scripts/vendor.mjs
 */
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** By the name in www/vendor/: the package, its module and its licence. */
const MODULES = {
  "gifenc.js": { name: "gifenc", module: "dist/gifenc.esm.js", licence: "LICENSE.md" },
  "marked.js": { name: "marked", module: "lib/marked.esm.js", licence: "LICENSE" },
};

export function vendor() {
  mkdirSync(join(ROOT, "www/vendor"), { recursive: true });
  for (const [file, { name, module, licence }] of Object.entries(MODULES)) {
    const read = (/** @type {string} */ path) => readFileSync(join(ROOT, "node_modules", name, path), "utf8");
    const { version } = JSON.parse(read("package.json"));
    // Its map is not copied.
    const code = read(module).replace(/^\/\/# sourceMappingURL=.*$/m, "").trim();
    const head = `${name} ${version}, ${module}\n\n${read(licence).trim()}`.replaceAll("*/", "* /");
    writeFileSync(join(ROOT, "www/vendor", file), `/*!\n${head.replace(/^/gm, " * ").replace(/ +$/gm, "")}\n */\n// @ts-nocheck\n${code}\n`);
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) vendor();
