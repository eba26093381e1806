/** Where pictures are drawn, the switch to the other processor, and how long a picture took on each. */
import { backendChip } from "./parts.js";

/** @typedef {import("./varigrain.js").Backend} Backend */

/** @type {Record<Backend, string>} */
const NAMES = { webgpu: "WebGPU", cpu: "the processor" };

export class BackendSwitch {
  /** @type {Backend | null} */
  #now = null;
  /** Of the last picture on each. @type {Map<Backend, { seconds: number, steps: number }>} */
  #took = new Map();

  /** @param {(backend: Backend) => void} use */
  constructor(use) {
    backendChip.addEventListener("click", () => {
      if (this.#now) use(other(this.#now));
    });
  }

  /** The one that pictures were last drawn on; null: none yet. */
  get now() {
    return this.#now;
  }

  /** Times are those of a model. */
  forget() {
    this.#took.clear();
  }

  /** @param {Backend} backend @returns {boolean} whether it is another one than before */
  tell(backend) {
    const changed = backend !== this.#now;
    this.#now = backend;
    backendChip.hidden = false;
    backendChip.toggleAttribute("data-cpu", backend === "cpu");
    backendChip.disabled = backend === "cpu" && !("gpu" in navigator);
    this.#show();
    return changed;
  }

  /** @param {Backend} backend @param {number} ms of one picture @param {number} steps */
  took(backend, ms, steps) {
    this.#took.set(backend, { seconds: ms / 1000, steps });
    this.#show();
  }

  #show() {
    const now = this.#now;
    if (!now) return;
    const [here, there] = [now, other(now)].map((backend) => ({ name: NAMES[backend], took: this.#took.get(backend) }));
    const time = (/** @type {typeof here} */ { name, took }) => `${name} ${took && (took.seconds < 10 ? took.seconds.toFixed(1) : Math.round(took.seconds))} s`;
    backendChip.textContent = here.took && there.took ? `${time(here)}, ${time(there)}` : `Runs on ${here.name}`;
    const steps = here.took && there.took ? ` The last pictures took ${here.took.steps} and ${there.took.steps} steps.` : "";
    backendChip.title = backendChip.disabled ? "This browser has no WebGPU." : `Press to draw on ${there.name} instead.${steps}`;
  }
}

/** @param {Backend} backend @returns {Backend} */
const other = (backend) => (backend === "cpu" ? "webgpu" : "cpu");
