/** Any two of several pictures, chosen from lists, with the line to drag between them. */
import { el, freshId } from "../../lib/dom.js";
import { Divider } from "../divider.js";

export class Sides {
  #left = new Choice("Left");
  #right = new Choice("Right");
  #divider = new Divider();
  element = el("figure", { class: "divider" }, this.#divider.element, el("figcaption", {}, this.#left.field, el("span", { class: "small" }, "Drag the line"), this.#right.field));
  /** By name, in the order in which they are offered. @type {Map<string, ImageData>} */
  #pictures = new Map();

  constructor() {
    for (const { choice } of [this.#left, this.#right]) choice.addEventListener("change", () => this.#show());
  }

  /**
   * Other pictures; what was chosen stays, as far as it is among them.
   *
   * @param {readonly (readonly [string, ImageData])[]} pictures at least two, all of one size
   */
  show(pictures) {
    this.#pictures = new Map(pictures);
    const names = [...this.#pictures.keys()];
    this.#left.offer(names, names[0]);
    this.#right.offer(names, names[1]);
    this.#show();
  }

  /** One more, or another one of this name. @param {string} name @param {ImageData} image */
  add(name, image) {
    this.show([...this.#pictures].filter(([other]) => other !== name).concat([[name, image]]));
  }

  #show() {
    const [left, right] = [this.#left, this.#right].map(({ choice }) => ({ name: choice.value, image: this.#pictures.get(choice.value) }));
    if (left.image && right.image) this.#divider.show({ ...left, image: left.image }, { ...right, image: right.image });
  }
}

/** Which picture is on one side. */
class Choice {
  choice = el("select", { id: freshId("side") });
  field;

  /** @param {string} title */
  constructor(title) {
    this.field = el("span", { class: "side" }, el("label", { for: this.choice.id }, title), this.choice);
  }

  /** @param {string[]} names @param {string} first if nothing that is there was chosen */
  offer(names, first) {
    const chosen = names.includes(this.choice.value) ? this.choice.value : first;
    this.choice.replaceChildren(...names.map((name) => el("option", { value: name }, name)));
    this.choice.value = chosen;
  }
}
