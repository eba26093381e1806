/** What a host is given to measure: one model at a time, and the peer's networks of it. */
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { filesIn, gather } from "../../scripts/peer/gather.mjs";
import { folderName } from "../../www/lib/bench/lab.js";
import { inRepo, makePack } from "./helpers.js";

describe("the folder of a benchmark", () => {
  /** @type {string} */
  let site;
  const put = (/** @type {string} */ path, /** @type {string | Buffer} */ text = "") => {
    mkdirSync(join(site, path, ".."), { recursive: true });
    writeFileSync(join(site, path), text);
  };

  beforeEach(() => {
    site = mkdtempSync(join(tmpdir(), "varigrain-site-"));
    const models = [{ id: "photos-256", folder: "photos-256/" }, { id: "coder", folder: "coder/" }];
    put("models/index.json", JSON.stringify({ default: "photos-256", opening: "photos-256", models }));
    for (const [name, bytes] of makePack({ kind: "encodes-only", filler: 0 }).contents) put(`models/coder/${name}`, bytes);
    for (const path of ["bench.html", "style.css.br", "docs/paper.md", "docs/bench/h100.json", "recordings/a.json", "models/photos-256/examples/daisy.jpg", "models/photos-256/README.md"]) put(path);
    for (const file of ["manifest.json", "decoder.safetensors", "nar.safetensors"]) copyFileSync(inRepo(`www/models/photos-256/${file}`), join(site, "models/photos-256", file));
    for (const file of ["encoder", "grain-map"]) put(`models/photos-256/${file}.safetensors`);
  });
  afterEach(() => rmSync(site, { recursive: true }));

  const listed = () => JSON.parse(readFileSync(join(site, "models/index.json"), "utf8"));

  it("has every model, its networks for the peer, and nothing that measuring does not need", () => {
    gather(site);
    assert.deepEqual(filesIn(site).sort(), [
      ...["bench.html", "docs/bench/h100.json", "models/coder/decoder.safetensors", "models/coder/manifest.json", "models/index.json"],
      ...["decoder.safetensors", "grain-map.safetensors", "manifest.json", "nar.safetensors"].map((name) => `models/photos-256/${name}`),
      ...["decoder.onnx", "transformer.onnx"].map((name) => `peer/photos-256/${name}`),
    ]);
    const { default: usual, models } = listed();
    assert.deepEqual([usual, models.length], ["photos-256", 2]);
    // The weights are as small as the pack's; tables and the operators come on top.
    const bytes = (/** @type {string} */ path) => readFileSync(join(site, path)).length;
    assert.ok(bytes("peer/photos-256/transformer.onnx") < 1.1 * bytes("models/photos-256/nar.safetensors"));
  });

  it("has one model where only that is named, which is then the one that is measured", () => {
    gather(site, { models: ["coder"], roles: ["encoder"] });
    assert.deepEqual(filesIn(site).sort(), ["bench.html", "docs/bench/h100.json", "models/coder/encoder.safetensors", "models/coder/manifest.json", "models/index.json"]);
    assert.deepEqual(listed(), { default: "coder", opening: "coder", models: [{ id: "coder", folder: "coder/" }] });
    assert.throws(() => gather(site, { models: ["photos-256"] }), /no model “photos-256”.*there is coder/);
  });

  it("is found by the name of the model's folder", () => {
    assert.deepEqual(["https://example.org/site/models/photos-256/", "http://localhost/a%20pack"].map(folderName), ["photos-256", "a pack"]);
  });
});
