// Checks on a WebAssembly file, without dependencies.
//
//   node scripts/check-wasm.mjs linked FILE   the constructor trap, on a file with names
//
// The constructor trap: crates under Burn register themselves through static constructors.
// A linker that finds constructors nobody calls takes the module for a command and wraps
// every export in a function that runs all of them first. That makes each call from
// JavaScript many times slower and lets memory grow. The crate calls them itself, once; then
// the linker wraps nothing. It names its wrappers `<export>.command_export`.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";

const CUSTOM = 0;
const IMPORT = 2;
const CODE = 10;
const SECTIONS = ["custom", "type", "import", "function", "table", "memory", "global", "export",
  "start", "element", "code", "data", "data count", "tag"];

/**
 * @typedef {object} Section
 * @property {number} id
 * @property {string} name
 * @property {number} size
 * @property {Reader} body reads the contents
 */

class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes, at = 0, end = bytes.length) {
    if (end > bytes.length) throw new Error("the file ends too early");
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }
  get more() {
    return this.at < this.end;
  }
  byte() {
    if (this.at >= this.end) throw new Error("the file ends too early");
    return this.bytes[this.at++];
  }
  u32() {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const b = this.byte();
      value += (b & 0x7f) * 2 ** shift;
      if (b < 0x80) return value;
    }
    throw new Error("a number is longer than five bytes");
  }
  /** @param {number} n */
  skip(n) {
    if (this.at + n > this.end) throw new Error("the file ends too early");
    this.at += n;
  }
  /** @param {number} n */
  sub(n) {
    const from = this.at;
    this.skip(n);
    return new Reader(this.bytes, from, this.at);
  }
  name() {
    const r = this.sub(this.u32());
    return Buffer.from(r.bytes.buffer, r.bytes.byteOffset + r.at, r.end - r.at).toString("utf8");
  }
}

/**
 * The sections of a module.
 * @param {Uint8Array} bytes
 * @returns {Section[]}
 */
export function sections(bytes) {
  const r = new Reader(bytes);
  const magic = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  if (magic.some((m) => r.byte() !== m)) throw new Error("not a WebAssembly module");
  const found = [];
  while (r.more) {
    const id = r.byte();
    const size = r.u32();
    const body = r.sub(size);
    const name = id === CUSTOM ? body.name() : (SECTIONS[id] ?? `section ${id}`);
    found.push({ id, name, size, body });
  }
  return found;
}

/** @param {Reader} r */
const again = (r) => new Reader(r.bytes, r.at, r.end);

/**
 * Names by function index, or null where the file has no name section.
 * @param {Section[]} all
 * @returns {Map<number, string> | null}
 */
export function functionNames(all) {
  const section = all.find((s) => s.id === CUSTOM && s.name === "name");
  if (!section) return null;
  const names = new Map();
  const r = again(section.body);
  while (r.more) {
    const kind = r.byte();
    const part = r.sub(r.u32());
    if (kind !== 1) continue;
    for (let n = part.u32(); n > 0; n--) names.set(part.u32(), part.name());
  }
  return names;
}

/** @param {Section[]} all */
function importedFunctions(all) {
  const section = all.find((s) => s.id === IMPORT);
  if (!section) return 0;
  const r = again(section.body);
  const limits = () => {
    const flags = r.byte();
    r.u32();
    if (flags & 1) r.u32();
  };
  let functions = 0;
  for (let n = r.u32(); n > 0; n--) {
    r.name();
    r.name();
    const kind = r.byte();
    if (kind === 0) {
      functions++;
      r.u32();
    } else if (kind === 1) {
      r.byte();
      limits();
    } else if (kind === 2) {
      limits();
    } else if (kind === 3) {
      r.skip(2);
    } else if (kind === 4) {
      r.byte();
      r.u32();
    } else {
      throw new Error(`an import of unknown kind ${kind}`);
    }
  }
  return functions;
}

/**
 * What is wrong with a linked module as far as static constructors go: a list of sentences.
 * @param {Uint8Array} bytes
 * @returns {string[]}
 */
export function constructorFaults(bytes) {
  const all = sections(bytes);
  const names = functionNames(all);
  if (!names || names.size === 0) return ["it has no function names, so nothing can be checked"];
  const faults = [];

  const wrapped = [...names.values()].filter((n) => n.endsWith(".command_export"));
  if (wrapped.length > 0) {
    const some = wrapped.slice(0, 3).join(", ");
    faults.push(`the linker wrapped ${wrapped.length} exports in calls of all constructors (${some}` +
      `${wrapped.length > 3 ? ", …" : ""}): __wasm_call_ctors must be called once, from the start function`);
  }

  // The opposite fault: no wrapper and no call either, so the constructors never run.
  const ctors = [...names].find(([, n]) => n === "__wasm_call_ctors")?.[0];
  const code = all.find((s) => s.id === CODE);
  if (ctors !== undefined && code) {
    const r = again(code.body);
    const count = r.u32();
    const index = ctors - importedFunctions(all);
    for (let i = 0; i < count && i <= index; i++) {
      const body = r.sub(r.u32());
      // A body of two bytes has no locals and no instructions: there are no constructors.
      if (i === index && body.end - body.at > 2 && !mentionsCall(code.body, ctors)) {
        faults.push("nothing calls __wasm_call_ctors, so the static constructors never run");
      }
    }
  }
  return faults;
}

/**
 * Looks for the bytes of `call index`, in the linker's padded form and in the short one. That
 * can find a call where there is none, never miss one.
 * @param {Reader} r
 * @param {number} index
 */
function mentionsCall(r, index) {
  const short = [];
  for (let v = index; ; v = Math.floor(v / 128)) {
    short.push((v % 128) | (v >= 128 ? 0x80 : 0));
    if (v < 128) break;
  }
  const padded = [0, 1, 2, 3, 4].map((i) => (Math.floor(index / 128 ** i) % 128) | (i < 4 ? 0x80 : 0));
  const code = Buffer.from(r.bytes.buffer, r.bytes.byteOffset + r.at, r.end - r.at);
  return code.includes(Buffer.from([0x10, ...padded])) || code.includes(Buffer.from([0x10, ...short]));
}

/** @param {number} n */
const mib = (n) => `${(n / 2 ** 20).toFixed(2)} MiB`;

/** @param {string[]} args */
function main([command, ...files]) {
  if (command === "linked" && files.length === 1) {
    const bytes = readFileSync(files[0]);
    const big = sections(bytes).sort((a, b) => b.size - a.size).slice(0, 4);
    console.log(`linked: ${mib(bytes.length)} (${big.map((s) => `${s.name} ${mib(s.size)}`).join(", ")})`);
    const faults = constructorFaults(bytes);
    for (const fault of faults) console.error(`${basename(files[0])}: ${fault}`);
    if (faults.length > 0) return 1;
    console.log("static constructors: no export is wrapped");
    return 0;
  }
  console.error("usage: check-wasm.mjs linked FILE");
  return 2;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = main(process.argv.slice(2));
}
