/**
 * Registers elements where there are any: not on a server, and not a second time, as when a page has the script from two
 * addresses. Then the first one's stay.
 */

/** What elements extend; on a server something that can be named, and no more. */
export const ElementBase = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? class {});

/** @param {string} name @param {CustomElementConstructor} element */
export function define(name, element) {
  if (typeof customElements === "undefined" || customElements.get(name)) return;
  customElements.define(name, element);
}
