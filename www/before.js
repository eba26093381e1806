/**
 * What the page has of a model before it is there: its recorded drawing, credits, and in the form what its manifest says can
 * be chosen.
 */
import { breathe } from "./lib/breathe.js";
import { find } from "./lib/dom.js";
import { classesOf } from "./lib/manifest-classes.js";
import { checkSupport } from "./lib/support.js";
import { comparePair } from "./opening.js";
import { player, prompt } from "./parts.js";

/** @typedef {import("./address.js").Address} Address */
/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./lib/models.js").ModelEntry} ModelEntry */

/** What the form is told of the model that is used. @param {Session} session @param {ModelEntry} entry */
export const offeredBy = (session, entry) => ({ ideas: entry.ideas, recites: entry.recites, words: entry.words, others: session.others });

/** Told of the recorded drawing, whatever becomes of it: one comes at most. */
const opened = () => new Promise((resolve) => ["move", "error"].forEach((type) => player.addEventListener(type, resolve, { once: true })));

/**
 * @param {Address} address
 * @param {Session} session
 * @param {ModelEntry} entry
 * @param {boolean} asked whether something is asked for already: then neither the recording is played nor is what it shows
 *   put into the form
 */
export function showBefore(address, session, entry, asked) {
  const { recording, credits } = entry;
  comparePair(entry);
  find("#credits").textContent = credits;
  if (recording) player.setAttribute("recording", recording);
  else player.removeAttribute("recording");
  // A link has a picture of its own; whoever comes without one sees at once what this is about.
  const opens = recording !== null && !asked;
  const shown = opens && !player.tracks.length ? opened() : Promise.resolve();
  if (opens) player.start();
  void preview(session, entry, shown, asked);
}

/** Whether anything could be drawn here: else nothing is offered, nor downloaded. */
function supported() {
  try {
    checkSupport();
    return true;
  } catch {
    return false;
  }
}

/** @param {Session} session @param {ModelEntry} entry @param {Promise<unknown>} shown @param {boolean} asked */
async function preview(session, entry, shown, asked) {
  const { turn } = session;
  if (!supported()) return;
  const [classes] = await Promise.all([classesOf(entry), shown]);
  await breathe();
  if (turn !== session.turn || session.varigrain || !classes.axes.length) return;
  // What is asked for is read when the model is there, and takes the place of what is chosen.
  prompt.preview(classes, { ...offeredBy(session, entry), usable: !asked });
  if (!asked) prompt.suggest(player.shown);
}
