/**
 * The projects of tests/recipes/, as their users have them: the package installed, a model where it is asked for.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inRepo } from "./helpers.js";

/**
 * @param {string} pack folder of the model
 * @returns {{ project(name: string): string, remove(): void }} `project`: a fresh copy of a recipe
 */
export function useRecipes(pack) {
  // Within the repository: there bundlers and React are found where they are installed anyway.
  const parent = inRepo("tests/recipes/.work");
  mkdirSync(parent, { recursive: true });
  const work = mkdtempSync(join(parent, "run-"));
  const gathered = join(work, "package");
  execFileSync(process.execPath, [inRepo("scripts/package.mjs"), "--out", gathered], { stdio: ["ignore", "ignore", "inherit"] });
  return {
    project(name) {
      const folder = join(work, name);
      cpSync(inRepo(`tests/recipes/${name}`), folder, { recursive: true });
      cpSync(gathered, join(folder, "node_modules/varigrain"), { recursive: true });
      cpSync(pack, join(folder, "public/models/emoji-128"), { recursive: true });
      return folder;
    },
    remove: () => rmSync(work, { recursive: true, force: true }),
  };
}
