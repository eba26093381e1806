// What a visitor downloads before the weights, and the compressed copies that keep it small.
//
//   node scripts/weight.mjs compress FILE|FOLDER...   write FILE.br and FILE.gz beside each file
//   node scripts/weight.mjs sizes FILE...             sizes, as they are and compressed
//   node scripts/weight.mjs budget [WWW PKG]          fail if the page is heavier than we allow
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** Bytes over the wire, compressed with brotli. */
export const BUDGET = { wasm: 2_500_000, page: 2_700_000 };

/** Of other files, weights above all, compression takes off next to nothing. */
const COMPRESSED = /\.(html|css|js|json|svg|md|wasm)$/;
/** What the page itself consists of, recordings included; the model folder is weights and their manifest. */
const PAGE = /\.(html|css|js|svg|json)$/;

/** @type {Record<string, (bytes: Buffer) => Buffer>} */
const CODERS = {
  gz: (bytes) => gzipSync(bytes, { level: 9 }),
  br: (bytes) =>
    brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        // The widest that browsers accept.
        [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
};

/**
 * @param {string} path a file, or a folder for all that is in it
 * @returns {string[]}
 */
function files(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => files(join(path, name)));
}

/**
 * A copy made earlier is good unless the file has changed since.
 *
 * @param {string} file
 * @param {string} copy
 */
const upToDate = (file, copy) => existsSync(copy) && statSync(copy).mtimeMs >= statSync(file).mtimeMs;

/** @param {string[]} paths */
export function compress(paths) {
  for (const file of paths.flatMap(files).filter((file) => COMPRESSED.test(file))) {
    for (const [ending, coder] of Object.entries(CODERS)) {
      const copy = `${file}.${ending}`;
      if (!upToDate(file, copy)) writeFileSync(copy, coder(readFileSync(file)));
    }
  }
}

/**
 * @param {string} file
 * @returns {{ raw: number, gz: number, br: number }}
 */
export function sizes(file) {
  const bytes = readFileSync(file);
  const size = (/** @type {string} */ ending) => {
    const copy = `${file}.${ending}`;
    return upToDate(file, copy) ? statSync(copy).size : CODERS[ending](bytes).length;
  };
  return { raw: bytes.length, gz: size("gz"), br: size("br") };
}

/**
 * The page and the program for a graphics processor, which is what most visitors download.
 *
 * @param {string} www
 * @param {string} pkg
 */
export function pageFiles(www, pkg) {
  const page = files(www).filter((file) => PAGE.test(file) && !/\/(models|pkg)\//.test(file));
  const wasm = join(pkg, "varigrain_gpu_bg.wasm");
  return { wasm, all: [...page, join(pkg, "varigrain_gpu.js"), wasm] };
}

/** @param {string[]} paths */
const total = (paths) =>
  paths.map(sizes).reduce((a, b) => ({ raw: a.raw + b.raw, gz: a.gz + b.gz, br: a.br + b.br }));

/** @param {number} bytes */
const mb = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
/** @param {string} what @param {{ raw: number, gz: number, br: number }} size */
const tell = (what, { raw, gz, br }) => console.log(`${what}: ${mb(raw)}, gzip ${mb(gz)}, brotli ${mb(br)}`);

/**
 * @param {{ wasm: { br: number }, page: { br: number } }} weight
 * @returns {string[]} what is too heavy, as sentences
 */
export function excess(weight) {
  return /** @type {const} */ (["wasm", "page"])
    .filter((what) => weight[what].br > BUDGET[what])
    .map((what) => `${what}: ${mb(weight[what].br)} over the wire, but ${mb(BUDGET[what])} are allowed`);
}

/** @param {string} www @param {string} pkg */
function budget(www, pkg) {
  const { wasm, all } = pageFiles(www, pkg);
  const weight = { wasm: sizes(wasm), page: total(all) };
  tell("wasm for a graphics processor", weight.wasm);
  tell("page without weights", weight.page);
  const faults = excess(weight);
  for (const fault of faults) console.error(fault);
  return faults.length ? 1 : 0;
}

/** @param {string[]} args */
function main([command, ...paths]) {
  if (command === "budget" && [0, 2].includes(paths.length)) return budget(paths[0] ?? "www", paths[1] ?? "pkg");
  if (command === "compress" && paths.length) compress(paths);
  else if (command === "sizes" && paths.length) for (const file of paths) tell(file, sizes(file));
  else {
    console.error("usage: weight.mjs compress FILE|FOLDER... | sizes FILE... | budget [WWW PKG]");
    return 2;
  }
  return 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = main(process.argv.slice(2));
}
