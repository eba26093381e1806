/**
 * Watches whether the page's modules start, from outside of them: a classic script that needs none. If one of them does
 * not come, or something else comes in its place, nothing of the page would say so. A page that has started says so by
 * `data-started` on its root.
 */
(() => {
  const root = document.documentElement;
  /** Milliseconds after which a page that has not started is spoken of. */
  const LONG = 20_000;
  const started = () => "started" in root.dataset;
  /** @type {HTMLElement | null} */
  let shown = null;

  /** @param {string} text */
  function tell(text) {
    const known = document.querySelector("vg-notice");
    const place = /** @type {HTMLElement} */ (known ?? document.createElement("vg-notice"));
    if (!known) document.body.prepend(place);
    const [notice, words, button] = ["div", "p", "button"].map((tag) => document.createElement(tag));
    notice.className = "notice";
    notice.setAttribute("role", "alert");
    words.textContent = text;
    button.textContent = "Reload the page";
    button.addEventListener("click", () => location.reload());
    notice.append(words, button);
    place.dataset.kind = "problem";
    place.hidden = false;
    place.replaceChildren(notice);
    shown = notice;
  }

  /** What came instead, if that can still be found out. @param {string} address */
  async function cameFor(address) {
    try {
      const { whatCame } = await import("./lib/what-came.js");
      return await whatCame(address);
    } catch {
      return "";
    }
  }

  /** @param {string} address @param {string} detail */
  async function explain(address, detail) {
    const why = (address && (await cameFor(address))) || detail;
    if (started()) return;
    const name = address ? new URL(address, document.baseURI).pathname.split("/").pop() : "a part of it";
    const offline = navigator.onLine ? "" : " This device has no network at the moment.";
    tell(`The page could not start: ${why || `${name} could not be loaded`}.${offline}`);
  }

  addEventListener(
    "error",
    (event) => {
      if (started()) return;
      const { target } = event;
      if (target instanceof HTMLScriptElement) void explain(target.src, "");
      // Of what went wrong while a module ran there is an event of the window.
      else if (event instanceof ErrorEvent) void explain(/** @type {HTMLScriptElement | null} */ (document.querySelector("script[type=module]"))?.src ?? "", event.message);
    },
    true,
  );
  addEventListener("online", () => {
    if (shown?.isConnected && !started()) location.reload();
  });
  setTimeout(() => {
    if (!started() && !shown) tell("The page has not started yet: a part of it is still on its way. The network may be slow; reloading helps if nothing more arrives.");
  }, LONG);
  new MutationObserver((_, observer) => {
    if (!started()) return;
    observer.disconnect();
    // It came late. What stands there now may be another's.
    if (shown?.isConnected) {
      const place = /** @type {HTMLElement} */ (shown.parentElement);
      shown.remove();
      place.hidden = true;
    }
  }).observe(root, { attributes: true, attributeFilter: ["data-started"] });
})();
