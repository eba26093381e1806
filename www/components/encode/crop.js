/**
 * A picture of any shape with the square of it that is encoded: moved and resized by pointer (inside, by its corners,
 * with two fingers) or by keyboard (arrow keys, plus and minus), told to those who do not see it.
 */
import { el, freshId } from "../../lib/dom.js";
import { CENTRE, centralSquare, inWords, isWhole, moved, resized } from "../../lib/square-crop.js";

/** @typedef {import("../../lib/square-crop.js").Square} Square */
/** @typedef {import("../../lib/square-crop.js").Anchor} Anchor */

/** The corners to hold it by, each with what stays in place meanwhile. @type {readonly [string, Anchor][]} */
const CORNERS = [
  ["nw", [1, 1]],
  ["ne", [0, 1]],
  ["sw", [1, 0]],
  ["se", [0, 0]],
];
/** What one key press moves or resizes it by, as parts of the picture's shorter side and of itself. */
const [STEP, FINE, GROWTH] = [1 / 40, 1 / 400, 1.1];
/** @type {Readonly<Record<string, readonly [number, number]>>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** No larger than this on the screen's own pixels; the picture itself is kept whole. */
const SHOWN = 1200;
/** Not every key press is read out, only what came of several. */
const PAUSE_MS = 400;

