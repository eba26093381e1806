#!/usr/bin/env node
/**
 * Writes the version and the list of files that the service worker keeps into FOLDER/site-files.js.
 *
 *     node scripts/site-files.mjs dist     SITE_URL: where the site will be, for the picture of its links
 *
 * The weights are not among them: the page keeps those itself, by the hashes of their manifest. The list of models and
 * their thumbnails are kept too, but are no part of the version: a site gets another model without being gathered anew.
 */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const LIST = "site-files.js";
/**
 * The worker is asked for by the browser itself; compressed copies go by their file's name; texts with their pictures,
 * model cards and lists of credits are for whoever looks for them, the picture of a shared link is for other sites, and the
 * drawings of a set are downloaded by the kind.
 */
const LEFT_OUT = /^(sw\.js|site-files\.js|og\.jpg)$|^docs\/|^models\/[^/]+\/drawings\/|\.(br|gz|md|csv)$/;
const OF_MODELS = /^models\//;
const WEIGHTS = /\.safetensors$|\/manifest\.json$/;

/** @param {string | Buffer} bytes */
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/**
 * @param {string} folder
 * @returns {{ version: string, files: Record<string, string>, models: string[] }} `files`: SHA-256 by path; `models`: paths
 */
export function listSite(folder) {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join("/"))
    .filter((path) => !LEFT_OUT.test(path))
    .sort();
  const own = paths.filter((path) => !OF_MODELS.test(path));
  const files = Object.fromEntries(own.map((path) => [path, sha256(readFileSync(join(folder, path)))]));
  const models = paths.filter((path) => OF_MODELS.test(path) && !WEIGHTS.test(path));
  // The worker decides what becomes of the files, so another worker is another version.
  return { version: sha256(JSON.stringify(files) + readFileSync(join(folder, "sw.js"), "utf8")).slice(0, 16), files, models };
}

/**
 * Whoever shows a shared link wants the whole address of its picture, which only who serves the site knows.
 *
 * @param {string} folder
 * @param {string} url of the site, with a slash at its end
 */
export function tellAddress(folder, url) {
  if (!/^https?:\/\/.+\/$/.test(url)) throw new Error(`SITE_URL is the whole address of the site, with a slash at its end; “${url}” is not`);
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".html"))) {
    const path = join(folder, name);
    writeFileSync(path, readFileSync(path, "utf8").replace('property="og:image" content="og.jpg"', () => `property="og:image" content="${url}og.jpg"`));
  }
}

/** @param {string} folder */
export function writeSite(folder) {
  if (process.env.SITE_URL) tellAddress(folder, process.env.SITE_URL);
  const site = listSite(folder);
  writeFileSync(join(folder, LIST), `globalThis.SITE = ${JSON.stringify(site, null, 1)};\n`);
  return site;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { version, files, models } = writeSite(process.argv[2] ?? "dist");
  console.log(`version ${version}: ${Object.keys(files).length + models.length} files for visits without a network`);
}
