/**
 * What the tests of the real engine share: the native program, and a tiny pack that it makes.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { TARGET } from "../../scripts/target.mjs";
import { inRepo, launch, startServer } from "./helpers.js";

/** The native program. */
export const varigrain = process.env.VARIGRAIN ?? join(TARGET, "release/varigrain");

/**
 * @param {string} [quantiser] "vq", or "fsq:8,8,4,4"
 * @param {string[]} [options] further ones of `varigrain tiny-pack`
 * @returns {string} a new folder with a pack of random weights, small enough to draw in an instant
 */
export function makeTinyPack(quantiser = "vq", options = []) {
  const folder = mkdtempSync(join(tmpdir(), "varigrain-tiny-"));
  execFileSync(varigrain, ["tiny-pack", "--out", folder, "--quantiser", quantiser, ...options]);
  return folder;
}

/**
 * Options of the native program for what a page draws on a backend: in whole numbers on the processor.
 *
 * @param {"webgpu" | "cpu"} backend
 */
export const kernelsOf = (backend) => (backend === "cpu" ? ["--kernels", "int16"] : []);

/** @typedef {{ drawn: Record<string, string>, seed: number, grains: number[], cells: number[], rgb: number[] }} Golden */

/**
 * What the native program draws: the last step of one picture.
 *
 * @param {string} folder of the pack
 * @param {string[]} options of `varigrain sample`
 * @returns {Golden}
 */
export function sampleNatively(folder, options) {
  const out = mkdtempSync(join(tmpdir(), "varigrain-golden-"));
  const golden = join(out, "golden.json");
  execFileSync(varigrain, ["sample", "--model", folder, "--count", "1", "--out", join(out, "sheet.png"), "--golden", golden, ...options]);
  const [result] = JSON.parse(readFileSync(golden, "utf8"));
  rmSync(out, { recursive: true });
  return result;
}

/**
 * What the native program draws of a picture of which a part is drawn again.
 *
 * @param {string} folder of the pack
 * @param {object} repaint
 * @param {string[]} options of `varigrain sample`
 * @returns {Golden}
 */
export function nativelyRepainted(folder, repaint, options) {
  const out = mkdtempSync(join(tmpdir(), "varigrain-repaint-"));
  const source = join(out, "repaint.json");
  writeFileSync(source, JSON.stringify(repaint));
  const result = sampleNatively(folder, ["--repaint", source, ...options]);
  rmSync(out, { recursive: true });
  return result;
}

/**
 * @param {string} folder
 * @returns {Map<string, Buffer>} its files by name
 */
export function packOf(folder) {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
}

/**
 * @param {string} base sub-path at which the site lies
 * @returns {string[]} the page with the engine that was built
 */
export function realMounts(base) {
  return [`${base}=${inRepo("www")}`, `${base}pkg=${inRepo("pkg")}`];
}

/**
 * What the native program makes of a picture.
 *
 * @param {string} folder of the pack
 * @param {ArrayLike<number>} pixels RGBA, of the model's size
 * @param {string[]} options
 */
export function nativelyEncoded(folder, pixels, options) {
  const out = mkdtempSync(join(tmpdir(), "varigrain-encode-"));
  const [source, golden] = [join(out, "picture.rgba"), join(out, "golden.json")];
  writeFileSync(source, Uint8Array.from(pixels));
  execFileSync(varigrain, ["encode", source, "--model", folder, "--golden", golden, ...options]);
  const result = JSON.parse(readFileSync(golden, "utf8"));
  rmSync(out, { recursive: true });
  return result;
}

/**
 * A picture as the bytes that the native program writes.
 *
 * @param {string} folder of the pack
 * @param {ArrayLike<number>} pixels RGBA, of the model's size
 * @returns {number[]}
 */
export function nativelyWritten(folder, pixels) {
  const out = mkdtempSync(join(tmpdir(), "varigrain-code-"));
  const [source, code] = [join(out, "picture.rgba"), join(out, "picture.code")];
  writeFileSync(source, Uint8Array.from(pixels));
  execFileSync(varigrain, ["encode", source, "--model", folder, "--code", code]);
  const bytes = readFileSync(code);
  rmSync(out, { recursive: true });
  return [...bytes];
}

/**
 * The site with tiny packs of several kinds, and a browser, for the suite in whose body it is called.
 *
 * @param {Record<string, string[] | (() => string)>} kinds options of `varigrain tiny-pack` for each id, or what makes
 *   the folder of a pack
 * @returns {{ folders: Record<string, string>, server: Awaited<ReturnType<typeof startServer>>, browser: Awaited<ReturnType<typeof launch>> }}
 */
export function useTinyPacks(kinds) {
  const site = /** @type {ReturnType<typeof useTinyPacks>} */ ({ folders: {} });
  before(async () => {
    for (const [id, kind] of Object.entries(kinds)) {
      site.folders[id] = typeof kind === "function" ? kind() : makeTinyPack("fsq:8,8,4,4", kind);
    }
    const more = Object.fromEntries(Object.entries(site.folders).map(([id, folder]) => [id, packOf(folder)]));
    site.server = await startServer({ mounts: realMounts("/"), pack: null, more });
    site.browser = await launch();
  });
  after(async () => {
    await site.browser?.close();
    await site.server?.stop();
    for (const folder of Object.values(site.folders)) rmSync(folder, { recursive: true });
  });
  return site;
}
