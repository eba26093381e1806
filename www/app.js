/**
 * The playground: connects the form, the player and the address. Before the model is there it shows a
 * recorded generation; then the same player draws live. It uses nothing of Varigrain but its public
 * interface.
 */
import { bringIntoView, find } from "./lib/dom.js";
import { METHOD_NAMES, filesFor } from "./lib/modes.js";
import { completedBy, styleOf, thingOf } from "./lib/drawn.js";
import { about, propose } from "./lib/estimate.js";
import { asVarigrainError } from "./lib/errors.js";
import { advice, isOffline, onceOnline } from "./lib/trouble.js";
import { Address } from "./address.js";
import { Keeping } from "./keeping.js";
import { lease } from "./lib/shared-model.js";
import { Shelf, piecesOf } from "./lib/shelf.js";
import { backendChip, gallery, notice, pixels, player, prompt, status, stored, tabs } from "./parts.js";
import { megabytes } from "./components/player/words.js";
import { openPanel } from "./components/panels.js";
import { adoptShared } from "./components/shared-style.js";

/** @typedef {import("./varigrain.js").Mode} Mode */
/** @typedef {import("./varigrain.js").Varigrain} Varigrain */
/** @typedef {import("./lib/request.js").Wish} Wish */
/** @typedef {import("./components/gallery.js").Drawing} Drawing */

adoptShared();
const keeping = new Keeping(notice, stored);
const address = new Address();

/** What the other panels may work on. */
const shelf = new Shelf();
/** @type {Varigrain | null} */
let varigrain = null;
let drawing = false;
let loading = false;
/** Pressed before the model was there. */
let wanted = false;

/** `?backend=cpu` or `?backend=webgpu` insists on one; for comparing them, and for tests. */
const asked = new URLSearchParams(location.search).get("backend");
if (asked) player.setAttribute("backend", asked);

async function load() {
  if (loading || varigrain) return;
  loading = true;
  try {
    varigrain = address.varigrain = await player.load();
  } catch (error) {
    loading = false;
    status.say("The model is not loaded.");
    setBusy((wanted = false));
    report(asVarigrainError(error), { label: "Try again", act: load });
    return;
  }
  prompt.classes = varigrain.classes;
  prompt.method.modes = varigrain.modes;
  const bytes = weight(["nar"]);
  // What both need is here already.
  prompt.method.missing = varigrain.modes.includes("ar") ? { ar: weight(varigrain.modes) - bytes } : {};
  tellBackend();
  const plan = varigrain.backend === "cpu" ? propose(varigrain.warmUpMs) : null;
  if (plan) prompt.steps = plan.steps;
  const takes = plan ? ` A picture of ${plan.steps} steps takes ${about(plan.ms)} here.` : "";
  const size = `${varigrain.classes.concepts.length} concepts, ${megabytes(bytes)} MB.`;
  status.say(`Ready to draw.${takes}`, `Ready: ${size}${takes}`);
  document.documentElement.dataset.ready = "";
  void keeping.look(varigrain);
  const linked = follow();
  if (!linked && !location.hash) prompt.suggest(player.shown);
  // A link is an invitation to see its picture; but on the CPU that is for the visitor to decide.
  if (wanted || (linked && varigrain.backend === "webgpu")) void draw(prompt.request);
  else setBusy(false);
}

/** @param {readonly Mode[]} modes @returns {number} bytes of the files that these generators need */
function weight(modes) {
  return filesFor(varigrain?.info.files ?? [], modes).reduce((sum, { bytes }) => sum + bytes, 0);
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
  if (drawing) return;
  wanted = false;
  setBusy((drawing = true));
  notice.clear();
  const { count } = address.view;
  player.setAttribute("count", String(count));
  address.write(wish);
  bringIntoView(player);
  const { outcome, request, tracks, errors } = await player.generate(wish);
  drawing = false;
  // Of two generators one may have drawn, whatever became of the other.
  const finished = tracks.filter(({ steps }) => steps.at(-1)?.done);
  if (finished.length) {
    const modes = [...new Set(finished.map(({ mode }) => mode))];
    const mode = modes.length > 1 ? "both" : modes[0];
    const names = varigrain?.classes;
    const made = completedBy(request, finished);
    for (const piece of piecesOf(finished, request, names)) shelf.add(piece);
    gallery.add({ request: { ...request, mode }, title: thingOf(made, names), style: styleOf(made, names), count, tracks: finished });
  }
  if (outcome === "failed") {
    status.say("The picture was not finished.");
    report(errors[0], { label: "Try again", act: () => void draw(wish) });
  }
  setBusy(false);
  // A lost device may have moved the work to the processor.
  tellBackend();
  if (varigrain) void keeping.look(varigrain);
}

