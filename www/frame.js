/** One player in a frame of another page: what its attributes say is in this page's address, behind the "#". */
import "./player.js";
import { find } from "./lib/dom.js";
import { frameAttributes } from "./lib/frame.js";

function show() {
  const player = document.createElement("varigrain-player");
  for (const [name, value] of Object.entries(frameAttributes(location.hash))) player.setAttribute(name, value);
  find("main").replaceChildren(player);
}

addEventListener("hashchange", show);
show();
