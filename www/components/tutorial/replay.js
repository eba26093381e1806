/**
 * `<vg-tut-replay recording="…" model="…">`: a player that shows a recorded drawing, and a button to draw one live.
 * Its attributes are the player's.
 */
import { define } from "../../lib/define.js";
import { el } from "../../lib/dom.js";
import { VarigrainPlayer } from "../player/player.js";
import { Figure } from "./figure.js";
import { askedBackend } from "./live.js";

const CONTROLS = "layers play timeline legend readout seed style draw status";

export class ReplayFigure extends Figure {
  /** @override */
  async build() {
    const player = new VarigrainPlayer();
    for (const { name, value } of this.attributes) if (!name.startsWith("data-")) player.setAttribute(name, value);
    player.setAttribute("controls", CONTROLS);
    if (askedBackend() !== "auto") player.setAttribute("backend", askedBackend());
    const note = el("p", { class: "hint" }, "“Draw” asks the model, on this device. It is downloaded once.");
    this.replaceChildren(player, note);
    player.start();
  }
}

define("vg-tut-replay", ReplayFigure);