export class Crop {
  #canvas = el("canvas", { class: "crop-picture", role: "img" });
  #hint = el("p", { class: "hint", id: freshId("crop") }, "Drag the square or its corners; or arrow keys to move it, plus and minus to resize it, Home for the middle.");
  #box = el("div", { class: "crop-square", role: "application", tabindex: 0, "aria-label": "Square to encode", "aria-describedby": this.#hint.id });
  #sheet = el("div", { class: "crop-sheet" }, this.#canvas, this.#box);
  #title = el("span", { class: "exhibit-title" });
  #told = el("span", { class: "small" });
  #spoken = el("p", { class: "visually-hidden", role: "status" });
  #smaller = el("button", { type: "button", class: "quiet crop-step", "aria-label": "Smaller square" }, "−");
  #larger = el("button", { type: "button", class: "quiet crop-step", "aria-label": "Larger square" }, "+");
  element = el("div", { class: "crop" }, this.#sheet, el("div", { class: "crop-row" }, el("p", {}, this.#title, this.#told), this.#smaller, this.#larger), this.#hint, this.#spoken);
  #bounds = { width: 1, height: 1 };
  /** @type {Square} */
  #square = centralSquare(this.#bounds);
  /** Where each pointer is, in pixels of the picture. @type {Map<number, { x: number, y: number }>} */
  #pointers = new Map();
  /** The corner that is held, by what stays in place; null: all of it is moved. @type {Anchor | null} */
  #held = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pause;
  /** @type {() => void} it is where it is to stay, for now */
  onCrop = () => {};

  constructor() {
    for (const [name] of CORNERS) this.#box.append(el("i", { class: `crop-corner ${name}`, "data-corner": name }));
    this.#sheet.addEventListener("pointerdown", (event) => this.#begin(event));
    this.#sheet.addEventListener("pointermove", (event) => this.#move(event));
    for (const type of ["pointerup", "pointercancel"]) this.#sheet.addEventListener(type, (event) => this.#end(/** @type {PointerEvent} */ (event)));
    this.#box.addEventListener("keydown", (event) => this.#key(event));
    this.#smaller.addEventListener("click", () => this.#settle(this.#grown(1 / GROWTH)));
    this.#larger.addEventListener("click", () => this.#settle(this.#grown(GROWTH)));
  }

  get square() {
    return this.#square;
  }

  /** @param {import("../../lib/fit-image.js").Picture} picture @param {{ width: number, height: number }} bounds its size @param {string} title */
  show(picture, bounds, title) {
    this.#bounds = bounds;
    const scale = Math.min(1, SHOWN / Math.max(bounds.width, bounds.height));
    [this.#canvas.width, this.#canvas.height] = [bounds.width, bounds.height].map((side) => Math.max(1, Math.round(side * scale)));
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
    context.imageSmoothingQuality = "high";
    context.fillStyle = "#fff";
    context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
    context.drawImage(picture, 0, 0, this.#canvas.width, this.#canvas.height);
    this.#canvas.setAttribute("aria-label", `All of ${title}`);
    this.#sheet.style.setProperty("--aspect", String(bounds.width / bounds.height));
    this.#title.textContent = title;
    this.#spoken.textContent = "";
    this.#place(centralSquare(bounds));
  }

  /** @param {Square} square */
  #place(square) {
    this.#square = square;
    const { width, height } = this.#bounds;
    const { style } = this.#box;
    [style.left, style.top] = [percent(square.x / width), percent(square.y / height)];
    [style.width, style.height] = [percent(square.side / width), percent(square.side / height)];
    this.#told.textContent = `${Math.round(square.side)} px of ${width} × ${height}`;
    this.#larger.disabled = square.side >= Math.min(width, height);
    this.#smaller.disabled = this.#grown(1 / GROWTH).side >= square.side;
    this.#box.toggleAttribute("data-whole", isWhole(square, this.#bounds));
  }

  /** It stays there, and is told. @param {Square} square */
  #settle(square) {
    this.#place(square);
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => (this.#spoken.textContent = `Square of ${inWords(this.#square, this.#bounds)}.`), PAUSE_MS);
    this.onCrop();
  }

  /** @param {number} times */
  #grown(times) {
    return resized(this.#square, this.#square.side * times, CENTRE, this.#bounds);
  }

  /** @param {PointerEvent} event in pixels of the picture */
  #at({ clientX, clientY }) {
    const { left, top, width, height } = this.#sheet.getBoundingClientRect();
    return { x: ((clientX - left) / width) * this.#bounds.width, y: ((clientY - top) / height) * this.#bounds.height };
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    if (event.button) return;
    const at = this.#at(event);
    const corner = /** @type {HTMLElement} */ (event.target).dataset.corner;
    if (!this.#pointers.size) this.#held = CORNERS.find(([name]) => name === corner)?.[1] ?? null;
    this.#sheet.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, at);
    this.#box.toggleAttribute("data-held", true);
    const { x, y, side } = this.#square;
    // Beside it: it comes to where one points.
    const inside = at.x >= x && at.x <= x + side && at.y >= y && at.y <= y + side;
    if (!this.#held && !inside && this.#pointers.size === 1) this.#place(moved(this.#square, at.x - x - side / 2, at.y - y - side / 2, this.#bounds));
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const at = this.#at(event);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, at);
    const { x, y, side } = this.#square;
    if (other) {
      const apart = (/** @type {{ x: number, y: number }} */ one) => Math.hypot(one.x - other.x, one.y - other.y);
      this.#place(resized(this.#square, side * (apart(at) / Math.max(1, apart(before))), CENTRE, this.#bounds));
    } else if (this.#held) {
      const [across, down] = this.#held;
      // By the pointer's way along the diagonal, whichever corner it is.
      const grown = ((at.x - before.x) * (1 - 2 * across) + (at.y - before.y) * (1 - 2 * down)) / 2;
      const wanted = side + grown;
      this.#place(resized({ x, y, side }, wanted, this.#held, this.#bounds));
    } else this.#place(moved(this.#square, at.x - before.x, at.y - before.y, this.#bounds));
  }

  /** @param {PointerEvent} event */
  #end(event) {
    if (!this.#pointers.delete(event.pointerId) || this.#pointers.size) return;
    this.#box.removeAttribute("data-held");
    this.#settle(this.#square);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    const by = Math.min(this.#bounds.width, this.#bounds.height) * (event.shiftKey ? FINE : STEP);
    if (arrow) this.#settle(moved(this.#square, arrow[0] * by, arrow[1] * by, this.#bounds));
    else if (event.key === "+" || event.key === "=") this.#settle(this.#grown(GROWTH));
    else if (event.key === "-" || event.key === "_") this.#settle(this.#grown(1 / GROWTH));
    else if (event.key === "Home") this.#settle(centralSquare(this.#bounds));
    else return;
    event.preventDefault();
  }
}

/** @param {number} share */
const percent = (share) => `${100 * share}%`;
