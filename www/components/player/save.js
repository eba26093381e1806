/**
 * What a player can save: the picture, its steps as GIF or as a film, its grain map. Loaded when it is
 * first asked for.
 */
import { rolesOf } from "../../lib/axes.js";
import { needCanvas } from "../../lib/canvas-check.js";
import { el } from "../../lib/dom.js";
import { completedBy, thingOf } from "../../lib/drawn.js";
import { coloursOf } from "../../lib/grain-look.js";
import { later } from "../../lib/later.js";
import { byParts } from "../../lib/phrase.js";
import { promptOf } from "../../lib/request.js";
import { grainSvg } from "../../lib/view/grain-svg.js";
import { drawSheet, sheetLayout } from "../../lib/view/sheet.js";
import { indexAt, pace } from "../../lib/view/timeline.js";

/** @typedef {import("./player.js").VarigrainPlayer} VarigrainPlayer */
/** @typedef {import("./desk.js").Format} Format */

/** How long the finished picture stays before all begins again. */
const HOLD_MS = 1600;
/** Best first; Safari has no WebM but films of its own. */
const FILM_TYPES = ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm", "video/mp4"];

/**
 * @param {VarigrainPlayer} player
 * @param {Format} format
 */
export async function save(player, format) {
  if (!player.steps.length) return;
  if (format === "png" || format === "gif") needCanvas("the file would not have the picture's own pixels");
  if (format === "png") return offer(await png(player), nameOf(player, "png"));
  if (format === "svg") return offer(svgOf(player), nameOf(player, "svg"));
  if (format === "gif") return offer(await gif(player), nameOf(player, "gif"));
  const film = await webm(player);
  offer(film, nameOf(player, film.type.includes("mp4") ? "mp4" : "webm"));
}

/** @param {VarigrainPlayer} player @param {string} extension */
export function nameOf({ caption, shown, tracks, description }, extension) {
  const [first] = tracks;
  if (first?.whole) return fileName(["varigrain", caption], extension);
  const modes = new Set(tracks.map(({ mode }) => mode));
  const how = modes.size > 1 ? ["both"] : first?.mode === "ar" ? ["ar"] : [];
  const told = tracks.some(({ steps }) => steps[0]?.prompt);
  const made = completedBy(shown, tracks);
  const prompt = promptOf(made);
  if (description && byParts(description.axes)) return fileName(["varigrain", thingOf(made, description), String(first?.seed ?? ""), ...how], extension);
  const manner = description ? rolesOf(description.axes).others.map(({ id }) => prompt[id] ?? "any") : [prompt.style ?? "any"];
  const parts = ["varigrain", told ? thingOf(made) : caption, ...manner, String(first?.seed ?? ""), ...how];
  return fileName(parts, extension);
}

/** @param {readonly string[]} parts @param {string} extension */
function fileName(parts, extension) {
  return `${parts.join("-").replace(/[^\p{L}\p{N}]+/gu, "-")}.${extension}`;
}

/** What is on show, in the model's own pixels. @param {VarigrainPlayer} player @returns {Promise<Blob>} */
export async function png({ tracks, timeline }) {
  const shown = tracks.filter(({ steps }) => steps.length);
  const side = shown[0].steps[0].image.width;
  const { width, height, places } = sheetLayout(tracks, side);
  const canvas = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  for (const [n, { steps }] of tracks.entries()) {
    const step = steps[indexAt(timeline.at, timeline.ticks, steps.length)];
    if (step) context.putImageData(step.image, places[n].x, places[n].y);
  }
  return canvas.convertToBlob({ type: "image/png" });
}

/** @param {VarigrainPlayer} player */
function svgOf({ selected, caption }) {
  const step = selected?.steps.at(-1);
  if (!step) throw new Error("There is no grain map yet.");
  return new Blob([grainSvg(step, { title: caption })], { type: "image/svg+xml" });
}

/** A canvas for all steps, and how to draw each of them. @param {VarigrainPlayer} player @param {number} most */
function film(player, most) {
  const { tracks, timeline, layer } = player;
  const side = Math.floor(most / Math.max(1, Math.ceil(sheetLayout(tracks, 1).width)));
  const canvas = el("canvas", sizeOf(sheetLayout(tracks, side)));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  const colours = coloursOf(player, "--_");
  const draw = (/** @type {number} */ tick) =>
    drawSheet(context, tracks, (n) => indexAt(tick, timeline.ticks, tracks[n].steps.length), { side, layer, colours });
  return { canvas, context, draw };
}

/** @param {VarigrainPlayer} player */
async function gif(player) {
  const { encodeGif } = await later(() => import("../../lib/gif.js"), "../../lib/gif.js", import.meta.url, "What makes GIFs");
  const { canvas, context, draw } = film(player, 384);
  const { width, height } = canvas;
  const { ticks } = player.timeline;
  const frames = Array.from({ length: ticks }, (_, tick) => {
    draw(tick);
    const { data } = context.getImageData(0, 0, width, height);
    return { data, ms: tick === ticks - 1 ? HOLD_MS : pace(ticks, false) };
  });
  return new Blob([encodeGif(width, height, frames)], { type: "image/gif" });
}

/** @param {VarigrainPlayer} player @returns {Promise<Blob>} */
async function webm(player) {
  const type = FILM_TYPES.find((one) => globalThis.MediaRecorder?.isTypeSupported(one));
  if (!type) throw new Error("This browser cannot record films; the GIF works everywhere.");
  const { canvas, draw } = film(player, 768);
  const { ticks } = player.timeline;
  const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: type, videoBitsPerSecond: 4_000_000 });
  /** @type {Blob[]} */
  const pieces = [];
  recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
  const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve));
  draw(0);
  recorder.start();
  for (let tick = 0; tick < ticks; tick++) {
    draw(tick);
    await new Promise((resolve) => setTimeout(resolve, tick === ticks - 1 ? HOLD_MS : pace(ticks, false)));
    // A recorder takes what changes; the last look has to be seen twice to last.
    draw(tick);
  }
  recorder.stop();
  await stopped;
  return new Blob(pieces, { type: type.split(";")[0] });
}

/** @param {Blob} blob @param {string} name */
function offer(blob, name) {
  const url = URL.createObjectURL(blob);
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** @param {{ width: number, height: number }} layout */
const sizeOf = ({ width, height }) => ({ width, height });
