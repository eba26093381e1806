/**
 * What the browser tests share: a server with the page and a fake (or real) engine, and a browser.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { createStaticServer, parseMount } from "../../scripts/serve.mjs";
import { describePack, makePack } from "./fake/pack.js";
import { after, afterEach, before, beforeEach } from "node:test";

export { describePack, makePack };

/** Browser tests share their processor with builds; they must not fail for being slow. */
export const TIMEOUT = Number(process.env.E2E_TIMEOUT ?? 120_000);

/** The smallest valid wasm binary: the fake has none of its own. */
export const EMPTY_WASM = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/** What turns an adapter in software away, in the page's source and as the tests take it out. */
const MARK = "isFallbackAdapter";

/**
 * The tests' browser has WebGPU in software only. With the fake engine nothing is computed on it, and
 * the page is to behave as it does before a graphics processor.
 */
export function blindToSoftware() {
  const source = readFileSync(inRepo("www/lib/webgpu.js"), "utf8");
  assert.ok(source.includes(MARK));
  return source.replaceAll(MARK, "neverThere");
}

/** The models that the page ships with, in the order of its list. @returns {{ id: string, name: string }[]} */
export const shippedModels = () => JSON.parse(readFileSync(inRepo("www/models/index.json"), "utf8")).models;

/** @param {string} path relative to the repository */
export const inRepo = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/**
 * `until`: holds the answer back till this is true.
 *
 * @typedef {{ status?: number, body?: Buffer | string, type?: string, delayMs?: number, until?: () => boolean }} Answer
 * @typedef {(path: string) => Answer | null | undefined} Override
 */

/**
 * Serves the page as a site would be: engine in `pkg/`, models in `models/`.
 *
 * @param {object} [options]
 * @param {string[]} [options.mounts] what to serve; the default puts the fake engine in `pkg/`
 * @param {Map<string, Buffer> | null} [options.pack] files of the model `emoji-128`; null if a mount has them
 * @param {Record<string, Map<string, Buffer>>} [options.more] files of further models, by their folder in `models/`;
 *   the list of models names them too
 * @param {string} [options.base] sub-path at which the site lies
 * @param {boolean} [options.listing] false: the list of models is the one that a mount has
 */
export async function startServer({ mounts, pack = makePack().contents, more = {}, base = "/", listing = true } = {}) {
  const packs = new Map(Object.entries(more));
  if (pack) packs.set("emoji-128", pack);
  const list = JSON.parse(readFileSync(inRepo("www/models/index.json"), "utf8"));
  // Tests of the page are of the pack that they bring.
  if (pack) delete list.opening;
  const listedAlready = new Set(list.models.map((/** @type {{ id: string }} */ { id }) => id));
  for (const id of Object.keys(more)) if (!listedAlready.has(id)) list.models.push({ id, name: `The ${id}`, folder: `${id}/`, about: `Draws ${id}.` });
  const listed = (pack && listing) || Object.keys(more).length ? Buffer.from(JSON.stringify(list)) : undefined;
  /** @type {string[]} */
  const requests = [];
  /** @type {{ override: Override }} */
  const hooks = { override: () => null };
  const fake = [`${base}=${inRepo("www")}`, `${base}pkg=${inRepo("tests/web/fake")}`, `${base}docs=${inRepo("docs")}`];
  const server = createStaticServer((mounts ?? fake).map(parseMount), (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    requests.push(path);
    // As static hosts do, so that pages of other sites may use what lies here.
    response.setHeader("access-control-allow-origin", "*");
    const override = hooks.override(path);
    const [folder, ...name] = path.startsWith(`${base}models/`) ? path.slice(`${base}models/`.length).split("/") : [];
    const inPack = folder === "index.json" ? listed : packs.get(folder ?? "")?.get(name.join("/"));
    const fakeWasm = !mounts && /^pkg\/varigrain_(gpu|cpu)_bg\.wasm$/.test(path.slice(base.length)) ? EMPTY_WASM : undefined;
    const fakeSource = !mounts && path === `${base}lib/webgpu.js` ? blindToSoftware() : undefined;
    const body = override?.body ?? (override?.status ? "" : (inPack ?? fakeWasm ?? fakeSource));
    if (body === undefined) return false;
    const plain = fakeSource ? "text/javascript" : "application/octet-stream";
    const type = override?.type ?? (fakeWasm ? "application/wasm" : plain);
    // As static hosts do with what is text.
    const zipped = body === inPack && path.endsWith(".json") && /gzip/.test(String(request.headers["accept-encoding"]));
    const sent = zipped ? gzipSync(body) : body;
    const coding = zipped ? { "content-encoding": "gzip" } : {};
    const length = Buffer.byteLength(sent);
    response.writeHead(override?.status ?? 200, { "content-type": type, "content-length": length, "cache-control": "no-cache", ...coding });
    const { delayMs = 0, until = () => true } = override ?? {};
    // Nobody waits for what is held back: neither the other side, when it is gone, nor the end of the tests.
    const send = () => {
      if (response.destroyed) return;
      if (until()) response.end(sent);
      else setTimeout(send, 20).unref();
    };
    setTimeout(send, delayMs);
    return true;
  });
  const url = await listen(server);
  return {
    url: `${url}${base}`,
    /** Paths asked for so far. */
    requests,
    hooks,
    stop: () => close(server),
  };
}

