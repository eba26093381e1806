/** Keeps the pictures of a player at a good size (lib/view/fit-side.js), whatever happens to its own. */
import { el } from "../../lib/dom.js";
import { fitSide } from "../../lib/view/fit-side.js";

export class Sizer {
  #player;
  #look;
  /** As wide as the page lets the pictures be. */
  #probe = el("div", { class: "probe", "aria-hidden": "true" });
  /** As wide as the player. */
  #measure = el("div", { class: "measure", "aria-hidden": "true" }, this.#probe);
  /** As observed last: to ask for them would make the browser lay out the page. */
  #widths = new Map([[this.#measure, 0], [this.#probe, 0]]);
  #observer = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) this.#widths.set(/** @type {HTMLDivElement} */ (target), contentRect.width);
    this.fit();
  });

  /**
   * @param {HTMLElement} player what the pictures and all else lie in
   * @param {() => { image: number, columns: number, side: boolean, pair: boolean }} look what is shown
   */
  constructor(player, look) {
    this.#player = player;
    this.#look = look;
    player.append(this.#measure);
    for (const one of this.#widths.keys()) this.#observer.observe(one);
  }

  fit() {
    // At once where nothing was observed yet: a size that comes a frame later moves what is below.
    if (!this.#widths.get(this.#measure)) {
      for (const one of this.#widths.keys()) this.#widths.set(one, one.getBoundingClientRect().width);
    }
    const [width, room] = this.#widths.values();
    if (!width) return;
    const { pair, ...look } = this.#look();
    const { side, beside } = pair ? { side: null, beside: false } : fitSide({ width, room, ratio: devicePixelRatio, ...look });
    this.#player.classList.toggle("beside", beside);
    this.#player.classList.toggle("whole", side !== null);
    if (side === null) this.#player.style.removeProperty("--_whole");
    else this.#player.style.setProperty("--_whole", `${side}px`);
  }
}
