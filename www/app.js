/**
 * The playground: connects the form, the player and the address. Before the model is there it shows a
 * recorded generation; then the same player draws live. It uses nothing of Varigrain but its public
 * interface.
 */
import { ALTERED, canvasTells } from "./lib/canvas-check.js";
import { bringIntoView, isComposing } from "./lib/dom.js";
import { METHOD_NAMES, filesFor, modesOf } from "./lib/modes.js";
import { completedBy, mannerOf, thingOf } from "./lib/drawn.js";
import { modelOf } from "./lib/models.js";
import { Address } from "./address.js";
import { Keeping } from "./keeping.js";
import { Linked } from "./linked.js";
import { Session } from "./session.js";
import { Sharing } from "./sharing.js";
import { piecesOf } from "./lib/shelf.js";
import { skipByKey, tellCodes } from "./opening.js";
import { offeredBy, showBefore } from "./before.js";
import { PanelTabs } from "./panel-tabs.js";
import { stepsHere, timeHere } from "./pace.js";
import { Processors } from "./processors.js";
import { report, tellRefused } from "./report.js";
import { gallery, notice, picker, pixels, player, prompt, status, stored, tabs } from "./parts.js";
import { Invitation } from "./components/invitation.js";
import { megabytes } from "./components/player/words.js";
import { adoptShared } from "./components/shared-style.js";

/** @typedef {import("./varigrain.js").Mode} Mode */
/** @typedef {import("./varigrain.js").Part} Part */
/** @typedef {import("./varigrain.js").Varigrain} Varigrain */
/** @typedef {import("./lib/request.js").Wish} Wish */
/** @typedef {import("./lib/models.js").ModelEntry} ModelEntry */
/** @typedef {import("./components/gallery.js").Drawing} Drawing */

adoptShared();
const keeping = new Keeping(notice, stored);
const address = new Address();

let drawing = false;
/** Pressed before the model was there. */
let wanted = false;
/** Pressed again: what that is answered with stays until the model is downloaded. */
let stopped = false;
/** What the address has come to ask for while another was drawn. @type {Wish | null} */
let next = null;
/** What the form is to hold once the model is there, instead of what the address says. @type {Wish | null} */
let pending = null;
/** Bytes that are still to be downloaded before a generator can draw. @type {Partial<Record<Mode, number>>} */
let missing = {};

// ---- which model -------------------------------------------------------------------------------

const session = new Session({
  listed(models) {
    address.models = models;
    picker.models = models.models;
    return address.model ?? (address.asks || address.unlisted ? models.usual : models.opening);
  },
  alone: () => address.linked !== null && !address.unlisted && !wanted && !pending,
  changed(entry, first) {
    next = null;
    address.picture = null;
    stopped = false;
    processors.forget(entry !== address.entry);
    address.entry = entry;
    address.varigrain = null;
    delete document.documentElement.dataset.ready;
    picker.value = entry.id;
    prompt.forget();
    invitation.clear();
    sharing.offer();
    if (!first) {
      notice.clear();
      setBusy((wanted = false));
    }
    show(entry);
    panels.open();
  },
  ready,
  failed(what, error, again) {
    processors.waiting.over();
    status.say(what);
    setBusy((wanted = false));
    report(error, { label: "Try again", act: again });
  },
});

const sharing = new Sharing(address, session);
const linked = new Linked(address, session, {
  shown(track) {
    if (session.entry) sharing.add([track], session.entry);
    bringIntoView(player);
  },
  failed: (error, again) => report(error, { label: "Try again", act: again }),
});

const panels = new PanelTabs(address, session, {
  use: useModel,
  missing: (mode) => missing[mode] ?? 0,
  backend: () => processors.asked,
});
const processors = new Processors(session, () => {
  const drawn = wanted;
  session.again();
  // Whoever has pressed the button already need not do so again.
  if (drawn) wish();
});
const invitation = new Invitation(player);

/** What is known of a model before it is there. @param {ModelEntry} entry */
const show = (entry) => showBefore(address, session, entry, address.asks || pending !== null);

/** What the address asks for is another model's. @param {ModelEntry} entry */
function useModel(entry) {
  history.replaceState(null, "", address.plain(entry));
  session.use(entry);
}

/** @param {Varigrain} varigrain @param {ModelEntry} entry */
function ready(varigrain, entry) {
  processors.waiting.over();
  address.varigrain = varigrain;
  const { description } = varigrain;
  prompt.describe(description, offeredBy(session, entry));
  tellCodes(description);
  panels.fit();
  /** @type {readonly Part[]} */
  const here = session.alone ? ["decode"] : description.generators.slice(0, 1);
  const others = description.generators.filter((mode) => !here.includes(mode));
  // What all of them need is here already.
  missing = Object.fromEntries(others.map((mode) => [mode, weight([...here, mode]) - weight(here)]));
  prompt.method.missing = missing;
  processors.tell();
  document.documentElement.dataset.ready = "";
  if (address.linked === null || wanted || pending) return begin(varigrain, entry);
  setBusy(false);
  follow();
  void linked.open(() => {
    panels.fit();
    show(entry);
    begin(varigrain, entry);
  });
  void keeping.look(varigrain);
}

