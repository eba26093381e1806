#!/usr/bin/env node
/**
 * Leaves in a gathered site what its benchmark needs, and writes the networks of its models for the peer.
 *
 *     node scripts/peer/gather.mjs FOLDER [--models portraits-256,emoji-128] [--roles decoder,grain-map,nar]
 *
 * `models`: ids of the site's list, the first of them becomes its default; all if nothing is said. `roles`: the files of
 * each pack that stay, all but the encoder if nothing is said. The peer's networks lie in peer/ID/.
 */
import { mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { exportPack } from "./export-onnx.mjs";
import { readManifest } from "./weights.mjs";

/** What no part of the benchmark shows: texts and their pictures, recordings, copies that a simple server does not send. */
const LEFT_OUT = /^docs\/(?!bench\/)|^recordings\/|^models\/[^/]+\/(examples|styles)\/|\.(br|gz|md|csv)$/;

/** @param {string} folder @returns {string[]} paths of all files, with slashes */
export function filesIn(folder, under = "") {
  return readdirSync(join(folder, under), { withFileTypes: true }).flatMap((entry) => {
    const path = under ? `${under}/${entry.name}` : entry.name;
    return entry.isDirectory() ? filesIn(folder, path) : [path];
  });
}

/**
 * @param {string} site
 * @param {object} [options]
 * @param {readonly string[]} [options.models]
 * @param {readonly string[]} [options.roles]
 */
export function gather(site, { models: wanted, roles } = {}) {
  const path = join(site, "models/index.json");
  const list = JSON.parse(readFileSync(path, "utf8"));
  const known = list.models.map((/** @type {{ id: string }} */ { id }) => id);
  const unknown = wanted?.find((id) => !known.includes(id));
  if (unknown !== undefined) throw new Error(`there is no model “${unknown}” in ${path}; there is ${known.join(", ")}`);
  const models = list.models.filter((/** @type {{ id: string }} */ { id }) => !wanted || wanted.includes(id));
  const usual = wanted?.[0] ?? list.default;
  writeFileSync(path, `${JSON.stringify({ ...list, default: usual, opening: usual, models }, null, 2)}\n`);
  const kept = new Set(models.map((/** @type {{ folder: string }} */ { folder }) => folder.replace(/\/$/, "")));
  for (const folder of readdirSync(join(site, "models"), { withFileTypes: true })) {
    if (folder.isDirectory() && !kept.has(folder.name)) rmSync(join(site, "models", folder.name), { recursive: true });
  }
  for (const file of filesIn(site).filter((name) => LEFT_OUT.test(name))) rmSync(join(site, file));
  for (const name of kept) {
    const pack = join(site, "models", name);
    const { files } = readManifest(pack);
    if (files.some((/** @type {{ role: string }} */ { role }) => role === "nar")) {
      const out = join(site, "peer", name);
      mkdirSync(out, { recursive: true });
      for (const [graph, bytes] of Object.entries(exportPack(pack))) writeFileSync(join(out, `${graph}.onnx`), bytes);
    }
    for (const { role, name: file } of files) {
      if (roles ? !roles.includes(role) : role === "encoder") rmSync(join(pack, file), { force: true });
    }
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { models: { type: "string" }, roles: { type: "string" } },
  });
  if (positionals.length !== 1) throw new Error("gather.mjs: name the folder of a gathered site");
  const listed = (/** @type {string | undefined} */ text) => text?.split(/[ ,]+/).filter(Boolean);
  gather(positionals[0], { models: listed(values.models), roles: listed(values.roles) });
}
