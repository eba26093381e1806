#!/usr/bin/env node
/**
 * Works out natively what the benchmark's fixed picture is, of each model that draws, and writes docs/bench/answers.json.
 *
 *     cargo build --release && node scripts/answers.mjs
 *
 * For after another version of a model; a test says so.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sampleNatively } from "../tests/web/real.js";
import { ASKED, hashOf } from "../www/lib/bench/answer.js";
import { root } from "./recorder.mjs";

const folder = join(root, "www/models");
const { models } = JSON.parse(readFileSync(join(folder, "index.json"), "utf8"));
/** @type {import("../www/lib/bench/answer.js").Answers} */
const answers = {};
for (const { folder: own } of models) {
  const { name, version, files } = JSON.parse(readFileSync(join(folder, own, "manifest.json"), "utf8"));
  if (!files.some((/** @type {{ role: string }} */ { role }) => role === ASKED.mode)) continue;
  const golden = sampleNatively(join(folder, own), ["--seed", String(ASKED.seed), "--steps", String(ASKED.steps), "--temperature", String(ASKED.temperature)]);
  answers[name] = { version: String(version), codes: await hashOf(golden) };
  console.log(name, answers[name]);
}
writeFileSync(join(root, "docs/bench/answers.json"), `${JSON.stringify(answers, null, 2)}\n`);
