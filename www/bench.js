/**
 * The benchmark page: what is measured is in lib/bench/parts.js, how it is shown in lib/bench/view.js.
 */
import { copyText } from "./lib/clipboard.js";
import { el, find } from "./lib/dom.js";
import "./components/site-footer.js";
import { adoptShared } from "./components/shared-style.js";
import { VarigrainError } from "./lib/errors.js";
import { describeMachine } from "./lib/bench/adapter.js";
import { resolveModel } from "./lib/models.js";
import { PARTS, parseOptions } from "./lib/bench/options.js";
import { RUN } from "./lib/bench/parts.js";
import { references } from "./lib/bench/reference.js";
import { show } from "./lib/bench/view.js";

/** @typedef {import("./lib/bench/parts.js").Result} Result */
/** @typedef {import("./lib/bench/options.js").Part} Part */

/** @type {Record<Part, string>} */
const LABELS = {
  answer: "Answer",
  start: "First visit",
  passes: "Passes",
  race: "Tilings",
  ops: "Operations",
  lists: "Long lists",
  peer: "onnxruntime-web",
  images: "Images",
  endurance: "Endurance",
  switches: "Switches",
};

adoptShared();
const options = parseOptions(location.search);

const form = /** @type {HTMLFormElement} */ (find("form"));
const go = /** @type {HTMLButtonElement} */ (find("#go"));
const copy = /** @type {HTMLButtonElement} */ (find("#copy"));
const bar = /** @type {HTMLProgressElement} */ (find("progress"));
const seen = /** @type {HTMLElement} */ (find("#seen"));
const spoken = /** @type {HTMLElement} */ (find("#spoken"));
const shown = /** @type {HTMLElement} */ (find("#results"));
const runs = /** @type {HTMLInputElement} */ (find("#runs"));
const tokens = /** @type {HTMLInputElement} */ (find("#tokens"));
const boxes = PARTS.map((part) => {
  const box = el("input", { type: "checkbox", value: part });
  box.checked = options.parts.includes(part);
  // The peer's files are no part of the site: whoever has them says so in the address.
  if (part !== "peer" || box.checked) find("#parts").append(el("label", { class: "check" }, box, LABELS[part]));
  return box;
});
runs.value = String(options.runs);
if (options.tokens) tokens.value = String(options.tokens);

/** @type {Result[]} */
let results = [];
/** @type {AbortController | null} */
let running = null;

/** @param {Result} result */
async function add(result) {
  results.push(result);
  shown.append(show(result));
  if (options.report) await report(JSON.stringify(result));
}

/** @param {string} body */
async function report(body) {
  await fetch("/report", { method: "POST", body }).catch(() => {});
}

/** @param {string} text @param {string} [aloud] */
function say(text, aloud = text) {
  seen.textContent = text;
  if (aloud) spoken.textContent = aloud;
}

/** In place of the last: a canvas belongs to the engine that it was given to. @param {number} side */
function freshCanvas(side) {
  const last = find("canvas");
  const canvas = el("canvas", { width: side, height: side, role: "img", "aria-label": last.getAttribute("aria-label") ?? "" });
  last.replaceWith(canvas);
  return canvas;
}

async function run() {
  const { signal } = (running = new AbortController());
  const parts = PARTS.filter((part) => boxes.some((box) => box.value === part && box.checked));
  const wanted = { ...options, runs: Number(runs.value) || options.runs, tokens: Number(tokens.value) || 0, parts };
  results = [];
  shown.replaceChildren();
  busy(true);
  await add({ part: "machine", date: new Date().toISOString(), options: wanted, ...(await describeMachine()) });
  try {
    wanted.model = await resolveModel(options.model || null);
  } catch (error) {
    await add({ part: "error", of: "start", message: String(error instanceof Error ? error.message : error) });
    parts.length = 0;
  }
  for (const [at, part] of parts.entries()) {
    if (signal.aborted) break;
    spoken.textContent = LABELS[part];
    const progress = (/** @type {string} */ text, /** @type {number} */ share) => {
      say(`${LABELS[part]}: ${text}`, "");
      bar.value = (at + share) / parts.length;
    };
    try {
      await add(await RUN[part]({ options: wanted, signal, progress, canvas: freshCanvas, nursery: find("#nursery") }));
    } catch (error) {
      if (signal.aborted) break;
      const code = error instanceof VarigrainError ? ` (${error.code})` : "";
      await add({ part: "error", of: part, message: `${error instanceof Error ? error.message : error}${code}` });
    }
  }
  say(signal.aborted ? "Cancelled." : "Done.");
  running = null;
  busy(false);
  document.documentElement.dataset.done = "";
  if (options.report) await report("DONE");
}

/** @param {boolean} on */
function busy(on) {
  go.textContent = on ? "Cancel" : "Run";
  go.classList.toggle("stop", on);
  bar.hidden = !on;
  bar.value = 0;
  copy.disabled = on || !results.length;
  for (const field of [runs, tokens, ...boxes]) field.disabled = on;
  if (on) delete document.documentElement.dataset.done;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (running) running.abort();
  else void run();
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape") running?.abort();
});
copy.addEventListener("click", async () => {
  const text = JSON.stringify(results, null, 2);
  if (await copyText(text)) return say("The results are in the clipboard.");
  // Without permission the text is put where it can be copied by hand.
  shown.prepend(el("textarea", { readonly: true, rows: 12, "aria-label": "Results as JSON" }, text));
  say("The results are above the tables.");
});

/** Not where it runs by itself: what is measured there is not to be disturbed. */
async function compare() {
  const recorded = await references();
  if (recorded) find("#reference").append(recorded);
  else find("#reference").remove();
}

say("Ready.", "");
document.documentElement.dataset.ready = "";
// watch.js waits for this.
document.documentElement.dataset.started = "";
if (options.auto) {
  find("#reference").remove();
  void run();
} else void compare();
