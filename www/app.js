/**
 * The playground: connects the form, the player and the address. Before the model is there it shows a
 * recorded generation; then the same player draws live. It uses nothing of Varigrain but its public
 * interface.
 */
import { ALTERED, canvasTells } from "./lib/canvas-check.js";
import { bringIntoView, isComposing } from "./lib/dom.js";
import { METHOD_NAMES } from "./lib/modes.js";
import { thingOf } from "./lib/drawn.js";
import { modelOf } from "./lib/models.js";
import { Address } from "./address.js";
import { Costs } from "./costs.js";
import { Keeping } from "./keeping.js";
import { Linked } from "./linked.js";
import { Session } from "./session.js";
import { Sharing } from "./sharing.js";
import { skipByKey, tellCodes } from "./opening.js";
import { offeredBy, showBefore } from "./before.js";
import { Painter } from "./painter.js";
import { PanelTabs } from "./panel-tabs.js";
import { stepsHere } from "./pace.js";
import { Processors } from "./processors.js";
import { report, tellRefused } from "./report.js";
import { gallery, notice, picker, pixels, player, prompt, status, stored, tabs } from "./parts.js";
import { Invitation } from "./components/invitation.js";
import { adoptShared } from "./components/shared-style.js";

/** @typedef {import("./varigrain.js").Varigrain} Varigrain */
/** @typedef {import("./lib/request.js").Wish} Wish */
/** @typedef {import("./lib/models.js").ModelEntry} ModelEntry */
/** @typedef {import("./components/gallery.js").Drawing} Drawing */

adoptShared();
const keeping = new Keeping(notice, stored);
const address = new Address();

/** What the form is to hold once the model is there, instead of what the address says. @type {Wish | null} */
let pending = null;

// ---- which model -------------------------------------------------------------------------------

const session = new Session({
  listed(models) {
    address.models = models;
    picker.models = models.models;
    return address.model ?? (address.asks || address.unlisted ? models.usual : models.opening);
  },
  alone: () => address.linked !== null && !address.unlisted && !painter.wanted && !pending,
  changed(entry, first) {
    address.picture = null;
    processors.forget(entry !== address.entry);
    address.entry = entry;
    address.varigrain = null;
    delete document.documentElement.dataset.ready;
    picker.value = entry.id;
    prompt.forget();
    invitation.clear();
    sharing.offer();
    if (!first) notice.clear();
    painter.changed(first);
    show(entry);
    panels.open();
  },
  ready,
  failed(what, error, again) {
    processors.waiting.over();
    status.say(what);
    painter.rest();
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

const costs = new Costs(session);
const panels = new PanelTabs(address, session, {
  use: useModel,
  missing: (mode) => costs.missing(mode),
  backend: () => processors.asked,
});
const processors = new Processors(session, () => {
  const { wanted } = painter;
  session.again();
  // Whoever has pressed the button already need not do so again.
  if (wanted) painter.wish();
});
const invitation = new Invitation(player);
/** @type {Painter} */
const painter = new Painter(address, session, { invitation, keeping, processors, sharing, openLinked });

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
  costs.ready(varigrain);
  processors.tell();
  document.documentElement.dataset.ready = "";
  if (address.linked === null || painter.wanted || pending) return begin(varigrain, entry);
  painter.rest();
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
  costs.tell(varigrain, entry);
  // A link is an invitation to see its picture; but on the CPU that is for the visitor to decide.
  if (painter.wanted || (asks && backend === "webgpu")) return void painter.draw(prompt.request);
  painter.rest();
  if (asks || (switched && !player.tracks.length)) invite();
}

/** What is asked for is a press away, where one expects to see it. */
function invite() {
  invitation.offer(`Draw ${thingOf(prompt.request, session.varigrain?.description)}`, costs.words, () => void painter.draw(prompt.request));
}

/** There is nothing to be drawn with it: the panel for pictures of one's own is shown instead. @param {ModelEntry} entry */
function encodesOnly({ name }) {
  status.say("", `Ready: ${name}, for pictures of your own.`);
  pending = null;
  painter.rest();
  follow();
  address.look({ tab: tabs.value });
  address.write();
  tellRefused(address.refused);
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
  if (progress.mode && progress.phase === "ready") costs.came(progress.mode);
  painter.loading(progress);
});
player.addEventListener("error", (event) => {
  event.preventDefault();
  // Of a drawing, the painter tells; all that is left is the recording, which nobody asked for.
});
player.addEventListener("layerchange", () => {
  address.look({ layer: player.layer });
  if (!painter.drawing) address.write();
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
  if (session.varigrain) return void painter.draw(/** @type {CustomEvent<Wish>} */ (event).detail);
  painter.wish();
  // It may have failed before.
  void session.start();
});
prompt.addEventListener("stop", () => painter.stop());
prompt.addEventListener("switch", (event) => {
  const { entry, prompt: asked } = /** @type {CustomEvent<import("./lib/elsewhere.js").Offer>} */ (event).detail;
  pending = { prompt: asked };
  useModel(entry);
});
prompt.addEventListener("request-change", () => {
  address.look({ count: prompt.count });
  if (!painter.drawing) address.write(prompt.request);
  if (invitation.open) invite();
});
tabs.addEventListener("tab", () => {
  address.look({ tab: tabs.value });
  address.write(prompt.request);
  panels.open();
});
gallery.addEventListener("revisit", (event) => {
  if (painter.drawing || !session.models) return;
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
  painter.follow(asks ? prompt.request : null);
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !isComposing(event)) painter.stop();
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
