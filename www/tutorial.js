/**
 * The tutorial: figures that are alive, from recordings, and the table of contents that knows where one is.
 * The text is in tutorial.html and needs none of this.
 */
import "./components/tutorial/budget.js";
import "./components/tutorial/codes.js";
import "./components/tutorial/density.js";
import "./components/tutorial/maps.js";
import "./components/tutorial/measured.js";
import "./components/tutorial/opening.js";
import "./components/tutorial/order.js";
import "./components/tutorial/ratio.js";
import "./components/tutorial/replay.js";
import "./components/tutorial/schedule.js";
import "./components/tutorial/waste.js";
import "./components/site-footer.js";
import { adoptShared } from "./components/shared-style.js";

adoptShared();

/** @type {Map<string, HTMLAnchorElement>} */
const links = new Map();
for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".contents a"))) links.set(link.hash.slice(1), link);

/** The chapter in the middle of the window is the one that is read. */
const sight = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      const link = links.get(target.id);
      if (isIntersecting) link?.setAttribute("aria-current", "true");
      else link?.removeAttribute("aria-current");
    }
  },
  { rootMargin: "-45% 0px -54% 0px" },
);
for (const id of links.keys()) {
  const chapter = document.getElementById(id);
  if (chapter) sight.observe(chapter);
}
document.documentElement.dataset.ready = "";
// watch.js waits for this.
document.documentElement.dataset.started = "";
