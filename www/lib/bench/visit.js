/**
 * A visit that is timed by the page around it: loads, draws, and says when it had got how far, in
 * milliseconds since its navigation.
 */
import { resolveModel } from "../models.js";
import { Varigrain } from "../../varigrain.js";
import { wish } from "./draw.js";

const query = new URLSearchParams(location.search);
const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector("canvas"));
/** @type {Record<string, number>} */
const marks = {};

async function visit() {
  const varigrain = await Varigrain.load({
    model: await resolveModel(query.get("model")),
    backend: query.get("backend") === "cpu" ? "cpu" : "webgpu",
    onProgress: ({ phase }) => (marks[phase] = performance.now()),
  });
  canvas.width = canvas.height = varigrain.description.image;
  let steps = 0;
  for await (const _ of varigrain.generate({ ...wish({ steps: Number(query.get("steps")) }, 1), canvas })) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    steps++;
    marks.firstStep ??= performance.now();
  }
  marks.image = performance.now();
  varigrain.close();
  return steps;
}

visit().then(
  (steps) => parent.postMessage({ marks, steps }, location.origin),
  (error) => parent.postMessage({ error: String(error?.message ?? error) }, location.origin),
);
