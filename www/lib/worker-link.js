/**
 * One worker and the calls it still owes an answer.
 *
 * A link is used until it breaks, then thrown away: a wasm module that has panicked cannot be
 * repaired from outside, and starting over in a fresh worker is the only clean way.
 */
import { VarigrainError, crashed, fromPlain } from "./errors.js";
import { PATIENCE, countdown } from "./patience.js";
import { whyForbidden } from "./policy.js";
import { startWorker, workerAddress } from "./worker-starter.js";
import { noModules } from "./support.js";
import { whatCame } from "./what-came.js";

/** @typedef {import("./protocol.js").CallType} CallType */
/** @typedef {import("./protocol.js").Reply} Reply */
/** @typedef {import("./protocol.js").Progress} Progress */
/** @typedef {{ resolve: (value: any) => void, reject: (error: Error) => void }} Waiter */

export class WorkerLink {
  /** @type {Worker} */
  #worker;
  /** @type {Map<number, Waiter>} */
  #waiting = new Map();
  #lastId = 0;
  #heard = false;
  /** @type {VarigrainError | null} */
  #broken = null;
  #onProgress;
  /** Of the next word from a worker that should have one. @type {ReturnType<typeof countdown> | null} */
  #clock = null;

  /**
   * @param {URL | null} other than the model's own worker
   * @param {(progress: Progress) => void} onProgress
   * @param {{ watched?: boolean }} [options] `watched`: it says that it is alive, until it says that it will not
   */
  constructor(other, onProgress, { watched = false } = {}) {
    const url = other ?? workerAddress();
    this.#onProgress = onProgress;
    this.#worker = startWorker(other ?? undefined);
    this.#worker.addEventListener("message", (event) => this.#receive(event.data));
    this.#worker.addEventListener("messageerror", () => this.break(crashed("unreadable message")));
    // A panic inside a Rust future surfaces here and nowhere else: its promise never settles.
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      if (this.#heard) this.break(crashed(event.message || "no message"));
      else void this.#missing(url, event.message ?? "");
    });
    if (watched) this.#clock = countdown(PATIENCE.worker, () => this.#silent(url));
  }

  /** Says what came instead of the worker's program. @param {URL} url @param {string} message */
  async #missing(url, message) {
    const old = noModules(message);
    if (old) return this.break(old);
    let why = (await whyForbidden(url, ["blob"])) || (/^https?:$/.test(url.protocol) ? await whatCame(url) : message);
    // What is forbidden to the worker the page does not hear of.
    if (!why && url.origin !== globalThis.origin) why = `if the page has a content security policy, its worker-src must have blob: and ${url.origin}, its script-src ${url.origin} and 'wasm-unsafe-eval'`;
    this.break(new VarigrainError("engine-missing", `The drawing engine could not be loaded from ${url}${why ? `: ${why}` : ""}.`));
  }

  /** @param {URL} url */
  #silent(url) {
    const where = this.#heard ? "has stopped answering" : `did not start (from ${url})`;
    this.break(new VarigrainError(this.#heard ? "worker-crashed" : "engine-missing", `The drawing engine ${where}, after a wait of ${PATIENCE.worker} seconds.`));
  }

  /** Why this link can no longer be used, or null. */
  get broken() {
    return this.#broken;
  }

  /**
   * @param {CallType} type
   * @param {object} args
   * @param {Transferable[]} [moved] what of them is moved and not copied
   * @returns {Promise<any>}
   * @throws {DOMException} at once, if something cannot be moved
   */
  call(type, args, moved = []) {
    if (this.#broken) return Promise.reject(this.#broken);
    const id = ++this.#lastId;
    this.#worker.postMessage({ id, type, args }, moved);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /**
   * Calls off a run. A worker that does not even answer this is of no use to the next one.
   *
   * @param {number} run
   */
  drop(run) {
    if (this.#broken) return;
    const clock = countdown(PATIENCE.stop, () => this.break(crashed("it did not stop")));
    this.call("abort", { run }).catch(() => {}).finally(clock.stop);
  }

  /**
   * Ends the worker at once and rejects whatever it still owed.
   *
   * @param {VarigrainError} error
   */
  break(error) {
    if (this.#broken) return;
    this.#broken = error;
    this.#clock?.stop();
    this.#worker.terminate();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }

  /** @param {Reply} reply */
  #receive(reply) {
    this.#heard = true;
    if (this.#broken) return;
    this.#clock?.again();
    if (reply.type === "alive") {
      if (!reply.more) this.#clock?.stop();
      return;
    }
    if (reply.type === "progress") {
      this.#onProgress(reply.progress);
      return;
    }
    const waiter = reply.id === null ? undefined : this.#waiting.get(reply.id);
    if (reply.id !== null) this.#waiting.delete(reply.id);
    if (reply.type === "ok") {
      waiter?.resolve(reply.value);
      return;
    }
    const error = fromPlain(reply.error);
    waiter?.reject(error);
    if (error.fatal) this.break(error);
  }
}
