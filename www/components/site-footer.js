/** `<vg-site-footer>`: from every page to every other one: playground, tutorial, and what is written about the models. */
import { ElementBase, define } from "../lib/define.js";
import { el } from "../lib/dom.js";
import { PAGES, addressOfPage } from "../lib/doc-pages.js";

/** @type {readonly [string, string][]} */
const PLACES = [
  ["./", "Playground"],
  ["tutorial.html", "Tutorial"],
  ["embed.html", "Embed it"],
  ["bench.html", "Benchmark"],
];
/** What is linked by name everywhere; all others are listed on each of them. */
const FIRST = ["emoji-128", "portraits-256", "photos-256", "results", "speed", "changelog"];

export class SiteFooter extends ElementBase {
  connectedCallback() {
    if (this.childElementCount) return;
    const here = location.pathname.split("/").pop() || "./";
    const page = here === "doc.html" ? new URLSearchParams(location.search).get("page") : null;
    const links = [
      ...PLACES.map(([address, name]) => link(address, name, address === here || (address === "./" && here === "index.html"))),
      ...PAGES.filter(({ id }) => FIRST.includes(id)).map(({ id, name }) => link(addressOfPage(id), name, id === page)),
    ];
    this.append(el("nav", { "aria-label": "Pages of this site" }, el("ul", {}, ...links)));
  }
}

/** @param {string} address @param {string} name @param {boolean} here */
function link(address, name, here) {
  return el("li", {}, el("a", { href: address, "aria-current": here ? "page" : undefined }, name));
}

define("vg-site-footer", SiteFooter);
