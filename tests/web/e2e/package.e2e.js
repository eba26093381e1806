/**
 * The npm package as its users get it: packed, installed into an empty project without a network, checked
 * by their TypeScript, served as it lies, and drawing through both entries: with a tiny pack, and with the shipped
 * weights.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { TIMEOUT, inRepo, launch, openPage, startServer } from "../helpers.js";
import { difference, pixelsOf } from "../pictures.js";
import { makeTinyPack } from "../real.js";

const USER = `
import { Varigrain, VarigrainError, type Step, type LoadOptions } from "varigrain";
import { VarigrainPlayer } from "varigrain/player";
import { fitImage } from "varigrain/fit-image";

export async function draw(options: LoadOptions, context: CanvasRenderingContext2D): Promise<number> {
  const vg: Varigrain = await Varigrain.load(options);
  let last: Step | undefined;
  try {
    for await (const step of vg.generate({ style: "noto", seed: 7, steps: 4 })) {
      context.putImageData(step.image, 0, 0);
      last = step;
    }
  } catch (error) {
    if (error instanceof VarigrainError && error.code === "aborted") return 0;
    throw error;
  }
  // @ts-expect-error there is no such wish
  vg.generate({ colour: "red" });
  return last?.codes ?? 0;
}

export const player: VarigrainPlayer | null = document.querySelector("varigrain-player");
export const outcome = player?.generate({ seed: 1 }).then(({ outcome }) => outcome satisfies "done" | "stopped" | "failed");
export const fit: (...args: never[]) => unknown = fitImage;
`;

const IMPORTS = JSON.stringify({
  imports: { varigrain: "./node_modules/varigrain/varigrain.js", "varigrain/player": "./node_modules/varigrain/player.js" },
});
const ALLOWED = `sha256-${createHash("sha256").update(IMPORTS).digest("base64")}`;
const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Project</title><link rel="icon" href="data:,">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' '${ALLOWED}' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'">
<script type="importmap">${IMPORTS}</script>
<body><varigrain-player model="models/tiny/" backend="cpu" seed="5" steps="3" concept="cat-face"></varigrain-player>
<script type="module" src="main.js"></script>`;

const SHIPPED = inRepo("www/models/emoji-128");

describe("the npm package", { timeout: 10 * TIMEOUT }, () => {
  const work = mkdtempSync(join(tmpdir(), "varigrain-npm-"));
  const project = join(work, "project");
  const installed = join(project, "node_modules/varigrain");
  /** @type {string} */
  let tiny;
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  let server;
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {Awaited<ReturnType<typeof openPage>> | undefined} */
  let opened;

  const run = (/** @type {string} */ command, /** @type {string[]} */ args, /** @type {string} */ cwd) =>
    execFileSync(command, args, { cwd, encoding: "utf8", env: { ...process.env, npm_config_cache: join(work, "cache") } });

  before(async () => {
    run(process.execPath, [inRepo("scripts/package.mjs"), "--out", join(work, "package")], work);
    const tarball = run("npm", ["pack", "--silent", "--pack-destination", work], join(work, "package")).trim();
    mkdirSync(project);
    writeFileSync(join(project, "package.json"), '{ "name": "project", "private": true, "type": "module" }\n');
    run("npm", ["install", join(work, tarball), "--offline", "--no-audit", "--no-fund"], project);
    tiny = makeTinyPack();
    server = await startServer({ mounts: [`/=${project}`, `/models/tiny=${tiny}`, `/models/shipped=${SHIPPED}`], pack: null });
    browser = await launch();
  });
  afterEach(async () => {
    await opened?.context.close();
    opened = undefined;
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(work, { recursive: true, force: true });
    if (tiny) rmSync(tiny, { recursive: true });
  });

  /** @param {string} main */
  async function visit(main) {
    writeFileSync(join(project, "index.html"), PAGE);
    writeFileSync(join(project, "main.js"), main);
    opened = await openPage(browser);
    await opened.page.goto(server.url);
    return opened;
  }

  it("has what it needs, both licences, and no weights", () => {
    const names = readdirSync(installed, { recursive: true }).map(String);
    for (const name of ["README.md", "LICENSE-MIT", "LICENSE-APACHE", "worker.js", "player.d.ts", "pkg/varigrain_cpu_bg.wasm"]) {
      assert.ok(names.includes(name), name);
    }
    const strange = names.filter((name) => /safetensors|manifest|\.(br|gz)$|app\.js|index\.html|(^|\/)sw\.js|bench/.test(name));
    assert.deepEqual(strange, []);
    const { version, license } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    assert.match(readFileSync(inRepo("Cargo.toml"), "utf8"), new RegExp(`^version = "${version}"$`, "m"));
    assert.equal(license, "MIT OR Apache-2.0");
  });

  for (const resolution of ["nodenext", "bundler"]) {
    it(`types a program that uses it (${resolution})`, () => {
      writeFileSync(join(project, "user.ts"), USER);
      const module = resolution === "nodenext" ? "nodenext" : "esnext";
      const options = ["--noEmit", "--strict", "--target", "es2023", "--module", module, "--moduleResolution", resolution];
      // The package's own declarations are checked too: nothing is skipped.
      const lib = ["--lib", "es2023,dom,dom.iterable,dom.asynciterable", "user.ts"];
      const tsc = inRepo("node_modules/typescript/bin/tsc");
      try {
        run(process.execPath, [tsc, ...options, ...lib], project);
      } catch (error) {
        assert.fail(String(/** @type {{ stdout?: string }} */ (error).stdout));
      }
    });
  }

  it("draws through its JavaScript entry", async () => {
    const { page, problems } = await visit(`
      import { Varigrain } from "varigrain";
      const vg = await Varigrain.load({ model: "models/tiny/", backend: "cpu" });
      const steps = [];
      for await (const step of vg.generate({ seed: 7, steps: 3 })) steps.push(step);
      const { image, done, codes, tokens } = steps.at(-1);
      vg.close();
      globalThis.result = { steps: steps.length, colours: new Set(new Uint32Array(image.data.buffer)).size, done, complete: codes === tokens };
    `);
    await page.waitForFunction(() => "result" in globalThis);
    const { colours, ...rest } = await page.evaluate(() => /** @type {any} */ (globalThis).result);
    assert.deepEqual(rest, { steps: 3, done: true, complete: true });
    assert.ok(colours > 16, `${colours} colours`);
    assert.deepEqual(problems, []);
  });

  it("draws through its player", async () => {
    const { page, problems } = await visit('import "varigrain/player";');
    await page.getByRole("button", { name: "Draw cat face" }).click();
    await page.locator(".status").getByText(/^Done in .* for cat face in [\w ]+\.$/).waitFor();
    assert.equal(await page.getByRole("img", { name: /^cat face in [\w ]+, finished$/ }).count(), 1);
    assert.deepEqual(problems, []);
  });

  it("draws the shipped weights with its player", async (t) => {
    if (!existsSync(join(SHIPPED, "manifest.json"))) return t.skip("no weights in this checkout");
    const { page, problems } = await visit('import "varigrain/player";');
    await page.evaluate(() => document.querySelector("varigrain-player")?.setAttribute("model", "models/shipped/"));
    await page.getByRole("button", { name: "Draw cat face" }).click();
    await page.locator(".status").getByText(/^Done in .*: \d+ codes for cat face in [\w ]+\.$/).waitFor();
    const picture = page.locator("varigrain-player .plate .picture");
    const finished = await pixelsOf(picture);
    await page.getByRole("button", { name: "One step back" }).click();
    assert.ok(difference(await pixelsOf(picture), finished) > 0.1);
    assert.deepEqual(problems, []);
  });

  it("says where it looked when a player names no model and none is there", async () => {
    const { page } = await visit('import "varigrain/player";');
    await page.evaluate(() => document.querySelector("varigrain-player")?.removeAttribute("model"));
    await page.getByRole("button", { name: "Draw cat face" }).click();
    await page.locator(".status").getByText(/list of models could not be downloaded from .*node_modules\/varigrain\/models\/index\.json/).waitFor();
    await page.getByRole("button", { name: "Try again" }).waitFor();
  });
});
