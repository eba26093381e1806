/** A text of the repository as a page: `doc.html?page=results`. Only those of lib/doc-pages.js. */
import "./components/notice.js";
import "./components/site-footer.js";
import { adoptShared } from "./components/shared-style.js";
import { PAGES, addressOfPage, onSite, pageOf } from "./lib/doc-pages.js";
import { el, find } from "./lib/dom.js";
import { toNodes } from "./lib/markdown.js";

adoptShared();
const notice = /** @type {import("./components/notice.js").Notice} */ (find("vg-notice"));
const main = /** @type {HTMLElement} */ (find("#text"));
const wanted = new URLSearchParams(location.search).get("page");
const page = pageOf(wanted);

find("#pages").append(
  ...PAGES.map(({ id, name }) => el("li", {}, el("a", { href: addressOfPage(id), "aria-current": id === wanted ? "page" : undefined }, name))),
);

/** @param {import("./lib/doc-pages.js").Page} page */
async function show({ name, file, base = file }) {
  document.title = `${name} – Varigrain`;
  notice.clear();
  try {
    const response = await fetch(/** @type {string} */ (onSite(file)), { cache: "no-cache" });
    const type = response.headers.get("content-type") ?? "";
    // A host may send a page of its own in the place of a file that it has not.
    if (!response.ok || /^text\/html\b/.test(type)) throw new Error(`status ${response.status}`);
    main.replaceChildren(...toNodes(await response.text(), base));
  } catch (error) {
    const text = `“${name}” could not be loaded (${error instanceof Error ? error.message : error}).`;
    notice.show({ kind: "problem", text, way: { label: "Try again", act: () => void show({ id: "", name, file, base }) } });
    return;
  }
  // The place that the address names has only come now.
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  document.documentElement.dataset.ready = "";
}

if (page) void show(page);
else main.append(el("h1", {}, "Texts"), el("p", {}, wanted === null ? "Choose one above." : "There is no text of that name; those above are all that there are."));
// watch.js waits for this.
document.documentElement.dataset.started = "";
