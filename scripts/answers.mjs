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
import { kernelsOf, sampleNatively } from "../tests/web/real.js";
import { ASKED, hashOf } from "../www/lib/bench/answer.js";
import { root } from "./recorder.mjs";

const folder = join(root, "www/models");
const { models } = JSON.parse(readFileSync(join(folder, "index.json"), "utf8"));
/** @type {import("../www/lib/bench/answer.js").Answers} */
const answers = {};
for (const { folder: own } of models) {
  const { name, version, files } = JSON.parse(readFileSync(join(folder, own, "manifest.json"), "utf8"));
  if (!files.some((/** @type {{ role: string }} */ { role }) => role === ASKED.mode)) continue;
  const asked = ["--seed", String(ASKED.seed), "--steps", String(ASKED.steps), "--temperature", String(ASKED.temperature)];
  const [codes, int16] = await Promise.all(["webgpu", "cpu"].map((backend) => hashOf(sampleNatively(join(folder, own), [...asked, ...kernelsOf(/** @type {"webgpu" | "cpu"} */ (backend))]))));
  answers[name] = { version: String(version), codes, int16 };
  console.log(name, answers[name]);
}
writeFileSync(join(root, "docs/bench/answers.json"), `${JSON.stringify(answers, null, 2)}\n`);
