/**
 * Where the picture to encode comes from: dropped, pasted, a file, the one just drawn, an example, or the
 * brush.
 */
import { el } from "../../lib/dom.js";
import { fitImage } from "../../lib/fit-image.js";
import { EXAMPLES } from "./examples.js";
import { Pad } from "./pad.js";

/** Larger ones are most likely a mistake, and decoding them may take the tab's memory. */
const LARGEST = 40e6;

/** What cannot be shown is no picture, whatever its name says. */
export class NoPicture extends Error {}

/**
 * The picture in a file, as the model wants it.
 *
 * @param {Blob} file
 * @param {number} size
 * @returns {Promise<ImageData>}
 */
export async function pictureFrom(file, size) {
  if (file.size > LARGEST) throw new NoPicture("This file is too large for a picture. Choose one below 40 MB.");
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) throw new NoPicture("This is no picture that the browser can read. PNG, JPEG, WebP and GIF work everywhere.");
  const image = fitImage(bitmap, size);
  bitmap.close();
  return image;
}

/** The first picture of what was dropped or pasted. @param {DataTransfer | null} transfer */
export function fileIn(transfer) {
  const files = [...(transfer?.files ?? [])];
  return files.find(({ type }) => type.startsWith("image/")) ?? files[0] ?? null;
}

export class Source {
  #pad;
  #file = el("input", { type: "file", accept: "image/*", class: "visually-hidden", tabindex: -1, "aria-hidden": "true" });
  #choose = el("button", { type: "button" }, "Choose a file …");
  #drawn = el("button", { type: "button", disabled: true }, "The picture just drawn");
  #examples = el("div", { class: "idea-row", role: "group", "aria-label": "Examples" });
  element = el(
    "div",
    { class: "source" },
    el("div", { class: "stack" }, this.#choose, this.#file, this.#drawn),
    el("p", { class: "hint" }, "Or drop a picture anywhere here, or paste one. It stays on this device."),
    this.#examples,
  );
  /** @type {() => import("../../lib/shelf.js").Piece | null} */
  #newest;
  /** Only the last that was asked for counts. */
  #asked = 0;
  #title = "";
  /** Pixels along a side, as the model wants them. */
  #size;
  /** @type {(image: ImageData, title: string) => void} */
  onPicture = () => {};
  /** @type {(message: string) => void} */
  onProblem = () => {};

  /** @param {() => import("../../lib/shelf.js").Piece | null} newest what was drawn last @param {number} size of the pictures */
  constructor(newest, size) {
    this.#newest = newest;
    this.#size = size;
    this.#pad = new Pad(size);
    this.element.prepend(this.#pad.element);
    this.#choose.addEventListener("click", () => this.#file.click());
    this.#file.addEventListener("change", () => {
      const file = this.#file.files?.[0];
      // Emptied, so that the same file may be chosen again.
      if (file) void this.take(file).finally(() => (this.#file.value = ""));
    });
    this.#drawn.addEventListener("click", () => {
      const piece = this.#newest();
      if (piece) this.#set(piece.image, piece.title);
    });
    this.#pad.onDraw = () => this.#told(this.#pad.image, "your drawing");
    for (const { title, picture } of EXAMPLES) {
      const button = el("button", { type: "button", class: "idea" }, title);
      button.addEventListener("click", () => void this.#get(async () => picture(this.#size), title));
      this.#examples.append(button);
    }
  }

  get title() {
    return this.#title;
  }

  /** Whether there is something that was drawn. */
  refresh() {
    this.#drawn.disabled = !this.#newest();
  }

  /** @param {File} file */
  take(file) {
    return this.#get(() => pictureFrom(file, this.#size), file.name || "a pasted picture");
  }

  /** The first example, so that there is something to see. */
  begin() {
    const { title, picture } = EXAMPLES[0];
    return this.#get(async () => picture(this.#size), title);
  }

  /** @param {() => Promise<ImageData>} get @param {string} title */
  async #get(get, title) {
    const own = ++this.#asked;
    try {
      const image = await get();
      if (own === this.#asked) this.#set(image, title);
    } catch (error) {
      const known = error instanceof NoPicture;
      if (own === this.#asked) this.onProblem(known ? error.message : `“${title}” could not be had. Try it again, or choose another picture.`);
    }
  }

  /** @param {ImageData} image @param {string} title */
  #set(image, title) {
    if (image.width !== this.#size) image = fitted(image, this.#size);
    this.#pad.show(image, title);
    this.#told(image, title);
  }

  /** @param {ImageData} image @param {string} title */
  #told(image, title) {
    this.#asked++;
    this.#title = title;
    this.onPicture(image, title);
  }
}

/** A picture of another model. @param {ImageData} image @param {number} size */
function fitted(image, size) {
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return fitImage(canvas, size);
}
