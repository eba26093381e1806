/** The parts of the page, by the names that its scripts call them. */
import { find } from "./lib/dom.js";
import { VarigrainPlayer } from "./player.js";
import "./components/gallery.js";
import "./components/model-picker.js";
import "./components/notice.js";
import "./components/picture-link.js";
import "./components/prompt.js";
import "./components/saved-picture.js";
import "./components/share.js";
import "./components/site-footer.js";
import "./components/status-line.js";
import "./components/tabs.js";

export const player = /** @type {VarigrainPlayer} */ (find("varigrain-player"));
export const prompt = /** @type {import("./components/prompt.js").Prompt} */ (find("vg-prompt"));
export const picker = /** @type {import("./components/model-picker.js").ModelPicker} */ (find("vg-model-picker"));
export const pictureLink = /** @type {import("./components/picture-link.js").PictureLink} */ (find("vg-picture-link"));
export const savedPicture = find("vg-saved-picture");
export const share = /** @type {import("./components/share.js").Share} */ (find("vg-share"));
export const gallery = /** @type {import("./components/gallery.js").Gallery} */ (find("vg-gallery"));
export const notice = /** @type {import("./components/notice.js").Notice} */ (find("vg-notice"));
export const status = /** @type {import("./components/status-line.js").StatusLine} */ (find("vg-status-line"));
export const stored = /** @type {import("./components/stored.js").Stored} */ (find("vg-stored"));
export const tabs = /** @type {import("./components/tabs.js").Tabs} */ (find("vg-tabs"));
export const backendChip = /** @type {HTMLButtonElement} */ (find("#backend"));
export const pixels = /** @type {HTMLInputElement} */ (find("#pixels"));
