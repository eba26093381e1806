/** A player's poster: a small picture from an address, or from the markup itself. */
import { fromBase64 } from "../../lib/base64.js";
import { headerOf } from "../../lib/image-header.js";

/** Bytes, and pixels a side. */
const [MOST_BYTES, MOST_SIDE] = [1 << 20, 2048];
const TYPES = ["image/png", "image/jpeg", "image/webp"];

/** By hand: a page's policy for connections may forbid to fetch what is in its own markup. @param {string} address */
async function bytesOf(address) {
  const [, data] = address.match(/^data:image\/[a-z]+;base64,(.*)$/s) ?? [];
  if (data !== undefined) return fromBase64(data);
  const response = await fetch(new URL(address, document.baseURI));
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : new Uint8Array();
}

/**
 * @param {string} address
 * @returns {Promise<ImageBitmap | null>} null: there is none to be shown, and the plate stays empty
 */
export async function posterFrom(address) {
  try {
    const bytes = await bytesOf(address);
    const { type, width, height } = headerOf(bytes) ?? { type: "", width: 0, height: 0 };
    if (bytes.length > MOST_BYTES || !TYPES.includes(type) || !width || Math.max(width, height) > MOST_SIDE) return null;
    return await createImageBitmap(new Blob([bytes], { type }));
  } catch {
    return null;
  }
}
