/** Keeps the pictures of a player at a good size (lib/view/fit-side.js), whatever happens to its own. */
import { el } from "../../lib/dom.js";
import { fitSide } from "../../lib/view/fit-side.js";

export class Sizer {
  #player;
  #look;
  /** As wide as the page lets the pictures be. */
  #probe = el("div", { class: "probe", "aria-hidden": "true" });
  #observer = new ResizeObserver(() => this.fit());

  /**
   * @param {HTMLElement} player what the pictures and all else lie in
   * @param {() => { image: number, columns: number, side: boolean, pair: boolean }} look what is shown
   */
  constructor(player, look) {
    this.#player = player;
    this.#look = look;
    player.append(this.#probe);
    this.#observer.observe(player);
    this.#observer.observe(this.#probe);
  }

  fit() {
    const [width, room] = [this.#player, this.#probe].map((one) => one.getBoundingClientRect().width);
    if (!width) return;
    const { pair, ...look } = this.#look();
    const { side, beside } = pair ? { side: null, beside: false } : fitSide({ width, room, ratio: devicePixelRatio, ...look });
    this.#player.classList.toggle("beside", beside);
    this.#player.classList.toggle("whole", side !== null);
    if (side === null) this.#player.style.removeProperty("--_whole");
    else this.#player.style.setProperty("--_whole", `${side}px`);
  }
}
