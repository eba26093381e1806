/**
 * `<vg-saved-picture>`: opens what was asked for with a picture that was saved here. A button, and the whole page for
 * files that are dropped on it. Fires "saved-picture" with the file.
 */
import { ElementBase, define } from "../lib/define.js";
import { el, emit } from "../lib/dom.js";

/** @param {DragEvent} event */
const hasFiles = ({ dataTransfer }) => [...(dataTransfer?.types ?? [])].includes("Files");

export class SavedPicture extends ElementBase {
  /** In no document: it is only there to ask for a file. */
  #file = el("input", { type: "file", accept: "image/png" });
  #button = el("button", { type: "button", class: "quiet" }, "Open a saved PNG");

  constructor() {
    super();
    this.#button.addEventListener("click", () => this.#file.click());
    this.#file.addEventListener("change", () => {
      const file = this.#file.files?.[0];
      if (file) emit(this, "saved-picture", file);
      // So that the same file may be chosen again.
      this.#file.value = "";
    });
  }

  connectedCallback() {
    if (!this.childElementCount) this.append(this.#button);
    document.addEventListener("dragover", this.#over);
    document.addEventListener("dragleave", this.#out);
    document.addEventListener("drop", this.#drop);
  }

  disconnectedCallback() {
    document.removeEventListener("dragover", this.#over);
    document.removeEventListener("dragleave", this.#out);
    document.removeEventListener("drop", this.#drop);
  }

  /** A panel that takes pictures itself has said so by then. @param {DragEvent} event */
  #over = (event) => {
    const ours = hasFiles(event) && !event.defaultPrevented;
    document.documentElement.toggleAttribute("data-dropping", ours);
    if (ours) event.preventDefault();
  };

  /** @param {DragEvent} event */
  #out = ({ relatedTarget }) => {
    if (!relatedTarget) document.documentElement.removeAttribute("data-dropping");
  };

  /** Left alone, a browser would show the file in the page's place. @param {DragEvent} event */
  #drop = (event) => {
    document.documentElement.removeAttribute("data-dropping");
    if (!hasFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) emit(this, "saved-picture", file);
  };
}

define("vg-saved-picture", SavedPicture);
