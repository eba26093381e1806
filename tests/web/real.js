/**
 * What the tests of the real engine share: the native program, and a tiny pack that it makes.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inRepo } from "./helpers.js";

const target = process.env.CARGO_TARGET_DIR ?? join(process.env.HOME ?? "", ".cache/varigrain/target");

/** The native program. */
export const varigrain = process.env.VARIGRAIN ?? join(target, "release/varigrain");

/**
 * @param {string} [quantiser] "vq", or "fsq:8,8,4,4"
 * @returns {string} a new folder with a pack of random weights, small enough to draw in an instant
 */
export function makeTinyPack(quantiser = "vq") {
  const folder = mkdtempSync(join(tmpdir(), "varigrain-tiny-"));
  execFileSync(varigrain, ["tiny-pack", "--out", folder, "--quantiser", quantiser]);
  return folder;
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
