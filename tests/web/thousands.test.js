import assert from "node:assert/strict";
import { it } from "node:test";
import { thousands } from "../../www/lib/thousands.js";

it("numbers have commas as everywhere else", () => {
  for (const value of [0, 7, 999, 1000, 12345.6, 999999.5, 1234567, -4096]) assert.equal(thousands(value), Math.round(value).toLocaleString("en"), String(value));
});
