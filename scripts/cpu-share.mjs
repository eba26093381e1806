#!/usr/bin/env node
/**
 * How near the wasm CPU package comes to what one thread of this processor can do in wasm: multiplications a second of
 * the transformer and the decoder of a pack, beside a loop that does nothing but multiply and add four numbers at a time.
 *
 *     scripts/wasm.sh && node scripts/cpu-share.mjs [MODEL] [TOKENS]        portraits-256 and 406
 *
 * Needs pkg/. On an idle machine; both run in this Node's V8, which is Chromium's.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transformerInputs, decoderInputs } from "../www/lib/bench/inputs.js";
import { root } from "./recorder.mjs";

const [model = "portraits-256", tokens = "406"] = process.argv.slice(2);
const RUNS = 3;

/** Chains that do not wait for each other: more than a multiplication and an addition take together. */
const CHAINS = 12;
const LOOPS = 2e7;

/** A module whose `run(n)` multiplies and adds vectors of four numbers, `CHAINS` a turn. */
function assemble() {
  const folder = mkdtempSync(join(tmpdir(), "varigrain-peak-"));
  const [text, binary] = [join(folder, "peak.wat"), join(folder, "peak.wasm")];
  const all = Array.from({ length: CHAINS }, (_, n) => n);
  const step = (/** @type {number} */ n) =>
    `(local.set $v${n} (f32x4.add (f32x4.mul (local.get $v${n}) (local.get $a)) (local.get $b)))`;
  writeFileSync(
    text,
    `(module (func (export "run") (param $n i32) (result f32)
      ${all.map((n) => `(local $v${n} v128)`).join(" ")} (local $a v128) (local $b v128)
      (local.set $a (v128.const f32x4 0.5 0.25 0.125 0.75)) (local.set $b (v128.const f32x4 1 2 3 4))
      (loop $again ${all.map(step).join(" ")}
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (f32x4.extract_lane 0 ${all.slice(1).reduce((sum, n) => `(f32x4.add ${sum} (local.get $v${n}))`, "(local.get $v0)")})))`,
  );
  execFileSync(join(root, "node_modules/.bin/wasm-opt"), ["-O1", text, "-o", binary, "--enable-simd"]);
  const bytes = readFileSync(binary);
  rmSync(folder, { recursive: true });
  return bytes;
}

/** @param {() => unknown | Promise<unknown>} work @returns {Promise<number>} seconds, the best of a few runs */
async function best(work) {
  const times = [];
  for (let run = 0; run <= RUNS; run++) {
    const from = performance.now();
    await work();
    times.push((performance.now() - from) / 1000);
  }
  // The first is slower: V8 is still at its code.
  return Math.min(...times.slice(1));
}

const { instance } = await WebAssembly.instantiate(assemble());
const { run } = /** @type {{ run(n: number): number }} */ (/** @type {unknown} */ (instance.exports));
const peak = (4 * CHAINS * LOOPS) / (await best(() => run(LOOPS)));
const told = (/** @type {string} */ what, /** @type {number} */ rate) =>
  console.log(`${what}: ${(rate / 1e9).toFixed(2)} · 10⁹ multiplications a second, ${((100 * rate) / peak).toFixed(0)} %`);
told("peak, one thread of wasm SIMD", peak);

const module = await import(join(root, "pkg/varigrain_cpu.js"));
await module.default({ module_or_path: readFileSync(join(root, "pkg/varigrain_cpu_bg.wasm")) });
const folder = join(root, "www/models", model);
const manifest = readFileSync(join(folder, "manifest.json"));
const engine = await module.Engine.create("cpu");
const { grid, axes, defaults } = JSON.parse(engine.open(manifest));
const { architecture, files } = JSON.parse(manifest.toString());
for (const { name, role } of files) if (["decoder", "nar"].includes(role)) engine.add(name, readFileSync(join(folder, name)));
const sizes = { vocabulary: architecture.nar.vocabulary, grid, axes: axes.length, shares: defaults.nar.shares };
const work = JSON.parse(await engine.work(Number(tokens)));
const asked = (/** @type {string} */ pass) => work.find((/** @type {{ pass: string }} */ one) => one.pass === pass).multiplications;
const list = transformerInputs(sizes, Number(tokens), 1);
const { codes, grains, rows, columns, padding, classes } = list;
const transformer = await best(() => engine.transformerPass(1, codes, grains, rows, columns, padding, classes, true, 1));
told(`transformer, ${list.length} codes, ${transformer.toFixed(2)} s`, asked("transformer") / transformer);
const cells = decoderInputs(sizes, Number(tokens));
const decoder = await best(() => engine.decoderPass(cells, true, 1));
told(`decoder, ${decoder.toFixed(2)} s`, asked("decoder") / decoder);
