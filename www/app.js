/**
 * The page: connects the parts of `components/` with the model. It uses nothing of Varigrain but
 * its public interface.
 */
import { Varigrain, VarigrainError } from "./varigrain.js";
import { about, propose } from "./lib/estimate.js";
import { formatHash, parseHash } from "./lib/hash-state.js";
import { METHOD_NAMES, filesFor } from "./lib/modes.js";
import { el } from "./lib/dom.js";
import { Drawing } from "./components/drawing.js";
import { duration } from "./components/readout.js";
import { megabytes } from "./components/status-line.js";
import "./components/darkroom.js";
import "./components/gallery.js";
import "./components/notice.js";
import "./components/prompt.js";

/** @typedef {import("./varigrain.js").Mode} Mode */
/** @typedef {import("./varigrain.js").Progress} Progress */
/** @typedef {import("./lib/request.js").Wish} Wish */
/** @typedef {import("./components/darkroom.js").Run} Run */

const MODEL = "./models/emoji-128/";

/**
 * @template {Element} T
 * @param {string} selector
 * @returns {T}
 */
const find = (selector) => /** @type {T} */ (document.querySelector(selector));

const prompt = /** @type {import("./components/prompt.js").Prompt} */ (find("vg-prompt"));
const darkroom = /** @type {import("./components/darkroom.js").Darkroom} */ (find("vg-darkroom"));
const gallery = /** @type {import("./components/gallery.js").Gallery} */ (find("vg-gallery"));
const notice = /** @type {import("./components/notice.js").Notice} */ (find("vg-notice"));
const status = /** @type {import("./components/status-line.js").StatusLine} */ (find("vg-status-line"));
const backendChip = /** @type {HTMLElement} */ (find("#backend"));

/** @type {Varigrain | null} */
let varigrain = null;
/** @type {Drawing | null} the one under way */
let drawing = null;
/** What is on show, which need not be what the form says. */
let title = "";
/** @type {Wish} */
let shown = {};

/** `?backend=cpu` or `?backend=webgpu` insists on one; for comparing them, and for tests. */
function wantedBackend() {
  const asked = new URLSearchParams(location.search).get("backend");
  return asked === "cpu" || asked === "webgpu" ? asked : "auto";
}

async function load() {
  try {
    varigrain = await Varigrain.load({ model: MODEL, backend: wantedBackend(), onProgress });
  } catch (error) {
    darkroom.progress = null;
    status.say("The model is not loaded.");
    report(error, { label: "Try again", act: load });
    return;
  }
  darkroom.progress = null;
  prompt.classes = varigrain.classes;
  prompt.inert = false;
  prompt.method.modes = varigrain.modes;
  const bytes = weight(["nar"]);
  // What both need is here already.
  prompt.method.missing = varigrain.modes.includes("ar") ? { ar: weight(varigrain.modes) - bytes } : {};
  tellBackend();
  const plan = varigrain.backend === "cpu" ? propose(varigrain.warmUpMs) : null;
  if (plan) prompt.steps = plan.steps;
  const takes = plan ? ` A picture of ${plan.steps} steps takes ${about(plan.ms)} here.` : "";
  const size = `${varigrain.classes.concepts.length} concepts, ${megabytes(bytes)} MB.`;
  status.say(`Ready.${takes}`, `Ready: ${size}${takes}`);
  document.documentElement.dataset.ready = "";
  const linked = applyHash();
  // A link is an invitation to see its picture; but on the CPU that is for the visitor to decide.
  if (linked && varigrain.backend === "webgpu") void draw(prompt.request);
}

