/**
 * Where the picture to encode comes from: dropped, pasted, a file, the one just drawn, an example, or the
 * brush; and how it becomes a square of the model's size: a square of it, all of it with white bars, or as the brush
 * has left it.
 */
import { el, freshId } from "../../lib/dom.js";
import { canvasTells, needCanvas } from "../../lib/canvas-check.js";
import { VarigrainError } from "../../lib/errors.js";
import { cropImage, fitImage, sizeOf } from "../../lib/fit-image.js";
import { ACCEPTED, NoPicture, pictureFrom } from "../../lib/picture-file.js";
import { Crop } from "./crop.js";
import { EXAMPLES, examplesOf } from "./examples.js";
import { Pad } from "./pad.js";

/** @typedef {import("../../lib/fit-image.js").Picture} Picture */
/** @typedef {"square" | "all" | "brush"} Way */
/** @typedef {ImageBitmap | OffscreenCanvas} Original */

/** @type {readonly [Way, string][]} */
const WAYS = [
  ["square", "A square of it"],
  ["all", "All of it"],
  ["brush", "Brush"],
];

/** The first picture of what was dropped or pasted. @param {DataTransfer | null} transfer */
export function fileIn(transfer) {
  const files = [...(transfer?.files ?? [])];
  return files.find(({ type }) => type.startsWith("image/")) ?? files[0] ?? null;
}

export class Source {
  #pad;
  #crop = new Crop();
  #file = el("input", { type: "file", accept: ACCEPTED.join(","), class: "visually-hidden", tabindex: -1, "aria-hidden": "true" });
  #choose = el("button", { type: "button" }, "Choose a file …");
  #drawn = el("button", { type: "button", disabled: true }, "The picture just drawn");
  #examples = el("div", { class: "idea-row", role: "group", "aria-label": "Examples" });
  #ways = el("div", { class: "picks", role: "radiogroup", "aria-label": "What of the picture" });
  element;
  /** @type {() => import("../../lib/shelf.js").Piece | null} */
  #newest;
  /** Only the last that was asked for counts. */
  #asked = 0;
  /** Of what is encoded, and of what it was made of. */
  #title = "";
  #name = "";
  /** Pixels along a side, as the model wants them. */
  #size;
  /** All of the picture, before a square was made of it; none where one began with an empty sheet. @type {Original | null} */
  #original = null;
  /** @type {Way} */
  #way = "brush";
  /** What was recorded of the picture as it is at first, by its address. @type {string | null} */
  #recording = null;
  /** @type {(image: ImageData, recording: string | null) => void} `recording`: with a picture that was just chosen, what there is of it */
  onPicture = () => {};
  /** @type {(message: string) => void} */
  onProblem = () => {};

  /** @param {() => import("../../lib/shelf.js").Piece | null} newest what was drawn last @param {number} size of the pictures */
  constructor(newest, size) {
    this.#newest = newest;
    this.#size = size;
    this.#pad = new Pad(size);
    const name = freshId("way");
    for (const [way, title] of WAYS) {
      const input = el("input", { type: "radio", name, value: way });
      input.addEventListener("change", () => this.#turn(way));
      this.#ways.append(el("label", { class: "pick" }, input, el("span", {}, title)));
    }
    this.element = el(
      "div",
      { class: "source" },
      el("div", { class: "stage" }, this.#crop.element, this.#pad.element),
      this.#ways,
      el("div", { class: "stack" }, this.#choose, this.#file, this.#drawn),
      el("p", { class: "hint" }, "Or drop a picture anywhere here, or paste one. It stays on this device."),
      this.#examples,
    );
    this.#choose.addEventListener("click", () => this.#file.click());
    this.#file.addEventListener("change", () => {
      const file = this.#file.files?.[0];
      // Emptied, so that the same file may be chosen again.
      if (file) void this.take(file).finally(() => (this.#file.value = ""));
    });
    this.#drawn.addEventListener("click", () => {
      const piece = this.#newest();
      if (piece && !canvasTells()) return void this.#get(() => piece.image, piece.title, "brush");
      if (piece) this.#set(canvasOf(piece.image), piece.title, "brush");
    });
    this.#crop.onCrop = () => this.#tell(this.#cropped());
    this.#pad.onDraw = (fresh) => {
      if (fresh) this.#keep(null);
      this.#title = "your drawing";
      this.#show("brush");
      this.#tell(this.#pad.image);
    };
    this.#offer([]);
    this.#show("brush");
  }

