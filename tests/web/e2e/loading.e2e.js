/**
 * Everything that can go wrong before the first picture: missing and damaged files, caches, no
 * network, no engine, no WebGPU.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { EMPTY_WASM, TIMEOUT, inRepo, launch, makePack, openBlank, useBlankPage, useSite } from "../helpers.js";

describe("loading a model", { timeout: 10 * TIMEOUT }, () => {
  const { contents, manifest } = makePack({ filler: 0 });
  const hashOf = (/** @type {string} */ role) => manifest.files.find((file) => file.role === role)?.sha256 ?? "";
  const site = useSite({ pack: contents });
  const blank = useBlankPage(site);

  const outcome = (/** @type {string} */ backend = "auto") =>
    blank.page.evaluate(async (backend) => {
      try {
        const vg = await load({ backend: /** @type {"auto"} */ (backend) });
        return { code: "none", message: "", backend: vg.backend };
      } catch (error) {
        const { code, message } = /** @type {{ code: string, message: string }} */ (error);
        return { code, message };
      }
    }, backend);

  const asked = (/** @type {string} */ name) => site.server.requests.filter((path) => path.endsWith(`/${name}`)).length;

  /** @param {string} name @param {Buffer | undefined} bytes @param {number} [times] */
  function serveInstead(name, bytes, times = Infinity) {
    site.server.hooks.override = (path) => (path.endsWith(`/${name}`) && times-- > 0 ? { body: bytes } : null);
  }

  /** A driver that has an adapter to offer and then refuses the device. */
  function refuseDevice() {
    const source = readFileSync(inRepo("tests/web/fake/varigrain_gpu.js"), "utf8");
    const refusal = 'static async create() { throw Object.assign(new Error("the driver said no"), { code: "device" }); }';
    const body = source.replace(/static built.*/, refusal);
    assert.notEqual(body, source);
    site.server.hooks.override = (path) => (path.endsWith("/varigrain_gpu.js") ? { body, type: "text/javascript" } : null);
  }

  function flipped() {
    const bytes = Buffer.from(contents.get("nar.safetensors") ?? "");
    bytes[1000] ^= 1;
    return bytes;
  }

  for (const [what, bytes] of /** @type {[string, Buffer][]} */ ([
    ["has one bit changed", flipped()],
    ["is cut short", contents.get("nar.safetensors")?.subarray(0, 100)],
    ["is too long", Buffer.concat([contents.get("nar.safetensors") ?? Buffer.alloc(0), Buffer.alloc(1)])],
    ["is empty", Buffer.alloc(0)],
  ])) {
    it(`refuses a file that ${what}, having asked for it twice`, async () => {
      serveInstead("nar.safetensors", bytes);
      const { code, message } = await outcome();
      assert.equal(code, "pack-damaged");
      assert.match(message, /nar\.safetensors/);
      assert.equal(asked("nar.safetensors"), 2);
    });

    it(`gets over a file that ${what} only the first time`, async () => {
      serveInstead("nar.safetensors", bytes, 1);
      assert.equal((await outcome()).code, "none");
      assert.equal(asked("nar.safetensors"), 2);
    });
  }

  it("refuses a manifest that is none", async () => {
    serveInstead("manifest.json", Buffer.from("<!doctype html>"));
    assert.equal((await outcome()).code, "pack-damaged");
  });

  for (const name of ["manifest.json", "decoder.safetensors"]) {
    it(`says which address is missing when ${name} is`, async () => {
      site.server.hooks.override = (path) => (path.endsWith(`/${name}`) ? { status: 404 } : null);
      const { code, message } = await outcome();
      assert.equal(code, "pack-missing");
      assert.ok(message.includes(`${site.server.url}models/emoji-128/${name}`), message);
    });
  }

  it("downloads a file once only, and works offline afterwards", async () => {
    await outcome();
    assert.equal((await outcome()).code, "none");
    assert.equal(asked("nar.safetensors"), 1);
    site.server.hooks.override = (path) => (path.includes("/models/") ? { status: 503 } : null);
    assert.equal((await outcome()).code, "none");
  });

  it("replaces a file that was damaged in the cache", async () => {
    await outcome();
    await blank.page.evaluate(async () => {
      const cache = await caches.open("varigrain-pack-v1");
      for (const { url } of await cache.keys()) {
        if (url.includes("sha256-")) await cache.put(url, new Response(new Uint8Array(150_000)));
      }
    });
    assert.equal((await outcome()).code, "none");
    assert.equal(asked("nar.safetensors"), 2);
    assert.equal((await outcome()).code, "none");
    assert.equal(asked("nar.safetensors"), 2);
  });

  it("forgets files that the manifest no longer names", async () => {
    await outcome();
    const left = await blank.page.evaluate(async () => {
      const cache = await caches.open("varigrain-pack-v1");
      const old = new URL("models/emoji-128/sha256-0123", location.href).href;
      await cache.put(old, new Response("old"));
      await load();
      return (await cache.keys()).map(({ url }) => url.split("/").pop()).filter((name) => name === "sha256-0123");
    });
    assert.deepEqual(left, []);
  });

  it("says so when the engine or its worker cannot be loaded", async () => {
    for (const name of ["varigrain_gpu.js", "varigrain_gpu_bg.wasm", "worker.js"]) {
      site.server.hooks.override = (path) => (path.endsWith(`/${name}`) ? { status: 404 } : null);
      const { code } = await outcome();
      assert.equal(code, "engine-missing", name);
    }
  });

  it("takes another engine when told its address", async () => {
    site.server.hooks.override = (path) => (path.includes("/pkg/") ? { status: 404 } : null);
    const loaded = await blank.page.evaluate(async () => {
      const vg = await load({ wasm: "./elsewhere/engine.js" }).catch((error) => error);
      return vg.message;
    });
    assert.match(loaded, /elsewhere\/engine\.js/);
  });

  it("gives up loading when the signal says so", async () => {
    site.server.hooks.override = (path) =>
      path.endsWith("decoder.safetensors") ? { body: contents.get("decoder.safetensors"), delayMs: 30_000 } : null;
    const { code, waited } = await blank.page.evaluate(async () => {
      const from = performance.now();
      const code = await codeOf(() => load({ signal: AbortSignal.timeout(300) }));
      return { code, waited: performance.now() - from };
    });
    assert.equal(code, "aborted");
    assert.ok(waited < 20_000);
  });

  const programs = () => site.server.requests.filter((path) => path.endsWith(".wasm")).map((path) => path.split("/").pop());

  it("uses the processor when asked to, and loads only its program", async () => {
    assert.equal((await outcome("cpu")).backend, "cpu");
    assert.deepEqual(programs(), ["varigrain_cpu_bg.wasm"]);
  });

  it("loads only the graphics processor's program where there is one", async () => {
    assert.equal((await outcome()).backend, "webgpu");
    assert.deepEqual(programs(), ["varigrain_gpu_bg.wasm"]);
  });

  it("falls back to the processor's program if the device is refused, unless WebGPU was insisted on", async () => {
    refuseDevice();
    const { backend, reason } = await blank.page.evaluate(async () => {
      const vg = await load();
      return { backend: vg.backend, reason: vg.reason };
    });
    assert.equal(backend, "cpu");
    assert.match(reason ?? "", /could not be started.*said no/);
    assert.deepEqual(programs(), ["varigrain_gpu_bg.wasm", "varigrain_cpu_bg.wasm"]);
    const insisted = await outcome("webgpu");
    assert.equal(insisted.code, "no-webgpu");
    assert.match(insisted.message, /said no/);
  });

  it("asks for program and weights side by side", async () => {
    // Neither would arrive if it waited for the other.
    const held = ["nar.safetensors", "varigrain_gpu_bg.wasm"];
    site.server.hooks.override = (path) => {
      const name = path.split("/").pop() ?? "";
      if (!held.includes(name)) return null;
      return { body: contents.get(name) ?? EMPTY_WASM, type: "application/wasm", until: () => held.every((other) => asked(other) > 0) };
    };
    assert.equal((await outcome()).code, "none");
  });

  it("takes a program from a host that does not know its type", async () => {
    site.server.hooks.override = (path) => (path.endsWith(".wasm") ? { body: EMPTY_WASM, type: "text/plain" } : null);
    assert.equal((await outcome()).code, "none");
  });

  it("keeps nothing that it has not verified", async () => {
    serveInstead("nar.safetensors", flipped());
    assert.equal((await outcome()).code, "pack-damaged");
    const kept = await blank.page.evaluate(async () => (await (await caches.open("varigrain-pack-v1")).keys()).map(({ url }) => url));
    assert.ok(!kept.some((url) => url.endsWith(hashOf("nar"))), String(kept));
    assert.equal((await outcome("cpu")).code, "pack-damaged");
    site.server.hooks.override = () => null;
    assert.equal((await outcome()).code, "none");
  });

  it("names files in the cache by their hash", async () => {
    await outcome();
    const kept = await blank.page.evaluate(async () => (await (await caches.open("varigrain-pack-v1")).keys()).map(({ url }) => url));
    const names = ["decoder", "grain-map", "nar"].map((role) => `sha256-${hashOf(role)}`);
    assert.deepEqual(kept.map((url) => url.split("/").pop()).sort(), ["manifest.json", ...names].sort());
  });

  it("without WebGPU: refuses it by name, falls back on its own, and says why", async () => {
    const plain = await launch({ webgpu: false });
    try {
      blank.page = await openBlank(plain, site.server);
      const insisted = await outcome("webgpu");
      assert.equal(insisted.code, "no-webgpu");
      assert.match(insisted.message, /WebGPU/);
      const { backend, reason } = await blank.page.evaluate(async () => {
        const vg = await load();
        return { backend: vg.backend, reason: vg.reason };
      });
      assert.equal(backend, "cpu");
      assert.match(reason ?? "", /WebGPU/);
    } finally {
      await plain.close();
      blank.page = await openBlank(site.browser, site.server);
    }
  });
});