/** @param {import("node:http").Server} server */
async function listen(server) {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(null)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return `http://localhost:${port}`;
}

/** @param {import("node:http").Server} server */
async function close(server) {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/**
 * The browser without windows, where it is installed: it starts faster and takes half the processor time of the
 * whole one, and pages are drawn by the same code.
 */
const SHELL = "/usr/bin/chromium-headless-shell";
const WHOLE = "/usr/bin/chromium";

/**
 * WebGPU promises that workgroup memory begins as zeros. No kernel here counts on it, and in software its zeroing
 * takes three quarters of the time: 1.6 s instead of 0.1 s to compile a product, and as much again at every run.
 * What a browser does by default is tested with every kernel (kernels.e2e.js).
 */
const UNZEROED = "--enable-dawn-features=disable_workgroup_init";

/**
 * @param {object} [options]
 * @param {boolean} [options.webgpu] false: a browser without WebGPU
 * @param {boolean} [options.zeroed] true: workgroup memory is zeroed, as browsers do by default
 * @param {boolean} [options.canvas] true: canvases have WebGPU contexts that can be painted on. Otherwise a headless browser
 *   on Linux loses every device as soon as one paints.
 * @param {boolean} [options.whole] true: the whole browser, for what the shell may have another way of (downloads,
 *   permissions, storage)
 */
export async function launch({ webgpu = true, zeroed = false, canvas = false, whole = false } = {}) {
  const gpu = webgpu
    ? ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-unsafe-swiftshader", ...(zeroed ? [] : [UNZEROED])]
    : ["--disable-features=WebGPU", "--disable-gpu"];
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? (!whole && existsSync(SHELL) ? SHELL : WHOLE),
    args: [
      "--headless=new",
      "--no-sandbox",
      ...gpu,
      ...(canvas ? ["--use-gl=angle", "--use-angle=swiftshader", "--enable-features=Vulkan", "--use-vulkan=swiftshader"] : []),
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/**
 * A page, and a list of all errors, warnings and uncaught exceptions in its console.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {object} [options]
 * @param {import("playwright-core").BrowserContextOptions} [options.context]
 */
export async function openPage(browser, { context: contextOptions } = {}) {
  const context = await browser.newContext(contextOptions);
  context.setDefaultTimeout(TIMEOUT);
  const page = await context.newPage();
  /** @type {string[]} */
  const problems = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  return { context, page, problems };
}

/** Shows what lies behind "More" below the picture. @param {import("playwright-core").Page} page */
export async function showMore(page) {
  const more = page.locator("details.more-ways");
  if ((await more.getAttribute("open")) === null) await more.locator("summary").click();
}

/** An answer with the worker of the engine, behind something else. @param {string} prelude its source text */
export const workerWith = (prelude) => ({ body: `${prelude}\n${readFileSync(inRepo("www/worker.js"), "utf8")}`, type: "text/javascript" });

/** Remembers the device that the engine is given, so that it can be taken away. @param {import("playwright-core").Worker} worker */
export const keepDevice = (worker) =>
  worker.evaluate(() => {
    const { prototype } = GPUAdapter;
    const { requestDevice } = prototype;
    prototype.requestDevice = async function (...wanted) {
      const device = await requestDevice.apply(this, wanted);
      return Object.assign(globalThis, { device }).device;
    };
  });

/**
 * An empty page of the site, with a few functions that tests call inside `page.evaluate` (they are
 * declared in e2e/globals.d.ts).
 *
 * @param {import("playwright-core").Browser} browser
 * @param {Awaited<ReturnType<typeof startServer>>} server
 */
export async function openBlank(browser, server) {
  const { page } = await openPage(browser);
  await page.route(`${server.url}blank.html`, (route) => {
    const headers = { "content-type": "text/html" };
    return route.fulfill({ status: 200, headers, body: "<!doctype html><title>Test</title>" });
  });
  await page.addInitScript({ path: inRepo("tests/web/e2e/globals.js") });
  await page.goto(`${server.url}blank.html`);
  return page;
}

/**
 * A server and a browser for all tests of a suite; call it in the suite's body. Every test begins with a
 * server that overrides nothing and remembers no request.
 *
 * @param {Parameters<typeof startServer>[0]} options
 * @param {Parameters<typeof launch>[0]} [browser]
 * @returns {{ server: Awaited<ReturnType<typeof startServer>>, browser: Awaited<ReturnType<typeof launch>> }}
 *   there from the first test on
 */
export function useSite(options, browser) {
  const site = /** @type {ReturnType<typeof useSite>} */ ({});
  before(async () => {
    site.server = await startServer(options);
    site.browser = await launch(browser);
  });
  beforeEach(() => {
    site.server.hooks.override = () => null;
    site.server.requests.length = 0;
  });
  after(async () => {
    await site.browser?.close();
    await site.server?.stop();
  });
  return site;
}

/**
 * An empty page for every test of a suite, with the functions of e2e/globals.js; call it in the suite's body.
 *
 * @param {{ server: Awaited<ReturnType<typeof startServer>>, browser: Awaited<ReturnType<typeof launch>> }} site
 * @returns {{ page: import("playwright-core").Page }} a test may put another page there; it is closed all the same
 */
export function useBlankPage(site) {
  const blank = /** @type {ReturnType<typeof useBlankPage>} */ ({});
  beforeEach(async () => {
    blank.page = await openBlank(site.browser, site.server);
  });
  afterEach(() => blank.page.context().close());
  return blank;
}

/**
 * Asks again until it is so: what is laid out anew is painted in a frame that a test does not see.
 *
 * @param {() => Promise<boolean>} question
 * @param {string} wanted what is waited for, for the message when it does not come
 */
export async function eventually(question, wanted) {
  for (const end = Date.now() + TIMEOUT / 4; Date.now() < end; ) {
    if (await question()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`did not come: ${wanted}`);
}

/**
 * Clicks while a line says what passes by itself, from within the page: from out here, on a slow computer, the line could
 * say something else by the time that it is asked, or all be over before the click.
 *
 * @param {import("playwright-core").Locator} line
 * @param {RegExp} words
 * @param {import("playwright-core").Locator} button
 * @param {number} [ms] how long it goes on saying so before the click
 * @returns {Promise<string>} what the button was called
 */
export async function clickWhile(line, words, button, ms = 0) {
  const target = await button.elementHandle();
  return line.evaluate(
    async (element, { source, target, ms, limit }) => {
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const says = () => new RegExp(source).test(element.textContent ?? "");
      for (const end = performance.now() + limit; !says(); await frame()) {
        if (performance.now() > end) throw new Error(`it never said ${source}; now it says: ${element.textContent}`);
      }
      if (ms) await new Promise((resolve) => setTimeout(resolve, ms));
      const name = target?.textContent ?? "";
      /** @type {HTMLElement} */ (target).click();
      return name;
    },
    { source: words.source, target, ms, limit: TIMEOUT / 4 },
  );
}

/** In the page: notes what is moved without anyone having asked, and says when there is something to see. */
export function watchShifts() {
  const page = /** @type {any} */ (globalThis);
  page.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, sources } of /** @type {any[]} */ (list.getEntries())) {
      page.shifts.push({ value, nodes: sources.map((/** @type {any} */ { node }) => (node?.nodeType === 1 ? `${node.localName}.${node.className}` : "text")) });
    }
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver(() => page.painted()).observe({ type: "paint", buffered: true });
}
