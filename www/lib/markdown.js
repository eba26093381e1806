/**
 * Markdown as elements of a page. `marked` makes markup of it, which is only read (a parsed document runs nothing); what
 * goes into the page is made anew, of the elements and attributes that are listed here and no others.
 */
import { marked } from "../vendor/marked.js";
import { onSite, resolveLink } from "./doc-pages.js";
import { el } from "./dom.js";

const TAGS = new Set(
  "a b blockquote br code dd del details dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li ol p pre s strong sub summary sup table tbody td th thead tr ul".split(" "),
);
/** Whose contents are no text for readers. */
const DROPPED = new Set("script style template iframe object embed noscript form input button textarea select svg math title head link meta base".split(" "));
/** @type {Record<string, RegExp>} */
const ATTRIBUTES = { alt: /^/, title: /^/, width: /^\d{1,4}$/, height: /^\d{1,4}$/, align: /^(left|right|center)$/, start: /^\d{1,6}$/, open: /^$/ };
const HEADING = /^h[1-6]$/;

/** As GitHub names the places of a text. @param {string} text @param {Map<string, number>} taken */
function placeName(text, taken) {
  const stem = text.trim().toLowerCase().replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "").replaceAll(" ", "-");
  const times = taken.get(stem) ?? 0;
  taken.set(stem, times + 1);
  return times ? `${stem}-${times}` : stem;
}

/**
 * @param {string} text
 * @param {string} file its path in the repository, which its links are relative to
 * @returns {Node[]}
 */
export function toNodes(text, file) {
  const parsed = new DOMParser().parseFromString(/** @type {string} */ (marked.parse(text, { async: false })), "text/html");
  const taken = new Map();
  /** @param {Node} node @returns {Node[]} */
  const made = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.textContent ?? "")];
    if (!(node instanceof Element) || DROPPED.has(node.localName)) return [];
    const children = [...node.childNodes].flatMap(made);
    // Of elements that are not known the words stay.
    if (!TAGS.has(node.localName)) return children;
    return [elementFor(node, children, file, taken)];
  };
  return [...parsed.body.childNodes].flatMap(made);
}

/** @param {Element} node @param {Node[]} children @param {string} file @param {Map<string, number>} taken @returns {Node} */
function elementFor(node, children, file, taken) {
  const { localName } = node;
  if (localName === "a") return linkFor(node, children, file);
  const element = document.createElement(localName);
  for (const [name, allowed] of Object.entries(ATTRIBUTES)) {
    const value = node.getAttribute(name);
    if (value !== null && allowed.test(value)) element.setAttribute(name, value);
  }
  if (localName === "img") return pictureFor(/** @type {HTMLImageElement} */ (element), node.getAttribute("src") ?? "", file);
  element.append(...children);
  if (HEADING.test(localName)) element.id = placeName(node.textContent ?? "", taken);
  if (localName === "th" && !node.textContent?.trim()) return el("td");
  if (localName === "th") element.setAttribute("scope", "col");
  // Wide ones scroll by themselves, which must not need a pointer.
  if (localName === "table") return el("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Table" }, element);
  if (localName === "pre") for (const [name, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", "Lines"]]) element.setAttribute(name, value);
  return element;
}

/** @param {Element} node @param {Node[]} children @param {string} file */
function linkFor(node, children, file) {
  const href = resolveLink(node.getAttribute("href") ?? "", file);
  // What is in the repository and not on the site keeps its name.
  return href === null ? el("span", {}, ...children) : el("a", { href }, ...children);
}

/** @param {HTMLImageElement} picture @param {string} source @param {string} file */
function pictureFor(picture, source, file) {
  const { host, pathname } = new URL(source, new URL(file, "https://repository.invalid/"));
  const place = host === "repository.invalid" ? onSite(decodeURIComponent(pathname.slice(1))) : null;
  if (!place) return document.createTextNode(picture.alt);
  picture.src = place;
  picture.loading = "lazy";
  if (!picture.hasAttribute("alt")) picture.alt = "";
  return picture;
}
