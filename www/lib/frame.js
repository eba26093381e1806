/** What the address of a frame may say: attributes of a player, of this site's models and files only. */
import { LOOK_ATTRIBUTES, WISH_ATTRIBUTES } from "./player-options.js";

const KNOWN = new Set([...WISH_ATTRIBUTES, ...LOOK_ATTRIBUTES]);
/** Characters; a poster takes most of them. */
const LONGEST = 100_000;

/** @param {string} name @param {string} value */
function isAllowed(name, value) {
  if (!KNOWN.has(name)) return false;
  // An id, and no address of a folder elsewhere.
  if (name === "model") return /^[a-z0-9][a-z0-9.-]*$/.test(value);
  if (name === "poster" && /^data:image\/(webp|png|jpeg);base64,[A-Za-z0-9+/=]+$/.test(value)) return true;
  if (name === "recording" || name === "poster") return URL.canParse(value, document.baseURI) && new URL(value, document.baseURI).origin === location.origin;
  return true;
}

/** @param {string} hash with the leading "#" @returns {Record<string, string>} what may be set */
export function frameAttributes(hash) {
  if (hash.length > LONGEST) return {};
  return Object.fromEntries([...new URLSearchParams(hash.slice(1))].filter(([name, value]) => isAllowed(name, value)).map(([name, value]) => [name === "style" ? "drawing-style" : name, value]));
}
