/**
 * What this site has stored in the browser: how much, and how to be rid of it.
 */
import { JobQueue } from "./job-queue.js";

const PREFIX = "varigrain-";

const names = async () => (typeof caches === "undefined" ? [] : (await caches.keys()).filter((name) => name.startsWith(PREFIX)));

/** One after the other: to look into a cache that was just deleted would make it again. */
const turns = new JobQueue();

/** @returns {Promise<number>} bytes */
export const storedBytes = () => turns.add(measure);

/**
 * Deletes every cache and ends the service worker. Pages that are open go on with what they hold.
 *
 * @returns {Promise<void>}
 */
export const clearStored = () => turns.add(clear);

async function measure() {
  let bytes = 0;
  try {
    for (const name of await names()) {
      for (const response of await (await caches.open(name)).matchAll()) bytes += (await response.blob()).size;
    }
  } catch {
    // Where nothing may be stored, nothing is.
  }
  return bytes;
}

async function clear() {
  const scope = new URL("../", import.meta.url).href;
  for (const registration of (await navigator.serviceWorker?.getRegistrations()) ?? []) {
    if (registration.scope === scope) await registration.unregister();
  }
  for (const name of await names()) await caches.delete(name);
}
