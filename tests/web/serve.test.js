import assert from "node:assert/strict";
import { mkdtemp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
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
   * @returns {Promise<{ status: number | undefined, type: string | undefined, body: string }>}
   */
  const get = (path, method = "GET") =>
    new Promise((resolve, reject) => {
      request({ port, path, method, host: "127.0.0.1" }, (response) => {
        let body = "";
        response.on("data", (piece) => (body += piece));
        response.on("end", () => resolve({ status: response.statusCode, type: response.headers["content-type"], body }));
      })
        .on("error", reject)
        .end();
    });

  it("serves several roots with the types that browsers insist on", async () => {
    assert.deepEqual(await get("/"), { status: 200, type: "text/html; charset=utf-8", body: "top" });
    assert.equal((await get("/sub/")).body, "sub");
    assert.deepEqual(await get("/pkg/a.wasm"), { status: 200, type: "application/wasm", body: "wasm" });
    assert.equal((await get("/", "HEAD")).body, "");
    assert.equal((await get("/sub")).status, 301);
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
