/** Where cargo puts what it compiles: outside the checkout, as in the Makefile. */
import { join } from "node:path";

export const TARGET = process.env.CARGO_TARGET_DIR ?? join(process.env.HOME ?? "", ".cache/varigrain/target");