/** All is there for someone who comes without a picture. @param {Varigrain} varigrain @param {ModelEntry} entry */
function begin(varigrain, entry) {
  const { turn } = session;
  const { backend } = varigrain;
  const here = stepsHere(session);
  if (here) prompt.steps = here;
  if (!varigrain.description.generators.length) return encodesOnly(entry);
  sharing.offer();
  void keeping.look(varigrain);
  const switched = pending;
  let asks = false;
  if (pending) {
    prompt.request = pending;
    // A request that leaves them open is none of a link, which has to come out as it was.
    if (here && pending.steps === undefined) prompt.steps = here;
    address.write(prompt.request);
    pending = null;
  } else {
    asks = follow();
    if (!asks && !address.asks && !prompt.touched) prompt.suggest(player.shown);
    tellRefused(address.refused);
  }
  if (turn !== session.turn) return;
  tellReady(varigrain, entry);
  // A link is an invitation to see its picture; but on the CPU that is for the visitor to decide.
  if (wanted || (asks && backend === "webgpu")) return void draw(prompt.request);
  setBusy(false);
  if (asks || (switched && !player.tracks.length)) invite();
}

/** @param {Varigrain} varigrain @param {ModelEntry} entry */
function tellReady({ description }, entry) {
  const time = timeHere(session, prompt.request);
  const takes = time ? ` A picture of ${time.steps} steps takes ${time.takes} here.` : "";
  const most = [...description.axes].sort((a, b) => b.classes.length - a.classes.length)[0];
  const choice = most ? `${most.classes.length} to choose from by ${most.name.toLowerCase()}, ` : "";
  status.say(`Ready to draw.${takes}`, `Ready: ${entry.name}, ${choice}${megabytes(weight(description.generators.slice(0, 1)))} MB.${takes}`);
}

/** What is asked for is a press away, where one expects to see it. */
function invite() {
  const { request } = prompt;
  const time = timeHere(session, request, prompt.count);
  const more = modesOf(request.mode).reduce((sum, mode) => sum + (missing[mode] ?? 0), 0);
  const words = [time && `On the processor: ${time.takes}.`, more && `${megabytes(more)} MB are downloaded first.`].filter(Boolean).join(" ");
  invitation.offer(`Draw ${thingOf(request, session.varigrain?.description)}`, words, () => void draw(prompt.request));
}

/** There is nothing to be drawn with it: the panel for pictures of one's own is shown instead. @param {ModelEntry} entry */
function encodesOnly({ name }) {
  status.say("", `Ready: ${name}, for pictures of your own.`);
  pending = null;
  setBusy((wanted = false));
  follow();
  address.look({ tab: tabs.value });
  address.write();
  tellRefused(address.refused);
  if (session.varigrain) void keeping.look(session.varigrain);
}

/** @param {readonly Part[]} modes @returns {number} bytes of the files that these parts need */
function weight(modes) {
  return filesFor(session.varigrain?.description.files ?? [], modes).reduce((sum, { bytes }) => sum + bytes, 0);
}

// ---- drawing -----------------------------------------------------------------------------------

/** @param {Wish} wish */
async function draw(wish) {
  const { turn, entry } = session;
  if (drawing || !entry) return;
  wanted = false;
  setBusy((drawing = true));
  notice.clear();
  invitation.clear();
  const { count } = address.view;
  const { picture } = address;
  player.setAttribute("count", String(count));
  address.picture = null;
  address.write(wish);
  bringIntoView(player);
  const begun = performance.now();
  const { outcome, request, tracks, errors } = await player.generate(wish);
  const ms = performance.now() - begun;
  drawing = false;
  // Of two generators one may have drawn, whatever became of the other.
  const finished = tracks.filter(({ steps }) => steps.at(-1)?.done);
  // Of a model that is not used any more there is nothing left to say.
  const description = turn === session.turn ? session.varigrain?.description : undefined;
  if (finished.length && description) {
    const modes = [...new Set(finished.map(({ mode }) => mode))];
    const mode = modes.length > 1 ? "both" : modes[0];
    const made = completedBy(request, finished);
    sharing.add(finished, entry);
    if (outcome !== "failed") processors.took(ms / finished.length, finished[0].steps.length);
    for (const piece of piecesOf(finished, request, description)) session.shelf.add(piece);
    gallery.add({ model: entry.id, request: { ...request, mode }, title: thingOf(made, description), manner: mannerOf(made, description), count, tracks: finished });
  }
  if (turn !== session.turn) return;
  if (picture !== null && address.linked === null && player.tracks.some(({ whole }) => whole)) {
    // Nothing has come in its place.
    address.picture = picture;
    address.write();
    sharing.offer();
  }
  if (outcome === "failed") {
    status.say("The picture was not finished.");
    report(errors[0], { label: "Try again", act: () => void draw(wish) });
  }
  setBusy(false);
  // A lost device may have moved the work to the processor.
  processors.tell();
  if (next) return drawNext();
  if (address.linked !== null) return openLinked();
  if (session.varigrain) void keeping.look(session.varigrain);
}

