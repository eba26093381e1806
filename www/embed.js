/**
 * The page about embedding: its examples are live. What is written there as a program runs here.
 */
import "./player.js";
import "./components/notice.js";
import "./components/site-footer.js";
import "./components/snippet.js";
import "./components/status-line.js";
import { adoptShared } from "./components/shared-style.js";
import { find } from "./lib/dom.js";
import { asVarigrainError } from "./lib/errors.js";
import { resolveModel } from "./lib/models.js";
import { loadRecording } from "./lib/recording.js";
import { Varigrain } from "./varigrain.js";

adoptShared();
const notice = /** @type {import("./components/notice.js").Notice} */ (find("vg-notice"));
const status = /** @type {import("./components/status-line.js").StatusLine} */ (find("vg-status-line"));
const canvas = /** @type {HTMLCanvasElement} */ (find("#canvas"));
const run = /** @type {HTMLButtonElement} */ (find("#run"));
const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/** As on the playground: `?backend=cpu` or `?backend=webgpu` insists on one. */
const asked = new URLSearchParams(location.search).get("backend");
const backend = asked === "cpu" || asked === "webgpu" ? asked : "auto";

/** The prompts on this page are of this model. */
const MODEL = "emoji-128";

/** The last step of a recording, until someone runs the program. */
async function preview() {
  try {
    const { tracks } = await loadRecording(new URL("recordings/cat-face.json", document.baseURI));
    const last = tracks[0].steps.at(-1);
    if (last && !run.disabled) context.putImageData(last.image, 0, 0);
  } catch {
    // The empty canvas does as well.
  }
}

/** The program on the page, and what it leaves out: saying what goes on, and what went wrong. */
async function draw() {
  run.disabled = true;
  notice.clear();
  /** @type {Varigrain | undefined} */
  let vg;
  try {
    vg = await Varigrain.load({ model: await resolveModel(MODEL), backend, onProgress: (progress) => status.loading(progress) });
    for await (const step of vg.generate({ style: "noto", concept: "cat-face", seed: 1 })) {
      context.putImageData(step.image, 0, 0);
      status.say(`Step ${step.index + 1} of ${step.total}, ${step.codes} of ${step.tokens} codes`, "");
    }
    canvas.setAttribute("aria-label", "cat face, drawn here");
    status.say("Done.");
  } catch (error) {
    const { code, message } = asVarigrainError(error);
    status.say("The picture was not finished.");
    notice.show({ kind: "problem", text: message, code, way: { label: "Try again", act: () => void draw() } });
  } finally {
    vg?.close();
    run.disabled = false;
  }
}

/** What the package's example says. */
function createPlayer() {
  const player = document.createElement("varigrain-player");
  player.setAttribute("model", MODEL);
  player.setAttribute("recording", "recordings/red-heart-both.json");
  player.setAttribute("poster", "posters/red-heart-both.webp");
  player.setAttribute("concept", "red-heart");
  player.setAttribute("mode", "both");
  player.setAttribute("controls", "play timeline draw status");
  find("#both").append(player);
}

createPlayer();
for (const player of document.querySelectorAll("varigrain-player")) {
  if (backend !== "auto") player.setAttribute("backend", backend);
}
run.addEventListener("click", () => void draw());
status.say("Recorded. Run it to draw it here.", "");
void preview();
// watch.js waits for this.
document.documentElement.dataset.started = "";