/** @param {readonly Mode[]} modes @returns {number} bytes of the files that these generators need */
function weight(modes) {
  return filesFor(varigrain?.info.files ?? [], modes).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** @param {Progress} progress */
function onProgress(progress) {
  const { phase, loaded, total, mode } = progress;
  if (mode && phase === "ready") prompt.method.missing = {};
  // The download goes on when the drawing that asked for it was stopped.
  if (mode && !drawing?.waiting) return;
  status.loading(progress);
  if (phase !== "download") darkroom.progress = 1;
  else darkroom.progress = total ? loaded / total : 0;
}

function tellBackend() {
  if (!varigrain) return;
  const cpu = varigrain.backend === "cpu";
  const name = cpu ? "the processor" : "WebGPU";
  const changed = !backendChip.textContent?.includes(name);
  backendChip.hidden = false;
  backendChip.textContent = `Runs on ${name}`;
  backendChip.toggleAttribute("data-cpu", cpu);
  if (varigrain.reason && changed) {
    const { slow, steps, ms } = propose(varigrain.warmUpMs);
    const advice = slow
      ? `The processor would have to draw instead, and is too slow for that here: ${about(ms)} for a picture of only ${steps} steps. You may try it all the same.`
      : "Drawing on the processor instead: the same pictures, but slower. Fewer steps help.";
    notice.show({ kind: "note", text: `${varigrain.reason} ${advice}`, code: "no-webgpu" });
  }
}

/** @param {Wish} wish */
async function draw(wish) {
  if (!varigrain || drawing) return;
  const own = (drawing = new Drawing(wish));
  const begun = performance.now();
  notice.clear();
  prompt.busy = true;
  const name = describe(wish);
  history.replaceState(null, "", `#${formatHash(wish)}`);
  status.say("Drawing …", `Drawing ${name}`);
  darkroom.bringIntoView();
  await own.draw(varigrain, {
    begin() {
      // Not sooner: until then the last picture is still on show, with its own title and link.
      title = name;
      shown = { ...wish, mode: methodOf(own.runs) };
      darkroom.begin(
        own.runs.map(({ mode }) => mode),
        title,
      );
    },
    step({ mode }, step) {
      darkroom.add(mode, step);
      status.say(`Drawing: ${own.progress}`, "");
    },
  });
  const { finished, failures, runs } = own;
  if (finished.length) {
    const request = { ...wish, mode: methodOf(finished) };
    gallery.add({ request, title: name, style: styleName(wish), runs: finished });
  }
  if (own.stopped) status.say("Stopped.");
  else if (failures.length) {
    status.say("The picture was not finished.");
    report(failures[0], { label: "Try again", act: () => void draw(wish) });
  } else status.say(`Done in ${duration(performance.now() - begun)}: ${tally(runs)} for ${title}.`);
  drawing = null;
  prompt.busy = false;
  darkroom.progress = null;
  // A lost device may have moved the work to the processor.
  tellBackend();
}

/** @param {Run[]} runs @returns {import("./lib/modes.js").Method} */
function methodOf(runs) {
  return runs.length > 1 ? "both" : runs[0].mode;
}

/** @param {Run[]} runs */
function tally(runs) {
  const counts = runs.map(({ mode, steps }, at) => {
    const how = runs.length > 1 ? ` ${METHOD_NAMES[mode].toLowerCase()}` : "";
    return `${steps.at(-1)?.tokens}${at ? "" : " codes"}${how}`;
  });
  return counts.join(", ");
}

/**
 * @param {unknown} error
 * @param {{ label: string, act: () => void }} way
 */
function report(error, way) {
  const known = error instanceof VarigrainError;
  const text = known ? error.message : `Something unforeseen happened: ${error}`;
  notice.show({ kind: "problem", text, code: known ? error.code : undefined, way });
}

/** @param {Wish} request */
function describe({ concept, category }) {
  const { concepts = [], categories = [] } = varigrain?.classes ?? {};
  const named = concepts.find(({ id }) => id === concept) ?? categories.find(({ id }) => id === category);
  return named?.name ?? "anything";
}

/** @param {Wish} request */
function styleName({ style }) {
  return varigrain?.classes.styles.find(({ id }) => id === style)?.name ?? "any style";
}

/** @returns {boolean} whether the address asked for something */
function applyHash() {
  if (!varigrain || location.hash.length < 2) return false;
  const { request, problems } = parseHash(location.hash, varigrain.classes, varigrain.modes);
  prompt.request = request;
  if (problems.length) notice.show({ kind: "note", text: problems.join(" ") });
  return Object.keys(request).length > 0 && !problems.length;
}

/** @param {string} extension */
function fileName(extension) {
  const how = shown.mode && shown.mode !== "nar" ? [shown.mode] : [];
  const parts = ["varigrain", title, shown.style ?? "any", String(shown.seed), ...how];
  return `${parts.join("-").replace(/[^\p{L}\p{N}]+/gu, "-")}.${extension}`;
}

function download() {
  if (!darkroom.steps.length) return;
  darkroom.print().toBlob((blob) => {
    if (!blob) return;
    const url = URL.createObjectURL(blob);
    el("a", { href: url, download: fileName("png") }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  });
}

async function copyLink() {
  const link = `${location.origin}${location.pathname}#${formatHash(shown)}`;
  try {
    await navigator.clipboard.writeText(link);
    status.say("The link to this picture is in the clipboard.");
  } catch {
    history.replaceState(null, "", link);
    status.say("The link to this picture is in the address bar.");
  }
}

darkroom.bar.action("Save PNG", download);
darkroom.bar.action("Copy link", () => void copyLink());
prompt.addEventListener("generate", (event) => void draw(/** @type {CustomEvent} */ (event).detail));
prompt.addEventListener("stop", () => drawing?.stop());
prompt.addEventListener("request-change", () => {
  if (!drawing) history.replaceState(null, "", `#${formatHash(prompt.request)}`);
});
gallery.addEventListener("revisit", (event) => {
  if (drawing) return;
  const revisited = /** @type {CustomEvent<import("./components/gallery.js").Drawing>} */ (event).detail;
  ({ title, request: shown } = revisited);
  prompt.request = shown;
  history.replaceState(null, "", `#${formatHash(shown)}`);
  darkroom.revisit(revisited.runs, title);
  status.say(`${title}, seed ${shown.seed}.`);
});
addEventListener("hashchange", () => applyHash());
addEventListener("keydown", (event) => {
  if (event.key === "Escape") drawing?.stop();
});

darkroom.progress = 0;
status.say("Starting …");
void load();
