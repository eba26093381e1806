/**
 * What the recording scripts share: the page's own modules and the shipped model, served to a headless
 * Chromium ($CHROMIUM) with nothing else on the page.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { createStaticServer, parseMount } from "./serve.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Opens an empty page at the site's root for `record`, and closes everything after it.
 *
 * @param {(page: import("playwright-core").Page) => Promise<void>} record
 */
export async function withBlankPage(record) {
  const server = createStaticServer([`/=${join(root, "www")}`, `/pkg=${join(root, "pkg")}`].map(parseMount), blank);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(null)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--headless=new", "--no-sandbox"] });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    await page.goto(`http://localhost:${port}/blank.html`);
    await record(page);
  } finally {
    await browser.close();
    server.close();
  }
}

/**
 * A page with nothing on it.
 *
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
function blank(request, response) {
  if (request.url !== "/blank.html") return false;
  response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Recording</title>");
  return true;
}