/** @param {boolean} busy */
function setBusy(busy) {
  prompt.busy = busy;
}

/**
 * @param {import("./lib/errors.js").VarigrainError} error
 * @param {{ label: string, act: () => void }} way
 */
function report(error, way) {
  const act = isOffline(error) ? onceOnline(way.act, () => notice.clear()) : way.act;
  const text = `${error.message} ${advice(error)}`.trim();
  // Another browser is not a button away.
  const on = error.code === "unsupported" ? undefined : { ...way, act };
  notice.show({ kind: "problem", text, code: error.code, way: on });
}

// ---- panels and the address --------------------------------------------------------------------

/** The same model as the player's; what a panel downloads is told to the panel. */
function studio() {
  const backend = asked === "cpu" || asked === "webgpu" ? asked : "auto";
  return { model: lease({ model: player.model, backend }), shelf, open: turnTo };
}

function openTab() {
  void openPanel(tabs.value, studio);
}

/** @param {string} tab */
function turnTo(tab) {
  tabs.value = tab;
  address.look({ tab: tabs.value });
  address.write();
  openTab();
  tabs.querySelector(`#tab-${tab}`)?.scrollIntoView({ block: "nearest" });
}

/** @returns {boolean} whether the address asked for a picture */
function follow() {
  const asks = address.follow();
  openTab();
  return asks;
}

// ---- what happens ------------------------------------------------------------------------------

player.addEventListener("status", (event) => {
  const { text, aloud } = /** @type {CustomEvent<{ text: string, aloud: string }>} */ (event).detail;
  status.say(text, aloud);
});
player.addEventListener("progress", (event) => {
  const progress = /** @type {import("./varigrain.js").Progress} */ (/** @type {Event & { detail?: any }} */ (event).detail);
  if (progress.part) return;
  if (progress.mode && progress.phase === "ready") prompt.method.missing = {};
  // The download goes on when the drawing that asked for it was stopped.
  if (progress.phase !== "ready" && (!progress.mode || drawing)) status.loading(progress);
});
player.addEventListener("error", (event) => {
  event.preventDefault();
  // Of a drawing, draw() tells; all that is left is the recording, which nobody asked for.
});
player.addEventListener("layerchange", () => {
  address.look({ layer: player.layer });
  if (!drawing) address.write();
});
player.addEventListener("move", () => {
  for (const button of document.querySelectorAll("[data-save], #link, #embed")) {
    /** @type {HTMLButtonElement} */ (button).disabled = !player.steps.length;
  }
});
for (const button of document.querySelectorAll("[data-save]")) {
  const format = /** @type {import("./components/player/desk.js").Format} */ (/** @type {HTMLElement} */ (button).dataset.save);
  button.addEventListener("click", () => void player.save(format));
}
find("#link").addEventListener("click", () => void address.copyLink());
find("#embed").addEventListener("click", () => void address.copyEmbed());
pixels.addEventListener("change", () => {
  address.look({ pixels: pixels.checked });
  player.toggleAttribute("pixels", pixels.checked);
});
prompt.addEventListener("generate", (event) => {
  if (varigrain) return void draw(/** @type {CustomEvent<Wish>} */ (event).detail);
  setBusy((wanted = true));
  status.say("Will draw as soon as the model is here.");
  // It may have failed before.
  void load();
});
prompt.addEventListener("stop", () => {
  player.stop();
  if (wanted) setBusy((wanted = false));
});
prompt.addEventListener("request-change", () => {
  address.look({ count: prompt.count });
  if (!drawing) address.write(prompt.request);
});
tabs.addEventListener("tab", () => {
  address.look({ tab: tabs.value });
  address.write(prompt.request);
  openTab();
});
gallery.addEventListener("revisit", (event) => {
  if (drawing) return;
  if (tabs.value) turnTo("");
  const { request, title, count, tracks } = /** @type {CustomEvent<Drawing>} */ (event).detail;
  address.look({ count });
  prompt.count = count;
  prompt.request = request;
  player.show(tracks, { title, request });
  address.write(request);
  const how = request.mode && request.mode !== "nar" ? `, ${METHOD_NAMES[request.mode].toLowerCase()}` : "";
  status.say(`${player.caption}${how}, seed ${request.seed}.`);
  bringIntoView(player);
});
addEventListener("hashchange", () => follow());
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  player.stop();
  if (wanted) setBusy((wanted = false));
});

address.apply();
openTab();
// A link has a picture of its own; whoever comes without one sees at once what this is about.
if (location.hash.length < 2) player.start();
status.say("Starting …");
void keeping.start();
void load();
