/**
 * The page: connects the parts of `components/` with the model. It uses nothing of Varigrain but
 * its public interface.
 */
import { Varigrain, VarigrainError } from "./varigrain.js";
import { about, propose, remaining } from "./lib/estimate.js";
import { formatHash, parseHash } from "./lib/hash-state.js";
import { el, nextFrame } from "./lib/dom.js";
import { duration } from "./components/readout.js";
import { megabytes } from "./components/status-line.js";
import "./components/gallery.js";
import "./components/notice.js";
import "./components/prompt.js";
import "./components/stage.js";
import "./components/step-strip.js";

/** @typedef {import("./varigrain.js").Step} Step */
/** @typedef {import("./varigrain.js").Progress} Progress */
/** @typedef {import("./lib/request.js").Request} Request */
/** @typedef {import("./components/gallery.js").Drawing} Drawing */

const MODEL = "./models/emoji-128/";
/** A shorter wait is over before it is read. */
const WORTH_SAYING_MS = 2000;

/**
 * @template {Element} T
 * @param {string} selector
 * @returns {T}
 */
const find = (selector) => /** @type {T} */ (document.querySelector(selector));

const prompt = /** @type {import("./components/prompt.js").Prompt} */ (find("vg-prompt"));
const stage = /** @type {import("./components/stage.js").Stage} */ (find("vg-stage"));
const strip = /** @type {import("./components/step-strip.js").StepStrip} */ (find("vg-step-strip"));
const readout = /** @type {import("./components/readout.js").Readout} */ (find("vg-readout"));
const gallery = /** @type {import("./components/gallery.js").Gallery} */ (find("vg-gallery"));
const notice = /** @type {import("./components/notice.js").Notice} */ (find("vg-notice"));
const status = /** @type {import("./components/status-line.js").StatusLine} */ (find("vg-status-line"));
const backendChip = /** @type {HTMLElement} */ (find("#backend"));

/** @type {Varigrain | null} */
let varigrain = null;
/** @type {AbortController | null} the drawing under way */
let drawing = null;
/** What is on show, which need not be what the form says. */
let title = "";
/** @type {Request} */
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
    stage.progress = null;
    status.say("The model is not loaded.");
    report(error, { label: "Try again", act: load });
    return;
  }
  stage.progress = null;
  prompt.classes = varigrain.classes;
  prompt.inert = false;
  const bytes = varigrain.info.files.reduce((sum, file) => sum + file.bytes, 0);
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

/** @param {Progress} progress */
function onProgress(progress) {
  status.loading(progress);
  const { phase, loaded, total } = progress;
  if (phase !== "download") stage.progress = 1;
  else stage.progress = total ? loaded / total : 0;
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

/** @param {Request} request */
async function draw(request) {
  if (!varigrain || drawing) return;
  const { signal } = (drawing = new AbortController());
  const begun = performance.now();
  /** @type {Step[]} */
  const steps = [];
  notice.clear();
  prompt.busy = true;
  const name = describe(request);
  history.replaceState(null, "", `#${formatHash(request)}`);
  status.say("Drawing …", `Drawing ${name}`);
  stage.bringIntoView();
  try {
    for await (const step of varigrain.generate({ ...request, signal })) {
      if (step.index === 0) {
        // Not sooner: until then the last picture is still on show, with its own title and link.
        strip.clear();
        title = name;
        shown = request;
      }
      steps.push(step);
      strip.add(step);
      look(step);
      const left = remaining(steps);
      const wait = left < WORTH_SAYING_MS ? "" : `, ${about(left)} to go`;
      status.say(`Drawing: step ${step.index + 1} of ${step.total}${wait}`, "");
      // The browser paints between tasks; without this, fast steps would all land in one frame.
      await nextFrame();
    }
    gallery.add({ request, title, style: styleName(request), steps });
    const last = steps[steps.length - 1];
    const took = duration(performance.now() - begun);
    status.say(`Done in ${took}: ${last.tokens} codes for ${title}.`);
  } catch (error) {
    status.say(signal.aborted ? "Stopped." : "The picture was not finished.");
    if (!signal.aborted) report(error, { label: "Try again", act: () => void draw(request) });
  } finally {
    drawing = null;
    prompt.busy = false;
    // A lost device may have moved the work to the processor.
    tellBackend();
  }
}

/** @param {Step} step */
function look(step) {
  stage.show(step, title);
  readout.show(step);
  for (const button of stage.actions.querySelectorAll("button")) button.disabled = false;
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

/** @param {Request} request */
function describe({ concept, category }) {
  const { concepts = [], categories = [] } = varigrain?.classes ?? {};
  const named = concepts.find(({ id }) => id === concept) ?? categories.find(({ id }) => id === category);
  return named?.name ?? "anything";
}

/** @param {Request} request */
function styleName({ style }) {
  return varigrain?.classes.styles.find(({ id }) => id === style)?.name ?? "any style";
}

/** @returns {boolean} whether the address asked for something */
function applyHash() {
  if (!varigrain || location.hash.length < 2) return false;
  const { request, problems } = parseHash(location.hash, varigrain.classes);
  prompt.request = /** @type {Request} */ (request);
  if (problems.length) notice.show({ kind: "note", text: problems.join(" ") });
  return Object.keys(request).length > 0 && !problems.length;
}

/** @param {string} extension */
function fileName(extension) {
  const parts = ["varigrain", title, shown.style ?? "any", String(shown.seed)];
  return `${parts.join("-").replace(/[^\p{L}\p{N}]+/gu, "-")}.${extension}`;
}

function download() {
  if (!stage.step) return;
  const canvas = el("canvas", { width: stage.step.image.width, height: stage.step.image.height });
  canvas.getContext("2d")?.putImageData(stage.step.image, 0, 0);
  canvas.toBlob((blob) => {
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

/**
 * @param {string} label
 * @param {() => void} act
 */
function action(label, act) {
  const button = el("button", { type: "button", class: "quiet", disabled: true }, label);
  button.addEventListener("click", act);
  stage.actions.append(button);
}

action("Save PNG", download);
action("Copy link", () => void copyLink());
prompt.addEventListener("generate", (event) => void draw(/** @type {CustomEvent} */ (event).detail));
prompt.addEventListener("stop", () => drawing?.abort());
prompt.addEventListener("request-change", () => {
  if (!drawing) history.replaceState(null, "", `#${formatHash(prompt.request)}`);
});
strip.addEventListener("look", (event) => look(/** @type {CustomEvent<Step>} */ (event).detail));
gallery.addEventListener("revisit", (event) => {
  if (drawing) return;
  const revisited = /** @type {CustomEvent<Drawing>} */ (event).detail;
  ({ title, request: shown } = revisited);
  prompt.request = shown;
  history.replaceState(null, "", `#${formatHash(shown)}`);
  strip.clear();
  for (const step of revisited.steps) strip.add(step);
  look(revisited.steps[revisited.steps.length - 1]);
  status.say(`${title}, seed ${shown.seed}.`);
});
addEventListener("hashchange", () => applyHash());
addEventListener("keydown", (event) => {
  if (event.key === "Escape") drawing?.abort();
});

stage.progress = 0;
status.say("Starting …");
void load();
