// Makes small modules by hand and sees that check-wasm.mjs tells the trap from the cure.
import assert from "node:assert/strict";
import test from "node:test";
import { constructorFaults, functionNames, sections } from "./check-wasm.mjs";

/** @param {string} s */
const str = (s) => [s.length, ...Buffer.from(s)];
/** @param {number} id @param {number[]} body */
const section = (id, body) => [id, body.length, ...body];
const END = 0x0b;
const NOP = 0x01;

/**
 * One imported function, then `functions`: `[name, instructions]`.
 * @param {[string, number[]][]} functions
 */
function moduleOf(functions, { names = true } = {}) {
  const bodies = functions.flatMap(([, code]) => [code.length + 2, 0, ...code, END]);
  const entries = ["imported", ...functions.map(([name]) => name)].flatMap((name, i) => [i, ...str(name)]);
  const map = [functions.length + 1, ...entries];
  return Uint8Array.from([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, [1, 0x60, 0, 0]),
    ...section(2, [2, ...str("js"), ...str("f"), 0, 0, ...str("js"), ...str("m"), 2, 0, 1]),
    ...section(3, [functions.length, ...functions.map(() => 0)]),
    ...section(10, [functions.length, ...bodies]),
    ...(names ? section(0, [...str("name"), 1, map.length, ...map]) : []),
  ]);
}

const CALL_1_PADDED = [0x10, 0x81, 0x80, 0x80, 0x80, 0x00];

test("the hand-made module is a valid one", () => {
  const bytes = moduleOf([["__wasm_call_ctors", [NOP]], ["start", CALL_1_PADDED]]);
  assert.ok(WebAssembly.validate(bytes));
  assert.equal(functionNames(sections(bytes))?.get(2), "start");
});

test("constructors called once from the start function: no fault", () => {
  assert.deepEqual(constructorFaults(moduleOf([["__wasm_call_ctors", [NOP]], ["start", CALL_1_PADDED]])), []);
  assert.deepEqual(constructorFaults(moduleOf([["__wasm_call_ctors", [NOP]], ["start", [0x10, 1]]])), []);
});

test("no constructors at all: no fault", () => {
  assert.deepEqual(constructorFaults(moduleOf([["__wasm_call_ctors", []], ["start", []]])), []);
});

test("wrapped exports are a fault", () => {
  const faults = constructorFaults(moduleOf([
    ["__wasm_call_ctors", [NOP]],
    ["run", []],
    ["run.command_export", CALL_1_PADDED],
  ]));
  assert.equal(faults.length, 1);
  assert.match(faults[0], /wrapped 1 exports .*run\.command_export/);
});

test("constructors that nothing calls are a fault", () => {
  assert.match(constructorFaults(moduleOf([["__wasm_call_ctors", [NOP]], ["start", []]]))[0], /never run/);
});

test("a file without names cannot be checked, which is a fault", () => {
  assert.match(constructorFaults(moduleOf([["start", []]], { names: false }))[0], /no function names/);
});

test("damaged files are refused", () => {
  const bytes = moduleOf([["start", []]]);
  assert.throws(() => constructorFaults(bytes.subarray(0, bytes.length - 1)), /ends too early/);
  assert.throws(() => constructorFaults(Uint8Array.from([1, 2, 3])), /not a WebAssembly module|too early/);
});
