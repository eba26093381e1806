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
    if (!fresh.size) requestAnimationFrame(fitFresh);
    fresh.add(this);
  }

  /** Asks for the sizes instead of waiting to be told. */
  measure() {
    for (const one of this.#widths.keys()) this.#widths.set(one, one.getBoundingClientRect().width);
  }

  fit() {
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

/** Made since the last frame. @type {Set<Sizer>} */
const fresh = new Set();

/**
 * An observer tells of a size when a frame with another one was painted, and what is below would move. So new players
 * are measured in the frame that has to lay them out anyway, all of them before any is changed.
 */
function fitFresh() {
  for (const one of fresh) one.measure();
  for (const one of fresh) one.fit();
  fresh.clear();
}
