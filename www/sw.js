/**
 * Lets the page open without a network. Keeps the site's own files, all of one version, each verified by
 * the SHA-256 that site-files.js lists; weights are kept by lib/pack-cache.js and pass by here.
 *
 * A version is whole or not there at all: installing fails if one file is not what the list says. The next
 * one waits until no page of the last is open, or until the only page asks for it, so that no page ever
 * gets files of two. The programs, by far the largest, are kept once the page says which it uses.
 */
/** The checker knows pages; this is a service worker. @type {any} */
const worker = globalThis;
worker.importScripts("site-files.js");
/** @type {{ version: string, files: Record<string, string>, models: string[] }} */
const { version, files, models } = worker.SITE;
const OF_MODELS = new Set(models);
const PREFIX = "varigrain-site-";
const NAME = PREFIX + version;
const LARGE = /\.wasm$/;
/** The list itself, which cannot have its own hash. */
const LIST = "site-files.js";

/** @param {string} path relative to the site */
const addressOf = (path) => new URL(path, worker.registration.scope).href;

/** @param {string} address @returns {string | null} as site-files.js has it; null if it is none of ours */
function pathOf(address) {
  const { origin, pathname } = new URL(address);
  const scope = new URL(worker.registration.scope);
  if (origin !== scope.origin || !pathname.startsWith(scope.pathname)) return null;
  const path = decodeURIComponent(pathname.slice(scope.pathname.length));
  const file = path === "" || path.endsWith("/") ? `${path}index.html` : path;
  return Object.hasOwn(files, file) || OF_MODELS.has(file) || (version && file === LIST) ? file : null;
}

/** @param {ArrayBuffer} bytes */
async function hash(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * A file of this version from the network, past the browser's cache if that has another.
 *
 * @param {string} path
 * @returns {Promise<Response>}
 */
async function download(path) {
  for (const cache of /** @type {const} */ (["default", "reload"])) {
    const response = await fetch(addressOf(path), { cache });
    if (!response.ok) continue;
    const bytes = await response.arrayBuffer();
    if ((await hash(bytes)) !== files[path]) continue;
    const headers = new Headers(response.headers);
    // They are about the bytes on their way, which come unpacked here.
    for (const name of ["content-encoding", "content-length", "vary"]) headers.delete(name);
    return new Response(bytes, { headers });
  }
  throw new Error(`${path} is not that of version ${version}`);
}

/** @param {unknown} error */
const isFull = (error) => error instanceof DOMException && error.name === "QuotaExceededError";

/** @returns {Promise<{ postMessage(message: string): void }[]>} */
const pages = () => worker.clients.matchAll({ type: "window", includeUncontrolled: true });

async function install() {
  if (!version) return;
  const cache = await caches.open(NAME);
  try {
    for (const path of Object.keys(files).filter((path) => !LARGE.test(path))) await cache.put(addressOf(path), await download(path));
    for (const path of models) await newest(path, cache).catch(() => {});
  } catch (error) {
    await caches.delete(NAME);
    if (isFull(error)) for (const page of await pages()) page.postMessage("full");
    throw error;
  }
}

/** Others are of no use once this one serves the pages. */
async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== NAME).map((name) => caches.delete(name)));
}

/**
 * Whether it can be that file, and not a web page in its place.
 *
 * @param {string} path
 * @param {Response} response
 */
async function isOf(path, response) {
  if (/^text\/html\b/.test(response.headers.get("content-type") ?? "")) return false;
  if (!path.endsWith(".json")) return true;
  return response.json().then(
    () => true,
    () => false,
  );
}

/**
 * A file of the models from the network, which is kept; without a network the one that was kept last.
 *
 * @param {string} path
 * @param {Cache} cache
 * @returns {Promise<Response>}
 */
async function newest(path, cache) {
  const response = await fetch(addressOf(path), { cache: "no-cache" }).catch(() => null);
  const good = response?.ok && (await isOf(path, response.clone()));
  const kept = good ? null : await cache.match(addressOf(path));
  if (response && good) await cache.put(addressOf(path), response.clone()).catch(() => {});
  const answered = kept ?? response;
  if (!answered) throw new Error(`${path} is neither to be had nor kept`);
  return answered;
}

/** @param {string} path */
async function answer(path) {
  if (path === LIST) return new Response(`globalThis.SITE = ${JSON.stringify(worker.SITE)};`, { headers: { "content-type": "text/javascript" } });
  // Cleared, by someone or by the browser: then nothing is ours, and all comes as if we were not here.
  // Opening it would bring it back.
  if (!(await caches.has(NAME))) return fetch(addressOf(path));
  if (OF_MODELS.has(path)) return newest(path, await caches.open(NAME));
  return (await (await caches.open(NAME)).match(addressOf(path))) ?? download(path);
}

/**
 * Keeps large files that the page uses.
 *
 * @param {string[]} paths
 * @returns {Promise<"kept" | "full" | "failed">}
 */
async function keep(paths) {
  try {
    if (!(await caches.has(NAME))) return "failed";
    const cache = await caches.open(NAME);
    for (const path of paths.filter((path) => Object.hasOwn(files, path))) {
      if (!(await cache.match(addressOf(path)))) await cache.put(addressOf(path), await download(path));
    }
    return "kept";
  } catch (error) {
    return isFull(error) ? "full" : "failed";
  }
}

/** Takes over at once if that leaves no other page with files of two versions. */
async function takeOver() {
  if ((await pages()).length > 1) return "others";
  await worker.skipWaiting();
  return "taken";
}

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(install()));
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const path = event.request.method === "GET" ? pathOf(event.request.url) : null;
  if (path) event.respondWith(answer(path));
});
worker.addEventListener("message", (/** @type {any} */ event) => {
  const { type, paths } = event.data;
  const work = type === "keep" ? keep(paths) : takeOver();
  event.waitUntil(work.then((outcome) => event.ports[0]?.postMessage(outcome)));
});
