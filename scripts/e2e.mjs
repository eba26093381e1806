/**
 * The browser suites, several at a time, each in a process of its own, and how long each took.
 *
 *   node scripts/e2e.mjs [SUITE ...]
 *
 *   SUITE   "pages" (those with a stand-in for the engine), "engine" (those that need pkg/ and the native
 *           program), or the name of a suite, such as "api"; all of them if none is named
 *   JOBS    how many run at once (one more than there are processors: suites wait a lot)
 *   FRESH=1 also runs those that have passed with the same inputs (unchanged.mjs)
 */
import { spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { hasPassed, keepPassed, suiteInputs, version } from "./unchanged.mjs";

const FOLDER = fileURLToPath(new URL("../tests/web/e2e/", import.meta.url));
const ENDING = ".e2e.js";

/** They take longest, so they begin first: at the end a long one would run alone. */
const LONG = ["shipped", "axes", "engine", "lighthouse", "page", "kernels", "encode", "offline", "models", "bench"];

/** @param {string} name */
const needsEngine = (name) => /from "\.\.\/real\.js"/.test(readFileSync(`${FOLDER}${name}${ENDING}`, "utf8"));

/** @param {string[]} wanted */
function suites(wanted) {
  const all = readdirSync(FOLDER).filter((file) => file.endsWith(ENDING)).map((file) => file.slice(0, -ENDING.length));
  const groups = {
    pages: () => all.filter((name) => !needsEngine(name)),
    engine: () => all.filter(needsEngine),
  };
  const of = (/** @type {string} */ name) => {
    if (name === "pages" || name === "engine") return groups[name]();
    if (all.includes(name)) return [name];
    throw new Error(`there is no suite "${name}"; there are: ${all.join(", ")}`);
  };
  const chosen = wanted.length ? [...new Set(wanted.flatMap(of))] : all;
  const rank = (/** @type {string} */ name) => (LONG.includes(name) ? LONG.indexOf(name) : LONG.length);
  return chosen.sort((a, b) => rank(a) - rank(b));
}

const browsers = [process.env.CHROMIUM ?? "chromium", "chromium-headless-shell"].map(version).join();
const inputs = (/** @type {string} */ name) => suiteInputs(`tests/web/e2e/${name}${ENDING}`, browsers);

/**
 * @param {string} name
 * @returns {Promise<{ name: string, passed: boolean, seconds: number, unchanged?: boolean }>}
 */
async function runSuite(name) {
  const seen = inputs(name);
  if (hasPassed(`e2e/${name}`, seen)) return { name, passed: true, seconds: 0, unchanged: true };
  const from = performance.now();
  const child = spawn(process.execPath, ["--test", "--test-reporter=spec", `${FOLDER}${name}${ENDING}`], { stdio: ["ignore", "pipe", "pipe"] });
  /** @type {Buffer[]} */
  const output = [];
  child.stdout.on("data", (data) => output.push(data));
  child.stderr.on("data", (data) => output.push(data));
  const code = await new Promise((resolve) => child.on("close", resolve));
  const seconds = (performance.now() - from) / 1000;
  process.stdout.write(`--- ${name}\n${Buffer.concat(output)}\n`);
  // What changed while it ran is not what passed.
  if (code === 0 && inputs(name) === seen) keepPassed(`e2e/${name}`, seen);
  return { name, passed: code === 0, seconds };
}

const waiting = suites(process.argv.slice(2));
/** @type {Awaited<ReturnType<typeof runSuite>>[]} */
const results = [];
async function lane() {
  for (let name = waiting.shift(); name; name = waiting.shift()) results.push(await runSuite(name));
}
await Promise.all(Array.from({ length: Number(process.env.JOBS ?? availableParallelism() + 1) }, lane));

console.log("Seconds by suite:");
for (const { name, passed, seconds } of results.filter((it) => !it.unchanged).sort((a, b) => b.seconds - a.seconds)) {
  console.log(`${seconds.toFixed(1).padStart(8)}  ${name}${passed ? "" : "  FAILED"}`);
}
const failed = results.filter(({ passed }) => !passed);
const unchanged = results.filter((it) => it.unchanged);
if (unchanged.length) console.log(`nothing has changed since these passed: ${unchanged.map(({ name }) => name).join(", ")}`);
console.log(`suites: ${results.length - failed.length} passed, ${failed.length} failed, ${unchanged.length} of those that passed not run again`);
process.exit(failed.length ? 1 : 0);
