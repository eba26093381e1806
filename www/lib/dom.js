/**
 * Small helpers for building elements. Text is only ever set as text, so nothing that comes from a
 * model pack or a link can become markup.
 */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean | undefined>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...Node} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** To set the text that is there already would still have the browser lay it out again. @param {Node} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * What a page is known to have.
 *
 * @template {Element} T
 * @param {string} selector
 * @returns {T}
 */
export const find = (selector) => /** @type {T} */ (document.querySelector(selector));

let lastId = 0;

/** An id no other element of the page has, for labels and ARIA references. */
export function freshId(/** @type {string} */ stem) {
  return `${stem}-${++lastId}`;
}

/**
 * Tells whoever listens further up.
 *
 * @param {EventTarget} target
 * @param {string} type
 * @param {unknown} [detail]
 */
export function emit(target, type, detail) {
  target.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }));
}

/** A hidden page gets no frames, but its picture should still be finished. */
export function nextFrame() {
  if (document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    requestAnimationFrame(resolve);
    setTimeout(resolve, 100);
  });
}

/** On a phone the button is pressed far below the picture that it starts. */
export function bringIntoView(/** @type {Element} */ element) {
  const { top, bottom } = element.getBoundingClientRect();
  if (top >= -60 && top <= innerHeight / 2 && Math.min(bottom, top + 300) <= innerHeight + 40) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "start" });
}

/**
 * Keeps from a button what only looks like a press: the second click of a double one, and a key that is held. Where one
 * press begins something and the next one ends it, these would undo it.
 *
 * @param {HTMLElement} button
 */
export function pressedOnce(button) {
  button.addEventListener("keydown", (event) => {
    if (event.repeat && (event.key === "Enter" || event.key === " ")) event.preventDefault();
  });
  button.addEventListener("click", (event) => {
    if (event.detail < 2) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
}

/** @param {HTMLElement} button @param {() => void} act */
export function onPress(button, act) {
  pressedOnce(button);
  button.addEventListener("click", act);
}

/** Whether a key belongs to an input method that composes: there Enter and Escape take or leave what was typed. @param {KeyboardEvent} event */
export const isComposing = (event) => event.isComposing || event.keyCode === 229;
