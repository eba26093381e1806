/**
 * The page's side of sw.js: has it installed, tells it which program is in use, and hears of new versions.
 * Everything here is a convenience; where it cannot be had the page works as ever, with a network.
 */
import "../site-files.js";

/** @typedef {"kept" | "full" | "failed" | "off"} Kept */

/** The version of this page; empty in the sources, which keep nothing. */
export const version = () => /** @type {{ SITE: { version: string } }} */ (/** @type {unknown} */ (globalThis)).SITE.version;

const container = () => (version() && "serviceWorker" in navigator ? navigator.serviceWorker : null);

/** @type {ServiceWorkerRegistration | undefined} */
let registration;
/** Someone cleared what is stored: then this visit stores nothing again. */
let off = false;
export function stayOff() {
  off = true;
}

/**
 * @param {object} told
 * @param {(way: () => Promise<boolean>) => void} told.update another version is ready; `way` changes to it,
 *   or returns false if other pages are open
 * @param {() => void} told.full there is no room for it
 * @returns {Promise<boolean>} whether the page is kept, or will be in a moment
 */
export async function installOffline({ update, full }) {
  const workers = container();
  if (!workers || off) return false;
  try {
    workers.addEventListener("message", ({ data }) => {
      if (data === "full") full();
    });
    workers.startMessages();
    const registered = (registration = await workers.register(new URL("../sw.js", import.meta.url), { updateViaCache: "none" }));
    const offer = (/** @type {ServiceWorker | null} */ waiting) => {
      if (waiting && workers.controller) update(() => change(workers, waiting));
    };
    offer(registered.waiting);
    registered.addEventListener("updatefound", () => {
      const { installing } = registered;
      installing?.addEventListener("statechange", () => {
        if (installing.state === "installed") offer(registered.waiting);
      });
    });
    return true;
  } catch {
    return false;
  }
}

/** @param {ServiceWorkerContainer} workers @param {ServiceWorker} waiting */
async function change(workers, waiting) {
  const changed = new Promise((resolve) => workers.addEventListener("controllerchange", resolve, { once: true }));
  if ((await ask(waiting, { type: "take-over" })) !== "taken") return false;
  await changed;
  location.reload();
  return true;
}

/**
 * @param {import("./protocol.js").Backend} backend
 * @returns {Promise<Kept>}
 */
export async function keepProgram(backend) {
  if (!registration || off) return "off";
  // Its own installing may take longer than the model's download.
  const worker = await active(registration);
  if (!worker) return "failed";
  const name = backend === "webgpu" ? "gpu" : "cpu";
  const paths = [`pkg/varigrain_${name}_bg.wasm`];
  return /** @type {Promise<Kept>} */ (ask(worker, { type: "keep", paths }));
}

/** @param {ServiceWorkerRegistration} registration @returns {Promise<ServiceWorker | null>} null if it failed */
async function active(registration) {
  if (registration.active) return registration.active;
  const worker = registration.installing ?? registration.waiting;
  if (!worker) return null;
  return new Promise((resolve) => {
    const look = () => {
      if (worker.state === "activated") resolve(worker);
      if (worker.state === "redundant") resolve(null);
    };
    worker.addEventListener("statechange", look);
    look();
  });
}

/** @param {ServiceWorker} worker @param {object} message @returns {Promise<string>} */
function ask(worker, message) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage(message, [port2]);
  });
}
