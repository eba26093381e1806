/**
 * What a PNG that was saved here carries: what was asked for, as the address of the page has it. Anyone can write such
 * a file, so it is checked like a link.
 */
import { VarigrainError } from "./errors.js";
import { modelOf } from "./models.js";
import { parseModel, parseState } from "./page-state.js";
import { MAX_PICTURE, pictureBytes, splitPicture } from "./picture-link.js";
import { PngDamaged, isPng, textOf } from "./png-text.js";
import { MAX_LENGTH } from "./hash-state.js";

/** The keyword of the text. */
export const REQUEST = "Varigrain request";
/** Bytes. Four times a picture of nine has fewer. */
const LARGEST = 40e6;

/** @param {string} why @returns {never} */
function refuse(why) {
  throw new VarigrainError("picture-damaged", `This file was not opened: ${why} Nothing else has changed.`);
}

/**
 * @param {Blob} file
 * @returns {Promise<string>} an address, without its "#"; not checked yet
 * @throws {VarigrainError} "picture-damaged"
 */
export async function requestIn(file) {
  if (file.size > LARGEST) refuse("it is larger than any picture that is saved here.");
  const bytes = await file.arrayBuffer().then((buffer) => new Uint8Array(buffer), () => refuse("it could not be read; it may have been moved."));
  if (!isPng(bytes)) refuse("it is no PNG. “Encode your own” takes other pictures.");
  try {
    const text = textOf(bytes, REQUEST);
    return text ?? refuse("it is a PNG, but does not say how it was drawn: either it was not saved here, or a program has left that out. “Encode your own” takes any picture.");
  } catch (error) {
    if (!(error instanceof PngDamaged)) throw error;
    return refuse(`this PNG is damaged, ${error.message}.`);
  }
}

/**
 * Whether the page can follow it, as far as that is known before its model is there.
 *
 * @param {string} text
 * @param {import("./models.js").Models} models
 * @param {{ id: string, description: import("./description.js").Description } | null} here the model that is loaded
 * @returns {string} the address, without its "#"
 * @throws {VarigrainError}
 */
export function checkedRequest(text, models, here) {
  if (text.length > MAX_LENGTH + MAX_PICTURE) refuse("what it says is longer than any request.");
  // As a browser has it in an address; of what it would write in another way nothing is ours.
  if (!/^[\w.~!$&'()*+,;=:@/?%-]+$/.test(text)) refuse("what it says is no request.");
  const { picture, rest } = splitPicture(text);
  const model = parseModel(rest);
  if (!model) refuse("it does not name its model.");
  if (!modelOf(models, model)) refuse(`it is of a model that is not here (${model.slice(0, 40)}).`);
  if (picture !== null) pictureBytes(picture);
  else if (here?.id === model) {
    const { problems } = parseState(text, here);
    if (problems.length) refuse(problems.join(" ").replaceAll("The link", "It"));
  }
  return text;
}
