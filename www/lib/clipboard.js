/**
 * The one way into the clipboard. A page may not be allowed to write there; what happens then differs from place to
 * place, so these only say whether it was written.
 */

/** @param {string} text @returns {Promise<boolean>} whether it is in the clipboard */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether this browser takes pictures at all. */
export const takesPictures = () => typeof ClipboardItem !== "undefined" && Boolean(navigator.clipboard?.write);

/**
 * A PNG, which may still be in the making: browsers allow writing only right after a press, and some count the making.
 *
 * @param {Promise<Blob>} png rejects if there is none; then this does, too
 * @returns {Promise<boolean>} whether it is in the clipboard
 */
export async function copyPicture(png) {
  try {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
    return true;
  } catch {
    await png;
    return false;
  }
}
