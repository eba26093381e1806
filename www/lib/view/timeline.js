/**
 * Where one is in what was generated, and how one moves through it: play, pause, slow motion, single
 * steps, any place at once. It knows nothing of pictures and draws nothing.
 *
 * Positions are ticks. One picture has a tick for each of its steps; of several with different numbers
 * of steps the longest sets the ticks, and `indexAt` says which step another shows then, so that all
 * begin and end together.
 *
 * While pictures are being drawn the position follows the newest step, until someone moves it; `follow`
 * goes back to the newest. In slow motion it does not follow: it plays what has come, at its own pace.
 *
 * Fires "move" when the position is another, and "state" when anything else is.
 */

/** @typedef {{ after(ms: number, act: () => void): () => void }} Clock `after` returns what takes it back */

/** A look at everything takes about this long at full speed, whatever the number of steps. */
const LENGTH_MS = 2600;
const SHORTEST_MS = 50;
const LONGEST_MS = 260;
/** Slow motion, as a share of full speed. */
export const SLOW = 0.2;

/** @type {Clock} */
const clockOfThePage = {
  after(ms, act) {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Milliseconds from one tick to the next.
 *
 * @param {number} ticks
 * @param {boolean} slow
 */
export function pace(ticks, slow) {
  const ms = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, LENGTH_MS / Math.max(1, ticks)));
  return slow ? ms / SLOW : ms;
}

/**
 * The step that a picture of `length` steps shows at a tick.
 *
 * @param {number} tick
 * @param {number} ticks
 * @param {number} length
 * @returns {number} -1 if there is none yet
 */
export function indexAt(tick, ticks, length) {
  if (length <= 0 || ticks <= 0) return -1;
  const index = Math.ceil(((tick + 1) * length) / ticks) - 1;
  return Math.min(length - 1, Math.max(0, index));
}

export class Timeline extends EventTarget {
  #clock;
  #ticks = 0;
  #at = -1;
  #live = false;
  #following = false;
  #slow = false;
  /** @type {(() => void) | null} stops the playing */
  #stop = null;

  /** @param {Clock} [clock] */
  constructor(clock = clockOfThePage) {
    super();
    this.#clock = clock;
  }

  get ticks() {
    return this.#ticks;
  }

  /** The tick on show; -1 if there is nothing. */
  get at() {
    return this.#at;
  }

  get playing() {
    return this.#stop !== null;
  }

  /** Whether more is still to come. */
  get live() {
    return this.#live;
  }

  /** Whether the newest is shown as soon as it comes. */
  get following() {
    return this.#following;
  }

  get slow() {
    return this.#slow;
  }

  set slow(slow) {
    this.#slow = slow;
    const going = this.playing || (slow && this.#following);
    if (slow) this.#following = false;
    // The wait that has begun is not sat out at the old speed.
    if (going) this.#next();
    this.#tell("state");
  }

  get atStart() {
    return this.#at <= 0;
  }

  get atEnd() {
    return this.#at >= this.#ticks - 1;
  }

  /** Something new is going to be drawn: nothing is there yet. */
  begin() {
    this.#halt();
    this.#ticks = 0;
    this.#at = -1;
    this.#live = true;
    this.#following = !this.#slow;
    this.#tell("state", "move");
  }

  /** @param {number} ticks there are more now */
  grow(ticks) {
    this.#ticks = Math.max(this.#ticks, ticks);
    if (this.#following) this.#at = this.#ticks - 1;
    else if (this.#at < 0) {
      this.#at = 0;
      this.#next();
    }
    this.#tell("state", "move");
  }

  /** Nothing more is going to come. */
  end() {
    this.#live = this.#following = false;
    this.#tell("state");
  }

  /**
   * Everything is there at once, as of a recording.
   *
   * @param {number} ticks
   * @param {number} [at]
   */
  load(ticks, at = ticks - 1) {
    this.#halt();
    this.#live = this.#following = false;
    this.#ticks = ticks;
    this.#at = Math.min(ticks - 1, Math.max(ticks ? 0 : -1, at));
    this.#tell("state", "move");
  }

  /** @param {number} tick */
  seek(tick) {
    if (!this.#ticks || Number.isNaN(tick)) return;
    const at = Math.min(this.#ticks - 1, Math.max(0, Math.round(tick)));
    this.#following = false;
    const moved = at !== this.#at;
    this.#at = at;
    if (this.#stop) this.#next();
    this.#tell("state", ...(moved ? ["move"] : []));
  }

  /** A single step, which ends the playing. @param {number} by */
  step(by) {
    this.pause();
    this.seek(this.#at + by);
  }

  /** From here on, or from the beginning if this is the end. */
  play() {
    if (!this.#ticks || this.#stop) return;
    if (this.atEnd && !this.#live) this.seek(0);
    this.#following = false;
    this.#next();
    this.#tell("state");
  }

  pause() {
    if (!this.#stop && !this.#following) return;
    this.#halt();
    this.#following = false;
    this.#tell("state");
  }

  toggle() {
    if (this.#stop || this.#following) this.pause();
    else this.play();
  }

  /** To the newest, and on with it. */
  follow() {
    this.#halt();
    this.#following = this.#live;
    this.#at = this.#ticks - 1;
    this.#tell("state", "move");
  }

  #next() {
    this.#halt();
    this.#stop = this.#clock.after(pace(this.#ticks, this.#slow), () => {
      this.#stop = null;
      if (this.atEnd) {
        // What is played while it is still being drawn becomes what is followed, or is waited for.
        if (this.#live) return this.#slow ? this.#next() : this.follow();
        return this.#tell("state");
      }
      this.#at++;
      if (this.atEnd && !this.#live) this.#tell("state", "move");
      else {
        this.#next();
        this.#tell("move");
      }
    });
  }

  #halt() {
    this.#stop?.();
    this.#stop = null;
  }

  /** @param {...string} types */
  #tell(...types) {
    for (const type of types) this.dispatchEvent(new Event(type));
  }
}
