#!/usr/bin/env node
/**
 * A small static server for the demo and the tests. Serves only to this computer.
 *
 *     node scripts/serve.mjs --port 8080 www /pkg=pkg
 *
 * Each argument is a folder served at the top, or PREFIX=FOLDER for one served below a path. Of
 * several that match, the longest prefix wins, then the first named that has the file.
 *
 * Beside `FILE` may lie `FILE.br` and `FILE.gz`, as scripts/weight.mjs makes them: browsers that
 * understand one get it instead.
 */
import { createReadStream, realpathSync } from "node:fs";
import { lstat, realpath, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Browsers refuse module scripts and streaming wasm that come with any other type. */
/** @type {Record<string, string>} */
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".ts": "text/plain; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".webmanifest": "application/manifest+json",
};

/** The ending of a compressed copy and what HTTP calls it, the smallest first. */
const CODINGS = [
  [".br", "br"],
  [".gz", "gzip"],
];

/** @typedef {{ prefix: string, folder: string }} Mount */

/**
 * @param {string} text `FOLDER` or `PREFIX=FOLDER`
 * @returns {Mount}
 */
export function parseMount(text) {
  const [, prefix, folder] = text.match(/^(?:(\/[^=]*)=)?(.+)$/) ?? [];
  return { prefix: `${(prefix ?? "").replace(/\/+$/, "")}/`, folder: resolve(folder) };
}

/**
 * @param {Mount[]} mounts
 * @param {string} path decoded, starting with a slash
 * @returns {Promise<{ file: string, size: number } | "add a slash" | null>}
 */
async function find(mounts, path) {
  const matching = mounts
    .filter(({ prefix }) => path.startsWith(prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  for (const { prefix, folder } of matching) {
    const rest = path.slice(prefix.length);
    try {
      const root = await realpath(folder);
      let file = await realpath(join(root, rest));
      if ((await stat(file)).isDirectory()) {
        file = await realpath(join(file, "index.html"));
        // Or the page's relative addresses would start one level too high.
        if (!path.endsWith("/")) return "add a slash";
      }
      // Dots and symbolic links must not lead out of what was asked to be served.
      if (file.startsWith(root + sep)) return { file, size: (await stat(file)).size };
    } catch {
      // Not here; perhaps below the next mount.
    }
  }
  return null;
}

/**
 * The compressed copy to send instead of a file, if there is one that is not older.
 *
 * @param {string} file
 * @param {string} accepted the header "accept-encoding"
 * @returns {Promise<{ file: string, size: number, coding: string } | null>}
 */
async function compressed(file, accepted) {
  const understood = accepted.split(",").filter((text) => !/;\s*q=0(\.0*)?\s*$/.test(text)).map((text) => text.split(";")[0].trim());
  for (const [ending, coding] of CODINGS) {
    if (!understood.includes(coding)) continue;
    try {
      const [{ mtimeMs }, copy] = await Promise.all([stat(file), lstat(file + ending)]);
      if (copy.isFile() && copy.mtimeMs >= mtimeMs) return { file: file + ending, size: copy.size, coding };
    } catch {
      // No such copy.
    }
  }
  return null;
}

/**
 * @param {Mount[]} mounts
 * @param {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => boolean} [intercept]
 *   answers a request itself and returns true; the tests use it for files that exist nowhere
 */
export function createStaticServer(mounts, intercept = () => false) {
  return createServer(async (request, response) => {
    if (intercept(request, response)) return;
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { allow: "GET, HEAD" }).end();
      return;
    }
    let path;
    try {
      path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    } catch {
      response.writeHead(400).end();
      return;
    }
    const found = await find(mounts, path);
    if (!found) {
      response.writeHead(404, { "content-type": "text/plain" }).end("Not found\n");
      return;
    }
    if (found === "add a slash") {
      response.writeHead(301, { location: `./${encodeURIComponent(path.split("/").pop() ?? "")}/` }).end();
      return;
    }
    const copy = await compressed(found.file, String(request.headers["accept-encoding"] ?? ""));
    const { file, size } = copy ?? found;
    response.writeHead(200, {
      "content-type": TYPES[extname(found.file)] ?? "application/octet-stream",
      "content-length": size,
      ...(copy ? { "content-encoding": copy.coding } : {}),
      vary: "accept-encoding",
      // Someone who edits a file and reloads wants to see the edit.
      "cache-control": "no-cache",
      "x-content-type-options": "nosniff",
    });
    if (request.method === "HEAD") response.end();
    else createReadStream(file).on("error", () => response.destroy()).pipe(response);
  });
}

/** @param {string[]} args */
function main(args) {
  const at = args.indexOf("--port");
  const port = at < 0 ? 8080 : Number(args.splice(at, 2)[1]);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    console.error("serve: --port needs a number from 0 to 65535");
    process.exit(2);
  }
  const mounts = (args.length ? args : ["dist"]).map(parseMount);
  const server = createStaticServer(mounts);
  server.on("error", (error) => {
    console.error(`serve: ${error.message}`);
    process.exit(1);
  });
  server.listen(port, "127.0.0.1", () => {
    const { port: actual } = /** @type {import("node:net").AddressInfo} */ (server.address());
    console.log(`Varigrain is at http://localhost:${actual}/ (Ctrl+C ends it)`);
  });
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2));
}
