/**
 * `<vg-share>`: how large the PNG is saved, and where else it goes: the clipboard, or whatever this device shares with.
 * What a browser does not have is not shown. Fires "share-picture" with `{ to }`.
 */
import { takesPictures } from "../lib/clipboard.js";
import { ElementBase, define } from "../lib/define.js";
import { el, emit } from "../lib/dom.js";

/** @typedef {"clipboard" | "others"} Way */

const SCALES = [1, 2, 4];

/** Whether pictures can be handed to other programs. */
function sharesFiles() {
  try {
    return Boolean(navigator.canShare?.({ files: [new File([""], "picture.png", { type: "image/png" })] }));
  } catch {
    return false;
  }
}

export class Share extends ElementBase {
  #size = el("select", { "aria-label": "Size of the PNG", "data-part": "download" }, ...SCALES.map((scale) => el("option", { value: scale })));
  #copy = el("button", { type: "button", class: "quiet", "data-part": "download", disabled: true }, "Copy picture");
  #share = el("button", { type: "button", class: "quiet", "data-part": "download", disabled: true }, "Share …");

  constructor() {
    super();
    this.smooth = true;
    this.#copy.addEventListener("click", () => this.#tell("clipboard"));
    this.#share.addEventListener("click", () => this.#tell("others"));
  }

  connectedCallback() {
    this.#copy.hidden = !takesPictures();
    this.#share.hidden = !sharesFiles();
    if (!this.childElementCount) this.append(this.#size, this.#copy, this.#share);
  }

  /** @param {Way} to */
  #tell(to) {
    emit(this, "share-picture", { to });
  }

  /** How many times the model's own pixels. */
  get scale() {
    return Number(this.#size.value);
  }

  /** Whether a larger picture is smooth, or has squares for pixels; it is said. @param {boolean} smooth */
  set smooth(smooth) {
    for (const [at, option] of [...this.#size.options].entries()) option.textContent = at ? `${SCALES[at]}×, ${smooth ? "smooth" : "squares"}` : "1×";
  }

  /** @param {boolean} there whether there is a picture */
  set ready(there) {
    this.#copy.disabled = this.#share.disabled = !there;
  }
}

define("vg-share", Share);
