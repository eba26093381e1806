/**
 * What a player can save: the picture, its steps as GIF or as a film, its grain map. Loaded when it is
 * first asked for.
 */
import { rolesOf } from "../../lib/axes.js";
import { toBase64 } from "../../lib/base64.js";
import { needCanvas } from "../../lib/canvas-check.js";
import { el } from "../../lib/dom.js";
import { completedBy, thingOf } from "../../lib/drawn.js";
import { coloursOf } from "../../lib/grain-look.js";
import { later } from "../../lib/later.js";
import { byParts } from "../../lib/phrase.js";
import { isAddress, loadModels } from "../../lib/models.js";
import { formatState } from "../../lib/page-state.js";
import { countOf } from "../../lib/player-options.js";
import { promptOf } from "../../lib/request.js";
import { REQUEST } from "../../lib/saved-picture.js";
import { grainSvg } from "../../lib/view/grain-svg.js";
import { drawSheet, sheetLayout } from "../../lib/view/sheet.js";
import { indexAt, pace } from "../../lib/view/timeline.js";
import { withText } from "../../lib/png-text.js";

/** @typedef {import("./player.js").VarigrainPlayer} VarigrainPlayer */
/** @typedef {import("./desk.js").Format} Format */
/** @typedef {{ scale?: number, words?: Record<string, string> }} PngOptions `scale`: times the model's own pixels; `words`: what the file carries, by keyword */

/** Pixels of a poster's longer side. */
const POSTER = 256;
/** How long the finished picture stays before all begins again. */
const HOLD_MS = 1600;
/** Best first; Safari has no WebM but films of its own. */
const OTHER_PIXELS = "the file would not have the picture's own pixels";
const FILM_TYPES = ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm", "video/mp4"];

/**
 * @param {VarigrainPlayer} player
 * @param {Format} format
 * @param {PngOptions} [options]
 */
export async function save(player, format, options) {
  if (!player.steps.length) return;
  if (format === "gif") needCanvas(OTHER_PIXELS);
  if (format === "png") return offer(await png(player, { ...options, words: options?.words ?? (await wordsOf(player)) }), nameOf(player, "png"));
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

/**
 * What is on show, in the model's own pixels or so many times larger: smooth, or each pixel as a square where the player
 * shows them so.
 *
 * @param {VarigrainPlayer} player
 * @param {PngOptions} [options]
 * @returns {Promise<Blob>}
 */
export async function png(player, { scale = 1, words } = {}) {
  needCanvas(OTHER_PIXELS);
  const canvas = larger(sheet(player), scale, !player.hasAttribute("pixels"));
  const blob = await canvas.convertToBlob({ type: "image/png" });
  if (!words) return blob;
  return new Blob([withText(new Uint8Array(await blob.arrayBuffer()), words)], { type: blob.type });
}

/**
 * What was asked for, for the playground to open. Of a model that lies elsewhere, and of what was not drawn here, there
 * is nothing to be said.
 *
 * @param {VarigrainPlayer} player
 */
async function wordsOf(player) {
  const { description, model, tracks, layer } = player;
  if (!description || isAddress(model) || tracks[0]?.whole || player.recorded) return undefined;
  const id = model || (await loadModels().catch(() => null))?.usual.id;
  if (!id) return undefined;
  /** @type {import("../../lib/page-state.js").View} */
  const view = { count: countOf(player.getAttribute("count")), layer, pixels: player.hasAttribute("pixels"), hidden: [], tab: "" };
  return { [REQUEST]: formatState(player.shown, view, { id, description }), Title: player.caption, Software: "Varigrain" };
}

/** @param {VarigrainPlayer} player */
function sheet({ tracks, timeline }) {
  const shown = tracks.filter(({ steps }) => steps.length);
  const side = shown[0].steps[0].image.width;
  const { width, height, places } = sheetLayout(tracks, side);
  const canvas = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  for (const [n, { steps }] of tracks.entries()) {
    const step = steps[indexAt(timeline.at, timeline.ticks, steps.length)];
    if (step) context.putImageData(step.image, places[n].x, places[n].y);
  }
  return canvas;
}

/** @param {OffscreenCanvas} canvas @param {number} scale @param {boolean} smooth */
function larger(canvas, scale, smooth) {
  if (scale === 1) return canvas;
  const scaled = new OffscreenCanvas(Math.round(canvas.width * scale), Math.round(canvas.height * scale));
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (scaled.getContext("2d"));
  context.imageSmoothingEnabled = smooth;
  context.imageSmoothingQuality = "high";
  context.drawImage(canvas, 0, 0, scaled.width, scaled.height);
  return scaled;
}

/**
 * What is on show as a small WebP in an address of its own, for markup; browsers that write none take PNG.
 *
 * @param {VarigrainPlayer} player
 * @returns {Promise<string>}
 */
export async function poster(player) {
  needCanvas(OTHER_PIXELS);
  const canvas = sheet(player);
  const blob = await larger(canvas, Math.min(1, POSTER / Math.max(canvas.width, canvas.height)), true).convertToBlob({ type: "image/webp", quality: 0.7 });
  return `data:${blob.type};base64,${toBase64(new Uint8Array(await blob.arrayBuffer()))}`;
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
