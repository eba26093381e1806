/**
 * A site as scripts/site.sh gathers it, in a folder of its own, with the fake or the real engine: only there
 * does the page keep anything for visits without a network.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listSite, writeSite } from "../../scripts/site-files.mjs";
import { EMPTY_WASM, blindToSoftware, inRepo } from "./helpers.js";

/** @param {{ real?: boolean }} [options] */
export function gatherSite({ real = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "varigrain-site-"));
  cpSync(inRepo("www"), folder, { recursive: true, filter: (from) => !/www\/models\/[^/.]+(\/|$)/.test(from) });
  cpSync(inRepo(real ? "pkg" : "tests/web/fake"), join(folder, "pkg"), { recursive: true });
  if (!real) {
    for (const backend of ["gpu", "cpu"]) writeFileSync(join(folder, `pkg/varigrain_${backend}_bg.wasm`), EMPTY_WASM);
    writeFileSync(join(folder, "lib/webgpu.js"), blindToSoftware());
  }
  writeSite(folder);
  return {
    folder,
    version: () => listSite(folder).version,
    /** Another version of a file, and so of the site. @param {string} path @param {(text: string) => string} change */
    edit(path, change) {
      writeFileSync(join(folder, path), change(readFileSync(join(folder, path), "utf8")));
      writeSite(folder);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
