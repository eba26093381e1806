/** Where the native program lies that browsers are compared with. */
import { join } from "node:path";

const target = process.env.CARGO_TARGET_DIR ?? join(process.env.HOME ?? "", ".cache/varigrain/target");

/** Its path. */
export const program = process.env.VARIGRAIN ?? join(target, "release/varigrain");