/** The address has come to have a picture. */
function openLinked() {
  void linked.open(() => {
    panels.fit();
    tellRefused(address.refused);
    status.say("");
  });
}

function drawNext() {
  const wanted = next;
  next = null;
  if (wanted) void draw(wanted);
}

/** Draws as soon as there is a model. */
function wish() {
  stopped = false;
  setBusy((wanted = true));
  status.say("Will draw as soon as the model is here.");
}

function stop() {
  player.stop();
  if (!wanted) return;
  setBusy((wanted = false));
  stopped = true;
  status.say("Stopped. The model is still on its way.");
}

/** @param {boolean} busy */
function setBusy(busy) {
  prompt.busy = busy;
}

// ---- panels and the address --------------------------------------------------------------------

/** @returns {boolean} whether the address asked for a picture */
function follow() {
  const { model } = address;
  if (model && model !== session.entry) {
    session.use(model);
    return false;
  }
  const asks = address.follow();
  panels.open();
  return asks;
}

// ---- what happens ------------------------------------------------------------------------------

player.addEventListener("status", (event) => {
  const { text, aloud } = /** @type {CustomEvent<{ text: string, aloud: string }>} */ (event).detail;
  status.say(text, aloud);
});
player.addEventListener("progress", (event) => {
  const progress = /** @type {import("./varigrain.js").Progress} */ (/** @type {Event & { detail?: any }} */ (event).detail);
  if (!progress.part && !progress.mode) processors.waiting.heard(progress);
  // The decoder alone is for a picture of a link.
  if (progress.part && progress.part !== "decode") return;
  if (progress.mode && progress.phase === "ready") prompt.method.missing = missing = { ...missing, [progress.mode]: 0 };
  // The download goes on when the drawing that asked for it was stopped.
  if (progress.phase !== "download") stopped = false;
  if (progress.phase !== "ready" && (!progress.mode || drawing) && !stopped) status.loading(progress);
});
player.addEventListener("error", (event) => {
  event.preventDefault();
  // Of a drawing, draw() tells; all that is left is the recording, which nobody asked for.
});
player.addEventListener("layerchange", () => {
  address.look({ layer: player.layer });
  if (!drawing) address.write();
});
pixels.addEventListener("change", () => {
  address.look({ pixels: pixels.checked });
  player.toggleAttribute("pixels", pixels.checked);
});
picker.addEventListener("change", () => {
  const chosen = session.models && modelOf(session.models, picker.value);
  if (chosen) useModel(chosen);
});
prompt.addEventListener("generate", (event) => {
  if (session.varigrain) return void draw(/** @type {CustomEvent<Wish>} */ (event).detail);
  wish();
  // It may have failed before.
  void session.start();
});
prompt.addEventListener("stop", stop);
prompt.addEventListener("switch", (event) => {
  const { entry, prompt: asked } = /** @type {CustomEvent<import("./lib/elsewhere.js").Offer>} */ (event).detail;
  pending = { prompt: asked };
  useModel(entry);
});
prompt.addEventListener("request-change", () => {
  address.look({ count: prompt.count });
  if (!drawing) address.write(prompt.request);
  if (invitation.open) invite();
});
tabs.addEventListener("tab", () => {
  address.look({ tab: tabs.value });
  address.write(prompt.request);
  panels.open();
});
gallery.addEventListener("revisit", (event) => {
  if (drawing || !session.models) return;
  if (tabs.value) panels.turnTo("");
  const { model: of, request, title, count, tracks } = /** @type {CustomEvent<Drawing>} */ (event).detail;
  const entry = modelOf(session.models, of);
  if (entry) address.leave(entry);
  address.look({ count });
  prompt.count = count;
  if (entry && entry !== session.entry) {
    pending = request;
    session.use(entry);
  } else prompt.request = request;
  player.show(tracks, { title, request });
  address.write(request);
  const how = request.mode && request.mode !== "nar" ? `, ${METHOD_NAMES[request.mode].toLowerCase()}` : "";
  status.say(`${player.caption}${how}, seed ${request.seed}.`);
  bringIntoView(player);
});
// Back and Forward too: what the address says is what is drawn.
addEventListener("hashchange", () => {
  address.arrived();
  panels.fit();
  const asks = follow();
  // Of a model that is still to come there is more to say when it is there.
  if (!session.varigrain) return;
  tellRefused(address.refused);
  if (!asks && address.linked === null) return;
  next = asks ? prompt.request : null;
  if (drawing) player.stop();
  else if (next) drawNext();
  else openLinked();
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !isComposing(event)) stop();
});

skipByKey();
address.apply();
status.say("Starting …");
void session.start();
// What nothing on the page waits for, in a task of its own, so that the page answers sooner.
setTimeout(() => {
  if (!canvasTells()) {
    notice.show({ kind: "note", text: `${ALTERED}. Drawing still works, but your own pictures cannot be encoded and PNG and GIF files cannot be saved unless its settings allow it for this site.`, code: "canvas" });
  }
});
keeping.start();
// watch.js waits for this.
document.documentElement.dataset.started = "";