  get title() {
    return this.#title;
  }

  /** Whether there is something that was drawn. */
  refresh() {
    this.#drawn.disabled = !this.#newest();
  }

  /** Another size, and examples of the model's own. @param {number} size @param {readonly import("../../lib/models.js").Example[]} examples */
  fit(size, examples) {
    if (examples.length) this.#offer(examples);
    if (size === this.#size) return;
    this.#size = this.#pad.size = size;
    this.#pad.clear();
    if (this.#original) this.#set(this.#original, this.#name, this.#way, this.#recording);
  }

  /** @param {readonly import("../../lib/models.js").Example[]} own */
  #offer(own) {
    const offered = own.length ? examplesOf(own) : EXAMPLES;
    const buttons = offered.map(({ title, picture, way, recording }) => {
      const button = el("button", { type: "button", class: "idea" }, title);
      button.addEventListener("click", () => void this.#get(() => picture(this.#size), title, way, recording));
      return button;
    });
    this.#examples.replaceChildren(...buttons);
    this.#first = offered[0];
  }

  #first = EXAMPLES[0];

  /** @param {File} file */
  take(file) {
    return this.#get(() => pictureFrom(file), file.name || "a pasted picture", "square");
  }

  /** The first example, so that there is something to see. */
  begin() {
    const { title, picture, way, recording } = this.#first;
    return this.#get(() => picture(this.#size), title, way, recording);
  }

  /** @param {() => Promise<ImageData | ImageBitmap> | ImageData} get @param {string} title @param {Way} way @param {string | null} [recording] */
  async #get(get, title, way, recording = null) {
    const own = ++this.#asked;
    try {
      needCanvas("the codes would be those of a different picture, so nothing is encoded");
      const picture = await get();
      if (own === this.#asked) this.#set(picture instanceof ImageData ? canvasOf(picture) : picture, title, way, recording);
    } catch (error) {
      const known = error instanceof NoPicture || (error instanceof VarigrainError && error.code === "unsupported");
      if (own === this.#asked) this.onProblem(known ? error.message : `“${title}” could not be loaded. Try again, or choose another picture.`);
    }
  }

  /** @param {Original} original @param {string} title @param {Way} way @param {string | null} [recording] */
  #set(original, title, way, recording = null) {
    this.#name = title;
    this.#recording = recording;
    this.#keep(original);
    this.#crop.show(original, sizeOf(original), title);
    this.#turn(way, true);
  }

  /** @param {Original | null} original */
  #keep(original) {
    if (this.#original !== original && this.#original instanceof ImageBitmap) this.#original.close();
    this.#original = original;
  }

  /** What comes of the picture in another way. @param {Way} way @param {boolean} [another] it is another picture */
  #turn(way, another = false) {
    const before = this.#way;
    this.#show(way);
    // The pad has it already, with whatever the brush has done.
    if (!this.#original || (!another && before === "all" && way === "brush")) return;
    this.#title = this.#name;
    const image = way === "all" ? fitImage(this.#original, this.#size) : this.#cropped();
    if (way !== "square") this.#pad.show(image, this.#title);
    this.#tell(image, another ? this.#recording : null);
  }

  /** @param {Way} way */
  #show(way) {
    this.#way = way;
    this.#crop.element.hidden = way !== "square";
    this.#pad.element.hidden = way === "square";
    const { width, height } = this.#original ? sizeOf(this.#original) : { width: 1, height: 1 };
    for (const input of this.#ways.querySelectorAll("input")) {
      input.checked = input.value === way;
      input.disabled = input.value !== "brush" && !this.#original;
      // Of a square all of it is the largest square.
      /** @type {HTMLElement} */ (input.parentElement).hidden = input.value === "all" && width === height;
    }
  }

  #cropped() {
    const original = /** @type {Original} */ (this.#original);
    return cropImage(original, this.#crop.square, this.#size);
  }

  /** @param {ImageData} image @param {string | null} [recording] */
  #tell(image, recording = null) {
    this.#asked++;
    this.onPicture(image, recording);
  }
}

/** @param {ImageData} image */
function canvasOf(image) {
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}
