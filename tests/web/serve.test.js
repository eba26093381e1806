import assert from "node:assert/strict";
import { mkdtemp, mkdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createStaticServer, parseMount } from "../../scripts/serve.mjs";

describe("the static server", () => {
  /** @type {string} */
  let folder;
  /** @type {import("node:http").Server} */
  let server;
  let port = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "serve-"));
    await mkdir(join(folder, "site/sub"), { recursive: true });
    await mkdir(join(folder, "pkg"));
    await writeFile(join(folder, "secret.txt"), "secret");
    await writeFile(join(folder, "site/index.html"), "top");
    await writeFile(join(folder, "site/sub/index.html"), "sub");
    await writeFile(join(folder, "pkg/a.wasm"), "wasm");
    await symlink(join(folder, "secret.txt"), join(folder, "site/link.txt"));
    server = createStaticServer([`${folder}/site`, `/pkg=${folder}/pkg`].map(parseMount));
    await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(null)));
    port = /** @type {import("node:net").AddressInfo} */ (server.address()).port;
  });
  after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  /**
   * Node's own client: fetch would tidy up the paths that these tests are about.
   *
   * @param {string} path
   * @param {string} [method]
   * @param {Record<string, string>} [headers]
   * @returns {Promise<{ status: number | undefined, type: string | undefined, coding: string | undefined, body: string }>}
   */
  const get = (path, method = "GET", headers = {}) =>
    new Promise((resolve, reject) => {
      request({ port, path, method, headers, host: "127.0.0.1" }, (response) => {
        let body = "";
        response.on("data", (piece) => (body += piece));
        response.on("end", () => {
          const { "content-type": type, "content-encoding": coding } = response.headers;
          resolve({ status: response.statusCode, type, coding, body });
        });
      })
        .on("error", reject)
        .end();
    });

  it("serves several roots with the types that browsers insist on", async () => {
    const coding = undefined;
    assert.deepEqual(await get("/"), { status: 200, type: "text/html; charset=utf-8", coding, body: "top" });
    assert.equal((await get("/sub/")).body, "sub");
    assert.deepEqual(await get("/pkg/a.wasm"), { status: 200, type: "application/wasm", coding, body: "wasm" });
    assert.equal((await get("/", "HEAD")).body, "");
    assert.equal((await get("/sub")).status, 301);
  });

  it("sends a compressed copy to those who understand it, if it is not older than the file", async () => {
    const file = join(folder, "pkg/a.wasm");
    await writeFile(`${file}.br`, "br");
    await writeFile(`${file}.gz`, "gz");
    const body = async (/** @type {string} */ accepted) => (await get("/pkg/a.wasm", "GET", { "accept-encoding": accepted })).body;
    assert.equal(await body("gzip, deflate, br, zstd"), "br");
    assert.equal(await body("gzip;q=1.0, br;q=0"), "gz");
    assert.equal(await body("identity"), "wasm");
    const { type, coding } = await get("/pkg/a.wasm", "GET", { "accept-encoding": "br" });
    assert.deepEqual([type, coding], ["application/wasm", "br"]);
    const later = new Date(Date.now() + 5000);
    await utimes(file, later, later);
    assert.equal(await body("br, gzip"), "wasm");
    // Copies are no way out of the folder either.
    await symlink(join(folder, "secret.txt"), join(folder, "site/index.html.br"));
    assert.equal((await get("/", "GET", { "accept-encoding": "br" })).body, "top");
  });

  for (const path of ["/../secret.txt", "/%2e%2e/secret.txt", "/pkg/..%2f..%2fsecret.txt", "/link.txt", "/nothing", "/%00"]) {
    it(`does not serve ${path}`, async () => {
      assert.equal((await get(path)).status, 404);
    });
  }

  it("refuses what it cannot read or do", async () => {
    assert.equal((await get("/%zz")).status, 400);
    assert.equal((await get("/", "POST")).status, 405);
  });
});
