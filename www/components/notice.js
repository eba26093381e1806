/**
 * `<vg-notice>`: one message at a time that must not be missed, with a way on if there is one.
 */
import { ElementBase, define } from "../lib/define.js";
import { el } from "../lib/dom.js";

export class Notice extends ElementBase {
  connectedCallback() {
    this.hidden = true;
  }

  /**
   * @param {object} notice
   * @param {"problem" | "note"} notice.kind problems interrupt a screen reader, notes wait
   * @param {string} notice.text
   * @param {string} [notice.code] small print for bug reports
   * @param {{ label: string, act: () => void }} [notice.way] a button
   */
  show({ kind, text, code, way }) {
    const button = way ? el("button", { type: "button" }, way.label) : null;
    button?.addEventListener("click", () => {
      this.clear();
      way?.act();
    });
    const close = el("button", { type: "button", class: "quiet", "aria-label": "Dismiss" }, "×");
    close.addEventListener("click", () => this.clear());
    const words = el("p", {}, text, code ? el("code", {}, code) : "");
    this.dataset.kind = kind;
    this.hidden = false;
    const role = kind === "problem" ? "alert" : "status";
    this.replaceChildren(el("div", { class: "notice", role }, words, ...(button ? [button] : []), close));
  }

  /** @param {string} [code] only if this is what it says */
  clear(code) {
    if (code !== undefined && this.querySelector("code")?.textContent !== code) return;
    this.hidden = true;
    this.replaceChildren();
  }
}

define("vg-notice", Notice);
