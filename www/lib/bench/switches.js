/**
 * Switching from model to model in one page: how long each takes, and what it leaves behind.
 */
import { loadModels, resolveModel } from "../models.js";
import { Varigrain } from "../../varigrain.js";
import { draw, wish } from "./draw.js";
import { heap } from "./images.js";
import { flatness } from "./stats.js";

/** @typedef {import("./parts.js").Bench} Bench */
/** @typedef {import("./parts.js").Result} Result */

/**
 * The models of the site that draw, in turn; one picture of each, then the next takes its place.
 *
 * @param {Bench} bench
 * @returns {Promise<Result>}
 */
export async function switches(bench) {
  const { options, progress, signal } = bench;
  const { models } = await loadModels();
  /** @type {({ at: number, model: string, loaded: number, picture: number | null, heap: number | null } & import("../protocol.js").Memory)[]} */
  const points = [];
  for (let at = 0; at < options.switches; at++) {
    const { id } = models[at % models.length];
    progress(`${id}, switch ${at + 1} of ${options.switches}`, at / options.switches);
    const from = performance.now();
    const varigrain = await Varigrain.load({ model: await resolveModel(id), backend: options.backend, signal });
    try {
      const loaded = performance.now() - from;
      const draws = varigrain.description.generators.includes("nar");
      const canvas = bench.canvas(varigrain.description.image);
      const picture = draws ? (await draw(varigrain, bench, { ...wish(options, at + 1), canvas })).ms : null;
      points.push({ at: at + 1, model: id, loaded, picture, ...(await varigrain.memory()), heap: heap() });
    } finally {
      varigrain.close();
    }
  }
  // Of a model each time the same: what an earlier one left would come on top.
  const memory = Object.fromEntries(
    models.map(({ id }) => {
      const held = points.filter(({ model }) => model === id).map(({ wasm, gpuReserved }) => (wasm ?? 0) + (gpuReserved ?? 0));
      return [id, flatness(held)];
    }),
  );
  const flat = Object.values(memory).every((figure) => figure === null || figure.flat);
  return { part: "switches", backend: options.backend, switches: options.switches, flat, memory, points };
}
