/**
 * A host page: whatever a framework, a server, a second copy, a frame or a policy does to the player, nothing is thrown at
 * the page, and what fails says what the host must allow.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { afterEach, describe, it } from "node:test";
import { TIMEOUT, inRepo, makePack, openPage, startServer, useSite } from "../helpers.js";

describe("a host page", { timeout: 10 * TIMEOUT }, () => {
  const site = useSite({ pack: makePack({ filler: 0, stepMs: 5 }).contents });
  /** @type {Awaited<ReturnType<typeof openPage>>} */
  let opened;
  afterEach(() => opened?.context.close());

  /** @param {string} body @param {string} [policy] @param {string} [frame] what /frame.html has */
  async function host(body, policy = "", frame = "") {
    opened = await openPage(site.browser);
    const meta = policy ? `<meta http-equiv="Content-Security-Policy" content="${policy}">` : "";
    const page = (/** @type {string} */ body) => `<!doctype html><html lang="en"><meta charset="utf-8">${meta}<link rel="icon" href="data:,"><title>Host</title><body>${body}`;
    const pages = new Map([["/host.html", page(body)], ["/frame.html", page(frame)]]);
    site.server.hooks.override = (path) => (pages.has(path) ? { body: pages.get(path), type: "text/html" } : null);
    await opened.page.goto(`${site.server.url}host.html`);
    return opened.page;
  }

  const SCRIPT = '<script type="module" src="player.js"></script>';

  it("every property reflects, whatever is set, and unknown values are told", async () => {
    const page = await host(`<varigrain-player id="early"></varigrain-player>`);
    // As frameworks do that come before the element.
    await page.evaluate(() => Object.assign(/** @type {any} */ (document.querySelector("#early")), { seed: 5, concept: "sun", steps: 2, backend: "cpu" }));
    await page.addScriptTag({ type: "module", url: "player.js" });
    await page.waitForFunction(() => customElements.get("varigrain-player"));
    const result = await page.evaluate(() => {
      const early = /** @type {any} */ (document.querySelector("#early"));
      const attributes = Object.fromEntries([...early.attributes].map(({ name, value }) => [name, value]));
      const player = /** @type {any} */ (document.createElement("varigrain-player"));
      document.body.append(player);
      const names = new Set();
      for (let at = Object.getPrototypeOf(player); at !== HTMLElement.prototype; at = Object.getPrototypeOf(at)) {
        for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) if (typeof value !== "function") names.add(name);
      }
      const thrown = [];
      const values = ["x", "", 0, -1, 3.5, NaN, true, false, null, undefined, {}, [], [1, 2], () => 1, Symbol("s"), 10n, Object.create(null), { toString: null }];
      for (const name of names) {
        for (const value of values) {
          try {
            player[name] = value;
          } catch (error) {
            thrown.push(`${name} = ${typeof value}: ${error}`);
          }
        }
        player[name] = null;
      }
      Object.assign(player, { model: "a/b/", seed: 7, prompt: { style: "noto", concept: "sun" }, shares: [0.2, 0.3], autoplay: false, pixels: true, drawingStyle: "fluent", topK: 8, layer: "grains", controls: ["play", "draw"] });
      const set = Object.fromEntries([...player.attributes].map(({ name, value }) => [name, value]));
      const read = [player.seed, player.pixels, player.autoplay, player.model, player.layer, player.topK];
      player.remove();
      return { attributes, names: [...names].sort(), thrown, set, read };
    });
    assert.deepEqual(result.attributes, { id: "early", seed: "5", concept: "sun", steps: "2", backend: "cpu" });
    assert.deepEqual(result.thrown, []);
    for (const name of ["model", "tracks", "description", "steps", "timeline", "seed", "drawingStyle", "recording", "selected"]) assert.ok(result.names.includes(name), name);
    assert.deepEqual(result.set, { model: "a/b/", seed: "7", prompt: "style=noto,concept=sun", shares: "0.2,0.3", pixels: "", "drawing-style": "fluent", "top-k": "8", controls: "play draw" });
    assert.deepEqual(result.read, ["7", true, false, "a/b/", "grains", "8"]);
    const told = opened.problems.join("\n");
    for (const one of [/there is no backend “x”; there is auto, webgpu, cpu/, /there is no layer “x”/, /there is no theme “x”/, /there is no controls “x”/, /“tracks” says what is there and cannot be set/, /“seed” cannot be/]) assert.match(told, one);
    // Set before it was defined, and drawn with.
    await page.getByRole("button", { name: "Draw sun" }).click();
    await page.locator("#early .status").getByText(/^Done in .* for sun/).waitFor();
  });

  it("is imported on a server without a word", () => {
    const entries = ["varigrain.js", "player.js", "lib/fit-image.js"].map((path) => inRepo(`www/${path}`));
    const program = `
      for (const entry of ${JSON.stringify(entries)}) await import(entry);
      const { Varigrain, VarigrainError, VarigrainPlayer } = await import(${JSON.stringify(inRepo("www/player.js"))});
      const error = await Varigrain.load({ model: "/m/" }).catch((error) => error);
      console.log(JSON.stringify([typeof VarigrainPlayer, error instanceof VarigrainError, error.code]));`;
    const out = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
    assert.equal(out.trim(), '["function",true,"unsupported"]');
  });

  it("bears the script twice, from two addresses", async () => {
    const other = await startServer({ pack: makePack({ filler: 0, stepMs: 5 }).contents });
    try {
      const page = await host(`${SCRIPT}<script type="module" src="${other.url}player.js"></script><script type="module" src="player.js?again"></script>
        <varigrain-player concept="sun" seed="1" steps="2"></varigrain-player>`);
      await page.getByRole("button", { name: "Draw sun" }).click();
      await page.locator(".status").getByText(/^Done in .* for sun/).waitFor();
      assert.deepEqual(opened.problems, []);
    } finally {
      await other.stop();
    }
  });

  it("draws in a sandboxed frame that allows scripts and no more", async () => {
    const player = `${SCRIPT}<varigrain-player concept="sun" seed="1" steps="2"></varigrain-player>`;
    const page = await host('<iframe sandbox="allow-scripts" src="frame.html" width="400" height="600"></iframe>', "", player);
    const frame = page.frameLocator("iframe");
    await frame.getByRole("button", { name: "Draw sun" }).click();
    await frame.locator(".status").getByText(/^Done in .* for sun/).waitFor();
  });

  for (const [lacks, policy, told] of /** @type {[string, string, RegExp][]} */ ([
    ["WebAssembly", "default-src 'self'; script-src 'self'; worker-src 'self'", /wasm-unsafe-eval/],
    ["workers", "default-src 'self'; worker-src 'none'; script-src 'self' 'wasm-unsafe-eval'", /worker-src/],
    ["connections", "default-src 'self'; connect-src 'none'; script-src 'self' 'wasm-unsafe-eval'", /connect-src/],
  ])) {
    it(`a policy without ${lacks}: an error of ours names what it must have`, async () => {
      const page = await host(`${SCRIPT}<varigrain-player concept="sun" seed="1" steps="2"></varigrain-player>`, policy);
      await page.waitForFunction(() => customElements.get("varigrain-player"));
      if (lacks !== "workers") {
        // A worker of the same site has a policy of its own, which its server sends.
        await page.route("**/worker.js", async (route) => {
          const response = await route.fetch();
          await route.fulfill({ response, headers: { ...response.headers(), "content-security-policy": policy } });
        });
      }
      const { code, message, ours } = await page.evaluate(async () => {
        const { Varigrain, VarigrainError } = await import(/** @type {any} */ (new URL("player.js", document.baseURI).href));
        const error = await Varigrain.load({ model: "models/emoji-128/", backend: "cpu" }).catch((/** @type {any} */ error) => error);
        return { code: error.code, message: String(error.message), ours: error instanceof VarigrainError };
      });
      assert.ok(ours, message);
      assert.match(message, told, code);
      await page.getByRole("button", { name: "Draw sun" }).click();
      await page.locator(".status").getByText(told).waitFor();
    });
  }

  it("a frame without scripts' workers, and addresses that are none: errors of ours", async () => {
    const page = await host(SCRIPT);
    await page.waitForFunction(() => customElements.get("varigrain-player"));
    const codes = await page.evaluate(async () => {
      const { Varigrain } = await import(/** @type {any} */ (new URL("player.js", document.baseURI).href));
      const codeOf = (/** @type {any} */ options) => Varigrain.load(options).then(() => "none", (/** @type {any} */ error) => `${error.name} ${error.code}`);
      const codes = [await codeOf(undefined), await codeOf({}), await codeOf({ model: "http://[" }), await codeOf({ model: "m/", backend: "gpu" }), await codeOf({ model: "m/", wasm: "http://[" }), await codeOf({ model: "m/", modes: ["x"] })];
      globalThis.Worker = /** @type {any} */ (class { constructor() { throw new DOMException("The operation is insecure.", "SecurityError"); } });
      return [...codes, await codeOf({ model: "models/emoji-128/" })];
    });
    assert.deepEqual(codes, [...Array(6).fill("VarigrainError bad-request"), "VarigrainError unsupported"]);
  });
});
