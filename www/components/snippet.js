/**
 * `<vg-snippet label="…">`: lines to copy, with a button that does. The markup holds `<pre><code>` with a
 * made-up address, which becomes that of this site.
 */
import { copyText } from "../lib/clipboard.js";
import { ElementBase, define } from "../lib/define.js";
import { el } from "../lib/dom.js";

const MADE_UP = "https://example.org/varigrain/";

export class Snippet extends ElementBase {
  #button = el("button", { type: "button" }, "Copy");
  #said = el("span", { class: "said", role: "status" });

  connectedCallback() {
    const code = this.querySelector("code");
    const pre = this.querySelector("pre");
    if (!code || !pre || this.#button.isConnected) return;
    code.textContent = this.text;
    const label = this.getAttribute("label") ?? "these lines";
    // Long lines scroll, which must not need a pointer.
    for (const [name, value] of [["tabindex", "0"], ["role", "region"], ["aria-label", `Lines for ${label}`]]) pre.setAttribute(name, value);
    this.#button.setAttribute("aria-label", `Copy the lines for ${label}`);
    this.#button.addEventListener("click", () => void this.#copy());
    this.append(el("p", { class: "copy" }, this.#button, this.#said));
  }

  /** What is copied. */
  get text() {
    return (this.querySelector("code")?.textContent ?? "").replaceAll(MADE_UP, new URL("./", document.baseURI).href);
  }

  async #copy() {
    const copied = await copyText(this.text);
    // Where it is not allowed they are at least selected.
    if (!copied) getSelection()?.selectAllChildren(/** @type {Node} */ (this.querySelector("code")));
    this.#said.textContent = copied ? "Copied." : "Selected; copy them with Ctrl+C or ⌘C.";
  }
}

define("vg-snippet", Snippet);
