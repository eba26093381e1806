/**
 * A make-believe model pack for the fake engine: a manifest, and files whose hashes are right, so that damage to them
 * is noticed.
 */
import { createHash } from "node:crypto";
import { toDescription } from "../../../www/lib/description.js";
import { describe } from "./describe.js";
import { KINDS } from "./packs.js";

/**
 * @param {object} [options]
 * @param {keyof typeof KINDS} [options.kind]
 * @param {number} [options.filler] of the emoji: meaningless concepts to make the list as long as the real one
 * @param {number} [options.fileBytes]
 * @param {number} [options.stepMs] how long the fake engine takes over one step
 * @param {boolean} [options.ar] false: a pack with one generator only
 * @param {boolean} [options.pairs] tells which combinations of classes were trained: all but those with a filler, and
 *   of other kinds every second; packs that do not tell leave "any" to the network
 */
export function makePack({ kind = "emoji", filler = 1300, fileBytes = 150_000, stepMs = 15, ar = true, pairs = false } = {}) {
  const { name, image, grid, axes: make, roles: own, trained } = KINDS[kind];
  // As a manifest has it: in the order of the alphabet.
  const axes = make(filler).map(({ classes, id, name, ...rest }) => ({ classes, id, name, ...rest }));
  /** @type {Map<string, Buffer>} */
  const contents = new Map();
  const roles = own ?? ["decoder", "grain-map", "nar", "encoder", ...(ar ? ["ar"] : [])];
  const files = roles.map((role, at) => {
    const bytes = Buffer.alloc(fileBytes, at + 1);
    const file = `${role}.safetensors`;
    contents.set(file, bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { name: file, role, bytes: bytes.length, sha256 };
  });
  const classes = { axes, ...(pairs && trained ? { trained: combinations(axes, trained) } : {}) };
  const architecture = { nar: { vocabulary: 64 }, tokenizer: { image, grid } };
  const manifest = { format: 2, name, version: "1", classes, architecture, files, fake: { stepMs } };
  contents.set("manifest.json", Buffer.from(JSON.stringify(manifest)));
  return { manifest, contents };
}

/**
 * What the page knows of such a pack.
 *
 * @param {Parameters<typeof makePack>[0]} [options]
 */
export function describePack(options) {
  return toDescription(describe(makePack({ fileBytes: 10, filler: 0, ...options }).manifest), "https://example.org/models/fake/");
}

/**
 * @param {import("../../../www/lib/description.js").Axis[]} axes
 * @param {string[]} trained
 * @returns {import("../../../www/lib/description.js").Trained}
 */
function combinations(axes, trained) {
  const lists = trained.map((id) => axes.find((axis) => axis.id === id)?.classes ?? []);
  const all = lists.reduce((some, list) => some.flatMap((places) => list.map((_, at) => [...places, at])), /** @type {number[][]} */ ([[]]));
  const filled = lists[1].some(({ id }) => id.startsWith("object-"));
  const emoji = trained[1] === "concept";
  const even = (/** @type {number[]} */ places) => places.reduce((sum, at) => sum + at, 0) % 2 === 0;
  const kept = all.filter((places) => (emoji ? !filled || !lists[1][places[1]].id.startsWith("object-") : even(places)));
  return { axes: trained, combinations: kept };
}
