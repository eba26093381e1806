/** Caption and credits, for whoever asks: what the picture shows, by which model, and whose works that was trained on. */
import { el } from "../../lib/dom.js";
import { isAddress, loadModels, modelOf } from "../../lib/models.js";

/** @typedef {import("./player.js").VarigrainPlayer} VarigrainPlayer */

export class About {
  #player;
  #button = el("button", { type: "button", "aria-expanded": "false" }, "About this picture");
  #words = el("div", { class: "words", hidden: true });
  element = el("div", { class: "credit", part: "about", hidden: true }, this.#button, this.#words);

  /** @param {VarigrainPlayer} player */
  constructor(player) {
    this.#player = player;
    this.#button.addEventListener("click", () => {
      this.#words.hidden = !this.#words.hidden;
      this.#button.setAttribute("aria-expanded", String(!this.#words.hidden));
      this.fill();
    });
    player.addEventListener("move", () => this.fill());
  }

  /** Only while it is open: the list of models is not downloaded before. */
  fill() {
    if (!this.#words.hidden) void this.#fill();
  }

  async #fill() {
    const player = this.#player;
    const [seed, asked] = [player.selected?.seed, player.model];
    const what = player.caption ? `${player.caption}${seed === undefined ? "" : `, seed ${seed}`}.` : "Nothing is drawn yet.";
    const lines = [el("p", {}, what)];
    // A model that lies elsewhere is in no list.
    const models = isAddress(asked) ? null : await loadModels().catch(() => null);
    const entry = models && (asked ? modelOf(models, asked) : models.usual);
    const name = entry?.name ?? player.description?.name;
    const version = player.description ? `, version ${player.description.version}` : "";
    const made = el("p", {}, name ? `Drawn by Varigrain with the model “${name}”${version}. ${entry?.credits ?? ""}` : "Drawn by Varigrain.");
    if (entry) made.append(" ", el("a", { href: new URL("../../", entry.address).href, target: "_blank", rel: "noopener" }, "The site it is from"));
    lines.push(made);
    // Another picture may be there by now.
    if (asked === player.model && seed === player.selected?.seed) this.#words.replaceChildren(...lines);
  }
}
